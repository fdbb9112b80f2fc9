/* The part of the script's grammar that is about what the wearer moves: head, hands, gamepad. */
#include "script_grammar.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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
		SIM_TRACKED,
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
	bool on;
	bool ok = sim_read_on_off(reader, &on);
	statement->number[0] = on ? 1 : 0;
	return ok;
}

/* A component that is held for a while is let go by a second statement. */
static bool read_hold(SimReader *reader, SimScriptState *state, const SimStatement *statement)
{
	if (!sim_reader_take(reader, "for"))
		return true;
	SimStatement release = *statement;
	XrDuration length;
	if (!sim_reader_duration(reader, &length))
		return false;
	release.at = (statement->at == SIM_SETUP ? 0 : statement->at) + length;
	release.number[0] = release.number[1] = 0;
	return sim_script_append(state->script, &release);
}

static const SimProfile *profile_of(const SimScriptState *state, int who)
{
	return who == SIM_SOURCE_GAMEPAD ? sim_profile_named(SIM_PROFILES "microsoft/xbox_controller") : state->script->hands;
}

static bool read_component(SimReader *reader, SimScriptState *state, SimStatement *statement)
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

static bool read_device(SimReader *reader, SimScriptState *state, SimStatement *statement)
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

bool sim_read_head(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	statement->who = SIM_WHO_HEAD;
	return read_device(reader, state, statement);
}

bool sim_read_left(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_LEFT;
	return read_device(reader, state, statement);
}

bool sim_read_right(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_RIGHT;
	return read_device(reader, state, statement);
}

bool sim_read_gamepad(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	statement->who = SIM_SOURCE_GAMEPAD;
	return read_device(reader, state, statement);
}

/* ---- what is held in the hands ---- */

static bool is_of_hands(const SimProfile *profile)
{
	return strncmp(profile->users, "/user/hand/", strlen("/user/hand/")) == 0;
}

bool sim_read_profile(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	const char *word = sim_reader_peek(reader);
	for (uint32_t i = 0; word && i < sim_profile_count; i++) {
		if (!is_of_hands(&sim_profiles[i]) || !sim_reader_take(reader, sim_profiles[i].name))
			continue;
		state->script->hands = &sim_profiles[i];
		statement->verb = SIM_VERB_PROFILE;
		statement->text = sim_profiles[i].name;
		return true;
	}
	return sim_reader_fail(reader, "a profile of two hands such as oculus/touch_controller");
}
