/* Rigid poses and their motion. Quaternions are (x, y, z, w), Hamilton's product. */
#include <math.h>

#include "sim.h"

const XrPosef sim_identity = {{0, 0, 0, 1}, {0, 0, 0}};

static XrVector3f add(XrVector3f a, XrVector3f b)
{
	return (XrVector3f){a.x + b.x, a.y + b.y, a.z + b.z};
}

static XrVector3f scale(XrVector3f v, float k)
{
	return (XrVector3f){v.x * k, v.y * k, v.z * k};
}

static XrVector3f cross(XrVector3f a, XrVector3f b)
{
	return (XrVector3f){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static float length(XrVector3f v)
{
	return sqrtf(v.x * v.x + v.y * v.y + v.z * v.z);
}

static XrQuaternionf conjugate(XrQuaternionf q)
{
	return (XrQuaternionf){-q.x, -q.y, -q.z, q.w};
}

static XrQuaternionf normalize(XrQuaternionf q)
{
	float k = 1 / sqrtf(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w);
	return (XrQuaternionf){q.x * k, q.y * k, q.z * k, q.w * k};
}

bool sim_pose_valid(const XrPosef *pose)
{
	XrQuaternionf q = pose->orientation;
	float norm = sqrtf(q.x * q.x + q.y * q.y + q.z * q.z + q.w * q.w);
	return fabsf(norm - 1) <= 0.01f && isfinite(pose->position.x) && isfinite(pose->position.y) &&
	       isfinite(pose->position.z);
}

XrVector3f sim_rotate(XrQuaternionf q, XrVector3f v)
{
	XrVector3f axis = {q.x, q.y, q.z};
	XrVector3f twice = scale(cross(axis, v), 2);
	return add(v, add(scale(twice, q.w), cross(axis, twice)));
}

XrQuaternionf sim_quaternion_multiply(XrQuaternionf a, XrQuaternionf b)
{
	return (XrQuaternionf){
		a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
		a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
		a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
		a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z,
	};
}

XrQuaternionf sim_quaternion_axis_angle(XrVector3f unit_axis, float angle_rad)
{
	float s = sinf(angle_rad / 2);
	return (XrQuaternionf){unit_axis.x * s, unit_axis.y * s, unit_axis.z * s, cosf(angle_rad / 2)};
}

XrPosef sim_pose_multiply(XrPosef outer, XrPosef inner)
{
	return (XrPosef){
		.orientation = normalize(sim_quaternion_multiply(outer.orientation, inner.orientation)),
		.position = add(outer.position, sim_rotate(outer.orientation, inner.position)),
	};
}

XrPosef sim_pose_inverse(XrPosef pose)
{
	XrQuaternionf back = conjugate(pose.orientation);
	return (XrPosef){.orientation = back, .position = sim_rotate(back, scale(pose.position, -1))};
}

SimMotion sim_motion_at(const SimMotion *motion, XrTime time)
{
	SimMotion at = *motion;
	float seconds = (float)((double)(time - motion->time) / SIM_SECOND);
	at.time = time;
	at.pose.position = add(at.pose.position, scale(at.linear_velocity, seconds));
	float speed = length(at.angular_velocity);
	if (speed * fabsf(seconds) < 1e-9f)
		return at;
	XrQuaternionf turn = sim_quaternion_axis_angle(scale(at.angular_velocity, 1 / speed), speed * seconds);
	at.pose.orientation = normalize(sim_quaternion_multiply(turn, at.pose.orientation));
	return at;
}

SimMotion sim_motion_offset(const SimMotion *base, XrPosef offset)
{
	SimMotion moved = *base;
	moved.pose = sim_pose_multiply(base->pose, offset);
	XrVector3f arm = sim_rotate(base->pose.orientation, offset.position);
	moved.linear_velocity = add(base->linear_velocity, cross(base->angular_velocity, arm));
	return moved;
}

SimMotion sim_motion_relative(const SimMotion *motion, const SimMotion *base)
{
	XrPosef to_base = sim_pose_inverse(base->pose);
	XrVector3f apart = add(motion->pose.position, scale(base->pose.position, -1));
	XrVector3f carried = add(base->linear_velocity, cross(base->angular_velocity, apart));
	XrVector3f drift = add(motion->linear_velocity, scale(carried, -1));
	XrVector3f spin = add(motion->angular_velocity, scale(base->angular_velocity, -1));
	return (SimMotion){
		.time = motion->time,
		.pose = sim_pose_multiply(to_base, motion->pose),
		.linear_velocity = sim_rotate(to_base.orientation, drift),
		.angular_velocity = sim_rotate(to_base.orientation, spin),
		.flags = motion->flags & base->flags,
	};
}
