// Ceres: dark, cratered, and the salts of Occator. Sources: IAU Gazetteer; Cerealia
// Facula, 14 km of albedo six times the rest: Li et al. 2016, Astrophys. J. 817:L22.

#include "surfaces/worn.glsl"

const float bodyKm = 469.7;

Ground ground(vec3 p) {
	Worn w = worn(p, 0.11, 0.55, 0.16, 0.12);
	float height = w.height + named(p, 19.8, -120.7, 92.0, bodyKm, 0.6); // Occator
	height += named(p, -45.7, -110.8, 170.0, bodyKm, 0.45) + named(p, -42.6, -67.5, 260.0, bodyKm, 0.15); // Urvara, Yalode
	height += named(p, -10.8, 124.0, 280.0, bodyKm, 0.12) + named(p, 24.3, 138.2, 126.0, bodyKm, 0.3); // Kerwan, Dantu
	height += 4.0 / bodyKm * smoothstep(1.0, 0.55, degrees(away(p, place(-10.5, -44.2))) / 1.04); // Ahuna Mons
	vec3 colour = vec3(0.150, 0.145, 0.138) * w.shade;
	float halo = rays(p, 19.8, -120.7, 5.6, 18.0, footprint, 81u);
	colour *= 1.0 + 0.35 * halo;
	float salt = smoothstep(1.0, 0.5, degrees(away(p, place(19.6, -120.5))) / 0.85) + 0.75 * smoothstep(1.0, 0.5, degrees(away(p, place(20.2, -118.5))) / 0.65);
	colour = mix(colour, vec3(0.86, 0.84, 0.80), clamp(salt * (0.9 + 0.3 * w.rough), 0.0, 1.0));
	colour *= 1.0 + 0.3 * rays(p, 5.8, 10.8, 2.1, 14.0, footprint, 91u); // Haulani
	return bare(colour, height);
}
