/* The event queue of the instance. */
#include <string.h>

#include "functions.h"
#include "internal.h"

static XrEventDataBuffer queue[SIM_MAX_EVENTS];
static uint32_t first, length, lost;

void sim_event_push(const void *event, size_t size)
{
	if (length == SIM_MAX_EVENTS) {
		first = (first + 1) % SIM_MAX_EVENTS;
		length--;
		lost++;
	}
	memcpy(&queue[(first + length++) % SIM_MAX_EVENTS], event, size);
}

void sim_event_clear(void)
{
	first = length = lost = 0;
}

void sim_event_forget_session(XrSession session)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < length; i++) {
		XrEventDataBuffer *event = &queue[(first + i) % SIM_MAX_EVENTS];
		/* Every event of a session has the session where the state event has it. */
		bool of_session = event->type != XR_TYPE_EVENT_DATA_INSTANCE_LOSS_PENDING &&
		                  ((XrEventDataSessionStateChanged *)event)->session == session;
		if (!of_session)
			queue[(first + kept++) % SIM_MAX_EVENTS] = *event;
	}
	length = kept;
}

static void pop_lost(XrEventDataBuffer *event)
{
	XrEventDataEventsLost notice = {.type = XR_TYPE_EVENT_DATA_EVENTS_LOST, .lostEventCount = lost};
	memcpy(event, &notice, sizeof(notice));
	lost = 0;
}

/* While no frames are waited for, nothing but these calls moves the script on, nor stepped time. */
static void idle_time_passes(void)
{
	if (sim.session && sim.session->running)
		return;
	sim_idle_step();
}

XrResult sim_PollEvent(XrInstance instance, XrEventDataBuffer *event)
{
	SIM_FIND(Instance, found, instance);
	SIM_STRUCT(event, XR_TYPE_EVENT_DATA_BUFFER);
	if (length == 0 && !lost)
		idle_time_passes();
	if (lost) {
		pop_lost(event);
		return XR_SUCCESS;
	}
	if (length == 0)
		return XR_EVENT_UNAVAILABLE;
	*event = queue[first];
	event->next = NULL;
	first = (first + 1) % SIM_MAX_EVENTS;
	length--;
	return XR_SUCCESS;
}
