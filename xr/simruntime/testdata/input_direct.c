/* In place of the Khronos loader: the runtime's functions under the names a program calls, for
 * what the installed loader (1.0) refuses, which is OpenXR 1.1. The runtime is named by
 * SPACETIME_SIM_LIBRARY. */
#include <dlfcn.h>
#include <openxr/openxr.h>
#include <stdio.h>
#include <stdlib.h>

/* The loader's side of the negotiation, interface version 1. */
typedef struct LoaderInfo {
	uint32_t struct_type, struct_version;
	size_t struct_size;
	uint32_t min_interface, max_interface;
	XrVersion min_api, max_api;
} LoaderInfo;

typedef struct RuntimeRequest {
	uint32_t struct_type, struct_version;
	size_t struct_size;
	uint32_t interface;
	XrVersion api;
	PFN_xrGetInstanceProcAddr get;
} RuntimeRequest;

static PFN_xrGetInstanceProcAddr negotiate(void)
{
	static RuntimeRequest request;
	if (request.get)
		return request.get;
	const char *library = getenv("SPACETIME_SIM_LIBRARY");
	void *handle = library ? dlopen(library, RTLD_NOW) : NULL;
	XrResult (*ask)(const LoaderInfo *, RuntimeRequest *) = NULL;
	if (handle)
		*(void **)&ask = dlsym(handle, "xrNegotiateLoaderRuntimeInterface");
	LoaderInfo info = {1, 1, sizeof info, 1, 1, XR_MAKE_VERSION(1, 0, 0), XR_MAKE_VERSION(1, 0x3ff, 0xfff)};
	request = (RuntimeRequest){.struct_type = 3, .struct_version = 1, .struct_size = sizeof request};
	if (!ask || ask(&info, &request) != XR_SUCCESS || request.interface != 1 || !request.get) {
		fprintf(stderr, "no runtime in SPACETIME_SIM_LIBRARY\n");
		exit(2);
	}
	return request.get;
}

static XrInstance live;

static PFN_xrVoidFunction find(const char *name)
{
	PFN_xrVoidFunction function = NULL;
	if (negotiate()(live, name, &function) != XR_SUCCESS || !function) {
		fprintf(stderr, "the runtime has no %s\n", name);
		exit(2);
	}
	return function;
}

XrResult xrCreateInstance(const XrInstanceCreateInfo *info, XrInstance *instance)
{
	live = XR_NULL_HANDLE;
	XrResult result = ((PFN_xrCreateInstance)find("xrCreateInstance"))(info, instance);
	if (XR_SUCCEEDED(result))
		live = *instance;
	return result;
}

#define FORWARD(name, parameters, arguments)           \
	XrResult xr##name parameters                       \
	{                                                  \
		return ((PFN_xr##name)find("xr" #name)) arguments; \
	}

XrResult xrGetInstanceProcAddr(XrInstance i, const char *name, PFN_xrVoidFunction *function)
{
	return negotiate()(i, name, function);
}

FORWARD(EnumerateReferenceSpaces, (XrSession s, uint32_t c, uint32_t *n, XrReferenceSpaceType *t), (s, c, n, t))
FORWARD(CreateReferenceSpace, (XrSession s, const XrReferenceSpaceCreateInfo *c, XrSpace *o), (s, c, o))
FORWARD(DestroyInstance, (XrInstance i), (i))
FORWARD(PollEvent, (XrInstance i, XrEventDataBuffer *e), (i, e))
FORWARD(GetSystem, (XrInstance i, const XrSystemGetInfo *g, XrSystemId *s), (i, g, s))
FORWARD(CreateSession, (XrInstance i, const XrSessionCreateInfo *c, XrSession *s), (i, c, s))
FORWARD(BeginSession, (XrSession s, const XrSessionBeginInfo *b), (s, b))
FORWARD(WaitFrame, (XrSession s, const XrFrameWaitInfo *w, XrFrameState *f), (s, w, f))
FORWARD(BeginFrame, (XrSession s, const XrFrameBeginInfo *b), (s, b))
FORWARD(EndFrame, (XrSession s, const XrFrameEndInfo *e), (s, e))
FORWARD(StringToPath, (XrInstance i, const char *t, XrPath *p), (i, t, p))
FORWARD(CreateActionSet, (XrInstance i, const XrActionSetCreateInfo *c, XrActionSet *s), (i, c, s))
FORWARD(CreateAction, (XrActionSet s, const XrActionCreateInfo *c, XrAction *a), (s, c, a))
FORWARD(SuggestInteractionProfileBindings, (XrInstance i, const XrInteractionProfileSuggestedBinding *b), (i, b))
FORWARD(AttachSessionActionSets, (XrSession s, const XrSessionActionSetsAttachInfo *a), (s, a))
FORWARD(SyncActions, (XrSession s, const XrActionsSyncInfo *a), (s, a))
FORWARD(GetActionStateBoolean, (XrSession s, const XrActionStateGetInfo *g, XrActionStateBoolean *b), (s, g, b))
FORWARD(GetActionStateFloat, (XrSession s, const XrActionStateGetInfo *g, XrActionStateFloat *f), (s, g, f))
FORWARD(GetActionStateVector2f, (XrSession s, const XrActionStateGetInfo *g, XrActionStateVector2f *v), (s, g, v))
FORWARD(GetActionStatePose, (XrSession s, const XrActionStateGetInfo *g, XrActionStatePose *p), (s, g, p))
