/* The doors of the runtime: the one exported symbol, and the functions the loader gets from it. */
#include <string.h>

#include "functions.h"
#include "internal.h"

SimRuntime sim = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

#define FUNCTION_NUMBER(name, need, parameters, arguments) FUNCTION_##name,
enum { SIM_FUNCTIONS(FUNCTION_NUMBER) FUNCTION_COUNT };

#define ENTER(name, need, parameters, arguments)         \
	static XrResult XRAPI_CALL enter_##name parameters   \
	{                                                    \
		SimCall call;                                    \
		if (!sim_call_begin(&call, FUNCTION_##name))     \
			return call.result;                          \
		return sim_call_end(&call, sim_##name arguments); \
	}
SIM_FUNCTIONS(ENTER)

typedef struct Entry {
	const char *name;
	int need;
	PFN_xrVoidFunction enter;
} Entry;

#define ENTRY(name, need, parameters, arguments) {"xr" #name, need, (PFN_xrVoidFunction)enter_##name},
static const Entry entries[] = {SIM_FUNCTIONS(ENTRY)};

const char *sim_function_name(SimFunction function)
{
	return entries[function].name;
}

static const Entry *entry_by_name(const char *name)
{
	for (uint32_t i = 0; i < SIM_COUNT(entries); i++)
		if (strcmp(entries[i].name, name) == 0)
			return &entries[i];
	return NULL;
}

bool sim_function_by_name(const char *name, SimFunction *function)
{
	const Entry *entry = entry_by_name(name);
	if (entry)
		*function = (SimFunction)(entry - entries);
	return entry != NULL;
}

static bool is_offered(const SimInstance *instance, const Entry *entry)
{
	if (entry->need == SIM_NEED_BEFORE || entry->need == SIM_NEED_CORE)
		return true;
	if (entry->need == SIM_NEED_1_1)
		return instance->api_version >= XR_MAKE_VERSION(1, 1, 0);
	return instance->extension[entry->need];
}

XrResult sim_GetInstanceProcAddr(XrInstance instance, const char *name, PFN_xrVoidFunction *function)
{
	SIM_POINTER(name);
	SIM_POINTER(function);
	*function = NULL;
	const Entry *entry = entry_by_name(name);
	if (instance == XR_NULL_HANDLE) {
		SIM_REQUIRE(entry && entry->need == SIM_NEED_BEFORE, XR_ERROR_HANDLE_INVALID, "%s needs an instance", name);
	} else {
		SIM_FIND(Instance, found, instance);
		/* The loader asks for every name there is: nothing worth a message. */
		if (!entry || !is_offered(found, entry))
			return XR_ERROR_FUNCTION_UNSUPPORTED;
	}
	*function = entry->enter;
	return XR_SUCCESS;
}

static bool loader_is_understood(const SimLoaderInfo *loader, const SimRuntimeRequest *request)
{
	return loader && request && loader->struct_type == SIM_LOADER_STRUCT_LOADER_INFO && loader->struct_version == 1 &&
	       loader->struct_size == sizeof(*loader) && request->struct_type == SIM_LOADER_STRUCT_RUNTIME_REQUEST &&
	       request->struct_version == 1 && request->struct_size == sizeof(*request) &&
	       loader->min_interface_version <= 1 && loader->max_interface_version >= 1 &&
	       XR_VERSION_MAJOR(loader->min_api_version) <= 1 && XR_VERSION_MAJOR(loader->max_api_version) >= 1;
}

__attribute__((visibility("default"))) XrResult XRAPI_CALL
xrNegotiateLoaderRuntimeInterface(const SimLoaderInfo *loader, SimRuntimeRequest *request)
{
	if (!loader_is_understood(loader, request))
		return XR_ERROR_INITIALIZATION_FAILED;
	request->runtime_interface_version = 1;
	request->runtime_api_version = SIM_API_VERSION;
	request->get_instance_proc_addr = enter_GetInstanceProcAddr;
	return XR_SUCCESS;
}
