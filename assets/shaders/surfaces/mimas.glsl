// Mimas: craters, and the one a third as wide as itself. Source: Herschel: IAU
// Gazetteer, 139 km about 1.4° N 111.8° W; 10 km deep, its peak 6 km high: Moore et
// al. 2004, Icarus 171:421.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.13, 0.75, 0.14, 0.12);
	float radius = 69.5 / 198.2, t = away(p, place(1.4, -111.8)) / radius;
	float own = smoothstep(0.95, 1.25, t);
	float herschel = radius * (bowl(t + 0.03 * w.rough, 0.38) + 0.12 * smoothstep(0.25, 0.0, t));
	vec3 colour = vec3(0.60, 0.595, 0.585) * mix(1.06, w.shade, max(own, 0.5));
	return bare(colour, mix(0.35, 1.0, own) * w.height + herschel);
}
