// Any world of clean ice: pale, with soft craters and cracks.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.15, 0.6, 0.10, 0.10);
	float crack = cliffs(p, 1.3, 0.010, seed + 20u) * smoothstep(0.0, 0.3, fbm(p, 1.2, 3, 0.5, footprint, seed + 23u));
	vec3 colour = vec3(0.62, 0.605, 0.58) * w.shade * (1.0 + 0.15 * crack);
	return bare(colour, 0.8 * w.height - 0.006 * crack);
}
