// Tethys: Odysseus, flattened with age, the trench that runs round three quarters of
// the world, and a bluish band. Sources: IAU Gazetteer; the band: Schenk et al. 2011,
// Icarus 211:740.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.11, 0.7, 0.14, 0.12);
	float radius = 222.5 / 531.0, t = away(p, place(32.8, -128.9)) / radius;
	float odysseus = radius * (bowl(t + 0.05 * w.rough, 0.12) + 0.03 * smoothstep(0.3, 0.0, t));
	// Ithaca Chasma: a great circle nearly, about a pole near Odysseus.
	vec3 q = warp(p, 3.0, 0.05, seed + 20u);
	float line = abs(dot(q, place(28.0, -105.0)) + 0.03), along = 1.0 - smoothstep(0.55, 0.75, abs(p.z + 0.1));
	float trench = (1.0 - smoothstep(0.05, 0.085, line + 0.015 * w.rough)) * along * smoothstep(-0.3, 0.0, dot(p, place(0.0, -10.0)));
	float band = exp(-pow(p.z / 0.26, 2.0)) * smoothstep(0.1, 0.7, dot(p, place(0.0, -90.0)));
	vec3 colour = mix(vec3(0.70, 0.69, 0.66), vec3(0.58, 0.60, 0.61), 0.6 * band) * w.shade;
	colour *= 1.0 - 0.15 * smoothstep(-0.1, 0.9, dot(p, place(0.0, 90.0))); // the side that trails is darker
	return bare(colour, w.height * mix(0.5, 1.0, smoothstep(0.9, 1.1, t)) + odysseus - 0.006 * trench);
}
