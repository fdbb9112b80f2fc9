/* Spaces: where things are in each other, how they move, and what is refused. Each group starts
 * the headset anew with a script of its own. */
#include <math.h>

#include "core_client.h"

#define ALL_FLAGS 0xF
#define PERIOD 13888889 /* ns, of the test model's 72 Hz */

static XrInstance instance;
static XrSession session;
static XrTime start; /* when the script's time is 0 */

/* The first frame is woken when the script starts, and shown two periods later. */
static void begin_script(const char *steps, uint32_t count, const char *const *extensions)
{
	setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	setenv("SPACETIME_SIM_STEPS", steps, 1);
	const char *names[8] = {XR_MND_HEADLESS_EXTENSION_NAME};
	for (uint32_t i = 0; i < count; i++)
		names[1 + i] = extensions[i];
	MUST(create_instance(XR_CURRENT_API_VERSION, 1 + count, names, &instance));
	MUST(create_session(instance, head_mounted(instance), NULL, &session));
	begin(instance, session);
	start = frame(session) - 2 * PERIOD;
}

static XrSpace space_of(XrReferenceSpaceType type, XrPosef pose)
{
	XrSpace space = XR_NULL_HANDLE;
	MUST(create_space(session, type, pose, &space));
	return space;
}

static bool near_vector(XrVector3f a, XrVector3f b)
{
	return fabsf(a.x - b.x) < 1e-4f && fabsf(a.y - b.y) < 1e-4f && fabsf(a.z - b.z) < 1e-4f;
}

static bool near_turn(XrQuaternionf a, XrQuaternionf b)
{
	return fabsf(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w) > 1 - 1e-6f;
}

static void expect_pose(int line, XrSpace space, XrSpace base, XrTime time, XrPosef want)
{
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	MUST(xrLocateSpace(space, base, time, &location));
	XrVector3f p = location.pose.position, w = want.position;
	XrQuaternionf q = location.pose.orientation, v = want.orientation;
	if (location.locationFlags == ALL_FLAGS && near_vector(p, w) && near_turn(q, v))
		return;
	failures++;
	printf("line %d: flags %llx at %g %g %g turned %g %g %g %g; want %g %g %g turned %g %g %g %g\n", line,
	       (unsigned long long)location.locationFlags, p.x, p.y, p.z, q.x, q.y, q.z, q.w, w.x, w.y, w.z, v.x, v.y, v.z,
	       v.w);
}

static void expect_velocity(int line, XrSpace space, XrSpace base, XrTime time, XrVector3f linear, XrVector3f angular)
{
	XrSpaceVelocity velocity = {.type = XR_TYPE_SPACE_VELOCITY};
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION, .next = &velocity};
	MUST(xrLocateSpace(space, base, time, &location));
	XrVector3f l = velocity.linearVelocity, a = velocity.angularVelocity;
	if (velocity.velocityFlags == 3 && near_vector(l, linear) && near_vector(a, angular))
		return;
	failures++;
	printf("line %d: flags %llx, linear %g %g %g, angular %g %g %g; want linear %g %g %g, angular %g %g %g\n", line,
	       (unsigned long long)velocity.velocityFlags, l.x, l.y, l.z, a.x, a.y, a.z, linear.x, linear.y, linear.z,
	       angular.x, angular.y, angular.z);
}

#define HALF 0.70710678f /* sin and cos of 45 degrees: half of a quarter turn */

static const XrQuaternionf ahead = {0, 0, 0, 1};
static const XrQuaternionf to_left = {0, HALF, 0, HALF};   /* a quarter turn about y */
static const XrQuaternionf to_right = {0, -HALF, 0, HALF};

/* The head at (1, 1.7, -2), turned to the left. LOCAL is 1.6 m above the floor's centre. */
static void algebra(void)
{
	begin_script("head at 1 1.7 -2 turn 90 0 0", 0, NULL);
	XrSpace view = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, identity);
	XrSpace local = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, identity);
	XrSpace stage = space_of(XR_REFERENCE_SPACE_TYPE_STAGE, identity);
	XrSpace before_eyes = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, (XrPosef){ahead, {0, 0, -3}});
	XrSpace turned = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, (XrPosef){to_right, {0, 1, 0}});
	XrTime now = start + PERIOD;
	expect_pose(__LINE__, view, stage, now, (XrPosef){to_left, {1, 1.7f, -2}});
	expect_pose(__LINE__, view, local, now, (XrPosef){to_left, {1, 0.1f, -2}});
	expect_pose(__LINE__, local, view, now, (XrPosef){to_right, {-2, -0.1f, -1}});
	expect_pose(__LINE__, local, stage, now, (XrPosef){ahead, {0, 1.6f, 0}});
	expect_pose(__LINE__, before_eyes, view, now, (XrPosef){ahead, {0, 0, -3}});
	expect_pose(__LINE__, before_eyes, stage, now, (XrPosef){to_left, {-2, 1.7f, -2}});
	expect_pose(__LINE__, stage, turned, now, (XrPosef){to_left, {0, -2.6f, 0}});
	expect_pose(__LINE__, view, turned, now, (XrPosef){{0, 1, 0, 0}, {-2, -0.9f, -1}});
	expect_pose(__LINE__, view, view, now, (XrPosef){ahead, {0, 0, 0}});
	MUST(xrDestroyInstance(instance));
}

/* From 0 to 1 s the head moves 2 m to the right; from 2 to 3 s it makes a quarter turn. */
static void motion(void)
{
	begin_script("0s head at 2 1.6 0 over 1s; 2s head turn 90 0 0 over 1s", 0, NULL);
	XrSpace view = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, identity);
	XrSpace local = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, identity);
	XrSpace before_eyes = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, (XrPosef){ahead, {0, 0, -1}});
	const float quarter = 1.57079633f; /* rad/s */
	XrTime moving = start + 500000000, still = start + 1500000000, turning = start + 2000000001;
	expect_pose(__LINE__, view, local, moving, (XrPosef){ahead, {1, 0, 0}});
	expect_velocity(__LINE__, view, local, moving, (XrVector3f){2, 0, 0}, (XrVector3f){0, 0, 0});
	expect_velocity(__LINE__, local, view, moving, (XrVector3f){-2, 0, 0}, (XrVector3f){0, 0, 0});
	expect_velocity(__LINE__, view, local, still, (XrVector3f){0, 0, 0}, (XrVector3f){0, 0, 0});
	expect_pose(__LINE__, view, local, still, (XrPosef){ahead, {2, 0, 0}});
	expect_velocity(__LINE__, view, local, turning, (XrVector3f){0, 0, 0}, (XrVector3f){0, quarter, 0});
	expect_velocity(__LINE__, before_eyes, local, turning, (XrVector3f){-quarter, 0, 0}, (XrVector3f){0, quarter, 0});
	/* Seen from the head, LOCAL swings round it the other way, 2 m off on the left. */
	expect_velocity(__LINE__, local, view, turning, (XrVector3f){0, 0, -2 * quarter}, (XrVector3f){0, -quarter, 0});
	MUST(xrDestroyInstance(instance));
}

static void expect_flags(XrSpace space, XrSpace base, XrTime time, XrSpaceLocationFlags want)
{
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	MUST(xrLocateSpace(space, base, time, &location));
	CHECK(location.locationFlags == want, "flags %llx at %lld ms, want %llx", (unsigned long long)location.locationFlags,
	      (long long)((time - start) / 1000000), (unsigned long long)want);
}

static void frames_until(XrTime time)
{
	while (frame(session) < time)
		;
}

static void tracking(void)
{
	begin_script("1s head tracking inferred; 2s head tracking orientation; 3s head tracking lost; 4s head tracking full", 0, NULL);
	XrSpace view = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, identity);
	XrSpace local = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, identity);
	XrSpace stage = space_of(XR_REFERENCE_SPACE_TYPE_STAGE, identity);
	static const XrSpaceLocationFlags want[] = {
		ALL_FLAGS,
		XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT,
		XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT |
			XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT,
		0,
		ALL_FLAGS,
	};
	for (uint32_t second = 0; second < COUNT(want); second++) {
		XrTime time = start + second * 1000000000ll + 500000000;
		frames_until(time);
		expect_flags(view, local, time, want[second]);
		expect_flags(stage, local, time, ALL_FLAGS);
	}
	MUST(xrDestroyInstance(instance));
}

static void recentre(void)
{
	const char *floor[] = {"XR_EXT_local_floor"};
	begin_script("head at 1 1.5 0 turn 90 20 0; 1s recentre after 500ms", 1, floor);
	XrSpace local = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, identity);
	XrSpace floors = space_of((XrReferenceSpaceType)1000426000, identity);
	XrSpace stage = space_of(XR_REFERENCE_SPACE_TYPE_STAGE, identity);
	expect_pose(__LINE__, floors, stage, start + PERIOD, (XrPosef){ahead, {0, 0, 0}});
	poll(instance, XR_TYPE_UNKNOWN, NULL);
	frames_until(start + 1100000000);
	XrEventDataBuffer buffer;
	int told = poll(instance, XR_TYPE_EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING, &buffer);
	XrEventDataReferenceSpaceChangePending *event = (XrEventDataReferenceSpaceChangePending *)&buffer;
	CHECK(told == 2, "%d events of a change, want LOCAL's and LOCAL_FLOOR's", told);
	CHECK(event->session == session && event->referenceSpaceType == (XrReferenceSpaceType)1000426000 && event->poseValid &&
	          near_vector(event->poseInPreviousSpace.position, (XrVector3f){1, 0, 0}) &&
	          near_turn(event->poseInPreviousSpace.orientation, to_left),
	      "the event of LOCAL_FLOOR is wrong");
	/* Until then it is where it was; from then on under the head, turned but not tilted. */
	expect_pose(__LINE__, local, stage, event->changeTime - 1, (XrPosef){ahead, {0, 1.6f, 0}});
	expect_pose(__LINE__, local, stage, event->changeTime, (XrPosef){to_left, {1, 1.5f, 0}});
	expect_pose(__LINE__, floors, stage, event->changeTime, (XrPosef){to_left, {1, 0, 0}});
	expect_pose(__LINE__, floors, stage, start + 1700000000, (XrPosef){to_left, {1, 0, 0}});
	MUST(xrDestroyInstance(instance));
}

static void views(void)
{
	begin_script("head at 0 1.6 0; model canted", 0, NULL);
	XrSpace view = space_of(XR_REFERENCE_SPACE_TYPE_VIEW, identity);
	XrView v[2];
	locate_views(session, view, start + PERIOD, v);
	const float sin_half_cant = 0.04361939f; /* of 2.5 degrees */
	CHECK(fabsf(v[1].pose.position.x - v[0].pose.position.x - 0.0635f) < 1e-6f, "the eyes are %g m apart",
	      v[1].pose.position.x - v[0].pose.position.x);
	CHECK(fabsf(v[0].pose.orientation.y - sin_half_cant) < 1e-5f && fabsf(v[1].pose.orientation.y + sin_half_cant) < 1e-5f,
	      "the eyes are not turned outward: %g %g", v[0].pose.orientation.y, v[1].pose.orientation.y);
	CHECK(v[0].fov.angleLeft == -v[1].fov.angleRight && v[0].fov.angleLeft < -v[0].fov.angleRight,
	      "the fields of view are not mirrored and wider outward");
	XrViewLocateInfo info = {XR_TYPE_VIEW_LOCATE_INFO, NULL, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, start, view};
	XrViewState state = {.type = XR_TYPE_VIEW_STATE};
	uint32_t count;
	CALL(xrLocateViews(session, &info, &state, 0, &count, NULL), XR_SUCCESS);
	CHECK(count == 2 && state.viewStateFlags == ALL_FLAGS, "%u views, flags %llx", count,
	      (unsigned long long)state.viewStateFlags);
	CALL(xrLocateViews(session, &info, &state, 1, &count, v), XR_ERROR_SIZE_INSUFFICIENT);
	info.displayTime = 0;
	CALL(xrLocateViews(session, &info, &state, 2, &count, v), XR_ERROR_TIME_INVALID);
	info.displayTime = start;
	info.viewConfigurationType = XR_VIEW_CONFIGURATION_TYPE_PRIMARY_MONO;
	CALL(xrLocateViews(session, &info, &state, 2, &count, v), XR_ERROR_VIEW_CONFIGURATION_TYPE_UNSUPPORTED);
	MUST(xrDestroyInstance(instance));
}

static void errors(void)
{
	begin_script("bounds none", 0, NULL);
	XrSpace local = space_of(XR_REFERENCE_SPACE_TYPE_LOCAL, identity), made;
	XrSpaceLocation location = {.type = XR_TYPE_SPACE_LOCATION};
	CALL(xrLocateSpace(local, local, 0, &location), XR_ERROR_TIME_INVALID);
	CALL(xrLocateSpace(local, local, -1, &location), XR_ERROR_TIME_INVALID);
	location.type = XR_TYPE_SPACE_VELOCITY;
	CALL(xrLocateSpace(local, local, 1, &location), XR_ERROR_VALIDATION_FAILURE);
	CALL(create_space(session, (XrReferenceSpaceType)77, identity, &made), XR_ERROR_REFERENCE_SPACE_UNSUPPORTED);
	CALL(create_space(session, (XrReferenceSpaceType)1000426000, identity, &made), XR_ERROR_REFERENCE_SPACE_UNSUPPORTED);
	CALL(create_space(session, XR_REFERENCE_SPACE_TYPE_LOCAL, (XrPosef){{0, 0, 0, 0}, {0, 0, 0}}, &made), XR_ERROR_POSE_INVALID);
	CALL(create_space(session, XR_REFERENCE_SPACE_TYPE_LOCAL, (XrPosef){{0, 0, 0, 2}, {0, 0, 0}}, &made), XR_ERROR_POSE_INVALID);
	CALL(create_space(session, XR_REFERENCE_SPACE_TYPE_LOCAL, (XrPosef){{0, 0, 0, 1}, {NAN, 0, 0}}, &made), XR_ERROR_POSE_INVALID);
	XrExtent2Df bounds = {5, 5};
	CALL(xrGetReferenceSpaceBoundsRect(session, XR_REFERENCE_SPACE_TYPE_STAGE, &bounds), XR_SPACE_BOUNDS_UNAVAILABLE);
	CHECK(bounds.width == 0 && bounds.height == 0, "bounds %g x %g", bounds.width, bounds.height);
	XrReferenceSpaceType types[8];
	uint32_t count;
	CALL(xrEnumerateReferenceSpaces(session, COUNT(types), &count, types), XR_SUCCESS);
	CHECK(count == 3, "%u reference spaces", count);
	CALL(xrEnumerateReferenceSpaces(session, 1, &count, types), XR_ERROR_SIZE_INSUFFICIENT);
	MUST(xrDestroyInstance(instance));
}

int main(void)
{
	algebra();
	motion();
	tracking();
	recentre();
	views();
	errors();
	return verdict();
}
