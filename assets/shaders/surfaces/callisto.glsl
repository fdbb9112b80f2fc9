// Callisto: dark and full of bright-floored craters, and the rings of Valhalla and
// Asgard. Sources: IAU Gazetteer: 14.7° N 56° W, its rings 1900 km out; 32.2° N
// 139.9° W; Lofn: 56.5° S 22.3° W; Greeley et al. 2000, Planet. Space Sci. 48:829.

#include "surfaces/worn.glsl"

// rings are those about an old impact: brightness and relief.
vec2 rings(vec3 p, float latDeg, float lonDeg, float coreDeg, float reachDeg, float rough) {
	float r = degrees(away(p, place(latDeg, lonDeg)));
	r += (0.8 + 0.02 * r) * rough;
	float core = 1.0 - smoothstep(0.7 * coreDeg, 1.1 * coreDeg, r + rough);
	float fade = smoothstep(coreDeg, 1.3 * coreDeg, r) * (1.0 - smoothstep(0.5 * reachDeg, reachDeg, r));
	float ridge = pow(0.5 + 0.5 * cos(6.2832 * 4.5 * pow(r, 0.5)), 3.0) * clamp(0.6 + 1.6 * rough, 0.0, 1.0);
	return vec2(0.75 * core + 0.25 * fade * ridge, fade * (ridge - 0.3));
}

Ground ground(vec3 p) {
	Worn w = worn(p, 0.030, 0.9, 0.34, 0.12);
	vec2 small = craters(octaveTurn * octaveTurn * p, 0.012, 3, 0.9, footprint, seed + 30u);
	vec2 valhalla = rings(p, 14.7, -56.0, 6.0, 42.0, w.rough), asgard = rings(p, 32.2, -139.9, 3.2, 16.0, w.rough);
	vec2 both = valhalla + asgard;
	float ray = rays(p, -56.5, -22.3, 2.2, 14.0, footprint, 141u);
	vec3 colour = vec3(0.235, 0.205, 0.168) * (w.shade + 0.3 * small.y);
	colour = mix(colour, vec3(0.52, 0.49, 0.445), clamp(0.55 * both.x * (0.9 + 0.5 * w.rough) + 0.7 * ray, 0.0, 0.9));
	return bare(colour, 0.8 * w.height + 0.6 * small.x + 0.0005 * both.y);
}
