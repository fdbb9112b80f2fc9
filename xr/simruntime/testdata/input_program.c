/* A program as it should be, without graphics: it follows the session's states, goes on after every
 * loss, does not wait for a runtime that hangs at the end, and ends when it is told to.
 * usage: input_program [crash|linger|leave|mistake], what to do after 40 frames */
#include "input_client.h"

#include <signal.h>
#include <unistd.h>

static XrInstance instance;
static XrSession session;
static XrSystemId headset;
static XrActionSet set;
static XrSpace view, local;
static bool running, finished;
static long frames;
static const char *misbehaviour = "";

static void give_up(int signal)
{
	(void)signal;
	static const char text[] = "the runtime hangs\n";
	_exit(write(STDERR_FILENO, text, sizeof text - 1) < 0);
}

static void make_instance(void)
{
	const char *extensions[] = {XR_MND_HEADLESS_EXTENSION_NAME};
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 20), 1, extensions, &instance));
	set = action_set(instance, "set", 0);
	XrAction select = action(set, "select", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	XrActionSuggestedBinding binding = {select, path(instance, "/user/hand/right/input/select/click")};
	MUST(suggest(instance, "/interaction_profiles/khr/simple_controller", 1, &binding));
}

static XrSpace reference_space(XrReferenceSpaceType type)
{
	XrReferenceSpaceCreateInfo info = {XR_TYPE_REFERENCE_SPACE_CREATE_INFO, NULL, type, {{0, 0, 0, 1}, {0, 0, 0}}};
	XrSpace space = XR_NULL_HANDLE;
	xrCreateReferenceSpace(session, &info, &space);
	return space;
}

/* false: not now. */
static bool make_session(void)
{
	XrSystemGetInfo get = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	XrSessionCreateInfo create = {XR_TYPE_SESSION_CREATE_INFO, NULL, 0, 0};
	if (XR_FAILED(xrGetSystem(instance, &get, &headset)))
		return false;
	create.systemId = headset;
	if (XR_FAILED(xrCreateSession(instance, &create, &session)))
		return false;
	running = false;
	view = reference_space(XR_REFERENCE_SPACE_TYPE_VIEW);
	local = reference_space(XR_REFERENCE_SPACE_TYPE_LOCAL);
	return XR_SUCCEEDED(attach(session, 1, &set));
}

static void drop_session(void)
{
	alarm(1);
	if (session != XR_NULL_HANDLE)
		xrDestroySession(session);
	alarm(0);
	session = XR_NULL_HANDLE;
	running = false;
}

static void drop_instance(void)
{
	drop_session();
	xrDestroyInstance(instance);
	instance = XR_NULL_HANDLE;
}

static void follow(XrSessionState state)
{
	XrSessionBeginInfo info = {XR_TYPE_SESSION_BEGIN_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO};
	switch (state) {
	case XR_SESSION_STATE_READY:
		running = XR_SUCCEEDED(xrBeginSession(session, &info));
		break;
	case XR_SESSION_STATE_STOPPING:
		running = false;
		alarm(1);
		xrEndSession(session);
		alarm(0);
		break;
	case XR_SESSION_STATE_EXITING:
		finished = true;
		break;
	case XR_SESSION_STATE_LOSS_PENDING:
		drop_session();
		break;
	default:
		break;
	}
}

static XrResult poll_events(void)
{
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	XrResult result;
	while ((result = xrPollEvent(instance, &event)) == XR_SUCCESS) {
		if (event.type == XR_TYPE_EVENT_DATA_INSTANCE_LOSS_PENDING)
			return XR_ERROR_INSTANCE_LOST; /* so it will be */
		if (event.type == XR_TYPE_EVENT_DATA_SESSION_STATE_CHANGED)
			follow(((XrEventDataSessionStateChanged *)&event)->state);
		event = (XrEventDataBuffer){.type = XR_TYPE_EVENT_DATA_BUFFER};
	}
	return result;
}

/* One frame; the first error of its calls. */
static XrResult draw(void)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	XrResult result = xrWaitFrame(session, NULL, &state);
	if (XR_SUCCEEDED(result))
		result = xrBeginFrame(session, NULL);
	if (XR_FAILED(result))
		return result;
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	XrViewLocateInfo locate = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO,
	                           state.predictedDisplayTime, local};
	XrViewState view_state = {.type = XR_TYPE_VIEW_STATE};
	XrView views[2] = {{.type = XR_TYPE_VIEW}, {.type = XR_TYPE_VIEW}};
	uint32_t n;
	XrResult results[] = {sync_set(session, set), xrLocateSpace(view, local, state.predictedDisplayTime, &location),
	                      xrLocateViews(session, &locate, &view_state, 2, &n, views)};
	XrFrameEndInfo end = {XR_TYPE_FRAME_END_INFO, NULL, state.predictedDisplayTime, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, 0, NULL};
	result = xrEndFrame(session, &end);
	for (uint32_t i = 0; i < COUNT(results); i++)
		if (results[i] == XR_ERROR_SESSION_LOST || results[i] == XR_ERROR_INSTANCE_LOST)
			result = results[i];
	frames++;
	return result;
}

static void misbehave(void)
{
	if (strcmp(misbehaviour, "crash") == 0)
		raise(SIGSEGV);
	if (strcmp(misbehaviour, "leave") == 0)
		exit(3);
	while (strcmp(misbehaviour, "linger") == 0)
		pause();
	/* A mistake: a frame that was never begun. */
	XrFrameEndInfo end = {XR_TYPE_FRAME_END_INFO, NULL, 1, XR_ENVIRONMENT_BLEND_MODE_OPAQUE, 0, NULL};
	if (strcmp(misbehaviour, "mistake") == 0)
		xrEndFrame(session, &end);
	misbehaviour = "";
}

static void step(void)
{
	if (instance == XR_NULL_HANDLE)
		make_instance();
	XrResult result = poll_events();
	if (XR_SUCCEEDED(result) && session == XR_NULL_HANDLE && !finished)
		make_session();
	else if (XR_SUCCEEDED(result) && running)
		result = draw();
	if (result == XR_ERROR_SESSION_LOST)
		drop_session();
	if (result == XR_ERROR_INSTANCE_LOST)
		drop_instance();
	if (frames == 40)
		misbehave();
}

int main(int argc, char **argv)
{
	misbehaviour = argc > 1 ? argv[1] : "";
	signal(SIGALRM, give_up);
	while (!finished)
		step();
	drop_instance();
	printf("%ld frames\n", frames);
	return 0;
}
