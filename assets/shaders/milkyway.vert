// The whole sky, infinitely far away, behind all else.

#include "common.glsl"
#include "place.glsl"

uniform mat3 toGalaxy; // ICRF to galactic axes

out vec3 direction; // galactic, of any length

void main() {
	int view = instanceView();
	vec2 at = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
	mat3 clip = mat3(views[view].clip);
	// The direction whose clip position is (at, 1): x and y of a column and its w.
	mat3 rows = mat3(
		vec3(clip[0].xy, views[view].clip[0].w),
		vec3(clip[1].xy, views[view].clip[1].w),
		vec3(clip[2].xy, views[view].clip[2].w));
	direction = toGalaxy * (inverse(rows) * vec3(at, 1.0));
#ifdef LOG_DEPTH
	place(vec4(at, 1.0, 1.0), view);
#else
	place(vec4(at, 0.0, 1.0), view);
#endif
}
