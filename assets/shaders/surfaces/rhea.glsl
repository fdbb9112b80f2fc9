// Rhea: as Dione, fainter, and one young crater with rays. Source: Inktomi: IAU
// Gazetteer, 47 km about 14° S 112° W; Tirawa: 360 km about 34° N 151° W.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.10, 0.8, 0.16, 0.16);
	float trails = smoothstep(0.0, 0.8, dot(p, place(0.0, 90.0)) + 0.15 * w.rough);
	float wisp = cliffs(p, 1.5, 0.010, seed + 20u) * trails;
	float ray = rays(p, -14.1, -112.1, 1.8, 22.0, footprint, 71u);
	vec3 colour = mix(vec3(0.60, 0.58, 0.55), vec3(0.36, 0.34, 0.31), trails) * w.shade;
	colour = mix(colour, vec3(0.78, 0.78, 0.77), clamp(0.6 * wisp + 0.7 * ray, 0.0, 1.0));
	float height = w.height - 0.002 * wisp + named(p, -14.1, -112.1, 47.0, 763.5, 0.6) + named(p, 34.2, -151.7, 360.0, 763.5, 0.12);
	return bare(colour, height);
}
