/* Many threads at once: each calls what may be called from anywhere, while the main thread makes
 * frames and makes and destroys sessions. Any result is right; it must end, and not crash. */
#include <pthread.h>
#include <stdatomic.h>

#include "core_client.h"

#define THREADS 4
#define SESSIONS 20
#define FRAMES 10

static XrInstance instance;
static _Atomic(XrSession) session;
static _Atomic(XrSpace) view, local;
static atomic_bool ended;
static atomic_long calls, located;

static void call_all(void)
{
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	XrViewLocateInfo info = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 5, local};
	XrViewState state = {.type = XR_TYPE_VIEW_STATE};
	XrView views[2] = {{.type = XR_TYPE_VIEW}, {.type = XR_TYPE_VIEW}};
	XrFrameState frame = {.type = XR_TYPE_FRAME_STATE};
	XrActionsSyncInfo sync = {.type = XR_TYPE_ACTIONS_SYNC_INFO};
	uint32_t count;
	XrSpace space;
	XrPath made;
	xrPollEvent(instance, &event);
	located += xrLocateSpace(view, local, 1 + calls, &location) == XR_SUCCESS;
	xrLocateViews(session, &info, &state, 2, &count, views);
	if (create_space(session, XR_REFERENCE_SPACE_TYPE_STAGE, identity, &space) == XR_SUCCESS)
		xrDestroySpace(space);
	xrSyncActions(session, &sync);
	xrStringToPath(instance, "/user/hand/left", &made);
	if (calls++ % 16 == 0)
		xrWaitFrame(session, NULL, &frame);
}

static void *work(void *unused)
{
	(void)unused;
	while (!ended)
		call_all();
	return NULL;
}

static void live(XrSystemId system)
{
	XrSession made;
	XrSpace space;
	MUST(create_session(instance, system, NULL, &made));
	MUST(create_space(made, XR_REFERENCE_SPACE_TYPE_VIEW, identity, &space));
	view = space;
	MUST(create_space(made, XR_REFERENCE_SPACE_TYPE_LOCAL, identity, &space));
	local = space;
	XrSessionBeginInfo info = {XR_TYPE_SESSION_BEGIN_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO};
	MUST(xrBeginSession(made, &info));
	session = made;
	for (int i = 0; i < FRAMES; i++) {
		XrResult begun = xrBeginFrame(made, NULL); /* after the wait of another thread, if there was one */
		CHECK(begun == XR_SUCCESS || begun == XR_FRAME_DISCARDED || begun == XR_ERROR_CALL_ORDER_INVALID, "xrBeginFrame: %s",
		      result_name(begun));
		end_frame(made, 1, 0, NULL);
		sched_yield();
	}
	MUST(xrDestroySession(made));
}

int main(void)
{
	const char *names[] = {XR_MND_HEADLESS_EXTENSION_NAME};
	MUST(create_instance(XR_CURRENT_API_VERSION, 1, names, &instance));
	XrSystemId system = head_mounted(instance);
	pthread_t threads[THREADS];
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < SESSIONS || located < 100; i++)
		live(system);
	ended = true;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%ld rounds, %ld located\n", calls, located);
	MUST(xrDestroyInstance(instance));
	return verdict();
}
