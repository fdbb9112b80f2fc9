/* The grammar of the script: one function for each kind of statement.
 *
 *   LINE      = [TIME | "+" TIME] STATEMENT ["#" COMMENT]
 *   STATEMENT = head | left | right | gamepad ... | model | clock | profile | worn | session | plug | unplug
 *             | recentre | period | rate | bounds | ipd | mask | gl | lose | exit | fault | expect
 */
#include "script.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the lines so far mean for the ones that follow. */
typedef struct State {
	SimScript *script;
	XrDuration now; /* of the last line that had a time; SIM_SETUP before */
	const SimProfile *hands;
} State;

typedef bool ReadStatement(SimReader *reader, State *state, SimStatement *statement);

static const char *const on_off[] = {"on", "off", NULL};

static SimStatement *append(SimScript *script, const SimStatement *statement)
{
	if (script->count == script->room) {
		uint32_t room = script->room ? 2 * script->room : 64;
		SimStatement *statements = realloc(script->statements, room * sizeof *statements);
		if (!statements)
			return NULL;
		script->statements = statements;
		script->room = room;
	}
	script->statements[script->count] = *statement;
	return &script->statements[script->count++];
}

/* ---- poses ---- */

#define FARTHEST_M 1e4

static bool read_position(SimReader *reader, SimStatement *statement)
{
	statement->has_position = true;
	return sim_reader_number(reader, "x in metres", -FARTHEST_M, FARTHEST_M, &statement->number[0]) &&
	       sim_reader_number(reader, "y in metres", -FARTHEST_M, FARTHEST_M, &statement->number[1]) &&
	       sim_reader_number(reader, "z in metres", -FARTHEST_M, FARTHEST_M, &statement->number[2]);
}

static XrQuaternionf turned(float yaw_deg, float pitch_deg, float roll_deg)
{
	const float rad = (float)(M_PI / 180);
	XrQuaternionf yaw = sim_quaternion_axis_angle((XrVector3f){0, 1, 0}, yaw_deg * rad);
	XrQuaternionf pitch = sim_quaternion_axis_angle((XrVector3f){1, 0, 0}, pitch_deg * rad);
	XrQuaternionf roll = sim_quaternion_axis_angle((XrVector3f){0, 0, 1}, roll_deg * rad);
	return sim_quaternion_multiply(sim_quaternion_multiply(yaw, pitch), roll);
}

static bool read_turn(SimReader *reader, SimStatement *statement)
{
	float yaw, pitch, roll;
	statement->has_orientation = true;
	if (!sim_reader_number(reader, "yaw in degrees", -360, 360, &yaw) ||
	    !sim_reader_number(reader, "pitch in degrees", -360, 360, &pitch) ||
	    !sim_reader_number(reader, "roll in degrees", -360, 360, &roll))
		return false;
	XrQuaternionf q = turned(yaw, pitch, roll);
	memcpy(&statement->number[3], &q, sizeof q);
	return true;
}

static bool read_quaternion(SimReader *reader, SimStatement *statement)
{
	float *q = &statement->number[3], norm = 0;
	statement->has_orientation = true;
	for (int i = 0; i < 4; i++) {
		if (!sim_reader_number(reader, "x, y, z and w of a unit quaternion", -1, 1, &q[i]))
			return false;
		norm += q[i] * q[i];
	}
	norm = sqrtf(norm);
	if (fabsf(norm - 1) > 0.01f)
		return sim_reader_fail(reader, "a quaternion of length 1 before it (this one has %g)", (double)norm);
	for (int i = 0; i < 4; i++)
		q[i] /= norm;
	return true;
}

static bool read_pose(SimReader *reader, SimStatement *statement)
{
	statement->verb = SIM_VERB_POSE;
	while (sim_reader_peek(reader)) {
		bool ok;
		if (sim_reader_take(reader, "at"))
			ok = read_position(reader, statement);
		else if (sim_reader_take(reader, "turn"))
			ok = read_turn(reader, statement);
		else if (sim_reader_take(reader, "quaternion"))
			ok = read_quaternion(reader, statement);
		else if (sim_reader_take(reader, "over"))
			ok = sim_reader_duration(reader, &statement->duration);
		else
			ok = sim_reader_fail(reader, "at X Y Z, turn YAW PITCH ROLL, quaternion X Y Z W or over TIME");
		if (!ok)
			return false;
	}
	return statement->has_position || statement->has_orientation || sim_reader_fail(reader, "at, turn or quaternion");
}

static bool read_tracking(SimReader *reader, SimStatement *statement)
{
	static const char *const words[] = {"full", "inferred", "orientation", "lost", NULL};
	static const XrSpaceLocationFlags flags[] = {
		XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT |
			XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT | XR_SPACE_LOCATION_POSITION_TRACKED_BIT,
		XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT,
		XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT |
			XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT,
		0,
	};
	uint32_t place;
	statement->verb = SIM_VERB_TRACKING;
	if (!sim_reader_choice(reader, words, &place))
		return false;
	statement->flags = flags[place];
	return true;
}

/* ---- buttons, triggers, sticks ---- */

static bool read_component_value(SimReader *reader, XrActionType type, SimStatement *statement)
{
	if (type == XR_ACTION_TYPE_VECTOR2F_INPUT)
		return sim_reader_number(reader, "x of the stick", -1, 1, &statement->number[0]) &&
		       sim_reader_number(reader, "y of the stick", -1, 1, &statement->number[1]);
	if (type == XR_ACTION_TYPE_FLOAT_INPUT)
		return sim_reader_number(reader, "how far", -1, 1, &statement->number[0]);
	uint32_t place;
	if (!sim_reader_choice(reader, on_off, &place))
		return false;
	statement->number[0] = place == 0 ? 1 : 0;
	return true;
}

/* A component that is held for a while is let go by a second statement. */
static bool read_hold(SimReader *reader, State *state, const SimStatement *statement)
{
	if (!sim_reader_take(reader, "for"))
		return true;
	SimStatement release = *statement;
	XrDuration length;
	if (!sim_reader_duration(reader, &length))
		return false;
	release.at = (statement->at == SIM_SETUP ? 0 : statement->at) + length;
	release.number[0] = release.number[1] = 0;
	return append(state->script, &release) != NULL;
}

static const SimProfile *profile_of(const State *state, int who)
{
	return who == SIM_SOURCE_GAMEPAD ? sim_profile_named(SIM_PROFILES "microsoft/xbox_controller") : state->hands;
}

static bool read_component(SimReader *reader, State *state, SimStatement *statement)
{
	static const char *const users[] = {"/user/hand/left", "/user/hand/right", "/user/gamepad"};
	const SimProfile *profile = profile_of(state, statement->who);
	const char *user = users[statement->who], *word = sim_reader_peek(reader);
	if (!word || !profile)
		return sim_reader_fail(reader, "at, turn, quaternion, tracking, on, off or a component such as trigger/value");
	XrActionType type = sim_component_type(word);
	bool stick = type == XR_ACTION_TYPE_VECTOR2F_INPUT;
	char axis[1100];
	snprintf(axis, sizeof axis, "%s%s", word, stick ? "/x" : "");
	statement->verb = SIM_VERB_COMPONENT;
	statement->component[0] = (int16_t)sim_profile_component(profile, user, axis);
	snprintf(axis, sizeof axis, "%s/y", word);
	statement->component[1] = stick ? (int16_t)sim_profile_component(profile, user, axis) : -1;
	if (statement->component[0] < 0 || type > XR_ACTION_TYPE_VECTOR2F_INPUT)
		return sim_reader_fail(reader, "at, turn, quaternion, tracking, on, off or a component of %s of %s",
		                       user, profile->name);
	reader->next++;
	return read_component_value(reader, type, statement) && read_hold(reader, state, statement);
}

static bool read_device(SimReader *reader, State *state, SimStatement *statement)
{
	const char *word = sim_reader_peek(reader);
	bool has_pose = statement->who != SIM_SOURCE_GAMEPAD;
	if (has_pose && sim_reader_take(reader, "tracking"))
		return read_tracking(reader, statement);
	if (has_pose && word && (strcmp(word, "at") == 0 || strcmp(word, "turn") == 0 || strcmp(word, "quaternion") == 0))
		return read_pose(reader, statement);
	if (statement->who == SIM_WHO_HEAD)
		return sim_reader_fail(reader, "at, turn, quaternion or tracking");
	if (sim_reader_take(reader, "on") || sim_reader_take(reader, "off")) {
		statement->verb = SIM_VERB_CONNECT;
		statement->on = strcmp(word, "on") == 0;
		return true;
	}
	return read_component(reader, state, statement);
}

static bool read_head(SimReader *reader, State *state, SimStatement *statement)
{
	statement->who = SIM_WHO_HEAD;
	return read_device(reader, state, statement);
}

static bool read_left(SimReader *reader, State *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_LEFT;
	return read_device(reader, state, statement);
}

static bool read_right(SimReader *reader, State *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_RIGHT;
	return read_device(reader, state, statement);
}

static bool read_gamepad(SimReader *reader, State *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_GAMEPAD;
	return read_device(reader, state, statement);
}

/* ---- what the device is ---- */

static bool is_of_hands(const SimProfile *profile)
{
	return strncmp(profile->users, "/user/hand/", strlen("/user/hand/")) == 0;
}

static bool read_profile(SimReader *reader, State *state, SimStatement *statement)
{
	const char *word = sim_reader_peek(reader);
	for (uint32_t i = 0; word && i < sim_profile_count; i++) {
		if (!is_of_hands(&sim_profiles[i]) || !sim_reader_take(reader, sim_profiles[i].name))
			continue;
		state->hands = &sim_profiles[i];
		statement->verb = SIM_VERB_PROFILE;
		statement->text = sim_profiles[i].name;
		return true;
	}
	return sim_reader_fail(reader, "a profile of two hands such as oculus/touch_controller");
}

static bool read_model(SimReader *reader, State *state, SimStatement *statement)
{
	if (state->now != SIM_SETUP)
		return sim_reader_fail(reader, "model before the first line with a time");
	const char *names[64] = {NULL};
	for (uint32_t i = 0; i < sim_model_count && i < SIM_COUNT(names) - 1; i++)
		names[i] = sim_models[i].name;
	uint32_t place;
	if (!sim_reader_choice(reader, names, &place))
		return false;
	statement->verb = SIM_VERB_MODEL;
	statement->text = names[place];
	return true;
}

static bool read_clock(SimReader *reader, State *state, SimStatement *statement)
{
	static const char *const kinds[] = {"real", "stepped", NULL};
	uint32_t place;
	if (state->now != SIM_SETUP)
		return sim_reader_fail(reader, "clock before the first line with a time");
	statement->verb = SIM_VERB_CLOCK;
	if (!sim_reader_choice(reader, kinds, &place))
		return false;
	statement->clock = place == 0 ? SIM_CLOCK_REAL : SIM_CLOCK_STEPPED;
	return true;
}

static bool read_worn(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	uint32_t place;
	statement->verb = SIM_VERB_WORN;
	bool ok = sim_reader_choice(reader, on_off, &place);
	statement->on = place == 0;
	return ok;
}

static bool read_session(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"focused", "visible", "hidden", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_SESSION;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->on = place == 0;
	statement->visible = place <= 1;
	return ok;
}

static bool read_plug(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_PLUG;
	statement->on = true;
	return true;
}

static bool read_unplug(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_PLUG;
	return true;
}

static bool read_recentre(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_RECENTRE;
	statement->on = !sim_reader_take(reader, "unposed");
	return !sim_reader_take(reader, "after") || sim_reader_duration(reader, &statement->duration);
}

static bool read_period(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_PERIOD;
	if (sim_reader_take(reader, "normal"))
		return true;
	statement->on = true;
	return sim_reader_duration(reader, &statement->duration);
}

static bool read_rate(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_RATE;
	return sim_reader_number(reader, "a rate in Hz", 1, 1000, &statement->number[0]);
}

static bool read_bounds(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_BOUNDS;
	if (sim_reader_take(reader, "none"))
		return true;
	statement->on = true;
	return sim_reader_number(reader, "the width in metres", 0, 100, &statement->number[0]) &&
	       sim_reader_number(reader, "the depth in metres", 0, 100, &statement->number[1]);
}

static bool read_ipd(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_IPD;
	return sim_reader_number(reader, "the distance of the eyes in metres", 0.04, 0.09, &statement->number[0]);
}

static bool read_mask(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"changed", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_MASK;
	return sim_reader_choice(reader, words, &place);
}

static bool read_gl(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"dirty", "clean", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_GL;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->on = place == 0;
	return ok;
}

static bool read_lose(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"session", "instance", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_LOSE;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->instance = place == 1;
	statement->on = ok && place == 0 && sim_reader_take(reader, "warned");
	return ok;
}

static bool read_exit(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_EXIT;
	return true;
}

/* ---- faults and expectations ---- */

/* call N, or calls N to M, or calls N on */
static bool read_calls(SimReader *reader, SimFault *fault)
{
	fault->call_count = 1;
	if (sim_reader_take(reader, "call"))
		return sim_reader_count(reader, "which call, from 1", &fault->first_call) &&
		       (fault->first_call > 0 || sim_reader_fail(reader, "calls counted from 1 before it"));
	if (!sim_reader_take(reader, "calls"))
		return sim_reader_fail(reader, "call N, calls N to M, or calls N on");
	uint32_t last = 0;
	if (!sim_reader_count(reader, "the first call, from 1", &fault->first_call))
		return false;
	if (sim_reader_take(reader, "on"))
		last = INT32_MAX;
	else if (!sim_reader_take(reader, "to"))
		return sim_reader_fail(reader, "to or on");
	else if (!sim_reader_count(reader, "the last call", &last))
		return false;
	if (fault->first_call == 0 || last < fault->first_call)
		return sim_reader_fail(reader, "calls from 1 and rising before it");
	fault->call_count = last - fault->first_call + 1;
	return true;
}

static bool read_effect(SimReader *reader, SimFault *fault)
{
	static const char *const words[] = {"returns", "takes", "hangs", NULL};
	uint32_t place;
	if (!sim_reader_choice(reader, words, &place))
		return false;
	fault->effect = (SimFaultEffect[]){SIM_FAULT_RESULT, SIM_FAULT_SLOW, SIM_FAULT_HANG}[place];
	if (fault->effect == SIM_FAULT_SLOW)
		return sim_reader_duration(reader, &fault->delay);
	if (fault->effect == SIM_FAULT_HANG)
		return true;
	const char *name = sim_reader_peek(reader);
	if (!name || !sim_result_by_name(name, &fault->result))
		return sim_reader_fail(reader, "an XrResult such as XR_ERROR_SESSION_LOST");
	reader->next++;
	return true;
}

static bool read_fault(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	const char *name = sim_reader_peek(reader);
	statement->verb = SIM_VERB_FAULT;
	if (!name || !sim_function_by_name(name, &statement->fault.function))
		return sim_reader_fail(reader, "an OpenXR function such as xrEndFrame");
	reader->next++;
	return read_calls(reader, &statement->fault) && read_effect(reader, &statement->fault);
}

static const char *const counted[] = {"frames", "missed", "discarded", "errors", "warnings", "faults",
                                      "haptics", "sessions", "instances", "status", NULL};
static const char *const states[] = {"ready", "synchronized", "visible", "focused", "stopping", "loss_pending",
                                     "exiting", NULL};

static bool read_expected_state(SimReader *reader, const char *operation, SimStatement *statement)
{
	uint32_t place;
	if (!sim_reader_choice(reader, states, &place))
		return false;
	statement->text = states[place];
	statement->operation = operation;
	XrDuration within;
	if (operation[0] == 'n' || !sim_reader_take(reader, "within"))
		return true;
	if (!sim_reader_duration(reader, &within))
		return false;
	statement->operation = "<=";
	statement->value = (double)within / SIM_SECOND;
	return true;
}

static bool read_expect(SimReader *reader, State *state, SimStatement *statement)
{
	(void)state;
	static const char *const operations[] = {"==", ">=", "<=", NULL};
	statement->verb = SIM_VERB_EXPECT;
	if (sim_reader_take(reader, "no"))
		return read_expected_state(reader, "never", statement);
	for (uint32_t i = 0; counted[i]; i++) {
		if (!sim_reader_take(reader, counted[i]))
			continue;
		uint32_t place;
		statement->text = counted[i];
		if (!sim_reader_choice(reader, operations, &place))
			return false;
		statement->operation = operations[place];
		return sim_reader_double(reader, "a number", -1e9, 1e9, &statement->value);
	}
	for (uint32_t i = 0; states[i]; i++)
		if (sim_reader_peek(reader) && strcmp(sim_reader_peek(reader), states[i]) == 0)
			return read_expected_state(reader, "reached", statement);
	return sim_reader_fail(reader, "a state such as focused, or frames, missed, discarded, errors, warnings, faults, "
	                               "haptics, sessions, instances or status");
}

/* ---- lines ---- */

static const struct {
	const char *word;
	ReadStatement *read;
} statements[] = {
	{"head", read_head},       {"left", read_left},         {"right", read_right},   {"gamepad", read_gamepad},
	{"model", read_model},     {"clock", read_clock},       {"profile", read_profile}, {"worn", read_worn},
	{"session", read_session}, {"plug", read_plug},         {"unplug", read_unplug}, {"recentre", read_recentre},
	{"period", read_period},   {"rate", read_rate},         {"bounds", read_bounds}, {"ipd", read_ipd},
	{"mask", read_mask},       {"gl", read_gl},             {"lose", read_lose},     {"exit", read_exit},
	{"fault", read_fault},     {"expect", read_expect},
};

/* The time that a line begins with, if it does; times must not go back. */
static bool read_time(SimReader *reader, State *state)
{
	char *word = reader->words[0];
	if (word[0] != '+' && (word[0] < '0' || word[0] > '9'))
		return true;
	XrDuration time, since = 0;
	if (word[0] == '+') {
		since = state->now == SIM_SETUP ? 0 : state->now;
		reader->words[0]++;
	}
	if (!sim_reader_duration(reader, &time))
		return false;
	time += since;
	if (time >= state->now && time <= SIM_LONGEST) {
		state->now = time;
		return true;
	}
	reader->next = 0;
	return sim_reader_fail(reader, "a time that is not before the line above, and within three years");
}

static bool read_line(SimReader *reader, State *state)
{
	if (!sim_reader_peek(reader))
		return true;
	if (!read_time(reader, state))
		return false;
	SimStatement statement = {.line = reader->line, .at = state->now, .component = {-1, -1}};
	for (uint32_t i = 0; i < SIM_COUNT(statements); i++) {
		if (!sim_reader_take(reader, statements[i].word))
			continue;
		if (!statements[i].read(reader, state, &statement))
			return false;
		if (sim_reader_peek(reader))
			return sim_reader_fail(reader, "the end of the line");
		return append(state->script, &statement) != NULL;
	}
	return sim_reader_fail(reader, "a time or a statement such as head, left, profile, recentre, fault or exit");
}

bool sim_script_read(SimScript *script, const char *name, const char *text, char line_end)
{
	State state = {script, SIM_SETUP, sim_profile_named(sim.device.source[SIM_SOURCE_LEFT].profile)};
	SimReader reader = {.name = name, .line = 1};
	for (;;) {
		size_t size = strcspn(text, (char[]){line_end, '\0'});
		if (!sim_reader_line(&reader, text, size) || !read_line(&reader, &state))
			return false;
		if (text[size] == '\0')
			return true;
		text += size + 1;
		reader.line++;
	}
}
