// The corona: a quad round the Sun, as far away as can be.

#include "common.glsl"
#include "place.glsl"

uniform mat4 corona; // the Sun's axes, ICRF; its radius over its distance, reach in radii, light

out vec3 ray; // from the eye, ICRF
flat out float hiding; // of the Sun's disc, 0 to 1
flat out vec3 sunAt;

void main() {
	int view = instanceView();
	sunAt = sun[view].xyz;
	// What is left of the disc dazzles: the last hundredth, a diamond on the ring, drowns the rest.
	hiding = 1.0 - smoothstep(0.0, 0.01, sun[view].w);
	vec3 side = normalize(cross(sunAt, abs(sunAt.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0)));
	vec2 offset = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * min(corona[3].x * corona[3].y, 1.5);
	ray = sunAt + offset.x * side + offset.y * cross(sunAt, side);
	place(projectFar(view, ray), view);
}
