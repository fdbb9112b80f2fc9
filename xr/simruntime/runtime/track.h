/* Tracks: how a pose goes on over the script's time. Known from the start to the end, so that a
 * pose can be told for a time that is still to come. */
#ifndef SPACETIME_SIM_TRACK_H
#define SPACETIME_SIM_TRACK_H

#include "sim.h"

/* A straight move, or a turn by the shortest way, at even speed; then rest. */
typedef struct SimMove {
	XrDuration start, length;
	float from[4], to[4]; /* a position in metres, or a unit quaternion x y z w */
} SimMove;

typedef struct SimTrack {
	SimMove *moves; /* by rising start */
	uint32_t count, room;
} SimTrack;

typedef struct SimPoseTrack {
	XrPosef first; /* until the first move */
	SimTrack position, orientation;
} SimPoseTrack;

/* Each adds a move that begins at start, where the track is then, and ends at the target; a length
 * of 0 jumps. start must not be before that of the last move. false: out of memory. */
bool sim_track_move(SimPoseTrack *track, XrDuration start, XrDuration length, XrVector3f target);
bool sim_track_turn(SimPoseTrack *track, XrDuration start, XrDuration length, XrQuaternionf target);

/* Pose and velocities at a time of the script; flags and time are left to the caller. */
SimMotion sim_track_at(const SimPoseTrack *track, XrDuration time);
void sim_track_clear(SimPoseTrack *track);

#endif
