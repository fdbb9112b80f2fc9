/* The script at work: reading it once, and doing what has become due. */
#include "script.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "track.h"

static SimScript script;
static uint32_t next;  /* the first statement that is not done yet */
static XrTime origin;  /* when the first session began; 0 before */
static bool exit_due;  /* the program is to leave as soon as it has a session that runs */
static SimPoseTrack tracks[SIM_WHO_COUNT];

/* Of the size that controllers of the Touch kind have; what matters is that a program cannot
 * mistake one for the other. */
XrPosef sim_grip_in_aim(void)
{
	const float tilt_rad = 0.698f;
	return (XrPosef){sim_quaternion_axis_angle((XrVector3f){1, 0, 0}, tilt_rad), {0, 0, 0.05f}};
}

/* ---- poses ---- */

static XrDuration script_time(XrTime time)
{
	return origin > 0 ? time - origin : 0;
}

static SimMotion motion_of(int who, XrTime time, XrSpaceLocationFlags flags)
{
	SimMotion motion = sim_track_at(&tracks[who], script_time(time));
	motion.time = time;
	motion.flags = flags;
	return motion;
}

SimMotion sim_head_motion(XrTime time)
{
	return motion_of(SIM_WHO_HEAD, time, sim.device.head.flags);
}

SimMotion sim_hand_motion(SimSourceKind source, bool aim, XrTime time)
{
	const SimSource *device = &sim.device.source[source];
	if (device->placed)
		return sim_motion_at(aim ? &device->aim : &device->grip, time);
	SimMotion motion = motion_of((int)source, time, device->aim.flags);
	return aim ? motion : sim_motion_offset(&motion, sim_grip_in_aim());
}

/* ---- doing ---- */

static void set_tracking(const SimStatement *s)
{
	if (s->who == SIM_WHO_HEAD) {
		sim.device.head.flags = s->flags;
		return;
	}
	sim.device.source[s->who].aim.flags = s->flags;
	sim.device.source[s->who].grip.flags = s->flags;
}

static void set_component(const SimStatement *s)
{
	for (int i = 0; i < 2; i++)
		if (s->component[i] >= 0)
			sim.device.source[s->who].component[s->component[i]] = s->number[i];
}

/* A controller of another kind has other components, and none of them is pressed. */
static void set_profile(const SimStatement *s)
{
	for (int hand = SIM_SOURCE_LEFT; hand <= SIM_SOURCE_RIGHT; hand++) {
		SimSource *source = &sim.device.source[hand];
		snprintf(source->profile, sizeof source->profile, "%s%s", SIM_PROFILES, s->text);
		memset(source->component, 0, sizeof source->component);
	}
}

/* LOCAL moves to where the head is, and is turned as it is about the vertical only. */
static void recentre(const SimStatement *s)
{
	XrPosef head = sim_head_motion(sim_now()).pose;
	XrVector3f ahead = sim_rotate(head.orientation, (XrVector3f){0, 0, -1});
	float yaw = atan2f(-ahead.x, -ahead.z);
	XrPosef local = {sim_quaternion_axis_angle((XrVector3f){0, 1, 0}, yaw), head.position};
	sim_device_recentre(local, s->duration, s->on);
}

static void set_rate(const SimStatement *s)
{
	if (!sim_device_set_rate(s->number[0]))
		sim_message(SIM_WARNING, "script-rate", "line %u: this display has no rate of %g Hz", s->line,
		            (double)s->number[0]);
}

static void add_fault(const SimStatement *s)
{
	SimFault fault = s->fault;
	if (s->at != SIM_SETUP)
		fault.first_call += sim_function_calls(fault.function);
	if (!sim_fault_add(&fault))
		sim_message(SIM_WARNING, "script-faults", "line %u: there are too many faults already", s->line);
}

/* The environment, which the command line sets, goes before the script. */
static bool is_set(const char *variable)
{
	const char *value = getenv(variable);
	return value && *value;
}

static void act(const SimStatement *s)
{
	SimDevice *device = &sim.device;
	switch (s->verb) {
	case SIM_VERB_POSE:
		break; /* in the tracks since it was read */
	case SIM_VERB_TRACKING:
		set_tracking(s);
		break;
	case SIM_VERB_CONNECT:
		device->source[s->who].connected = s->on;
		break;
	case SIM_VERB_COMPONENT:
		set_component(s);
		break;
	case SIM_VERB_PROFILE:
		set_profile(s);
		break;
	case SIM_VERB_MODEL:
		break; /* before everything else */
	case SIM_VERB_CLOCK:
		if (!is_set("SPACETIME_SIM_CLOCK"))
			sim_clock_start(s->clock);
		break;
	case SIM_VERB_PLUG:
		sim_device_plug(s->on);
		break;
	case SIM_VERB_WORN:
		sim_device_set_worn(s->on);
		break;
	case SIM_VERB_SESSION:
		sim_device_set_visibility(s->visible, s->on);
		break;
	case SIM_VERB_RECENTRE:
		recentre(s);
		break;
	case SIM_VERB_PERIOD:
		device->period_overridden = s->on;
		device->period_override = s->duration;
		break;
	case SIM_VERB_RATE:
		set_rate(s);
		break;
	case SIM_VERB_BOUNDS:
		device->bounds_known = s->on;
		device->bounds = (XrExtent2Df){s->number[0], s->number[1]};
		break;
	case SIM_VERB_IPD:
		device->ipd_m = s->number[0];
		break;
	case SIM_VERB_MASK:
		sim_device_visibility_mask_changed();
		break;
	case SIM_VERB_GL:
		device->leave_gl_dirty = s->on;
		break;
	case SIM_VERB_LOSE:
		if (s->instance)
			sim_device_lose_instance(s->on);
		else
			sim_device_lose_session(s->on);
		break;
	case SIM_VERB_EXIT:
		exit_due = true;
		break;
	case SIM_VERB_FAULT:
		add_fault(s);
		break;
	case SIM_VERB_EXPECT:
		break; /* reported from the start, as a program may end before its time comes */
	}
}

static void do_until(XrDuration time)
{
	while (next < script.count && script.statements[next].at <= time)
		act(&script.statements[next++]);
}

void sim_device_advance(XrTime now)
{
	sim_device_settle(now);
	if (origin == 0 && sim.session && sim.session->running)
		origin = now;
	if (origin > 0)
		do_until(now - origin);
	if (exit_due && sim.session && sim.session->running) {
		exit_due = false;
		sim_device_ask_exit();
	}
}

/* ---- reading ---- */

/* read_stream returns all of a file as text; NULL with errno set when it cannot. */
static char *read_stream(FILE *file, size_t *size)
{
	char *text = NULL;
	size_t room = 1 << 16;
	for (*size = 0;; room *= 2) {
		char *longer = realloc(text, room);
		if (!longer)
			break;
		text = longer;
		*size += fread(text + *size, 1, room - *size, file);
		if (*size == room)
			continue;
		if (ferror(file))
			break;
		text[*size] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

static char *read_file(const char *path)
{
	size_t size = 0;
	FILE *file = fopen(path, "rb");
	char *text = file ? read_stream(file, &size) : NULL;
	if (!text)
		sim_script_refuse("%s: %s", path, strerror(errno));
	if (file)
		fclose(file);
	if (text && strlen(text) != size) {
		sim_script_refuse("%s: this is no text: it has a byte of value 0", path);
		free(text);
		return NULL;
	}
	return text;
}

static bool read_all(void)
{
	script.hands = sim_profile_named(sim.device.source[SIM_SOURCE_LEFT].profile);
	if (sim.config.script[0]) {
		char *text = read_file(sim.config.script);
		bool ok = text && sim_script_read(&script, sim.config.script, text, '\n');
		free(text);
		if (!ok)
			return false;
	}
	return sim_script_read(&script, "SPACETIME_SIM_STEPS", sim.config.steps, ';');
}

/* A stable sort: insertion from behind, as nearly all is in order already. */
static void sort(void)
{
	for (uint32_t i = 1; i < script.count; i++) {
		SimStatement moved = script.statements[i];
		uint32_t j = i;
		for (; j > 0 && script.statements[j - 1].at > moved.at; j--)
			script.statements[j] = script.statements[j - 1];
		script.statements[j] = moved;
	}
}

static bool lay_track(const SimStatement *s)
{
	SimPoseTrack *track = &tracks[s->who];
	XrDuration start = s->at == SIM_SETUP ? 0 : s->at;
	const float *n = s->number;
	if (s->has_position && !sim_track_move(track, start, s->duration, (XrVector3f){n[0], n[1], n[2]}))
		return false;
	return !s->has_orientation || sim_track_turn(track, start, s->duration, (XrQuaternionf){n[3], n[4], n[5], n[6]});
}

static bool lay_tracks(void)
{
	for (uint32_t i = 0; i < script.count; i++)
		if (script.statements[i].verb == SIM_VERB_POSE && !lay_track(&script.statements[i]))
			return false;
	return true;
}

static void forget(void)
{
	free(script.statements);
	script = (SimScript){0};
	next = 0;
	origin = 0;
	exit_due = false;
	for (int who = 0; who < SIM_WHO_COUNT; who++)
		sim_track_clear(&tracks[who]);
}

static void report_expectations(void)
{
	for (uint32_t i = 0; i < script.count; i++) {
		const SimStatement *s = &script.statements[i];
		if (s->verb == SIM_VERB_EXPECT)
			sim_report("expect", "\"line\":%u,\"subject\":\"%s\",\"operation\":\"%s\",\"value\":%.9g", s->line, s->text,
			           s->operation, s->value);
	}
}

/* The model comes first, as what the device is like depends on it. */
static void choose_model(void)
{
	for (uint32_t i = 0; i < script.count && !is_set("SPACETIME_SIM_MODEL"); i++)
		if (script.statements[i].verb == SIM_VERB_MODEL)
			sim.model = sim_model_by_name(script.statements[i].text);
	sim_device_reset();
	SimSource *gamepad = &sim.device.source[SIM_SOURCE_GAMEPAD];
	snprintf(gamepad->profile, sizeof gamepad->profile, "%s", SIM_PROFILES "microsoft/xbox_controller");
	for (int source = 0; source < SIM_SOURCE_COUNT; source++)
		tracks[source].first = sim.device.source[source].aim.pose;
	tracks[SIM_WHO_HEAD].first = sim.device.head.pose;
}

XrResult sim_script_start(void)
{
	forget();
	if (!read_all())
		return XR_ERROR_INITIALIZATION_FAILED;
	choose_model();
	sort();
	if (!lay_tracks())
		return XR_ERROR_OUT_OF_MEMORY;
	do_until(SIM_SETUP);
	report_expectations(); /* by the clock that the script has chosen by now */
	return XR_SUCCESS;
}
