// A line of a constellation, between two stars of the catalogue, which it does not
// touch.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in uvec2 ends; // of the line: stars

uniform samplerBuffer catalogue; // stars.vert has its layout

out vec4 ink;         // linear RGB, opacity
noperspective out float across; // pixels from the middle of the line
flat out float halfWidth;

const float gapRad = 0.012; // between a star and its line

vec3 towards(uint star) {
	vec4 here = texelFetch(catalogue, 3 * int(star));
	vec4 motion = texelFetch(catalogue, 3 * int(star) + 1);
	return normalize(here.xyz + (motion.xyz * observer.w - observer.xyz * motion.w));
}

void main() {
	int view = pass.x + gl_InstanceID % pass.y;
	int end = gl_VertexID & 1;
	float side = float(gl_VertexID & 2) - 1.0;
	vec3 a = towards(end == 0 ? ends.x : ends.y), b = towards(end == 0 ? ends.y : ends.x);
	float apart = distance(a, b);
	float gap = min(gapRad / max(apart, 1e-6), 0.3);
	vec4 here = projectFar(view, normalize(mix(a, b, gap)));
	vec4 there = projectFar(view, normalize(mix(b, a, gap)));
	if (here.w <= 0.05 || there.w <= 0.05) { // far out of any view
		place(vec4(2.0, 2.0, 2.0, 1.0), view);
		return;
	}
	vec2 size = views[view].size.xy;
	vec2 way = (there.xy / there.w - here.xy / here.w) * size * (end == 0 ? 1.0 : -1.0);
	vec2 normal = vec2(-way.y, way.x) / max(length(way), 1e-6);
	halfWidth = 0.5 * max(views[view].size.z * 0.0007, 1.0);
	across = side * (halfWidth + 1.0);
	here.xy += normal * across * 2.0 / size * here.w;
	ink = vec4(0.075, 0.12, 0.21, 0.55);
	place(here, view);
}
