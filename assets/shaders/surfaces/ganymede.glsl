// Ganymede: dark old ground in plates, pale grooved bands between them, bright young
// craters, frost at the poles. Sources: Galileo Regio: IAU Gazetteer, 3200 km about
// 36° N 145° W; Osiris: 38° S 166° W; Tros: 11° N 27° W; the caps: Khurana et al. 2007, Icarus 191:193.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.045, 0.5, 0.18, 0.08);
	vec3 torn = warp(p, 2.4, 0.12, seed + 20u) + 0.035 * noise3(p * 11.0, seed + 24u) + 0.015 * noise3(p * 26.0, seed + 25u);
	vec3 plates = cells(torn * 2.1 + 3.0, seed + 22u);
	float dark = smoothstep(0.50, 0.58, plates.z) * smoothstep(0.04, 0.12, plates.y - plates.x);
	dark = max(dark, oval(torn, 36.0, -145.0, 36.0, 30.0, 0.07));
	dark *= 1.0 - 0.9 * oval(torn, -10.0, -30.0, 12.0, 30.0, 0.2);
	// Grooves run along each pale plate, in a direction of its own.
	float turn = plates.z * 41.0;
	vec3 across = normalize(vec3(cos(turn), sin(turn), 0.6 * sin(2.3 * turn)));
	float groove = 0.0, frequency = 90.0;
	for (int i = 0; i < times(3); i++) {
		groove += seen(frequency, footprint) / float(i + 1) * sin(6.2832 * frequency * dot(torn, across) + 6.0 * w.rough);
		frequency *= 1.9;
	}
	vec3 colour = mix(vec3(0.46, 0.435, 0.395), vec3(0.235, 0.205, 0.175), dark) * (w.shade + 0.18 * fbm(p, 3.0, 6, 0.55, footprint, seed + 26u) + 0.022 * (1.0 - dark) * groove);
	float ray = max(rays(p, -38.0, -166.0, 1.2, 22.0, footprint, 101u), rays(p, 11.1, -27.3, 1.0, 14.0, footprint, 111u));
	float frost = smoothstep(0.62, 0.90, abs(p.z) + 0.12 * w.rough) * 0.40;
	colour = mix(colour, vec3(0.74, 0.73, 0.70), clamp(0.85 * ray + frost, 0.0, 1.0));
	return bare(colour, mix(0.35, 0.9, dark) * w.height + 0.00010 * (1.0 - dark) * groove);
}
