// Io: yellow and white plains of sulphur and its frost, red-brown poles, dark paterae,
// and what plumes lay down about them.
//
// Places: IAU Gazetteer of Planetary Nomenclature, longitudes to the west as there;
// deposits of plumes: Geissler et al. 2004, Icarus 169:29. Colours to the eye: Geissler
// et al. 1999, Icarus 140:265 (plains 0.8, 0.7, 0.3 in red, green, blue; frost, near
// white; poles, red-brown; floors of paterae, nearly black).

// Paterae: latitude, longitude to the west, radius in degrees, how dark.
const int named = 36;
const vec4 paterae[named] = vec4[](
	vec4(-18.7, 255.3, 0.9, 0.9), vec4(-1.5, 153.9, 0.9, 0.8), vec4(62.8, 123.5, 2.4, 0.8), vec4(-20.2, 160.2, 1.1, 1.0), // Pele, Prometheus, Tvashtar, Culann
	vec4(-18.7, 141.1, 1.3, 0.9), vec4(24.5, 114.7, 1.9, 0.8), vec4(19.5, 122.3, 1.3, 0.7), vec4(21.0, 174.0, 1.3, 0.8), // Tupan, Amirani, Maui, Zamama
	vec4(-27.1, 209.7, 1.4, 0.9), vec4(28.6, 172.5, 1.2, 0.7), vec4(45.2, 336.5, 2.2, 0.8), vec4(-39.8, 272.1, 1.8, 1.0), // Marduk, Volund, Surt, Babbar
	vec4(-40.4, 288.0, 1.6, 1.0), vec4(-12.3, 243.3, 2.2, 0.9), vec4(-8.3, 325.3, 1.4, 0.9), vec4(29.8, 208.4, 2.2, 0.7), // Ulgen, Pillan, Ra, Isum
	vec4(-43.6, 57.1, 1.6, 0.8), vec4(-18.2, 33.6, 1.4, 0.9), vec4(-3.2, 119.1, 1.3, 0.8), vec4(16.2, 90.3, 1.7, 0.9), // Masubi, Kanehekili, Emakong, Gish Bar
	vec4(-34.2, 128.5, 1.5, 0.8), vec4(39.2, 133.1, 1.4, 0.9), vec4(55.1, 301.5, 2.0, 1.0), vec4(28.3, 327.6, 1.2, 0.9), // Malik, Thor, Dazhbog, Fuchi
	vec4(30.2, 278.9, 1.9, 0.9), vec4(-52.4, 343.2, 1.8, 0.9), vec4(-64.7, 4.6, 1.8, 0.8), vec4(-68.1, 348.6, 1.4, 0.8), // Atar, Creidne, Nusku, Inti
	vec4(-47.9, 310.1, 1.5, 0.9), vec4(-48.3, 267.5, 2.0, 1.0), vec4(-57.1, 311.5, 1.3, 0.9), vec4(-33.7, 152.1, 1.7, 0.8), // Aten, Svarog, Heno, Shamash
	vec4(-3.6, 79.5, 1.5, 0.9), vec4(40.5, 74.7, 1.8, 0.8), vec4(-13.4, 235.4, 1.2, 0.9), vec4(-4.6, 39.1, 1.2, 0.8)); // Hi'iaka, Zal, Reiden, Janus

// Noise is asked for in one loop: compilers copy it to where it is called.
const int fields = 4;
const vec2 field[fields] = vec2[](vec2(1.7, 5.0), vec2(3.3, 6.0), vec2(13.0, 5.0), vec2(2.4, 3.0)); // waves to a radius, octaves

// plume is the ring that a plume lays down: how much of it lies r degrees from its
// vent, about its radius.
float plume(float r, float radius, float width) {
	float d = (r - radius) / width;
	return exp2(-d * d);
}

// fromVent is how far p is from a place with its longitude to the west, degrees.
float fromVent(vec3 p, float latDeg, float westDeg) { return degrees(away(p, place(latDeg, -westDeg))); }

Ground ground(vec3 p) {
	vec3 q = warp(p, 2.2, 0.09, seed + 1u), torn = warp(p, 17.0, 0.020, seed + 3u);
	float n[fields];
	for (int i = 0; i < fields; i++) n[i] = fbm(q, field[i].x, int(field[i].y), 0.62, footprint, seed + 10u + uint(i));
	float high = abs(p.z) + 0.10 * n[0];

	// Plains: yellow to orange, frost in the bright regions of low latitudes, most on
	// the side away from Jupiter; grey-green and brown here and there.
	vec3 c = mix(vec3(0.73, 0.585, 0.235), vec3(0.67, 0.46, 0.155), smoothstep(-0.25, 0.35, n[1] + 0.3 * n[2]));
	float frost = smoothstep(0.02, 0.42, n[0] + 0.35 * n[2] - 0.18 * p.x - 0.5 * smoothstep(0.3, 0.75, abs(p.z)));
	c = mix(c, vec3(0.84, 0.81, 0.62), 0.85 * frost);
	c = mix(c, vec3(0.42, 0.36, 0.17), 0.65 * smoothstep(0.08, 0.40, n[3] - 0.35 * n[2]) * (1.0 - frost));
	c = mix(c, vec3(0.37, 0.235, 0.105), 0.80 * smoothstep(0.52, 0.95, high + 0.12 * n[1] + 0.08 * n[2]));
	c *= 1.0 + 0.30 * n[2] + 0.12 * n[1];

	// Plumes: the red ring of Pele, 1200 km across, of Tvashtar and Surt, red fans
	// of Culann and Marduk; white rings of Prometheus, Amirani, Masubi and others.
	float ragged = 1.0 + 0.22 * n[1] + 0.16 * n[2];
	vec2 pele = offset(p, -18.7, -255.3) * vec2(1.12, 0.94) * (1.0 - 0.12 * n[1] - 0.08 * n[2]);
	float r = degrees(length(pele)) * ragged;
	float red = plume(r, 17.0, 3.8) * (0.95 + 0.4 * n[2]) + 0.22 * (1.0 - smoothstep(6.0, 18.0, r));
	red += 0.30 * plume(fromVent(p, 62.8, 123.5) * ragged, 13.5, 3.2) + 0.25 * plume(fromVent(p, 45.2, 336.5) * ragged, 13.0, 3.2);
	red += 0.7 * (1.0 - smoothstep(1.0, 5.0, fromVent(p, -21.5, 158.8) * ragged)) + 0.7 * (1.0 - smoothstep(1.0, 5.5, fromVent(p, -27.5, 207.5) * ragged));
	c = mix(c, vec3(0.56, 0.265, 0.095), clamp(0.85 * red, 0.0, 0.85));
	float white = plume(fromVent(p, -1.5, 155.5) * ragged, 4.6, 1.5) + 0.7 * plume(fromVent(p, 24.5, 115.5) * ragged, 5.5, 1.8);
	white += 0.7 * plume(fromVent(p, -43.6, 57.1) * ragged, 6.5, 2.0) + 0.6 * plume(fromVent(p, 21.0, 174.0) * ragged, 4.5, 1.5) + 0.5 * plume(fromVent(p, 28.6, 172.5) * ragged, 4.0, 1.4);
	c = mix(c, vec3(0.86, 0.83, 0.68), clamp(0.7 * white * (1.0 + 0.9 * n[2]), 0.0, 0.85));

	// Paterae: dark floors with ragged edges, in a halo; hundreds more have no name.
	float lava = 0.0, halo = 0.0;
	for (int i = 0; i < times(named); i++) {
		vec4 v = paterae[i];
		float d = length(torn - place(v.x, -v.y)) / radians(0.85 * v.z); // near enough the angle
		lava = max(lava, v.w * (1.0 - smoothstep(0.9, 1.1, d)));
		halo = max(halo, v.w * (1.0 - smoothstep(0.9, 2.6, d)));
	}
	vec3 spots = cells(torn * 9.0, seed + 20u);
	float wide = fract(spots.z * 37.0), size = mix(0.05, 0.21, wide * wide * wide), edge = max(0.2, 9.0 * footprint / size);
	float share = seen(5.0, footprint) * step(0.35, spots.z);
	lava = max(lava, share * mix(0.55, 0.95, spots.z) * (1.0 - smoothstep(1.0 - edge, 1.0 + edge, spots.x / size)));
	halo = max(halo, share * 0.7 * (1.0 - smoothstep(0.9, 2.8, spots.x / size)));

	// Loki: a dark horseshoe 200 km wide about a bright island.
	vec2 loki = degrees(offset(p, 13.0, -308.8)) + 0.35 * vec2(n[2], -n[1]);
	float lake = length(loki), island = length(loki - vec2(0.5, 0.9));
	lava = max(lava, (1.0 - smoothstep(3.1, 3.4, lake)) * smoothstep(1.45, 1.75, island));
	float dark = smoothstep(0.0, 1.0, halo) * 0.35 * (1.0 - lava);
	c = mix(c, vec3(0.42, 0.25, 0.09), dark);
	c = mix(c, vec3(0.055, 0.045, 0.035), 0.94 * lava);

	// Mountains are few and stand alone; plains are flat.
	float mountain = smoothstep(0.45, 0.8, n[3]) * (0.5 + 0.5 * n[2]);
	return bare(c, 0.0045 * mountain + 0.0004 * n[2] - 0.0008 * lava);
}
