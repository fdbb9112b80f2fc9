/* Tracks: how a pose goes on over the script's time. */
#include "track.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool append(SimTrack *track, const SimMove *move)
{
	if (track->count == track->room) {
		uint32_t room = track->room ? 2 * track->room : 16;
		SimMove *moves = realloc(track->moves, room * sizeof *moves);
		if (!moves)
			return false;
		track->moves = moves;
		track->room = room;
	}
	track->moves[track->count++] = *move;
	return true;
}

/* The last move that has begun; NULL before the first. */
static const SimMove *move_at(const SimTrack *track, XrDuration time)
{
	uint32_t low = 0, high = track->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (track->moves[middle].start <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &track->moves[low - 1] : NULL;
}

/* How much of a move is done, 0 to 1. */
static float progress(const SimMove *move, XrDuration time)
{
	if (time >= move->start + move->length)
		return 1;
	return (float)((double)(time - move->start) / (double)move->length);
}

static bool is_under_way(const SimMove *move, XrDuration time)
{
	return time < move->start + move->length;
}

static float seconds(XrDuration duration)
{
	return (float)((double)duration / SIM_SECOND);
}

/* ---- positions ---- */

static void position_at(const SimPoseTrack *track, XrDuration time, XrVector3f *position, XrVector3f *velocity)
{
	const SimMove *move = move_at(&track->position, time);
	*position = track->first.position;
	*velocity = (XrVector3f){0, 0, 0};
	if (!move)
		return;
	const float *from = move->from, *to = move->to;
	float u = progress(move, time);
	*position = (XrVector3f){from[0] + u * (to[0] - from[0]), from[1] + u * (to[1] - from[1]),
	                         from[2] + u * (to[2] - from[2])};
	if (!is_under_way(move, time))
		return;
	float s = seconds(move->length);
	*velocity = (XrVector3f){(to[0] - from[0]) / s, (to[1] - from[1]) / s, (to[2] - from[2]) / s};
}

bool sim_track_move(SimPoseTrack *track, XrDuration start, XrDuration length, XrVector3f target)
{
	XrVector3f from, velocity;
	position_at(track, start, &from, &velocity);
	SimMove move = {start, length, {from.x, from.y, from.z, 0}, {target.x, target.y, target.z, 0}};
	return append(&track->position, &move);
}

/* ---- orientations ---- */

/* The turn from one orientation to another in world axes, as a unit axis and an angle from 0 to
 * pi. */
static float turn_between(XrQuaternionf from, XrQuaternionf to, XrVector3f *axis)
{
	XrQuaternionf back = {-from.x, -from.y, -from.z, from.w};
	XrQuaternionf turn = sim_quaternion_multiply(to, back);
	float sine = sqrtf(turn.x * turn.x + turn.y * turn.y + turn.z * turn.z);
	if (sine < 1e-7f) {
		*axis = (XrVector3f){0, 1, 0};
		return 0;
	}
	float sign = turn.w < 0 ? -1 : 1;
	*axis = (XrVector3f){sign * turn.x / sine, sign * turn.y / sine, sign * turn.z / sine};
	return 2 * atan2f(sine, fabsf(turn.w));
}

static void orientation_at(const SimPoseTrack *track, XrDuration time, XrQuaternionf *orientation, XrVector3f *velocity)
{
	const SimMove *move = move_at(&track->orientation, time);
	*orientation = track->first.orientation;
	*velocity = (XrVector3f){0, 0, 0};
	if (!move)
		return;
	XrQuaternionf from = {move->from[0], move->from[1], move->from[2], move->from[3]};
	XrQuaternionf to = {move->to[0], move->to[1], move->to[2], move->to[3]};
	*orientation = to;
	if (!is_under_way(move, time))
		return;
	XrVector3f axis;
	float angle = turn_between(from, to, &axis), speed = angle / seconds(move->length);
	*orientation = sim_quaternion_multiply(sim_quaternion_axis_angle(axis, angle * progress(move, time)), from);
	*velocity = (XrVector3f){axis.x * speed, axis.y * speed, axis.z * speed};
}

bool sim_track_turn(SimPoseTrack *track, XrDuration start, XrDuration length, XrQuaternionf target)
{
	XrQuaternionf from;
	XrVector3f velocity;
	orientation_at(track, start, &from, &velocity);
	SimMove move = {start, length, {from.x, from.y, from.z, from.w}, {target.x, target.y, target.z, target.w}};
	return append(&track->orientation, &move);
}

/* ---- both ---- */

SimMotion sim_track_at(const SimPoseTrack *track, XrDuration time)
{
	SimMotion motion = {0};
	position_at(track, time, &motion.pose.position, &motion.linear_velocity);
	orientation_at(track, time, &motion.pose.orientation, &motion.angular_velocity);
	return motion;
}

void sim_track_clear(SimPoseTrack *track)
{
	free(track->position.moves);
	free(track->orientation.moves);
	memset(track, 0, sizeof *track);
	track->first = sim_identity;
}
