/* Sessions: how they are made, their states, and their ends. */
#include "core_client.h"

static const XrSessionBeginInfo stereo = {XR_TYPE_SESSION_BEGIN_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO};

static void expect_states(XrInstance instance, const XrSessionState *states, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		XrSessionState state = next_state(instance);
		CHECK(state == states[i], "state event %u of %u: got %d, want %d", i + 1, count, state, states[i]);
	}
	XrSessionState more = next_state(instance);
	CHECK(more == XR_SESSION_STATE_UNKNOWN, "one state event too many: %d", more);
}

#define EXPECT_STATES(instance, ...)                                                     \
	do {                                                                                 \
		const XrSessionState states_[] = {__VA_ARGS__};                                  \
		expect_states(instance, states_, COUNT(states_));                                \
	} while (0)

static void create_errors(XrInstance instance, XrSystemId system, Context gl)
{
	XrSession session, second;
	XrGraphicsBindingEGLMNDX good = binding_of(gl), no_context = good, no_display = good, no_proc = good;
	no_context.context = NULL;
	no_display.display = NULL;
	no_proc.getProcAddress = NULL;
	XrGraphicsBindingOpenGLXlibKHR no_glx = {.type = XR_TYPE_GRAPHICS_BINDING_OPENGL_XLIB_KHR};
	CALL(create_session(instance, system, &good, &session), XR_ERROR_GRAPHICS_REQUIREMENTS_CALL_MISSING);
	ask_requirements(instance, system);
	const struct {
		const char *what;
		const void *binding;
		XrSystemId system;
		XrResult want;
	} table[] = {
		{"no binding", NULL, system, XR_ERROR_GRAPHICS_DEVICE_INVALID},
		{"EGL without a context", &no_context, system, XR_ERROR_GRAPHICS_DEVICE_INVALID},
		{"EGL without a display", &no_display, system, XR_ERROR_GRAPHICS_DEVICE_INVALID},
		{"EGL without getProcAddress", &no_proc, system, XR_ERROR_GRAPHICS_DEVICE_INVALID},
		{"empty GLX binding", &no_glx, system, XR_ERROR_GRAPHICS_DEVICE_INVALID},
		{"another system", &good, 4711, XR_ERROR_SYSTEM_INVALID},
		{"right", &good, system, XR_SUCCESS},
	};
	for (uint32_t i = 0; i < COUNT(table); i++)
		check_result(__LINE__, table[i].what, create_session(instance, table[i].system, table[i].binding, &session),
		             table[i].want);
	CALL(create_session(instance, system, &good, &second), XR_ERROR_LIMIT_REACHED);
	CALL(xrDestroySession(session), XR_SUCCESS);
	CALL(xrDestroySession(session), XR_ERROR_HANDLE_INVALID);
	for (int i = 0; i < 5; i++) {
		CALL(create_session(instance, system, &good, &session), XR_SUCCESS);
		CALL(xrDestroySession(session), XR_SUCCESS);
	}
	XrSessionState left = next_state(instance);
	CHECK(left == XR_SESSION_STATE_UNKNOWN, "an event of a destroyed session: state %d", left);
}

static void not_running(XrSession session)
{
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	CALL(xrWaitFrame(session, NULL, &state), XR_ERROR_SESSION_NOT_RUNNING);
	CALL(xrBeginFrame(session, NULL), XR_ERROR_SESSION_NOT_RUNNING);
	CALL(end_frame(session, 1, 0, NULL), XR_ERROR_SESSION_NOT_RUNNING);
	CALL(xrEndSession(session), XR_ERROR_SESSION_NOT_RUNNING);
	CALL(xrRequestExitSession(session), XR_ERROR_SESSION_NOT_RUNNING);
}

static void begin_errors(XrSession session)
{
	XrSessionBeginInfo info = stereo;
	info.type = XR_TYPE_SESSION_CREATE_INFO;
	CALL(xrBeginSession(session, &info), XR_ERROR_VALIDATION_FAILURE);
	info = stereo;
	info.primaryViewConfigurationType = XR_VIEW_CONFIGURATION_TYPE_PRIMARY_MONO;
	CALL(xrBeginSession(session, &info), XR_ERROR_VIEW_CONFIGURATION_TYPE_UNSUPPORTED);
	info.primaryViewConfigurationType = (XrViewConfigurationType)77;
	CALL(xrBeginSession(session, &info), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrBeginSession(session, &stereo), XR_SUCCESS);
	CALL(xrBeginSession(session, &stereo), XR_ERROR_SESSION_RUNNING);
	CALL(xrEndSession(session), XR_ERROR_SESSION_NOT_STOPPING);
}

static void life_with_graphics(void)
{
	Client c = start_client();
	EXPECT_STATES(c.instance, XR_SESSION_STATE_IDLE, XR_SESSION_STATE_READY);
	not_running(c.session);
	begin_errors(c.session);
	EXPECT_STATES(c.instance, XR_SESSION_STATE_UNKNOWN); /* no frame, no further state */
	XrFrameState state = wait_and_begin(c.session);
	CHECK(!state.shouldRender, "the first frame should not be rendered");
	CHECK(next_state(c.instance) == XR_SESSION_STATE_UNKNOWN, "a state before the first frame ended");
	CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	EXPECT_STATES(c.instance, XR_SESSION_STATE_SYNCHRONIZED, XR_SESSION_STATE_VISIBLE, XR_SESSION_STATE_FOCUSED);
	state = wait_and_begin(c.session);
	CHECK(state.shouldRender, "a frame in FOCUSED should be rendered");
	CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	CALL(xrRequestExitSession(c.session), XR_SUCCESS);
	EXPECT_STATES(c.instance, XR_SESSION_STATE_VISIBLE, XR_SESSION_STATE_SYNCHRONIZED, XR_SESSION_STATE_STOPPING);
	frame(c.session); /* frames are still allowed */
	CALL(xrEndSession(c.session), XR_SUCCESS);
	EXPECT_STATES(c.instance, XR_SESSION_STATE_IDLE, XR_SESSION_STATE_EXITING);
	not_running(c.session);
	CALL(xrBeginSession(c.session, &stereo), XR_ERROR_SESSION_NOT_READY);
	CALL(xrDestroyInstance(c.instance), XR_SUCCESS); /* takes session and spaces along */
}

static void life_without_graphics(void)
{
	XrInstance instance;
	XrSession session = headless_session(&instance, XR_CURRENT_API_VERSION);
	EXPECT_STATES(instance, XR_SESSION_STATE_IDLE, XR_SESSION_STATE_READY);
	uint32_t count = 9;
	CALL(xrEnumerateSwapchainFormats(session, 0, &count, NULL), XR_SUCCESS);
	CHECK(count == 0, "%u formats without graphics", count);
	XrSwapchainCreateInfo info = swapchain_info(GL_FORMAT_SRGB, 16, 1);
	XrSwapchain swapchain;
	CALL(xrCreateSwapchain(session, &info, &swapchain), XR_ERROR_SWAPCHAIN_FORMAT_UNSUPPORTED);
	CALL(xrBeginSession(session, &stereo), XR_SUCCESS);
	EXPECT_STATES(instance, XR_SESSION_STATE_SYNCHRONIZED, XR_SESSION_STATE_VISIBLE, XR_SESSION_STATE_FOCUSED);
	XrFrameState state = wait_and_begin(session);
	CHECK(!state.shouldRender, "a frame without graphics should not be rendered");
	CALL(end_frame(session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	CALL(xrDestroySession(session), XR_SUCCESS); /* while it runs */
	CALL(xrDestroyInstance(instance), XR_SUCCESS);
}

/* A handle of another kind, none, and one whose parent is gone. */
static void handles(void)
{
	Client c = start_client();
	XrExtent2Df bounds;
	XrFrameState state = {.type = XR_TYPE_FRAME_STATE};
	CALL(xrGetReferenceSpaceBoundsRect((XrSession)c.local, XR_REFERENCE_SPACE_TYPE_STAGE, &bounds), XR_ERROR_HANDLE_INVALID);
	CALL(xrDestroySpace(c.view), XR_SUCCESS);
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	CALL(xrLocateSpace(c.view, c.local, 1, &location), XR_ERROR_HANDLE_INVALID);
	XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 16, 1);
	CALL(xrDestroySession(c.session), XR_SUCCESS);
	CALL(xrDestroySpace(c.local), XR_ERROR_HANDLE_INVALID);
	CALL(xrDestroySwapchain(swapchain), XR_ERROR_HANDLE_INVALID);
	CALL(xrWaitFrame(c.session, NULL, &state), XR_ERROR_HANDLE_INVALID);
	CALL(xrDestroyInstance(c.instance), XR_SUCCESS);
}

int main(void)
{
	const char *extensions[] = {XR_KHR_OPENGL_ENABLE_EXTENSION_NAME, XR_MNDX_EGL_ENABLE_EXTENSION_NAME};
	XrInstance instance;
	MUST(create_instance(XR_CURRENT_API_VERSION, COUNT(extensions), extensions, &instance));
	create_errors(instance, head_mounted(instance), make_context());
	MUST(xrDestroyInstance(instance));
	life_with_graphics();
	life_without_graphics();
	handles();
	return verdict();
}
