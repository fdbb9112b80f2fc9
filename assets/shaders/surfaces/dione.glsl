// Dione: a bright face that leads and a dark one that trails, crossed by bright
// cliffs. Source: Wagner et al. 2006, LPSC 37:1805.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.10, 0.65, 0.10, 0.10);
	float trails = smoothstep(-0.2, 0.7, dot(p, place(0.0, 90.0)) + 0.15 * w.rough);
	float wisp = max(cliffs(p, 1.4, 0.016, seed + 20u), 0.8 * cliffs(p, 2.6, 0.010, seed + 24u)) * smoothstep(0.05, 0.5, trails) * smoothstep(0.95, 0.6, abs(p.z));
	float streaks = 0.6 + 0.8 * fbm(p, 12.0, 5, 0.6, footprint, seed + 28u);
	vec3 colour = mix(vec3(0.62, 0.61, 0.585), vec3(0.27, 0.257, 0.235), trails) * w.shade;
	colour = mix(colour, vec3(0.80, 0.80, 0.79), clamp(0.85 * wisp * streaks, 0.0, 1.0));
	return bare(colour, 0.9 * w.height - 0.004 * wisp);
}
