// Mercury: craters and their rays, Caloris, plains a little redder than the rest.
//
// Sources: centres and diameters: IAU Gazetteer of Planetary Nomenclature, turned to
// east. Colours of plains, Caloris and rays: Denevi et al. 2009, Science 324:613.

#include "surfaces/worn.glsl"

const float bodyKm = 2439.4;

// Latitude, longitude, diameter in km, length of the rays in degrees.
const vec4 rayed[6] = vec4[](
	vec4(-33.9, 12.5, 80.0, 28.0), vec4(-11.3, -31.2, 62.0, 14.0), vec4(57.8, 16.7, 114.0, 60.0), // Debussy, Kuiper, Hokusai
	vec4(37.1, -127.0, 54.0, 16.0), vec4(-32.4, -170.1, 75.0, 14.0), vec4(10.6, 123.8, 24.0, 12.0)); // Degas, Basho, Xiao Zhao

// Latitude, longitude, diameter in km, sharpness.
const vec4 basins[7] = vec4[](
	vec4(-32.7, 88.1, 716.0, 0.06), vec4(-20.8, -123.9, 630.0, 0.05), vec4(-16.2, -164.7, 355.0, 0.07), // Rembrandt, Beethoven, Tolstoj
	vec4(27.1, 119.0, 258.0, 0.16), vec4(27.6, 57.4, 290.0, 0.12), vec4(-1.2, -36.6, 319.0, 0.08), vec4(-45.0, -177.0, 430.0, 0.05)); // Raditladi, Rachmaninoff, Homer, Dostoevskij

Ground ground(vec3 p) {
	Worn w = worn(p, 0.06, 0.7, 0.24, 0.16);
	vec3 torn = warp(p, 4.0, 0.05, seed + 11u);
	float caloris = oval(torn, 31.5, 162.7, 18.5, 17.5, 0.16);
	float plains = max(oval(torn, 68.0, 40.0, 34.0, 24.0, 0.3), oval(torn, 31.5, 162.7, 34.0, 30.0, 0.25));
	plains = max(plains, smoothstep(0.15, 0.55, fbm(torn, 1.7, 5, 0.5, footprint, seed + 12u)));
	float height = w.height * mix(1.0, 0.45, plains);
	float far = degrees(away(p, place(31.5, 162.7)));
	height += 0.0010 * exp(-pow((far - 19.0 - w.rough) / 1.3, 2.0)) - 0.0006 * caloris;
	for (int i = 0; i < times(7); i++) height += named(p, basins[i].x, basins[i].y, basins[i].z, bodyKm, basins[i].w);

	float bright = 0.0;
	for (int i = 0; i < times(6); i++) {
		float radiusDeg = degrees(0.5 * rayed[i].z / bodyKm);
		float r = degrees(away(p, place(rayed[i].x, rayed[i].y)));
		if (r > 1.5 * rayed[i].w) continue;
		bright = max(bright, rays(p, rayed[i].x, rayed[i].y, radiusDeg, rayed[i].w, footprint, 41u + uint(i) * 8u));
		height += named(p, rayed[i].x, rayed[i].y, rayed[i].z, bodyKm, 0.5);
	}
	float shade = w.shade * mix(0.90, 1.08, plains) + 0.10 * caloris + 1.0 * bright;
	vec3 colour = mix(vec3(0.335, 0.298, 0.262), vec3(0.372, 0.313, 0.258), max(plains, caloris));
	colour = mix(colour, vec3(0.350, 0.330, 0.312), bright); // young ground is bluer
	return bare(colour * shade, height);
}
