// Mars: bright dust and dark sand where they lie, the volcanoes of Tharsis, the
// scar of Valles Marineris, caps that go with the season.
//
// Sources: centres and diameters: IAU Gazetteer of Planetary Nomenclature. Albedo,
// 0.3 in dust, 0.1 in Syrtis Major: Christensen et al. 2001, J. Geophys. Res.
// 106:23823. Seasonal caps: Piqueux et al. 2015, Icarus 251:164. Heights: Smith et
// al. 2001, J. Geophys. Res. 106:23689.

// Dark plains: latitude, longitude, half-axes to east and north in degrees.
const vec4 dark[28] = vec4[](
	vec4(9.0, 69.5, 6.5, 13.0), vec4(0.0, 68.0, 8.0, 6.0), vec4(18.0, 71.0, 4.0, 6.0), // Syrtis Major
	vec4(47.0, -22.0, 20.0, 8.0), vec4(40.0, -35.0, 9.0, 8.0), vec4(55.0, -45.0, 24.0, 6.0), // Acidalia
	vec4(48.0, 95.0, 26.0, 6.0), vec4(45.0, 130.0, 16.0, 6.0), vec4(58.0, 60.0, 30.0, 6.0), vec4(62.0, 170.0, 40.0, 6.0), // Utopia, Vastitas Borealis
	vec4(-7.0, -2.0, 7.0, 5.0), vec4(-6.0, 22.0, 20.0, 5.0), vec4(-8.0, 40.0, 10.0, 5.0), // Meridiani, Sabaeus
	vec4(-26.0, 60.0, 16.0, 8.0), vec4(-18.0, 74.0, 8.0, 9.0), // Iapygia, Tyrrhena
	vec4(-22.0, 100.0, 18.0, 6.5), vec4(-12.0, 118.0, 12.0, 6.0), vec4(-28.0, 132.0, 22.0, 7.0), // Mare Tyrrhenum, Hesperium
	vec4(-33.0, 165.0, 22.0, 7.0), vec4(-27.0, -172.0, 14.0, 6.0), // Cimmerium
	vec4(-33.0, -150.0, 20.0, 6.5), vec4(-38.0, -120.0, 14.0, 5.0), // Sirenum
	vec4(-26.0, -88.0, 7.5, 5.0), vec4(-18.0, -75.0, 14.0, 4.0), // Solis Lacus, Thaumasia
	vec4(-30.0, -28.0, 24.0, 9.0), vec4(-12.0, -37.0, 11.0, 7.0), vec4(-47.0, -35.0, 24.0, 6.0), // Erythraeum, Margaritifer
	vec4(-58.0, 10.0, 60.0, 5.0)); // Australe

// Bright ones.
const vec4 bright[6] = vec4[](
	vec4(-42.4, 70.5, 20.0, 11.0), vec4(-49.7, -43.0, 12.0, 8.0), // Hellas, Argyre
	vec4(20.0, 30.0, 26.0, 16.0), vec4(23.0, 150.0, 24.0, 14.0), vec4(8.0, -105.0, 28.0, 22.0), vec4(25.0, -140.0, 24.0, 14.0)); // Arabia, Elysium, Tharsis, Amazonis

// Shields: latitude, longitude, diameter in degrees, height in km.
const vec4 shields[5] = vec4[](
	vec4(18.65, 226.2, 10.3, 21.0), vec4(-8.4, 239.1, 7.3, 12.0), vec4(0.8, 246.6, 6.3, 9.0), vec4(11.9, 255.9, 7.7, 12.0), // Olympus, Arsia, Pavonis, Ascraeus
	vec4(25.0, 147.2, 6.8, 10.0)); // Elysium

// Valles Marineris and its outflow: latitude, longitude of its bends; half-width in
// degrees, depth in km.
const vec4 canyon[9] = vec4[](
	vec4(-7.0, -100.0, 0.5, 2.0), vec4(-7.0, -92.0, 1.1, 5.0), vec4(-8.0, -84.0, 1.0, 5.0), vec4(-9.5, -76.0, 2.3, 7.0), vec4(-12.0, -70.0, 1.9, 7.0),
	vec4(-13.5, -62.0, 1.5, 6.0), vec4(-13.0, -53.0, 1.6, 4.0), vec4(-11.0, -41.0, 2.4, 2.0), vec4(4.0, -34.0, 2.2, 0.8));

const float radiusKm = 3389.5;

// alongCanyon is how far p lies in the canyon, 1 on its floor and 0 beyond its rim;
// y is the depth in km.
vec2 alongCanyon(vec3 p, float rough) {
	vec2 best = vec2(0.0);
	if (away(p, place(-8.0, -70.0)) > 0.8) return best;
	for (int i = 0; i < 8; i++) {
		vec2 a = offset(p, canyon[i].x, canyon[i].y), ab = a - offset(p, canyon[i + 1].x, canyon[i + 1].y);
		float t = clamp(dot(a, ab) / dot(ab, ab), 0.0, 1.0);
		float wide = 0.8 * radians(mix(canyon[i].z, canyon[i + 1].z, t)) * (1.0 + 1.1 * rough);
		float within = 1.0 - smoothstep(0.55, 1.0, length(a - t * ab) / wide);
		if (within > best.x) best = vec2(within, mix(canyon[i].w, canyon[i + 1].w, t));
	}
	return best;
}

// cap is how much ice lies at a pole down to an edge (degrees from the pole).
float cap(vec3 p, float pole, float edge, float rough) {
	float colat = degrees(acos(clamp(pole * p.z, -1.0, 1.0)));
	return 1.0 - smoothstep(edge - 0.8, edge + 0.8, colat + 3.0 * rough);
}

Ground ground(vec3 p) {
	float rough = fbm(p, 7.0, 8, 0.6, footprint, seed + 1u);
	float broad = fbm(p, 2.2, 6, 0.55, footprint, seed + 2u);
	vec3 torn = warp(p, 3.5, 0.06, seed + 3u);
	torn += 0.02 * noise3(p * 14.0, seed + 5u);

	float sand = 0.0, dust = 0.0;
	for (int i = 0; i < 28; i++) {
		float r = length(offset(torn, dark[i].x, dark[i].y) / radians(dark[i].zw * vec2(cos(radians(dark[i].x)), 1.0)));
		sand = max(sand, 1.5 - r);
	}
	for (int i = 0; i < 6; i++) {
		float r = length(offset(torn, bright[i].x, bright[i].y) / radians(bright[i].zw * vec2(cos(radians(bright[i].x)), 1.0)));
		dust = max(dust, 1.0 - smoothstep(0.5, 1.2, r));
	}
	// Wind has blown streaks of dust over the sand.
	float streaks = fbm(vec3(p.xy * 6.0, p.z * 26.0), 1.0, 5, 0.6, footprint * 12.0, seed + 4u);
	float lat = degrees(asin(clamp(p.z, -1.0, 1.0)));
	float belts = 0.5 * smoothstep(-12.0, -24.0, lat) * smoothstep(-66.0, -50.0, lat) + 0.5 * smoothstep(58.0, 68.0, lat);
	sand = max(sand, belts + 0.25 * broad);
	sand = smoothstep(0.12, 1.0, sand + 0.42 * rough + 0.22 * streaks - 0.1) * (1.0 - 0.85 * dust);

	// Old highlands lie south, and are cratered; plains north are young.
	float south = smoothstep(-0.15, 0.25, 0.12 - torn.z + 0.25 * broad + 0.3 * oval(torn, 20.0, 20.0, 35.0, 20.0, 0.5)) * (1.0 - oval(p, 5.0, -110.0, 45.0, 45.0, 0.4));
	vec2 large = craters(p, 0.05, 3, 0.5, footprint, seed + 6u);
	vec2 small = craters(octaveTurn * p, 0.0085, 4, 0.5, footprint, seed + 7u);
	float height = mix(0.15, 0.8, south) * (large.x + small.x) * 0.7 + 0.0020 * mix(0.4, 1.0, south) * fbm(p, 10.0, 7, 0.55, footprint, seed + 8u) + 0.0007 * south;

	float peak = 0.0;
	for (int i = 0; i < 5; i++) {
		float r = 2.0 * degrees(away(p, place(shields[i].x, shields[i].y))) / shields[i].z;
		if (r > 1.3) continue;
		float flank = 1.0 - smoothstep(0.0, 1.0, r);
		float caldera = 1.0 - smoothstep(0.10, 0.15, r + 0.02 * rough);
		float scarp = i == 0 ? 0.3 * (1.0 - smoothstep(0.95, 1.05, r + 0.08 * rough)) : 0.0;
		height += shields[i].w / radiusKm * (0.8 * flank + scarp - 0.12 * caldera);
		peak = max(peak, smoothstep(0.75, 0.2, r));
		sand = max(sand, 0.35 * smoothstep(0.25, 0.2, abs(r - 0.4) + 0.15 * rough) * smoothstep(0.9, 0.4, r));
	}
	vec2 scar = alongCanyon(p, rough);
	height -= scar.x * scar.y * (1.0 + 0.25 * rough) / radiusKm;
	height -= 0.0018 * oval(p, -42.4, 70.5, 33.0, 22.0, 0.35) + 0.0012 * oval(p, -49.7, -43.0, 14.0, 11.0, 0.4);

	// Rust, after Viking's pictures in natural colour.
	vec3 soil = mix(vec3(0.56, 0.225, 0.075), vec3(0.64, 0.29, 0.115), clamp(0.5 + 1.1 * broad + 0.35 * rough, 0.0, 1.0));
	soil = mix(soil, vec3(0.68, 0.33, 0.14), 0.7 * dust);
	vec3 basalt = vec3(0.14, 0.066, 0.038) * (1.0 + 0.35 * rough);
	vec3 colour = mix(soil, basalt, sand);
	colour *= 1.0 + 0.12 * rough + 0.10 * south * (large.y + small.y) - 0.10 * south;
	colour = mix(colour, vec3(0.24, 0.095, 0.045) * (1.0 + 0.6 * rough), 0.5 * scar.x);
	colour = mix(colour, vec3(0.58, 0.26, 0.10), 0.35 * peak);

	// What stays of the caps, and the frost that comes in winter: at 270° of season
	// it is winter in the north.
	float winterNorth = 0.5 - 0.5 * sin(season), winterSouth = 1.0 - winterNorth;
	float frost = max(cap(p, 1.0, mix(7.0, 27.0, smoothstep(0.25, 0.95, winterNorth)), rough), cap(p, -1.0, mix(2.5, 31.0, smoothstep(0.3, 0.95, winterSouth)), rough));
	// Spiral troughs cut the ice.
	float turn = atan(p.y, p.x), colat = degrees(acos(clamp(abs(p.z), 0.0, 1.0)));
	float trough = smoothstep(0.55, 0.95, sin(3.0 * turn * sign(p.z) + 2.1 * colat + 2.0 * rough)) * smoothstep(1.0, 2.5, colat) * (1.0 - smoothstep(8.0, 12.0, colat));
	frost *= 1.0 - 0.55 * trough;
	colour = mix(colour, vec3(0.86, 0.80, 0.74), 0.93 * frost);
	height += 0.0006 * frost;
	return Ground(colour, height, 0.0, 0.0, 0.0);
}
