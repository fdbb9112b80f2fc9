// Mars: bright dust and dark sand where they lie, the volcanoes of Tharsis, the
// scar of Valles Marineris, caps that go with the season.
//
// Sources: centres and diameters: IAU Gazetteer of Planetary Nomenclature. Albedo,
// 0.3 in dust, 0.1 in Syrtis Major: Christensen et al. 2001, J. Geophys. Res.
// 106:23823. Seasonal caps: Piqueux et al. 2015, Icarus 251:164. Heights: Smith et
// al. 2001, J. Geophys. Res. 106:23689.

// Feature is an ellipse of dark sand or of bright dust: place, half-axes and how far
// the first is turned from east to north, degrees; how much of it there is, 0 to 1.
struct Feature { float lat, lon, along, across, turn, share; };

const Feature dark[45] = Feature[](
	Feature(9.5, 69.5, 10.5, 4.6, 98.0, 1.0), Feature(1.0, 68.0, 8.5, 6.0, 0.0, 1.0), Feature(17.5, 71.0, 5.0, 2.2, 95.0, 1.0), Feature(-5.0, 65.0, 8.0, 4.5, 0.0, 0.95), // Syrtis Major
	Feature(45.0, -30.0, 11.0, 9.0, 0.0, 1.0), Feature(36.0, -37.0, 4.5, 6.0, 0.0, 0.9), Feature(52.0, -15.0, 13.0, 5.0, 0.0, 0.85), Feature(56.0, -55.0, 14.0, 3.5, 0.0, 0.7), Feature(27.0, -45.0, 5.0, 2.5, 30.0, 0.6), // Acidalium, Niliacus
	Feature(48.0, 95.0, 15.0, 5.0, -10.0, 0.65), Feature(44.0, 130.0, 9.0, 4.0, 0.0, 0.5), Feature(62.0, 60.0, 18.0, 4.0, 0.0, 0.55), Feature(65.0, 170.0, 24.0, 4.0, 0.0, 0.6), Feature(27.0, 104.0, 5.0, 2.0, 60.0, 0.5), // Utopia, Vastitas, Nubis Lacus
	Feature(-4.5, -1.0, 4.6, 3.4, 0.0, 1.0), Feature(-3.0, -5.5, 3.0, 2.0, 40.0, 0.9), Feature(-7.0, 12.0, 13.0, 2.8, 0.0, 1.0), Feature(-9.0, 30.0, 13.0, 3.0, -5.0, 0.95), Feature(-11.0, 46.0, 10.0, 4.0, 10.0, 0.85), // Meridiani, Sabaeus
	Feature(-20.0, 33.0, 14.0, 6.0, 0.0, 0.55), Feature(-17.0, 60.0, 12.0, 7.0, 0.0, 0.9), Feature(-25.0, 45.0, 10.0, 5.0, 0.0, 0.65), // Pandorae, Iapygia
	Feature(-12.0, 80.0, 9.0, 6.0, -25.0, 0.8), Feature(-22.0, 97.0, 16.0, 6.0, -15.0, 0.95), Feature(-12.0, 112.0, 12.0, 4.0, 20.0, 0.85), Feature(-30.0, 112.0, 12.0, 4.0, -15.0, 0.7), // Tyrrhenum
	Feature(-17.0, 130.0, 12.0, 4.0, -25.0, 0.95), Feature(-25.0, 148.0, 15.0, 5.0, -25.0, 1.0), Feature(-34.0, 168.0, 15.0, 5.0, -20.0, 1.0), Feature(-39.0, -170.0, 12.0, 4.0, 0.0, 0.85), Feature(-9.0, 120.0, 8.0, 3.0, -20.0, 0.7), // Cimmerium
	Feature(-27.0, -155.0, 14.0, 4.5, -10.0, 0.95), Feature(-31.0, -137.0, 13.0, 5.0, -15.0, 1.0), Feature(-42.0, -110.0, 16.0, 4.0, 0.0, 0.7), // Sirenum
	Feature(-26.5, -87.5, 4.6, 3.4, 10.0, 1.0), Feature(-14.0, -77.0, 5.0, 2.0, 20.0, 0.7), // Solis Lacus, Tithonius
	Feature(-11.0, -53.0, 6.0, 3.5, 0.0, 1.0), Feature(-4.0, -49.0, 5.0, 2.0, 50.0, 0.8), Feature(-8.0, -27.0, 5.0, 10.0, -15.0, 1.0), Feature(-16.0, -38.0, 8.0, 5.0, 0.0, 0.9), Feature(-22.0, -32.0, 16.0, 8.0, 10.0, 0.95), Feature(-31.0, -50.0, 16.0, 5.5, 15.0, 0.8), Feature(-41.0, -68.0, 16.0, 3.2, 5.0, 0.75), // Aurorae, Margaritifer, Erythraeum, Bosporus
	Feature(-55.0, -5.0, 34.0, 5.0, 0.0, 0.65), Feature(-58.0, 150.0, 40.0, 4.0, 0.0, 0.6)); // Australe, Chronium

const Feature bright[10] = Feature[](
	Feature(-42.4, 70.5, 17.0, 11.0, 0.0, 1.0), Feature(-49.7, -43.0, 9.0, 7.0, 0.0, 0.9), // Hellas, Argyre
	Feature(18.0, 25.0, 26.0, 16.0, 0.0, 1.0), Feature(23.0, 150.0, 24.0, 14.0, 0.0, 1.0), Feature(8.0, -105.0, 28.0, 20.0, 0.0, 1.0), Feature(25.0, -145.0, 24.0, 14.0, 0.0, 1.0), // Arabia, Elysium, Tharsis, Amazonis
	Feature(-24.0, -76.0, 6.0, 4.0, 0.0, 0.9), Feature(-22.0, -100.0, 9.0, 6.0, 0.0, 0.9), Feature(10.0, 92.0, 14.0, 10.0, 0.0, 1.0), Feature(-8.0, -165.0, 20.0, 9.0, 0.0, 0.8)); // Thaumasia, Daedalia, Isidis, Memnonia

// Shields: latitude, longitude, diameter in degrees, height in km.
const vec4 shields[5] = vec4[](
	vec4(18.65, 226.2, 10.3, 21.0), vec4(-8.4, 239.1, 7.3, 12.0), vec4(0.8, 246.6, 6.3, 9.0), vec4(11.9, 255.9, 7.7, 12.0), // Olympus, Arsia, Pavonis, Ascraeus
	vec4(25.0, 147.2, 6.8, 10.0)); // Elysium

// Trench is one of the canyons: from one end to the other, degrees; half-width,
// degrees; depth, km.
struct Trench { float lat, lon, toLat, toLon, wide, deep; };

const Trench canyon[19] = Trench[](
	Trench(-6.0, -101.0, -9.0, -96.5, 0.45, 2.5), Trench(-5.5, -96.0, -7.5, -100.5, 0.35, 2.0), Trench(-8.5, -101.5, -8.0, -97.0, 0.35, 2.0), // Noctis Labyrinthus
	Trench(-6.6, -93.5, -7.6, -84.0, 0.75, 5.0), Trench(-5.3, -90.0, -5.9, -81.0, 0.60, 4.5), Trench(-8.0, -84.0, -9.4, -77.0, 0.95, 6.0), // Ius, Tithonium
	Trench(-9.6, -77.5, -12.2, -69.5, 1.25, 7.0), Trench(-6.2, -76.5, -6.9, -66.5, 1.15, 6.5), Trench(-7.0, -73.0, -10.5, -72.4, 1.70, 6.0), // Melas, Candor
	Trench(-4.0, -74.8, -4.2, -70.0, 1.10, 6.0), Trench(-4.2, -72.4, -6.4, -71.5, 1.30, 6.0), Trench(-1.1, -78.5, -1.1, -74.0, 0.80, 5.0), Trench(-2.0, -62.0, -5.0, -61.0, 0.75, 4.0), // Ophir, Hebes, Juventae
	Trench(-12.4, -69.5, -13.9, -60.0, 1.05, 6.5), Trench(-13.9, -60.0, -13.2, -50.5, 1.20, 5.0), Trench(-13.0, -51.0, -10.0, -42.0, 1.35, 3.5), // Coprates, Capri, Eos
	Trench(-7.5, -51.0, -8.5, -43.0, 0.90, 3.0), Trench(-10.0, -42.0, -2.0, -36.0, 1.30, 2.0), Trench(-2.0, -36.0, 10.0, -34.0, 1.10, 1.0)); // Ganges, Aureum, Tiu

const float radiusKm = 3389.5;

// canyonAt is how far p lies in a canyon, 1 on its floor and 0 beyond its rim; y is
// the depth in km.
vec2 canyonAt(vec3 p, float rough) {
	float best = 0.0, deep = 0.0, whole = 1e-6;
	if (dot(p, place(-6.0, -68.0)) < 0.78) return vec2(0.0);
	for (int i = 0; i < times(19); i++) {
		Trench c = canyon[i];
		vec3 a = place(c.lat, c.lon), along = place(c.toLat, c.toLon) - a, to = p - a;
		float t = clamp(dot(to, along) / dot(along, along), 0.0, 1.0);
		float wide = 1.25 * radians(c.wide) * (0.8 + 0.3 * sqrt(max(4.0 * t * (1.0 - t), 0.0))) * (1.0 + 0.9 * rough);
		float off = length(to - t * along) / wide, share = exp2(-3.0 * off);
		best = max(best, 1.0 - smoothstep(0.45, 1.1, off));
		deep += share * c.deep;
		whole += share;
	}
	return vec2(best, deep / whole);
}

// inside is 1 in the middle of a feature, 0 at its edge and less beyond; only places
// near it are exact.
float inside(vec3 p, Feature f) {
	vec3 c = place(f.lat, f.lon);
	if (dot(p, c) < 0.6) return -2.0;
	float l = radians(f.lon), turn = radians(f.turn);
	vec3 east = vec3(-sin(l), cos(l), 0.0);
	vec2 o = degrees(vec2(dot(p, east), dot(p, cross(c, east))));
	o = vec2(cos(turn) * o.x + sin(turn) * o.y, cos(turn) * o.y - sin(turn) * o.x) / vec2(f.along, f.across);
	return max(1.0 - length(o), -2.0);
}

// frostAt is how early in winter frost lies, 1 all year, as ../ground.glsl has it: it
// comes down to 63° N and 59° S, and stays within 7° of the north and 2.5° of the south
// pole, but for the spiral troughs that wind has cut into the ice there.
float frostAt(vec3 p, float rough) {
	bool north = p.z > 0.0;
	float colat = degrees(acos(clamp(abs(p.z), 0.0, 1.0))), stays = north ? 7.0 : 2.5, comes = north ? 27.0 : 31.0;
	float arm = sin(sign(p.z) * 3.0 * atan(p.y, p.x) + 2.1 * colat + 2.0 * rough);
	float trough = smoothstep(0.55, 0.95, arm) * smoothstep(1.0, 2.5, colat) * (1.0 - smoothstep(8.0, 12.0, colat));
	float late = (colat + 3.0 * rough - stays) / (comes - stays);
	return clamp((1.2 - max(late, 0.35 * trough)) / 1.4, 0.0, 1.0);
}

// Noise: frequency, octaves, gain and salt, asked for in one loop, since compilers copy
// what is called to where it is called.
const vec4 field[5] = vec4[](
	vec4(7.0, 8.0, 0.6, 1.0), vec4(2.2, 6.0, 0.55, 2.0), vec4(1.0, 5.0, 0.6, 4.0), // rough, broad, streaks
	vec4(10.0, 7.0, 0.55, 8.0), vec4(34.0, 5.0, 0.7, 11.0)); // hills, rims of canyons

// Warps: frequency, amount, salt.
const vec3 bend[4] = vec3[](vec3(4.0, 0.03, 3.0), vec3(13.0, 0.016, 5.0), vec3(5.0, 0.05, 9.0), vec3(26.0, 0.004, 10.0));

Ground ground(vec3 p) {
	vec3 bent[4];
	for (int i = 0; i < times(4); i++) bent[i] = warp(i == 1 ? bent[0] : p, bend[i].x, bend[i].y, seed + uint(bend[i].z));
	vec3 torn = bent[1], blown = bent[2];
	// Wind, which blows from the east or the west, leaves streaks of sand and dust.
	vec3 wind = vec3(blown.xy * 9.0, blown.z * 34.0);
	float n[5];
	for (int i = 0; i < times(5); i++) n[i] = fbm(i == 2 ? wind : p, field[i].x, int(field[i].y), field[i].z, i == 2 ? 14.0 * footprint : footprint, seed + uint(field[i].w));
	float rough = n[0], broad = n[1], streaks = n[2];

	float sum = 0.0, dust = 0.0;
	for (int i = 0; i < times(45); i++) {
		float d = inside(torn, dark[i]);
		sum += dark[i].share * exp2(5.0 * d);
	}
	for (int i = 0; i < times(10); i++) dust = max(dust, bright[i].share * smoothstep(-0.25, 0.5, inside(torn, bright[i]) + 0.3 * rough));
	float sand = log2(max(sum, 1e-4)) / 5.0;
	float lat = degrees(asin(clamp(p.z, -1.0, 1.0)));
	// Between its maria the south is half dark.
	float belts = smoothstep(-8.0, -26.0, lat + 8.0 * broad) * smoothstep(-74.0, -56.0, lat) + 0.9 * smoothstep(56.0, 68.0, lat + 8.0 * broad);
	float ragged = 0.75 * rough + 0.55 * streaks + 0.15 * broad;
	sand = 0.62 * smoothstep(-0.30, 0.24, sand + ragged) + 0.38 * smoothstep(0.1, 0.9, sand + 1.2 * ragged);
	sand = max(sand, belts * smoothstep(-0.3, 0.8, 0.1 + 1.2 * ragged + 0.6 * broad)) * (1.0 - 0.8 * dust);

	// Old highlands lie south, and are cratered; plains north are young.
	float south = smoothstep(-0.15, 0.25, 0.12 - torn.z + 0.25 * broad + 0.3 * oval(torn, 20.0, 20.0, 35.0, 20.0, 0.5)) * (1.0 - oval(p, 5.0, -110.0, 45.0, 45.0, 0.4));
	vec2 pits[2];
	for (int i = 0; i < times(2); i++) pits[i] = craters(i == 0 ? p : octaveTurn * p, i == 0 ? 0.05 : 0.0085, 3 + i, 0.5, footprint, seed + 6u + uint(i));
	vec2 large = pits[0], small = pits[1];
	float height = mix(0.3, 1.0, south) * (large.x + small.x) + 0.0020 * mix(0.4, 1.0, south) * n[3] + 0.0007 * south;

	// Sand lies on the floors of craters.
	sand = max(sand, 0.75 * south * (1.0 - 0.85 * dust) * smoothstep(0.0, -0.004, large.x + small.x + 0.002 * rough));

	float peak = 0.0;
	for (int i = 0; i < times(5); i++) {
		float r = 2.0 * degrees(away(p, place(shields[i].x, shields[i].y))) / shields[i].z;
		if (r > 1.3) continue;
		float flank = 1.0 - smoothstep(0.0, 1.0, r);
		float caldera = 1.0 - smoothstep(0.10, 0.15, r + 0.02 * rough);
		float scarp = i == 0 ? 0.3 * (1.0 - smoothstep(0.95, 1.05, r + 0.08 * rough)) : 0.0;
		height += shields[i].w / radiusKm * (0.8 * flank + scarp - 0.12 * caldera);
		peak = max(peak, 1.0 - smoothstep(0.2, 0.75, r));
		sand = max(sand, 0.35 * (1.0 - smoothstep(0.05, 0.25, abs(r - 0.4) + 0.15 * rough)) * (1.0 - smoothstep(0.4, 0.9, r)));
	}
	float eroded = ridged(p, 60.0, 5, 0.6, footprint, seed + 12u); // its walls and landslides
	vec2 scar = canyonAt(bent[3], 1.4 * n[4]);
	height -= scar.x * scar.y * (0.7 + 0.6 * eroded) / radiusKm;
	height -= 0.0018 * oval(p, -42.4, 70.5, 33.0, 22.0, 0.35) + 0.0012 * oval(p, -49.7, -43.0, 14.0, 11.0, 0.4);

	// Rust, after Viking's pictures in natural colour.
	vec3 soil = mix(vec3(0.50, 0.180, 0.060), vec3(0.62, 0.255, 0.095), clamp(0.5 + 1.1 * broad + 0.35 * rough, 0.0, 1.0));
	soil = mix(soil, vec3(0.66, 0.275, 0.10), 0.7 * dust);
	vec3 basalt = vec3(0.100, 0.050, 0.033) * (1.0 + 0.35 * rough);
	vec3 colour = mix(soil, basalt, sand);
	colour *= 1.0 + 0.16 * rough + 0.22 * south * (large.y + small.y) - 0.10 * south;
	colour = mix(colour, vec3(0.21, 0.085, 0.042) * (1.0 + 0.6 * rough), clamp((0.05 + 0.15 * scar.y) * (1.25 - 0.6 * eroded), 0.0, 1.0) * scar.x * scar.x);
	colour = mix(colour, vec3(0.58, 0.26, 0.10), 0.35 * peak);

	Ground g = bare(colour, height);
	g.frost = frostAt(p, rough);
	return g;
}
