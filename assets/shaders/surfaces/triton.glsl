// Triton: a pink cap over the south, streaked by its geysers, a bluish fringe, and
// dimpled ground north of it. Source: Smith et al. 1989, Science 246:1422.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	float rough = fbm(p, 6.0, 8, 0.6, footprint, seed + 3u);
	vec2 few = craters(p, 0.012, 3, 0.15, footprint, seed + 1u);
	float edge = p.z + 0.11 * fbm(p, 3.0, 5, 0.6, footprint, seed + 4u) + 0.06 * rough;
	float ice = 1.0 - smoothstep(-0.16, -0.06, edge), fringe = exp(-pow((edge + 0.05) / 0.07, 2.0));
	vec3 dimple = cells(warp(p, 6.0, 0.03, seed + 5u) * 22.0, seed + 6u);
	float shown = seen(22.0, footprint), pit = shown * (1.0 - ice) * smoothstep(0.05, 0.30, dimple.y - dimple.x);
	float ridge = cliffs(p, 1.8, 0.010, seed + 20u) * (1.0 - ice);
	vec3 colour = mix(vec3(0.50, 0.44, 0.385), vec3(0.78, 0.63, 0.535), ice) * (1.0 + 0.12 * rough - 0.06 * pit);
	colour = mix(colour, vec3(0.70, 0.70, 0.69), 0.55 * fringe);
	// Plumes leave dark streaks to the north-east.
	float plume = smoothstep(0.42, 0.62, noise(vec3(p.xy * 13.0 + p.yx * vec2(3.0, -3.0), p.z * 5.0), seed + 8u)) * ice * smoothstep(-0.95, -0.6, p.z);
	colour = mix(colour, vec3(0.36, 0.31, 0.28), 0.5 * plume);
	return bare(colour, few.x - 0.0012 * pit - 0.0015 * ridge + 0.0006 * rough);
}
