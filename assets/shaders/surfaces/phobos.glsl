// Phobos: Stickney and the grooves that run away from it. Source: IAU Gazetteer: 9 km
// about 1° N 49° W.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.13, 0.7, 0.16, 0.18);
	vec3 stickney = place(1.0, -49.0);
	float far = away(p, stickney), radius = 4.5 / 11.1;
	float groove = seen(8.0, footprint) * smoothstep(0.5, 0.9, far) * (1.0 - smoothstep(1.4, 2.0, far));
	vec3 across = normalize(cross(stickney, vec3(0.2, 0.1, 1.0)));
	float line = sin(55.0 * dot(p, across) + 2.5 * w.rough) + 0.6 * sin(83.0 * dot(p, cross(stickney, across)) + 3.0 * w.rough);
	vec3 colour = tint * 2.2 * w.shade;
	colour = mix(colour, vec3(0.30, 0.29, 0.285), 0.5 * oval(p, 1.0, -40.0, 40.0, 34.0, 0.4)); // bluer about Stickney
	return bare(colour, w.height + radius * bowl(far / radius + 0.05 * w.rough, 0.7) - 0.004 * groove * smoothstep(0.4, 1.0, line));
}
