// The Moon: maria, rayed and great craters at their places, and between them
// craters by N(>D) ~ D^-2.
//
// Sources: centres and diameters of what has a name: IAU Gazetteer of Planetary
// Nomenclature. Albedo: maria about half as bright as highlands (Heiken et al.
// 1991, Lunar Sourcebook, table 3.3). Lengths of rays: Elliott et al. 2018,
// Icarus 312:231. Rings of Orientale: Head 1974, Moon 11:327.

const float kmDeg = 0.03298; // degrees of a kilometre along the ground

// Latitude, longitude, half-axes to east and north; degrees.
const vec4 maria[30] = vec4[](
	vec4(34.7, -14.9, 18.5, 18.5), // Imbrium
	vec4(27.3, 18.4, 11.0, 10.6), // Serenitatis
	vec4(8.4, 30.8, 13.5, 11.5), vec4(2.5, 25.0, 9.0, 5.0), // Tranquillitatis
	vec4(16.2, 59.1, 8.8, 7.0), // Crisium
	vec4(-4.0, 51.5, 9.0, 8.5), vec4(-14.5, 52.5, 4.5, 6.5), // Fecunditatis
	vec4(-15.2, 34.6, 5.4, 5.4), // Nectaris
	vec4(-20.6, -17.3, 11.5, 9.0), // Nubium
	vec4(-24.5, -38.6, 6.7, 6.7), // Humorum
	vec4(20.0, -57.0, 13.0, 20.0), vec4(6.0, -47.0, 16.0, 13.0), vec4(43.0, -53.0, 13.0, 9.0), vec4(-3.0, -43.0, 14.0, 7.0), // Procellarum
	vec4(57.6, -5.0, 26.0, 4.2), vec4(54.0, 25.0, 13.0, 3.6), // Frigoris
	vec4(13.2, 4.1, 4.2, 4.0), vec4(1.6, 1.0, 4.5, 2.6), vec4(12.1, -8.3, 4.4, 3.6), // Vaporum, Medii, Aestuum
	vec4(-10.5, -22.3, 6.5, 5.0), vec4(7.8, -30.6, 8.5, 6.0), // Cognitum, Insularum
	vec4(37.6, 30.8, 6.5, 3.6), // Somniorum
	vec4(56.9, 81.5, 4.0, 3.4), vec4(-1.7, 87.1, 5.6, 5.0), vec4(12.7, 86.5, 5.0, 4.4), // Humboldtianum, Smythii, Marginis
	vec4(-46.0, 93.0, 9.0, 8.0), // Australe
	vec4(-19.9, -94.7, 4.8, 4.6), // Orientale
	vec4(27.3, 148.1, 4.4, 4.0), vec4(-33.3, 164.0, 4.0, 3.0), // Moscoviense, Ingenii
	vec4(-20.4, 129.0, 2.5, 2.4)); // Tsiolkovskiy

// Latitude, longitude, diameter in km, length of the rays in degrees.
const vec4 rayed[14] = vec4[](
	vec4(-43.3, -11.2, 85.3, 46.0), // Tycho
	vec4(9.6, -20.1, 96.1, 15.0), vec4(8.1, -38.0, 29.5, 10.0), vec4(23.7, -47.5, 40.0, 9.0), // Copernicus, Kepler, Aristarchus
	vec4(16.1, 46.9, 26.9, 11.0), vec4(73.5, -10.2, 51.9, 18.0), // Proclus, Anaxagoras
	vec4(-24.5, -63.8, 18.7, 10.0), vec4(-31.8, 51.6, 10.0, 12.0), // Byrgius A, Stevinus A
	vec4(-8.9, 61.0, 132.0, 12.0), vec4(-11.5, 26.3, 98.6, 8.0), // Langrenus, Theophilus
	vec4(22.1, -163.3, 71.4, 22.0), vec4(36.0, 102.9, 22.1, 12.0), vec4(18.3, -113.8, 61.8, 18.0), vec4(-5.3, 123.2, 36.9, 12.0)); // Jackson, Giordano Bruno, Ohm, Necho

// Latitude, longitude, diameter in km, how sharp they are.
const vec4 great[26] = vec4[](
	vec4(-58.6, -14.7, 230.8, 0.20), vec4(-9.2, -1.8, 153.7, 0.14), vec4(-13.4, -2.9, 110.5, 0.20), vec4(-11.2, 3.8, 130.8, 0.20), // Clavius, Ptolemaeus, Alphonsus, Albategnius
	vec4(-5.4, 5.2, 144.0, 0.12), vec4(-13.3, 24.1, 98.1, 0.22), vec4(-18.1, 23.6, 98.8, 0.18), // Hipparchus, Cyrillus, Catharina
	vec4(-50.0, -6.0, 155.6, 0.18), vec4(-49.6, -21.9, 145.5, 0.22), vec4(-25.4, 60.8, 184.1, 0.25), // Maginus, Longomontanus, Petavius
	vec4(31.9, 30.0, 95.1, 0.25), vec4(29.7, -4.0, 81.0, 0.25), vec4(14.5, -11.3, 58.8, 0.50), vec4(50.2, 17.3, 87.6, 0.40), // Posidonius, Archimedes, Eratosthenes, Aristoteles
	vec4(-17.6, -40.0, 111.4, 0.25), vec4(-44.5, 40.8, 200.7, 0.12), vec4(-66.8, -68.9, 300.6, 0.12), vec4(51.6, -9.4, 100.7, 0.25), // Gassendi, Janssen, Bailly, Plato
	vec4(-5.4, -68.4, 173.5, 0.18), vec4(-44.3, -55.1, 212.2, 0.16), vec4(-33.0, 0.7, 129.9, 0.15), vec4(-28.3, -1.0, 116.2, 0.18), // Grimaldi, Schickard, Walther, Purbach
	vec4(46.7, 44.4, 123.3, 0.22), vec4(46.7, 39.1, 69.9, 0.30), vec4(-20.4, 129.0, 184.4, 0.30), vec4(-70.1, 172.0, 187.0, 0.2)); // Endymion, Atlas, Tsiolkovskiy, Numerov

// Craters whose floors are dark: of great, by number.
float darkFloor(int i) { return i == 17 || i == 18 || i == 22 ? 1.0 : i == 19 ? 0.4 : 0.0; }

// mareAt is 1 in a mare, 0 in highlands; torn is p moved a little. Lavas that meet
// run together.
float mareAt(vec3 torn, float rough) {
	float sum = 0.0;
	for (int i = 0; i < 30; i++) {
		vec4 m = maria[i];
		float r = length(offset(torn, m.x, m.y) / radians(m.zw));
		sum += exp2(6.0 * clamp(1.0 - r, -3.0, 0.6));
	}
	float depth = log2(max(sum, 0.01)) / 6.0 + 0.32 * rough;
	return 0.75 * smoothstep(-0.10, 0.12, depth) + 0.25 * smoothstep(0.0, 0.35, depth);
}

Ground ground(vec3 p) {
	vec3 torn = warp(p, 4.0, 0.05, seed + 11u);
	float rough = fbm(p, 9.0, 7, 0.62, footprint, seed + 12u);
	float mare = mareAt(torn, rough);
	float patches = fbm(torn, 3.0, 6, 0.55, footprint, seed + 13u);

	vec2 basins = craters(p, 0.10, 3, 0.55, footprint, seed + 1u);
	vec2 middle = craters(octaveTurn * p, 0.022, 3, 0.75, footprint, seed + 2u);
	vec2 small = craters(octaveTurn * octaveTurn * p, 0.0042, 3, 0.8, footprint, seed + 3u);
	float old = 1.0 - mare; // maria drowned what was there
	float height = old * basins.x * 0.7 + mix(0.25, 0.9, old) * middle.x + mix(0.45, 1.0, old) * small.x;
	height += 0.004 * old * fbm(p, 8.0, 7, 0.58, footprint, seed + 4u) - 0.0012 * mare;
	height += 0.0006 * mare * ridged(torn, 9.0, 3, 0.5, footprint, seed + 5u);

	float shade = mix(1.0 + 0.11 * patches + 0.05 * rough, 0.42 + 0.13 * patches + 0.04 * rough, mare);
	shade += old * 0.06 * basins.y + mix(0.07, 0.12, old) * middle.y + mix(0.10, 0.14, old) * small.y;
	// The floor of the South Pole-Aitken basin is darker.
	shade *= 1.0 - 0.17 * oval(torn, -53.0, -169.0, 40.0, 33.0, 0.3);

	for (int i = 0; i < 26; i++) {
		float radius = radians(0.5 * great[i].z * kmDeg);
		float t = away(p, place(great[i].x, great[i].y)) / radius;
		if (t > 2.5) continue;
		height += radius * bowl(t * (1.0 + 0.08 * rough), great[i].w);
		shade *= 1.0 - 0.40 * darkFloor(i) * (1.0 - smoothstep(0.75, 0.9, t + 0.2 * rough));
	}
	float bright = 0.0;
	for (int i = 0; i < 14; i++) {
		float radiusDeg = 0.5 * rayed[i].z * kmDeg;
		vec3 centre = place(rayed[i].x, rayed[i].y);
		float t = degrees(away(p, centre)) / radiusDeg;
		if (t * radiusDeg > 1.5 * rayed[i].w) continue;
		float ray = rays(p, rayed[i].x, rayed[i].y, radiusDeg, rayed[i].w, footprint, 31u + uint(i) * 8u);
		bright = max(bright, ray * (i == 8 || i == 9 ? 0.5 : 1.0));
		height += radians(radiusDeg) * bowl(t, 0.45);
		if (i == 0) shade *= 1.0 - 0.22 * smoothstep(0.9, 1.15, t) * (1.0 - smoothstep(1.6, 2.3, t)); // Tycho's dark halo
	}
	shade += bright * mix(0.50, 0.38, mare);

	float far = degrees(away(p, place(-19.9, -94.7)));
	float rings = exp(-pow((far - 15.3) / 1.1, 2.0)) + 0.7 * exp(-pow((far - 10.2) / 0.8, 2.0)) + 0.6 * exp(-pow((far - 7.9) / 0.6, 2.0));
	height += 0.0016 * rings * (1.0 + 0.5 * rough);

	// Maria with much titanium are bluer, Serenitatis and Imbrium redder.
	float blue = mare * clamp(0.5 + 1.5 * patches, 0.0, 1.0);
	vec3 colour = mix(vec3(1.0, 0.925, 0.83), vec3(0.96, 0.93, 0.875), blue);
	return Ground(colour * shade * 0.62, height, 0.0, 0.0, 0.0);
}
