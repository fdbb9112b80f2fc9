// Charon: grey, a red cap about the north pole, a belt of canyons, smooth plains south
// of it. Sources: Mordor Macula: Grundy et al. 2016, Nature 539:65; the canyons: Moore
// et al. 2016, Science 351:1284.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.09, 0.5, 0.10, 0.10);
	float plains = smoothstep(0.10, -0.10, p.z + 0.12 * w.rough) * smoothstep(-0.2, 0.3, dot(p, place(0.0, 0.0)));
	vec3 q = warp(p, 3.0, 0.10, seed + 20u);
	float line = abs(q.z - 0.22 + 0.16 * q.y), belt = (1.0 - smoothstep(0.03, 0.065, line)) * smoothstep(-0.1, 0.3, dot(p, place(0.0, 0.0)));
	float north = smoothstep(27.0, 10.0, degrees(away(p, vec3(0.0, 0.0, 1.0))) + 5.0 * w.rough);
	vec3 colour = mix(vec3(0.40, 0.385, 0.365), vec3(0.43, 0.41, 0.385), plains) * w.shade;
	colour = mix(colour, vec3(0.27, 0.195, 0.15) * w.shade, 0.85 * north);
	return bare(colour, mix(1.0, 0.35, plains) * w.height - 0.008 * belt);
}
