// The Sun's face: granules, spots and faculae, all made up; the includer has
// shadows.glsl.

#include "surfaces/noise.glsl"

const uint sunSeed = 24u;

// spots is the light that spots leave at p (unit vector, body-fixed), 1 away from
// them. A group is a pair, the leading spot the larger; they lie between 5° and 35° of
// latitude, as in the middle of a cycle. Umbra and penumbra have about a quarter and
// three quarters of the light, and a hundredth to a fortieth of a radius:
// Solanki 2003, Astron. Astrophys. Rev. 11:153.
vec3 spots(vec3 p, float footprint) {
	float dark = 0.0, dusk = 0.0;
	float ragged = 0.22 * noise(p * 70.0, sunSeed + 3u) + 0.12 * noise(p * 210.0, sunSeed + 4u);
	for (int i = 0; i < 16; i++) {
		vec3 h = unit(lattice(ivec3(i >> 1, 7, 3), sunSeed));
		vec3 own = unit(lattice(ivec3(i, 1, 9), sunSeed));
		bool leads = (i & 1) == 0;
		float lat = (0.09 + 0.5 * h.x) * (h.z < 0.5 ? -1.0 : 1.0) + 0.03 * (own.x - 0.5);
		float lon = 6.2831853 * h.y + (leads ? 0.0 : -0.09 - 0.06 * own.y);
		vec3 at = vec3(cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat));
		float size = (leads ? 0.014 + 0.030 * h.x * h.z : 0.007 + 0.014 * own.z);
		vec3 away = p - at;
		float r = length(away);
		r += size * ragged;
		float soft = max(footprint, 0.04 * size);
		dark = max(dark, 1.0 - smoothstep(-soft, soft, r - 0.42 * size));
		dusk = max(dusk, 1.0 - smoothstep(-soft, soft, r - size));
	}
	return mix(mix(vec3(1.0), vec3(0.80, 0.74, 0.66), dusk), vec3(0.30, 0.22, 0.15), dark);
}

// face is the light of the photosphere at p, where it is seen under the cosine mu, by
// the mean in the middle of the disc. Granules, which cost much, are drawn where they
// may be seen. Granules are 1500 km wide and vary by a sixth;
// faculae, a network about spots, show towards the limb.
vec3 face(vec3 p, float mu, float footprint) {
	float grain = 0.0;
#ifdef GRANULES
	float share = seen(430.0, footprint);
	if (share > 0.0) {
		vec3 bent = p * 430.0 + 0.35 * noise3(p * 900.0, sunSeed + 7u) + 0.12 * noise3(p * 2600.0, sunSeed + 8u);
		vec3 near = cells(bent, sunSeed);
		float lane = 1.0 - exp(-9.0 * (near.y - near.x));
		grain += share * (0.42 * (lane - 0.80) + 0.16 * (near.z - 0.5) * lane);
		grain += 0.10 * fbm(p, 1500.0, 5, 0.65, footprint, sunSeed + 1u);
	}
#endif
	grain += 0.035 * fbm(p, 22.0, 3, 0.75, footprint, sunSeed + 2u);
	float belt = 1.0 - smoothstep(0.4, 0.7, abs(p.z));
	float plage = smoothstep(0.1, 0.5, noise(p * 4.0, sunSeed + 5u)) * belt;
	float facula = plage * pow(ridged(p, 26.0, 2, 0.6, footprint, sunSeed + 6u), 3.0);
	vec3 light = spots(p, footprint) * pow(vec3(max(1.0 + grain, 0.0)), vec3(0.8, 1.1, 1.5)); // cooler is redder
	return photosphere(mu) * light * (1.0 + 0.9 * facula * (1.0 - mu));
}
