// The Moon: maria, rayed and great craters at their places, and between them
// craters by N(>D) ~ D^-2.
//
// Sources: centres and diameters of what has a name: IAU Gazetteer of Planetary
// Nomenclature. Albedo: maria about half as bright as highlands (Heiken et al.
// 1991, Lunar Sourcebook, table 3.3). Lengths of rays: Elliott et al. 2018,
// Icarus 312:231. Rings of Orientale: Head 1974, Moon 11:327.

const float kmDeg = 0.03298; // degrees of a kilometre along the ground

// Flow is an ellipse of lava, or of land that it did not reach: place, half-axes
// and how far the first is turned from east to north, degrees; albedo against that
// of highlands.
struct Flow { float lat, lon, along, across, turn, shade; };

const Flow maria[46] = Flow[](
	Flow(33.5, -17.0, 17.5, 16.5, 0.0, 0.43), Flow(44.5, -31.5, 4.0, 3.6, 0.0, 0.42), Flow(29.5, -33.0, 12.0, 11.0, 0.0, 0.41), // Imbrium, Iridum
	Flow(28.0, 18.0, 10.6, 9.6, 0.0, 0.45), Flow(20.5, 23.0, 5.5, 4.0, 0.0, 0.36), // Serenitatis
	Flow(8.5, 31.5, 10.5, 9.5, 0.0, 0.37), Flow(4.5, 23.0, 6.5, 4.6, 20.0, 0.38), Flow(15.5, 33.5, 7.5, 4.5, 30.0, 0.40), Flow(-4.5, 26.5, 3.2, 4.6, 0.0, 0.44), // Tranquillitatis, Asperitatis
	Flow(17.0, 59.1, 8.6, 6.8, 0.0, 0.38), // Crisium
	Flow(-2.5, 50.5, 8.0, 6.5, 0.0, 0.42), Flow(-13.0, 52.0, 4.2, 7.0, 0.0, 0.45), Flow(2.5, 43.5, 4.5, 2.4, 30.0, 0.42), // Fecunditatis
	Flow(-15.2, 34.6, 5.0, 5.0, 0.0, 0.44), // Nectaris
	Flow(-21.0, -16.0, 9.5, 7.8, 20.0, 0.45), Flow(-15.0, -11.5, 5.0, 4.5, 0.0, 0.48), Flow(-27.5, -19.0, 7.0, 3.6, -15.0, 0.46), // Nubium
	Flow(-24.2, -38.6, 6.0, 6.0, 0.0, 0.40), Flow(-16.0, -40.0, 4.0, 4.5, 0.0, 0.44), Flow(-31.5, -28.5, 3.6, 1.9, 10.0, 0.50), // Humorum, Epidemiarum
	Flow(16.0, -57.0, 12.0, 13.0, 0.0, 0.42), Flow(33.0, -60.0, 8.5, 12.0, 0.0, 0.44), Flow(4.0, -50.0, 12.0, 10.0, 0.0, 0.40), Flow(47.0, -54.0, 7.5, 7.0, 0.0, 0.45), Flow(-6.5, -46.0, 9.5, 6.5, 0.0, 0.42), Flow(19.0, -42.0, 10.0, 7.0, 0.0, 0.42), // Procellarum
	Flow(55.5, -39.0, 9.5, 2.6, 15.0, 0.55), Flow(58.5, -14.0, 11.0, 2.6, 5.0, 0.56), Flow(57.0, 10.0, 10.0, 2.8, -8.0, 0.57), Flow(52.0, 30.0, 8.0, 2.3, -18.0, 0.60), // Frigoris
	Flow(44.5, 27.5, 2.2, 2.2, 0.0, 0.60), Flow(37.8, 31.5, 5.4, 2.4, 15.0, 0.55), // Mortis, Somniorum
	Flow(13.6, 4.3, 4.6, 2.0, 25.0, 0.60), Flow(8.0, -1.0, 7.0, 1.3, 55.0, 0.74), Flow(2.0, 0.0, 8.0, 1.1, 10.0, 0.72), Flow(11.0, -8.8, 4.0, 2.6, -20.0, 0.56), // Vaporum, Medii, Aestuum
	Flow(-10.0, -22.0, 6.5, 4.8, 0.0, 0.44), Flow(4.5, -29.5, 8.5, 5.5, 0.0, 0.46), Flow(0.0, -18.0, 6.5, 2.6, 20.0, 0.55), Flow(10.5, -35.0, 9.0, 4.0, 0.0, 0.45), Flow(-14.5, -19.5, 6.0, 4.0, -40.0, 0.47), Flow(-11.0, -33.0, 8.0, 4.5, 0.0, 0.46), // Cognitum, Insularum
	Flow(-1.7, 87.1, 5.6, 5.0, 0.0, 0.45), Flow(12.7, 86.5, 5.4, 4.0, 20.0, 0.48), Flow(56.9, 81.5, 3.6, 2.6, 0.0, 0.48), Flow(-46.0, 93.0, 9.0, 8.0, 0.0, 0.60)); // Smythii, Marginis, Humboldtianum, Australe

// Lavas that lie alone: small ones near the limb, and those of the far side.
const Flow ponds[8] = Flow[](
	Flow(7.0, 69.0, 3.6, 1.6, 30.0, 0.52), Flow(1.3, 65.3, 2.2, 1.5, 0.0, 0.50), // Undarum, Spumans
	Flow(-5.4, -68.4, 2.8, 3.0, 0.0, 0.38), Flow(-19.9, -94.7, 4.6, 4.2, 0.0, 0.45), // Grimaldi, Orientale
	Flow(27.3, 148.1, 4.4, 3.4, 0.0, 0.45), Flow(-33.3, 164.0, 4.0, 2.6, 0.0, 0.48), Flow(-20.4, 129.0, 2.4, 2.2, 0.0, 0.36), // Moscoviense, Ingenii, Tsiolkovskiy
	Flow(-36.0, -152.0, 3.0, 3.0, 0.0, 0.55)); // Apollo

// Mountains and islands in the maria.
const Flow lands[13] = Flow[](
	Flow(19.5, -3.5, 8.5, 1.9, 38.0, 1.0), Flow(14.6, -24.0, 4.6, 0.8, -8.0, 1.0), Flow(46.5, -1.0, 5.0, 1.4, -32.0, 1.0), Flow(38.5, 9.5, 5.2, 1.5, 62.0, 1.0), // Apenninus, Carpatus, Alpes, Caucasus
	Flow(48.0, -37.5, 6.0, 1.5, 30.0, 1.0), Flow(44.0, -40.5, 3.6, 1.3, 80.0, 1.0), Flow(16.5, 13.5, 6.0, 1.7, -28.0, 1.0), // Jura, Haemus
	Flow(26.5, -51.5, 2.2, 2.2, 0.0, 0.9), Flow(8.0, -20.0, 2.8, 2.4, 0.0, 1.0), Flow(-5.5, -16.5, 3.2, 2.8, 0.0, 0.9), // Aristarchus' plateau, Copernicus, Fra Mauro
	Flow(-7.5, -28.0, 0.8, 2.6, 0.0, 1.0), Flow(-27.5, -29.0, 2.5, 5.0, -15.0, 1.0), Flow(-7.5, 43.0, 5.0, 2.0, 70.0, 1.0)); // Riphaeus, between Nubium and Humorum, Pyrenaeus

// Latitude, longitude, diameter in km, length of the rays in degrees.
const vec4 rayed[24] = vec4[](
	vec4(-43.3, -11.2, 85.3, 48.0), // Tycho
	vec4(9.6, -20.1, 96.1, 15.0), vec4(8.1, -38.0, 29.5, 11.0), vec4(23.7, -47.5, 40.0, 8.0), // Copernicus, Kepler, Aristarchus
	vec4(16.1, 46.9, 26.9, 13.0), vec4(73.5, -10.2, 51.9, 18.0), // Proclus, Anaxagoras
	vec4(-24.5, -63.8, 18.7, 11.0), vec4(-31.8, 51.6, 10.0, 14.0), // Byrgius A, Stevinus A
	vec4(-8.9, 61.0, 132.0, 12.0), vec4(-11.5, 26.3, 98.6, 8.0), // Langrenus, Theophilus
	vec4(22.1, -163.3, 71.4, 22.0), vec4(36.0, 102.9, 22.1, 12.0), vec4(18.3, -113.8, 61.8, 18.0), vec4(-5.3, 123.2, 36.9, 12.0), // Jackson, Giordano Bruno, Ohm, Necho
	vec4(8.1, -77.7, 40.1, 13.0), vec4(-33.5, 60.6, 12.0, 9.0), vec4(61.8, 50.3, 31.0, 12.0), // Glushko, Furnerius A, Thales
	vec4(16.3, 16.0, 27.1, 4.0), vec4(14.5, 9.1, 38.3, 4.0), vec4(2.8, 17.3, 17.3, 3.0), vec4(-7.4, -29.5, 11.8, 4.0), // Menelaus, Manilius, Dionysius, Euclides
	vec4(-4.5, -8.6, 23.5, 5.0), vec4(-0.4, 32.7, 3.8, 3.0), vec4(-19.9, 57.0, 32.2, 7.0)); // Lalande, Censorinus, Petavius B

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

// inside is how far from its edge p lies in a flow, degrees, less than 0 outside;
// only places near it are exact.
float inside(vec3 p, Flow f) {
	vec3 c = place(f.lat, f.lon);
	if (dot(p, c) < 0.8) return -20.0;
	float l = radians(f.lon), turn = radians(f.turn);
	vec3 east = vec3(-sin(l), cos(l), 0.0);
	vec2 o = degrees(vec2(dot(p, east), dot(p, cross(c, east))));
	o = vec2(cos(turn) * o.x + sin(turn) * o.y, cos(turn) * o.y - sin(turn) * o.x) / vec2(f.along, f.across);
	return max((1.0 - length(o)) * min(f.along, f.across), -20.0);
}

// lavaAt is how far inside the maria p lies, degrees, and their albedo against that
// of highlands. Lavas that meet run together.
vec2 lavaAt(vec3 p) {
	float sum = 0.0, shade = 0.0, whole = 0.0;
	for (int i = 0; i < times(46); i++) {
		float d = inside(p, maria[i]), share = exp2(0.6 * d);
		sum += exp2(1.1 * d);
		shade += share * maria[i].shade;
		whole += share;
	}
	float depth = log2(max(sum, 1e-6)) / 1.1;
	for (int i = 0; i < times(13); i++) depth = min(depth, 0.6 - 1.3 * inside(p, lands[i]));
	return vec2(depth, shade / max(whole, 1e-6));
}

// Noise: frequency, octaves, gain and salt, asked for in one loop, since compilers copy
// what is called to where it is called.
const vec4 field[8] = vec4[](
	vec4(9.0, 7.0, 0.62, 12.0), vec4(3.0, 6.0, 0.55, 13.0), vec4(14.0, 6.0, 0.66, 14.0), // rough, patches, bays
	vec4(4.0, 3.0, 0.5, 16.0), vec4(8.0, 7.0, 0.50, 4.0), vec4(6.0, 5.0, 0.55, 19.0), // scarps, hills, plains
	vec4(4.5, 6.0, 0.6, 17.0), vec4(8.0, 6.0, 0.6, 18.0)); // flows

// Craters: largest radius, octaves, share of places, salt.
const vec4 sizes[3] = vec4[](vec4(0.10, 3.0, 0.55, 1.0), vec4(0.022, 3.0, 0.75, 2.0), vec4(0.0042, 3.0, 0.8, 3.0));

Ground ground(vec3 p) {
	vec3 torn = p;
	for (int i = 0; i < times(2); i++) torn = warp(torn, i == 0 ? 3.5 : 11.0, i == 0 ? 0.022 : 0.016, seed + (i == 0 ? 11u : 15u));
	float n[8];
	for (int i = 0; i < times(8); i++) n[i] = fbm(i < 6 ? p : torn, field[i].x, int(field[i].y), field[i].z, footprint, seed + uint(field[i].w));
	float rough = n[0], patches = n[1], bays = n[2];
	vec2 lava = lavaAt(torn);
	for (int i = 0; i < times(8); i++) {
		float d = inside(torn, ponds[i]);
		if (d > lava.x) lava = vec2(d, ponds[i].shade);
	}
	lava.x += 3.0 * bays + 1.6 * rough;
	// Lavas end at scarps here, and thin out over old ground there.
	float soft = mix(0.35, 2.4, smoothstep(-0.15, 0.3, n[3]));
	float mare = smoothstep(-soft, soft, lava.x);

	vec2 pits[3];
	vec3 turned = p;
	for (int i = 0; i < times(3); i++) {
		pits[i] = craters(turned, sizes[i].x, int(sizes[i].y), sizes[i].z, footprint, seed + uint(sizes[i].w));
		turned = octaveTurn * turned;
	}
	vec2 basins = pits[0], middle = pits[1], small = pits[2];
	float old = 1.0 - mare; // maria drowned what was there
	float height = old * basins.x * 0.7 + mix(0.25, 0.9, old) * middle.x + mix(0.45, 1.0, old) * small.x;
	height += 0.004 * old * n[4] - 0.0012 * mare;
	height += 0.0006 * mare * ridged(torn, 9.0, 3, 0.5, footprint, seed + 5u);

	// Flow after flow, each of its own iron and titanium, ends where it stood still.
	float flows = smoothstep(-0.10, 0.14, n[6]) + 0.7 * smoothstep(-0.06, 0.10, n[7]) - 0.85;
	float plains = smoothstep(0.05, 0.35, n[5]); // of light ejecta between the craters
	float land = 0.97 + 0.34 * patches + 0.26 * rough + 0.16 * bays - 0.12 * plains;
	land -= 0.16 * exp2(min(lava.x, 0.0) * 0.35); // lava dusted by ejecta, and ejecta by lava
	float shade = mix(land, lava.y * (0.86 + 0.17 * flows + 0.22 * rough + 0.10 * bays), mare);
	shade += old * 0.10 * basins.y + mix(0.06, 0.20, old) * middle.y + mix(0.08, 0.26, old) * small.y;
	// The floor of the South Pole-Aitken basin is darker.
	shade *= 1.0 - 0.22 * oval(torn, -53.0, -169.0, 40.0, 33.0, 0.3);

	for (int i = 0; i < times(26); i++) {
		float radius = radians(0.5 * great[i].z * kmDeg);
		float t = away(p, place(great[i].x, great[i].y)) / radius;
		if (t > 2.5) continue;
		height += radius * bowl(t * (1.0 + 0.08 * rough), great[i].w);
		shade *= 1.0 - 0.45 * darkFloor(i) * (1.0 - smoothstep(0.75, 0.9, t + 0.2 * rough));
	}
	float bright = 0.0;
	for (int i = 0; i < times(24); i++) {
		float radiusDeg = 0.5 * rayed[i].z * kmDeg;
		vec3 centre = place(rayed[i].x, rayed[i].y);
		float t = degrees(away(p, centre)) / radiusDeg;
		if (t * radiusDeg > 1.5 * rayed[i].w) continue;
		float ray = rays(p, rayed[i].x, rayed[i].y, radiusDeg, rayed[i].w, footprint, 31u + uint(i) * 8u);
		// Proclus has none to the south-west, where its bolide came from.
		if (i == 4) ray *= 1.0 - 0.8 * smoothstep(0.2, 0.6, dot(normalize(offset(p, 16.1, 46.9) + 1e-6), vec2(-0.77, -0.64)));
		bright = max(bright, ray * (i == 3 ? 1.5 : i == 8 || i == 9 ? 0.5 : 1.0));
		height += radians(radiusDeg) * bowl(t, 0.45);
		if (i == 0) shade *= 1.0 - 0.25 * smoothstep(0.9, 1.15, t) * (1.0 - smoothstep(1.6, 2.3, t)); // Tycho's dark halo
	}
	shade += bright * mix(0.42, 0.34, mare);

	float far = degrees(away(p, place(-19.9, -94.7)));
	float rings = exp(-pow((far - 15.3) / 1.1, 2.0)) + 0.7 * exp(-pow((far - 10.2) / 0.8, 2.0)) + 0.6 * exp(-pow((far - 7.9) / 0.6, 2.0));
	height += 0.0016 * rings * (1.0 + 0.5 * rough);

	// Maria with much titanium, the darker ones, are bluer; Serenitatis and Imbrium redder.
	float blue = mare * clamp(0.5 + 8.0 * (0.42 - lava.y) - 0.5 * flows, 0.0, 1.0);
	vec3 colour = mix(vec3(1.0, 0.935, 0.85), vec3(0.96, 0.94, 0.90), blue);
	return bare(colour * max(shade, 0.1) * 0.6, height);
}
