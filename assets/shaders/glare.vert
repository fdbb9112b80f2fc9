// The glare of the Sun, which arises in the eye: a quad round the Sun, in front
// of all.

#include "common.glsl"
#include "place.glsl"

out vec2 offset; // tangents from the Sun
flat out float seen;

void main() {
	int view = instanceView();
	vec3 sunward = sun[view].xyz;
	vec3 side = normalize(cross(sunward, abs(sunward.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0)));
	vec3 other = cross(sunward, side);
	seen = sun[view].w;
	offset = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * glare.w;
	vec4 at = projectFar(view, sunward + offset.x * side + offset.y * other);
	at.z = justBehind * at.w;
	place(at, view);
}
