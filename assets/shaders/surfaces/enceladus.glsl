// Enceladus: white, cratered in the north, and four warm cracks at the south pole.
// Source: sulci about the pole, 130 km long and 35 km apart: Porco et al. 2006,
// Science 311:1393.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.06, 0.6, 0.04, 0.06);
	float old = smoothstep(0.0, 0.5, p.z + 0.35 * fbm(p, 1.6, 4, 0.5, footprint, seed + 30u));
	float net = cliffs(p, 2.2, 0.012, seed + 31u), fine = cliffs(p, 6.0, 0.006, seed + 35u);
	float height = w.height * mix(0.12, 0.8, old) - (1.0 - 0.7 * old) * (0.004 * net + 0.002 * fine);
	// The stripes run across the pole, seen from above as four lines.
	vec2 q = p.xy + 0.03 * noise3(p * 6.0, seed + 38u).xy;
	q = mat2(0.80, 0.60, -0.60, 0.80) * q; // towards 40° W of the prime meridian
	float near = smoothstep(0.30, 0.22, abs(q.y)) * step(p.z, 0.0), stripe = 0.0;
	for (int i = 0; i < times(4); i++) {
		float x = q.x - (float(i) - 1.5) * 0.139;
		stripe = max(stripe, exp(-pow(x / 0.018, 2.0)));
		height += near * (0.004 * exp(-pow((abs(x) - 0.02) / 0.012, 2.0)) - 0.006 * exp(-pow(x / 0.010, 2.0)));
	}
	vec3 colour = vec3(0.86, 0.87, 0.875) * w.shade * (1.0 - 0.14 * net * (1.0 - old) - 0.08 * fine);
	colour = mix(colour, vec3(0.55, 0.68, 0.72), 0.55 * stripe * near);
	return bare(colour, height);
}
