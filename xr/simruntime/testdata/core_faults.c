/* What goes wrong on demand. Each group starts the headset anew with a script of its own, in
 * stepped time. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core_client.h"

static Client c;

static void start(const char *steps, uint32_t more, const char *const *extensions)
{
	setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	setenv("SPACETIME_SIM_STEPS", steps, 1);
	static Context gl;
	if (!gl.context)
		gl = make_context();
	const char *names[16] = {XR_KHR_OPENGL_ENABLE_EXTENSION_NAME, XR_MNDX_EGL_ENABLE_EXTENSION_NAME};
	for (uint32_t i = 0; i < more; i++)
		names[2 + i] = extensions[i];
	c = (Client){.gl = gl};
	MUST(create_instance(XR_CURRENT_API_VERSION, 2 + more, names, &c.instance));
	c.system = head_mounted(c.instance);
	ask_requirements(c.instance, c.system);
	start_session(&c);
	begin(c.instance, c.session);
}

static void finish(void)
{
	MUST(xrDestroyInstance(c.instance));
}

static XrResult wait_result(XrFrameState *state)
{
	*state = (XrFrameState){.type = XR_TYPE_FRAME_STATE};
	return xrWaitFrame(c.session, NULL, state);
}

/* ---- one call ---- */

static void error_instead_of_call(void)
{
	start("fault xrBeginFrame call 2 returns XR_ERROR_OUT_OF_MEMORY", 0, NULL);
	frame(c.session);
	XrFrameState state;
	MUST(wait_result(&state));
	CALL(xrBeginFrame(c.session, NULL), XR_ERROR_OUT_OF_MEMORY);
	CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_ERROR_CALL_ORDER_INVALID); /* it did not begin */
	CALL(xrBeginFrame(c.session, NULL), XR_SUCCESS);
	CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
	finish();
}

static void success_code_after_call(void)
{
	start("fault xrBeginFrame call 2 returns XR_FRAME_DISCARDED", 0, NULL);
	frame(c.session);
	XrFrameState state;
	MUST(wait_result(&state));
	CALL(xrBeginFrame(c.session, NULL), XR_FRAME_DISCARDED);
	CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS); /* it did begin */
	finish();
}

static void image_not_ready(void)
{
	start("fault xrWaitSwapchainImage calls 1 to 2 returns XR_TIMEOUT_EXPIRED", 0, NULL);
	XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 16, 1);
	uint32_t index;
	MUST(xrAcquireSwapchainImage(swapchain, NULL, &index));
	CALL(wait_image(swapchain, 0), XR_TIMEOUT_EXPIRED);
	CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_ERROR_CALL_ORDER_INVALID); /* still only acquired */
	CALL(wait_image(swapchain, 0), XR_TIMEOUT_EXPIRED);
	CALL(wait_image(swapchain, 0), XR_SUCCESS);
	CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_SUCCESS);
	finish();
}

static void session_lost_by_a_call(void)
{
	start("fault xrLocateViews call 1 returns XR_ERROR_SESSION_LOST", 0, NULL);
	frame(c.session);
	XrViewLocateInfo info = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 1, c.local};
	XrViewState view_state = {.type = XR_TYPE_VIEW_STATE};
	XrFrameState state;
	uint32_t count;
	CALL(xrLocateViews(c.session, &info, &view_state, 0, &count, NULL), XR_ERROR_SESSION_LOST);
	CALL(wait_result(&state), XR_ERROR_SESSION_LOST); /* it stays so */
	CALL(xrRequestExitSession(c.session), XR_ERROR_SESSION_LOST);
	CALL(xrDestroySession(c.session), XR_SUCCESS);
	start_session(&c);
	begin(c.instance, c.session);
	frame(c.session);
	finish();
}

static void instance_lost_by_a_call(void)
{
	start("fault xrPollEvent call 9 returns XR_ERROR_INSTANCE_LOST", 0, NULL);
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	XrResult result = XR_SUCCESS;
	for (int i = 0; i < 9 && XR_SUCCEEDED(result); i++) {
		event.type = XR_TYPE_EVENT_DATA_BUFFER;
		result = xrPollEvent(c.instance, &event);
	}
	CHECK(result == XR_ERROR_INSTANCE_LOST, "%s", result_name(result));
	XrFrameState state;
	CALL(wait_result(&state), XR_ERROR_INSTANCE_LOST);
	CALL(xrDestroySession(c.session), XR_SUCCESS);
	MUST(xrDestroyInstance(c.instance));
	/* The next instance works, and goes on in the script: the fault is behind it. */
	const char *names[] = {XR_MND_HEADLESS_EXTENSION_NAME};
	MUST(create_instance(XR_CURRENT_API_VERSION, 1, names, &c.instance));
	for (int i = 0; i < 20; i++) {
		event.type = XR_TYPE_EVENT_DATA_BUFFER;
		CALL(xrPollEvent(c.instance, &event), XR_EVENT_UNAVAILABLE);
	}
	MUST(xrDestroyInstance(c.instance));
}

static void slow_call(void)
{
	start("fault xrBeginFrame call 3 takes 100ms", 0, NULL);
	frame(c.session);
	XrTime second = frame(c.session), third = frame(c.session), fourth = frame(c.session);
	CHECK(third - second == 13888889, "the frame before the slow call comes %lld ns later", (long long)(third - second));
	CHECK(fourth - third == 8 * 13888889ll, "the frame after a call of 100 ms comes %lld ns later, want 8 periods",
	      (long long)(fourth - third));
	finish();
}

static void *ask_properties(void *result)
{
	XrInstanceProperties properties = {.type = XR_TYPE_INSTANCE_PROPERTIES};
	*(XrResult *)result = xrGetInstanceProperties(c.instance, &properties);
	return NULL;
}

/* A call that sleeps is still the first while another thread makes the second. */
static void slow_call_and_another(void)
{
	setenv("SPACETIME_SIM_CLOCK", "real", 1);
	setenv("SPACETIME_SIM_STEPS", "fault xrGetInstanceProperties call 1 takes 300ms; "
	                              "fault xrGetInstanceProperties call 2 returns XR_ERROR_RUNTIME_FAILURE", 1);
	MUST(create_instance(XR_CURRENT_API_VERSION, 0, NULL, &c.instance));
	XrResult first, second;
	pthread_t thread;
	pthread_create(&thread, NULL, ask_properties, &first);
	usleep(100000);
	ask_properties(&second);
	pthread_join(thread, NULL);
	check_result(__LINE__, "the slow first call", first, XR_SUCCESS);
	check_result(__LINE__, "the second call", second, XR_ERROR_RUNTIME_FAILURE);
	finish();
}

/* In a process of its own, as it never comes back. */
static void hanging_call(void)
{
	pid_t child = fork();
	if (child == 0) {
		setenv("SPACETIME_SIM_STEPS", "fault xrGetInstanceProperties call 1 hangs", 1);
		XrInstance instance;
		XrInstanceProperties properties = {.type = XR_TYPE_INSTANCE_PROPERTIES};
		MUST(create_instance(XR_CURRENT_API_VERSION, 0, NULL, &instance));
		alarm(1);
		xrGetInstanceProperties(instance, &properties);
		_exit(0);
	}
	int status;
	waitpid(child, &status, 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM, "a hanging call came back, status %x", status);
}

/* ---- the session ---- */

static void loss_with_warning(void)
{
	start("100ms lose session warned", 0, NULL);
	XrFrameState state;
	XrResult result = XR_SUCCESS;
	int pending = 0;
	for (int i = 0; i < 100 && XR_SUCCEEDED(result); i++) {
		result = wait_result(&state);
		pending += result == XR_SESSION_LOSS_PENDING;
		if (XR_FAILED(result))
			break;
		result = xrBeginFrame(c.session, NULL);
		CHECK(XR_SUCCEEDED(result), "xrBeginFrame: %s", result_name(result));
		result = end_frame(c.session, state.predictedDisplayTime, 0, NULL);
	}
	CHECK(result == XR_ERROR_SESSION_LOST && pending > 10, "%s after %d warnings", result_name(result), pending);
	XrSessionState last = XR_SESSION_STATE_UNKNOWN, next;
	while ((next = next_state(c.instance)) != XR_SESSION_STATE_UNKNOWN)
		last = next;
	CHECK(last == XR_SESSION_STATE_LOSS_PENDING, "the last state is %d", last);
	finish();
}

/* The event says when; until then all works, and nothing after it. */
static void instance_loss_with_warning(void)
{
	start("100ms lose instance warned; 200ms lose instance warned", 0, NULL);
	XrFrameState state;
	XrResult result = XR_SUCCESS;
	XrTime told = 0, lost_at = 0, last = 0;
	for (int i = 0; i < 100 && XR_SUCCEEDED(result); i++) {
		if (XR_FAILED(result = wait_result(&state)))
			break;
		last = state.predictedDisplayTime - 2 * 13888889; /* when it was woken */
		CALL(xrBeginFrame(c.session, NULL), XR_SUCCESS);
		CALL(end_frame(c.session, state.predictedDisplayTime, 0, NULL), XR_SUCCESS);
		XrEventDataBuffer event;
		int events = poll(c.instance, XR_TYPE_EVENT_DATA_INSTANCE_LOSS_PENDING, &event);
		CHECK(events == 0 || (events == 1 && told == 0), "%d events, and one before", events);
		if (events > 0) {
			told = last;
			lost_at = ((XrEventDataInstanceLossPending *)&event)->lossTime;
		}
	}
	CHECK(result == XR_ERROR_INSTANCE_LOST, "%s", result_name(result));
	CHECK(told > 0 && lost_at == told + 500000000, "told at %lld to be lost at %lld", (long long)told, (long long)lost_at);
	CHECK(last < lost_at && lost_at - last <= 13888889, "lost after the frame of %lld, and not at %lld", (long long)last,
	      (long long)lost_at);
	CALL(xrRequestExitSession(c.session), XR_ERROR_INSTANCE_LOST);
	MUST(xrDestroyInstance(c.instance));
	/* The next instance works, and is not going to be lost. */
	MUST(create_instance(XR_CURRENT_API_VERSION, 0, NULL, &c.instance));
	for (int i = 0; i < 100; i++) {
		XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
		CALL(xrPollEvent(c.instance, &event), XR_EVENT_UNAVAILABLE);
	}
	finish();
}

static void fifty_losses(void)
{
	start("", 0, NULL);
	for (int i = 0; i < 50; i++) {
		GLuint texture = texture_of(make_swapchain(c.session, GL_FORMAT_SRGB, 64, 2), 0);
		frame(c.session);
		CALL(xrDestroySession(c.session), XR_SUCCESS);
		CHECK(!glIsTexture(texture), "session %d left a texture", i);
		start_session(&c);
		begin(c.instance, c.session);
	}
	finish();
}

static void unplugged(void)
{
	start("100ms unplug; 2s plug", 0, NULL);
	XrFrameState state;
	XrResult result = XR_SUCCESS;
	while (XR_SUCCEEDED(result)) {
		result = wait_result(&state);
		if (XR_SUCCEEDED(result)) {
			MUST(xrBeginFrame(c.session, NULL));
			MUST(end_frame(c.session, state.predictedDisplayTime, 0, NULL));
		}
	}
	CHECK(result == XR_ERROR_SESSION_LOST, "%s", result_name(result));
	MUST(xrDestroySession(c.session));
	XrSystemGetInfo get = {XR_TYPE_SYSTEM_GET_INFO, NULL, XR_FORM_FACTOR_HEAD_MOUNTED_DISPLAY};
	XrSystemId system;
	CALL(xrGetSystem(c.instance, &get, &system), XR_ERROR_FORM_FACTOR_UNAVAILABLE);
	int polls = 0;
	while (xrGetSystem(c.instance, &get, &system) == XR_ERROR_FORM_FACTOR_UNAVAILABLE && polls < 1000)
		polls++;
	CHECK(polls > 10 && polls < 1000, "plugged in again after %d polls", polls);
	start_session(&c);
	begin(c.instance, c.session);
	CHECK(reach(c.instance, c.session, XR_SESSION_STATE_FOCUSED) == XR_SESSION_STATE_FOCUSED, "not FOCUSED again");
	finish();
}

static XrSessionState after(int frames)
{
	XrSessionState last = XR_SESSION_STATE_UNKNOWN, next;
	for (int i = 0; i < frames; i++)
		frame(c.session);
	while ((next = next_state(c.instance)) != XR_SESSION_STATE_UNKNOWN)
		last = next;
	return last;
}

static void focus(void)
{
	start("1s session visible; 2s session hidden; 3s session focused", 0, NULL);
	static const XrSessionState want[] = {XR_SESSION_STATE_FOCUSED, XR_SESSION_STATE_VISIBLE,
	                                      XR_SESSION_STATE_SYNCHRONIZED, XR_SESSION_STATE_FOCUSED};
	after(36);
	for (uint32_t i = 0; i < COUNT(want); i++) {
		XrFrameState state = wait_and_begin(c.session);
		bool rendered = want[i] >= XR_SESSION_STATE_VISIBLE;
		CHECK(state.shouldRender == rendered, "second %u: shouldRender %u", i, state.shouldRender);
		MUST(end_frame(c.session, state.predictedDisplayTime, 0, NULL));
		XrSessionState got = after(71);
		if (i + 1 < COUNT(want))
			CHECK(got == want[i + 1], "second %u: state %d, want %d", i + 1, got, want[i + 1]);
	}
	finish();
}

static void runtime_asks_to_exit(void)
{
	start("100ms exit", 0, NULL);
	CHECK(after(20) == XR_SESSION_STATE_STOPPING, "not STOPPING");
	CALL(xrEndSession(c.session), XR_SUCCESS);
	CHECK(next_state(c.instance) == XR_SESSION_STATE_IDLE && next_state(c.instance) == XR_SESSION_STATE_EXITING,
	      "not IDLE and EXITING");
	finish();
}

/* ---- the rest ---- */

static void absurd_periods(void)
{
	static const struct {
		const char *steps;
		XrDuration want;
	} table[] = {
		{"period 0s", 0},
		{"period 59000000s", 59000000000000000},
		{"period 16ms; 50ms period normal", 16000000},
	};
	for (uint32_t i = 0; i < COUNT(table); i++) {
		start(table[i].steps, 0, NULL);
		XrFrameState first = wait_and_begin(c.session);
		MUST(end_frame(c.session, first.predictedDisplayTime, 0, NULL));
		CHECK(first.predictedDisplayPeriod == table[i].want, "%s: period %lld", table[i].steps,
		      (long long)first.predictedDisplayPeriod);
		XrFrameState second = wait_and_begin(c.session);
		CHECK(second.predictedDisplayTime - first.predictedDisplayTime == 13888889, "the display itself changed");
		MUST(end_frame(c.session, second.predictedDisplayTime, 0, NULL));
		finish();
	}
}

/* Seventy recentrings and no poll between them: the queue holds 64 events. */
static void events_lost(void)
{
	char steps[2000] = "100ms recentre";
	for (int i = 1; i < 70; i++)
		strcat(steps, "; +1ms recentre");
	start(steps, 0, NULL);
	frame(c.session);
	next_state(c.instance);
	poll(c.instance, XR_TYPE_UNKNOWN, NULL);
	for (int i = 0; i < 20; i++)
		frame(c.session);
	XrEventDataBuffer event = {.type = XR_TYPE_EVENT_DATA_BUFFER};
	MUST(xrPollEvent(c.instance, &event));
	CHECK(event.type == XR_TYPE_EVENT_DATA_EVENTS_LOST && ((XrEventDataEventsLost *)&event)->lostEventCount == 6,
	      "event type %d, want EVENTS_LOST of 6", event.type);
	int kept = poll(c.instance, XR_TYPE_EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING, NULL);
	CHECK(kept == 64, "%d events are left, want 64", kept);
	finish();
}

/* Three hundred frames are 4.2 s by the headset's clock, and much less by the machine's: the machine's
 * now is the headset's all the same. Frames are shown two periods after they are woken. */
static void machine_time(void)
{
	const char *extensions[] = {XR_KHR_CONVERT_TIMESPEC_TIME_EXTENSION_NAME};
	start("", 1, extensions);
	PFN_xrConvertTimespecTimeToTimeKHR to =
		(PFN_xrConvertTimespecTimeToTimeKHR)function(c.instance, "xrConvertTimespecTimeToTimeKHR");
	PFN_xrConvertTimeToTimespecTimeKHR from =
		(PFN_xrConvertTimeToTimespecTimeKHR)function(c.instance, "xrConvertTimeToTimespecTimeKHR");
	XrTime shown = 0, converted = 0;
	for (int i = 0; i < 300; i++)
		shown = frame(c.session);
	XrTime now = shown - 2 * 13888889;
	struct timespec machine, back;
	clock_gettime(CLOCK_MONOTONIC, &machine);
	CALL(to(c.instance, &machine, &converted), XR_SUCCESS);
	CHECK(converted <= now && converted > now - 1000000000, "the machine's now is %lld, and the headset's %lld",
	      (long long)converted, (long long)now);
	CALL(from(c.instance, shown, &back), XR_SUCCESS);
	double ahead_s = (double)(back.tv_sec - machine.tv_sec) + (back.tv_nsec - machine.tv_nsec) * 1e-9;
	CHECK(ahead_s >= 2 / 72. - 1e-6 && ahead_s < 1, "the frame is shown in %g s, want two periods", ahead_s);
	finish();
}

static void dirty_gl(void)
{
	start("gl dirty", 0, NULL);
	XrSwapchain swapchain = make_swapchain(c.session, GL_FORMAT_SRGB, 16, 1);
	GLuint own;
	GLint bound;
	while (glGetError() != GL_NO_ERROR)
		;
	glGenTextures(1, &own);
	glBindTexture(GL_TEXTURE_2D, own);
	fill_next(swapchain, 1, 0, 0, 0, 1);
	glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
	CHECK((GLuint)bound != own && glIsEnabled(GL_SCISSOR_TEST), "the state is clean");
	CHECK(glGetError() == GL_INVALID_ENUM, "no GL error is left");
	finish();
	glDisable(GL_SCISSOR_TEST);
	glDisable(GL_DEPTH_TEST);
	while (glGetError() != GL_NO_ERROR)
		;
}

/* XrEventDataUserPresenceChangedEXT, which the 1.0 headers lack. */
typedef struct PresenceChanged {
	XrStructureType type;
	const void *next;
	XrSession session;
	XrBool32 present;
} PresenceChanged;

static void presence_rates_and_mask(void)
{
	const char *extensions[] = {"XR_EXT_user_presence", XR_FB_DISPLAY_REFRESH_RATE_EXTENSION_NAME,
	                            XR_KHR_VISIBILITY_MASK_EXTENSION_NAME};
	start("1s worn off; 2s rate 90; 3s mask changed", 3, extensions);
	PFN_xrEnumerateDisplayRefreshRatesFB rates_of =
		(PFN_xrEnumerateDisplayRefreshRatesFB)function(c.instance, "xrEnumerateDisplayRefreshRatesFB");
	PFN_xrGetDisplayRefreshRateFB rate_of = (PFN_xrGetDisplayRefreshRateFB)function(c.instance, "xrGetDisplayRefreshRateFB");
	PFN_xrRequestDisplayRefreshRateFB request =
		(PFN_xrRequestDisplayRefreshRateFB)function(c.instance, "xrRequestDisplayRefreshRateFB");
	float rates[8], rate;
	uint32_t count;
	CALL(rates_of(c.session, COUNT(rates), &count, rates), XR_SUCCESS);
	CHECK(count == 4 && rates[0] == 72 && rates[3] == 120, "%u rates", count);
	CALL(rates_of(c.session, 1, &count, rates), XR_ERROR_SIZE_INSUFFICIENT);
	CALL(rate_of(c.session, &rate), XR_SUCCESS);
	CHECK(rate == 72, "%g Hz", rate);
	CALL(request(c.session, 61), XR_ERROR_DISPLAY_REFRESH_RATE_UNSUPPORTED_FB);
	for (int i = 0; i < 76; i++)
		frame(c.session);
	XrEventDataBuffer last;
	int told = poll(c.instance, (XrStructureType)1000470000, &last);
	bool present = ((PresenceChanged *)&last)->present;
	CHECK(told == 2 && !present, "%d events of presence, the last %d; want one at the begin and one of absence", told, present);
	for (int i = 0; i < 72; i++)
		frame(c.session);
	CHECK(poll(c.instance, XR_TYPE_EVENT_DATA_DISPLAY_REFRESH_RATE_CHANGED_FB, NULL) == 1, "no event of a change of rate");
	XrTime before = frame(c.session);
	CHECK(frame(c.session) - before == 11111111, "not 90 Hz");
	for (int i = 0; i < 90; i++)
		frame(c.session);
	CHECK(poll(c.instance, XR_TYPE_EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR, NULL) == 2, "no event of a change of both masks");
	CALL(request(c.session, 120), XR_SUCCESS);
	before = frame(c.session);
	CHECK(frame(c.session) - before == 8333333, "not 120 Hz");
	finish();
}

/* Hidden and visible triangles together are the whole view: their areas add up to the rectangle. */
static double area(PFN_xrGetVisibilityMaskKHR get, XrVisibilityMaskTypeKHR type, uint32_t eye)
{
	XrVector2f vertices[256];
	uint32_t indices[1024];
	XrVisibilityMaskKHR mask = {
		.type = XR_TYPE_VISIBILITY_MASK_KHR,
		.vertexCapacityInput = COUNT(vertices),
		.vertices = vertices,
		.indexCapacityInput = COUNT(indices),
		.indices = indices,
	};
	MUST(get(c.session, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, eye, type, &mask));
	double sum = 0;
	for (uint32_t i = 0; i + 2 < mask.indexCountOutput; i += 3) {
		CHECK(indices[i] < mask.vertexCountOutput, "an index beyond the vertices");
		XrVector2f a = vertices[indices[i]], b = vertices[indices[i + 1]], d = vertices[indices[i + 2]];
		double twice = (b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x);
		CHECK(twice > -1e-6, "a triangle is clockwise");
		sum += twice / 2;
	}
	return sum;
}

static void mask(void)
{
	const char *extensions[] = {XR_KHR_VISIBILITY_MASK_EXTENSION_NAME};
	start("", 1, extensions);
	PFN_xrGetVisibilityMaskKHR get = (PFN_xrGetVisibilityMaskKHR)function(c.instance, "xrGetVisibilityMaskKHR");
	const double whole = (1.110613 + 0.900404) * 2; /* (tan 48 + tan 42 degrees) by 2 tan 45 degrees */
	for (uint32_t eye = 0; eye < 2; eye++) {
		double hidden = area(get, XR_VISIBILITY_MASK_TYPE_HIDDEN_TRIANGLE_MESH_KHR, eye);
		double visible = area(get, XR_VISIBILITY_MASK_TYPE_VISIBLE_TRIANGLE_MESH_KHR, eye);
		CHECK(hidden > 0.02 * whole && hidden < 0.3 * whole, "hidden %g of %g", hidden, whole);
		CHECK(hidden + visible > whole * 0.9999 && hidden + visible < whole * 1.0001, "%g hidden and %g visible, of %g",
		      hidden, visible, whole);
	}
	XrVisibilityMaskKHR none = {.type = XR_TYPE_VISIBILITY_MASK_KHR};
	CALL(get(c.session, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 2, XR_VISIBILITY_MASK_TYPE_LINE_LOOP_KHR, &none),
	     XR_ERROR_VALIDATION_FAILURE);
	CALL(get(c.session, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 0, XR_VISIBILITY_MASK_TYPE_LINE_LOOP_KHR, &none), XR_SUCCESS);
	CHECK(none.vertexCountOutput == 32 && none.indexCountOutput == 32, "a loop of %u", none.indexCountOutput);
	finish();
}

int main(void)
{
	hanging_call(); /* first, before this process has threads */
	error_instead_of_call();
	success_code_after_call();
	image_not_ready();
	session_lost_by_a_call();
	instance_lost_by_a_call();
	slow_call();
	slow_call_and_another();
	loss_with_warning();
	instance_loss_with_warning();
	fifty_losses();
	unplugged();
	focus();
	runtime_asks_to_exit();
	absurd_periods();
	events_lost();
	machine_time();
	dirty_gl();
	presence_rates_and_mask();
	mask();
	return verdict();
}
