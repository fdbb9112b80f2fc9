/* XR_EXT_debug_utils: messages wait until the call that caused them has let go of the mutex. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "internal.h"

#define MAX_WAITING 32
#define MAX_MESSENGERS 8

typedef struct SimDebugUtilsMessengerEXT {
	SimObject object;
	XrDebugUtilsMessageSeverityFlagsEXT severities;
	XrDebugUtilsMessageTypeFlagsEXT types;
	PFN_xrDebugUtilsMessengerCallbackEXT callback;
	void *user_data;
} SimDebugUtilsMessengerEXT;

typedef struct Waiting {
	XrDebugUtilsMessageSeverityFlagsEXT severity;
	XrDebugUtilsMessageTypeFlagsEXT types;
	/* The program's own message, which lives until its call returns; NULL for one of the runtime's,
	 * which is in the fields below. */
	const XrDebugUtilsMessengerCallbackDataEXT *submitted;
	char id[64];
	const char *function;
	char text[512];
} Waiting;

struct SimDebugDelivery {
	SimDebugUtilsMessengerEXT messenger[MAX_MESSENGERS];
	uint32_t messengers;
	Waiting message[MAX_WAITING];
	uint32_t messages;
};

static Waiting waiting[MAX_WAITING];
static uint32_t waiting_count;

static const XrDebugUtilsMessageSeverityFlagsEXT severity_bits[] = {
	[SIM_INFO] = XR_DEBUG_UTILS_MESSAGE_SEVERITY_INFO_BIT_EXT,
	[SIM_WARNING] = XR_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT,
	[SIM_ERROR] = XR_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
};

void sim_debug_queue(SimSeverity severity, const char *id, const char *text)
{
	if (!sim.instance || !sim.instance->extension[SIM_EXT_debug_utils] || waiting_count == MAX_WAITING)
		return;
	Waiting *message = &waiting[waiting_count++];
	*message = (Waiting){
		.severity = severity_bits[severity],
		.types = XR_DEBUG_UTILS_MESSAGE_TYPE_CONFORMANCE_BIT_EXT,
		.function = sim.running_function,
	};
	snprintf(message->id, sizeof(message->id), "%s", id);
	snprintf(message->text, sizeof(message->text), "%s", text);
}

static void copy_messengers(SimDebugDelivery *delivery)
{
	for (SimObject *child = sim.instance->object.first_child; child; child = child->next_sibling)
		if (child->kind == SIM_KIND_DebugUtilsMessengerEXT && delivery->messengers < MAX_MESSENGERS)
			delivery->messenger[delivery->messengers++] = *(SimDebugUtilsMessengerEXT *)child;
}

SimDebugDelivery *sim_debug_take(void)
{
	if (waiting_count == 0)
		return NULL;
	SimDebugDelivery *delivery = calloc(1, sizeof(*delivery));
	if (delivery && sim.instance) {
		copy_messengers(delivery);
		memcpy(delivery->message, waiting, sizeof(waiting));
		delivery->messages = waiting_count;
	}
	waiting_count = 0;
	return delivery;
}

static void deliver(const SimDebugUtilsMessengerEXT *messenger, const Waiting *message)
{
	XrDebugUtilsMessengerCallbackDataEXT own = {
		.type = XR_TYPE_DEBUG_UTILS_MESSENGER_CALLBACK_DATA_EXT,
		.messageId = message->id,
		.functionName = message->function,
		.message = message->text,
	};
	const XrDebugUtilsMessengerCallbackDataEXT *data = message->submitted ? message->submitted : &own;
	if ((messenger->severities & message->severity) && (messenger->types & message->types))
		messenger->callback(message->severity, message->types, data, messenger->user_data);
}

void sim_debug_deliver(SimDebugDelivery *delivery)
{
	if (!delivery)
		return;
	for (uint32_t m = 0; m < delivery->messages; m++)
		for (uint32_t i = 0; i < delivery->messengers; i++)
			deliver(&delivery->messenger[i], &delivery->message[m]);
	free(delivery);
}

XrResult sim_debug_messenger_new(SimInstance *instance, const XrDebugUtilsMessengerCreateInfoEXT *info,
                                 XrDebugUtilsMessengerEXT *out)
{
	SIM_REQUIRE(info->userCallback, XR_ERROR_VALIDATION_FAILURE, "the messenger has no callback");
	SIM_REQUIRE(info->messageSeverities && info->messageTypes, XR_ERROR_VALIDATION_FAILURE,
	            "the messenger asks for no severity or no type");
	SimDebugUtilsMessengerEXT *messenger =
		sim_object_new(SIM_KIND_DebugUtilsMessengerEXT, sizeof(*messenger), instance);
	SIM_REQUIRE(messenger, XR_ERROR_OUT_OF_MEMORY, "no memory for a messenger");
	messenger->severities = info->messageSeverities;
	messenger->types = info->messageTypes;
	messenger->callback = info->userCallback;
	messenger->user_data = info->userData;
	if (out)
		*out = SIM_HANDLE(DebugUtilsMessengerEXT, messenger);
	return XR_SUCCESS;
}

XrResult sim_CreateDebugUtilsMessengerEXT(XrInstance instance, const XrDebugUtilsMessengerCreateInfoEXT *info,
                                          XrDebugUtilsMessengerEXT *out)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(info, XR_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
	SIM_POINTER(out);
	return sim_debug_messenger_new(found, info, out);
}

XrResult sim_DestroyDebugUtilsMessengerEXT(XrDebugUtilsMessengerEXT messenger)
{
	SIM_FIND(DebugUtilsMessengerEXT, found, messenger);
	sim_object_destroy(found);
	return XR_SUCCESS;
}

XrResult sim_SubmitDebugUtilsMessageEXT(XrInstance instance, XrDebugUtilsMessageSeverityFlagsEXT severity,
                                        XrDebugUtilsMessageTypeFlagsEXT types,
                                        const XrDebugUtilsMessengerCallbackDataEXT *data)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(data, XR_TYPE_DEBUG_UTILS_MESSENGER_CALLBACK_DATA_EXT);
	SIM_POINTER(data->message);
	SIM_REQUIRE(severity && types, XR_ERROR_VALIDATION_FAILURE, "a message needs a severity and a type");
	if (waiting_count < MAX_WAITING)
		waiting[waiting_count++] = (Waiting){.severity = severity, .types = types, .submitted = data};
	return XR_SUCCESS;
}

XrResult sim_SetDebugUtilsObjectNameEXT(XrInstance instance, const XrDebugUtilsObjectNameInfoEXT *info)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(info, XR_TYPE_DEBUG_UTILS_OBJECT_NAME_INFO_EXT);
	SIM_REQUIRE(info->objectHandle, XR_ERROR_HANDLE_INVALID, "the named object has no handle");
	return XR_SUCCESS;
}

XrResult sim_SessionBeginDebugUtilsLabelRegionEXT(XrSession session, const XrDebugUtilsLabelEXT *label)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(label, XR_TYPE_DEBUG_UTILS_LABEL_EXT);
	return XR_SUCCESS;
}

XrResult sim_SessionEndDebugUtilsLabelRegionEXT(XrSession session)
{
	SIM_LIVE_SESSION(found, session);
	return XR_SUCCESS;
}

XrResult sim_SessionInsertDebugUtilsLabelEXT(XrSession session, const XrDebugUtilsLabelEXT *label)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(label, XR_TYPE_DEBUG_UTILS_LABEL_EXT);
	return XR_SUCCESS;
}
