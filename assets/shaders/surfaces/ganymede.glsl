// Ganymede: dark old ground in plates, pale grooved bands between them, bright young
// craters, frost at the poles. Sources: Galileo Regio: IAU Gazetteer, 3200 km about
// 36° N 145° W; Osiris: 38° S 166° W; Tros: 11° N 27° W; the caps: Khurana et al. 2007, Icarus 191:193.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.045, 0.5, 0.18, 0.08);
	vec3 torn = warp(p, 2.4, 0.12, seed + 20u);
	vec3 plates = cells(torn * 2.1 + 3.0, seed + 22u);
	float dark = smoothstep(0.45, 0.62, plates.z) * smoothstep(0.03, 0.10, plates.y - plates.x);
	dark = max(dark, oval(torn, 36.0, -145.0, 36.0, 30.0, 0.07));
	dark *= 1.0 - 0.9 * oval(torn, -10.0, -30.0, 12.0, 30.0, 0.2);
	// Grooves run along each pale plate, in a direction of its own.
	float turn = plates.z * 41.0;
	vec3 across = normalize(vec3(cos(turn), sin(turn), 0.6 * sin(2.3 * turn)));
	float groove = 0.0, frequency = 55.0;
	for (int i = 0; i < 3; i++) {
		groove += seen(frequency, footprint) / float(i + 1) * sin(6.2832 * frequency * dot(torn, across) + 2.5 * w.rough);
		frequency *= 1.9;
	}
	vec3 colour = mix(vec3(0.50, 0.475, 0.435), vec3(0.265, 0.24, 0.21), dark) * (w.shade + 0.045 * (1.0 - dark) * groove);
	float ray = max(rays(p, -38.0, -166.0, 1.2, 22.0, footprint, 101u), rays(p, 11.1, -27.3, 1.0, 14.0, footprint, 111u));
	float frost = smoothstep(0.62, 0.90, abs(p.z) + 0.12 * w.rough) * 0.40;
	colour = mix(colour, vec3(0.74, 0.73, 0.70), clamp(0.85 * ray + frost, 0.0, 1.0));
	return Ground(colour, mix(0.35, 0.9, dark) * w.height + 0.0004 * (1.0 - dark) * groove, 0.0, 0.0, 0.0);
}
