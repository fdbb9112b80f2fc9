// A star of the catalogue: moved by its space motion, seen from where the
// observer is, spread over its pixels.

#include "common.glsl"
#include "place.glsl"
#include "spread.glsl"

// Three texels a star: direction at J2000 and light at its distance then;
// motion per year in units of that distance, and its inverse in 1/pc; colour.
uniform samplerBuffer catalogue;

void main() {
	int star = gl_VertexID >> 2;
	vec2 corner = vec2(gl_VertexID & 1, (gl_VertexID >> 1) & 1);
	vec4 here = texelFetch(catalogue, 3 * star);
	vec4 motion = texelFetch(catalogue, 3 * star + 1);
	vec3 colour = texelFetch(catalogue, 3 * star + 2).rgb;

	vec3 from = here.xyz + (motion.xyz * observer.w - observer.xyz * motion.w);
	float inverse = inversesqrt(dot(from, from));
	int view = pass.x + gl_InstanceID % pass.y;
	vec3 light = colour * (here.w * sky.x * inverse * inverse);
	spread(projectFar(view, from * inverse), light, corner, view);
}
