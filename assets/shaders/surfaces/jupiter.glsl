// Jupiter in a usual year, to the eye.
//
// Belts, zones and ovals have the planetographic latitudes of Rogers 1995, The Giant
// Planet Jupiter, table 3.1 and chapters 5 to 12; jets are from Porco et al. 2003,
// Science 299:1541. Albedos: Karkoschka 1994, Icarus 111:174, for the disc; Chanover
// et al. 1996, Icarus 121:351, for belts against zones; made a little warmer, to the
// mean hue that the disc has from afar. Longitudes of storms drift: they stand for
// no day.

#include "surfaces/flow.glsl"

const float flattening = 71492.0 / 66854.0;
const vec2 redSpot = vec2(-22.5, -95.0); // latitude, longitude
const vec2 redSpotHalf = vec2(8.0, 5.2); // half-axes to east and north in degrees, as about 2014: Simon et al. 2018, AJ 155:151

// Belts and zones, south to north: the latitude where one begins, and its albedo.
const int bands = 19;
const float bandSouth[bands] = float[](-90.0, -53.0, -44.0, -38.0, -33.5, -28.5, -20.5, -16.5, -13.5, -7.0, -2.0, 1.5, 7.0, 17.5, 23.5, 27.5, 34.0, 40.0, 48.0);
const vec3 bandAlbedo[bands] = vec3[](
	vec3(0.421, 0.38, 0.325),
	vec3(0.551, 0.488, 0.388), vec3(0.504, 0.423, 0.32), // south south temperate belt
	vec3(0.646, 0.565, 0.446), vec3(0.504, 0.402, 0.281), // south temperate belt
	vec3(0.741, 0.657, 0.529),                         // south tropical zone
	vec3(0.444, 0.277, 0.144), vec3(0.563, 0.396, 0.242), vec3(0.474, 0.298, 0.159), // south equatorial belt, in parts
	vec3(0.717, 0.603, 0.446), vec3(0.622, 0.499, 0.339), vec3(0.741, 0.63, 0.476), // equatorial zone and band
	vec3(0.432, 0.26, 0.125),                         // north equatorial belt
	vec3(0.717, 0.641, 0.524),                         // north tropical zone
	vec3(0.563, 0.407, 0.252),                         // north temperate belt
	vec3(0.646, 0.565, 0.446),
	vec3(0.527, 0.434, 0.32),                         // north north temperate belt
	vec3(0.587, 0.51, 0.408), vec3(0.432, 0.391, 0.33));

vec3 banding(float lat) {
	vec3 c = bandAlbedo[0];
	for (int i = 1; i < times(bands); i++) {
		float soft = abs(bandSouth[i]) > 45.0 ? 3.5 : 0.7;
		c = mix(c, bandAlbedo[i], smoothstep(-soft, soft, lat - bandSouth[i]));
	}
	return c;
}

// jet is the zonal wind, about -1 to 1 for 150 m/s.
float jet(float lat) {
	float w = 0.0;
	w += 0.70 * bump((lat - 7.0) / 2.5) + 0.85 * bump((lat + 7.5) / 2.5) + 0.45 * bump(lat / 4.16);
	w += 1.0 * bump((lat - 24.0) / 1.5) - 0.3 * bump((lat - 17.5) / 2.08) - 0.25 * bump((lat - 31.0) / 2.08);
	w += 0.25 * bump((lat - 36.0) / 1.67) - 0.45 * bump((lat + 19.5) / 2.08) + 0.35 * bump((lat + 27.0) / 1.67);
	return w + 0.3 * bump((lat + 36.5) / 1.67) - 0.2 * bump((lat + 32.0) / 1.67);
}

// within is where a place (latitude in degrees, longitude in radians) lies in an oval,
// in half-axes from its centre.
vec2 within(vec2 at, vec2 centre, vec2 halfAxes) {
	float east = turn(radians(centre.y), at.y) * cos(radians(centre.x));
	return vec2(degrees(east), at.x - centre.x) / halfAxes;
}

// ring draws an oval: its heart, then the collar about it.
vec3 ring(vec3 c, vec2 o, vec3 heart, vec3 collar, float strength) {
	float r = length(o);
	c = mix(c, collar, strength * 0.7 * (1.0 - smoothstep(1.0, 1.7, r)));
	return mix(c, heart, strength * (1.0 - smoothstep(0.75, 1.05, r)));
}

// chain draws ovals strung along a parallel, one to a sector or none.
vec3 chain(vec3 c, vec2 at, float lat, float sectors, vec2 halfAxes, float share, vec3 heart, vec3 collar, uint salt) {
	float s = floor((at.y / 6.2831853 + 0.5) * sectors);
	vec3 chance = unit(lattice(ivec3(int(s), 5, 9), seed + salt));
	vec3 more = unit(lattice(ivec3(int(s), 6, 2), seed + salt));
	float lon = ((s + 0.3 + 0.4 * chance.x) / sectors - 0.5) * 360.0;
	vec2 o = within(at, vec2(lat + 0.8 * (chance.y - 0.5), lon), halfAxes * mix(0.65, 1.1, more.x));
	return chance.z < share ? ring(c, o, heart, collar, mix(0.5, 0.95, more.y)) : c;
}

// Noise is asked for in one loop: compilers copy it to where it is called.
const int fields = 10;
const int octaves[fields] = int[](1, 1, 1, 5, 4, 1, 1, 3, 1, 1);

Ground ground(vec3 p) {
	float lat = latitude(p, flattening), lon = atan(p.y, p.x);
	vec2 spot = within(vec2(lat, lon), redSpot, redSpotHalf);
	float far = length(spot);

	// The wake of the Red Spot: the belt to its north-west is torn up.
	float west = -spot.x * redSpotHalf.x;
	float wake = span(lat, -19.0, -9.0, 3.0) * smoothstep(2.0, 12.0, west) * (1.0 - smoothstep(25.0, 75.0, west));
	float rough = 1.0 + 1.6 * wake + 0.9 * span(lat, 8.0, 17.0, 4.0) + 0.5 * span(lat, -20.0, -8.0, 4.0);
	float polar = smoothstep(40.0, 62.0, abs(lat));
	rough *= mix(1.0, 1.9, polar);
	rough *= smoothstep(1.0, 1.6, far);

	// What lies here was carried here: by jets, and by eddies from large to small.
	vec3 q = turned(p, -0.9 * jet(lat));
	float flatness = mix(2.6, 1.3, polar), curls = seen(50.0, footprint);
	for (int i = 0; i < times(8); i++) {
		vec3 eddy = i < 2 ? vec3(8.0, flatness, 0.0030) : i < 5 ? vec3(21.0, 0.8 * flatness, 0.0011) : vec3(52.0, 1.3, 0.00042 * curls);
		q = eddies(q, eddy.x, eddy.y, eddy.z * rough, seed + (i < 2 ? 1u : i < 5 ? 2u : 3u));
	}

	// The spot turns its surroundings aside: as a cylinder in a stream.
	float carried = latitude(q, flattening);
	float aside = 1.0 / max(far * far / 1.7, 1.0) * (1.0 - smoothstep(2.0, 4.0, far));
	carried = mix(carried, redSpot.x - 1.5, aside);

	float along = mix(9.0, 2.2, mix(1.0, 0.25, wake) * mix(1.0, 0.2, polar));
	float wind = atan(spot.y, spot.x) + 5.0 * far;
	vec3 spin = vec3(cos(wind), sin(wind), far);
	vec4 at[fields] = vec4[](
		vec4(9.0 * q.xy, 0.08 * carried, 9.0),
		vec4(along * q.xy, 0.55 * carried, 30.0),
		vec4(3.5 * q.xy, 1.6 * carried, 90.0),
		vec4(mix(9.0, 22.0, polar) * q * vec3(1.0, 1.0, mix(6.5, 1.2, polar)), 50.0),
		vec4(14.0 * q * vec3(1.0, 1.0, 3.0), 40.0),
		vec4(2.2 * p.xy, 0.5, 2.2),
		vec4(7.0 * q, 7.0),
		vec4(34.0 * q, 34.0),
		vec4(spin * vec3(1.6, 1.6, 5.0), 30.0),
		vec4(spin * vec3(3.0, 3.0, 11.0), 60.0));
	float n[fields];
	for (int i = 0; i < fields; i++) n[i] = fbm(at[i].xyz, 1.0, octaves[i], 0.65, footprint * at[i].w, seed + 10u + uint(i));
	float threads = n[3], spiral = n[8] + 0.5 * n[9];

	// Bandlets, drawn out along parallels, and threads within them.
	vec3 c = banding(carried + 0.4 * n[0]);
	float belt = 1.0 - smoothstep(0.45, 0.62, c.g);
	c *= 1.0 + (0.09 * n[1] + 0.07 * n[2] + 0.24 * threads * mix(0.5, 1.1, max(belt, 0.7 * polar)) + 0.10 * belt * n[5]) * vec3(0.8, 1.0, 1.25);

	// White convective clouds in the wake and in rifts of the northern belt.
	float rifts = span(carried, 9.0, 16.0, 3.0) * smoothstep(-0.1, 0.7, n[5]);
	c = mix(c, vec3(0.66, 0.62, 0.55), smoothstep(0.0, 0.6, n[4]) * clamp(0.95 * wake + 0.75 * rifts, 0.0, 1.0));

	// Festoons: blue-grey gaps at the edge of the northern belt, that trail into the
	// slower air of the equator, to the south-west.
	float south = clamp(7.5 - carried, 0.0, 8.0);
	float cell = (atan(q.y, q.x) + radians(1.9) * south + 0.05 * n[6]) / 6.2831853 * 12.0;
	vec3 chance = unit(lattice(ivec3(int(mod(floor(cell), 12.0)), 3, 1), seed + 30u));
	float off = (fract(cell) - 0.35 - 0.3 * chance.x) * 30.0;
	float gap = bump((carried - 6.7) / 1.3) * bump(off / 5.0);
	float plume = smoothstep(0.0, 1.0, south) * (1.0 - smoothstep(3.0, 7.5, south)) * bump((off + 2.0) / 1.7);
	float festoon = clamp(gap * mix(0.6, 1.0, chance.y) + 0.75 * plume * mix(0.35, 1.0, chance.z), 0.0, 1.0);
	c = mix(c, vec3(0.30, 0.31, 0.32), 0.85 * festoon * (1.0 - smoothstep(7.5, 9.5, carried)));

	// Poles: grey-blue, mottled.
	c *= 1.0 + 0.26 * polar * polar * n[7] * vec3(1.1, 1.0, 0.9);

	// Ovals: white ones at 41 S, smaller ones in the north, brown barges at 15 N,
	// and Oval BA.
	vec2 here = vec2(lat, lon) + vec2(0.25, 0.004) * threads;
	c = chain(c, here, -41.0, 11.0, vec2(2.6, 1.7), 0.75, vec3(0.68, 0.66, 0.60), vec3(0.41, 0.37, 0.31), 21u);
	c = chain(c, here, 41.0, 13.0, vec2(1.8, 1.2), 0.4, vec3(0.62, 0.60, 0.55), vec3(0.46, 0.43, 0.37), 22u);
	c = chain(c, here, 15.5, 12.0, vec2(3.4, 0.9), 0.4, vec3(0.27, 0.17, 0.10), vec3(0.36, 0.25, 0.15), 23u);
	c = chain(c, here, 19.2, 10.0, vec2(2.4, 1.3), 0.45, vec3(0.70, 0.68, 0.62), vec3(0.50, 0.41, 0.30), 24u);
	c = chain(c, here, -59.0, 14.0, vec2(3.0, 1.6), 0.6, vec3(0.52, 0.50, 0.46), vec3(0.38, 0.36, 0.33), 25u);
	c = ring(c, within(here, vec2(-33.0, redSpot.y + 55.0), vec2(4.2, 2.9)), vec3(0.62, 0.50, 0.38), vec3(0.42, 0.37, 0.30), 0.9);

	// The Great Red Spot: a pale collar, the hollow, over it the spot, wound up.
	float hollow = 1.0 - smoothstep(1.05, 1.5, far + 0.12 * threads);
	c = mix(c, vec3(0.69, 0.665, 0.60), 0.85 * hollow);
	float edge = far + 0.05 * spiral + 0.03 * threads;
	float inside = 1.0 - smoothstep(0.86, 1.08, edge);
	vec3 red = mix(vec3(0.53, 0.27, 0.135), vec3(0.60, 0.36, 0.215), smoothstep(0.15, 0.95, far)) * (1.0 + 0.13 * spiral);
	red = mix(red, vec3(0.43, 0.24, 0.14), 0.6 * bump((edge - 0.93) / 0.0666));
	c = mix(c, red, inside);
	return bare(c, 0.0);
}
