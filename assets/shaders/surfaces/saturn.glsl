// Saturn to the eye: soft bands under haze, the hexagon about its north pole.
//
// Bands: planetographic latitudes after Vasavada et al. 2006, J. Geophys. Res.
// 111:E05004, and Pérez-Hoyos & Sánchez-Lavega 2006, Icarus 180:161; the hexagon and
// its jet at 78 N: Godfrey 1988, Icarus 76:335, and Antuñano et al. 2015, J. Geophys.
// Res. 120:155. Albedos: Karkoschka 1994, Icarus 111:174, with somewhat more contrast
// from band to band. Storms are random; the hexagon's longitude stands for no day.

#include "surfaces/flow.glsl"

const float flattening = 60268.0 / 54364.0;

const int bands = 17;
const float bandSouth[bands] = float[](-90.0, -74.0, -62.0, -52.0, -44.0, -35.0, -26.0, -17.0, -7.0, 6.0, 15.0, 24.0, 34.0, 44.0, 54.0, 63.0, 71.0);
const vec3 bandAlbedo[bands] = vec3[](
	vec3(0.376, 0.351, 0.271), vec3(0.477, 0.405, 0.271), vec3(0.52, 0.433, 0.271), vec3(0.578, 0.473, 0.297), vec3(0.534, 0.433, 0.259),
	vec3(0.592, 0.486, 0.309), vec3(0.548, 0.433, 0.259), vec3(0.606, 0.493, 0.309),
	vec3(0.715, 0.615, 0.423), // equatorial zone
	vec3(0.649, 0.534, 0.34), vec3(0.548, 0.426, 0.24), vec3(0.614, 0.493, 0.303), vec3(0.555, 0.446, 0.271), vec3(0.599, 0.493, 0.316),
	vec3(0.534, 0.446, 0.29), vec3(0.491, 0.433, 0.309), vec3(0.448, 0.412, 0.316));

vec3 banding(float lat) {
	vec3 c = bandAlbedo[0];
	for (int i = 1; i < times(bands); i++)
		c = mix(c, bandAlbedo[i], smoothstep(-2.6, 2.6, lat - bandSouth[i]));
	return c;
}

// hexagon is how far p lies from the pole in half-widths of the hexagon: 1 on its
// sides, which bow out a little.
float hexagon(float colat, float lon) {
	float side = 1.0471976; // its turn from corner to corner
	float a = abs(mod(lon + 0.6, side) - 0.5 * side);
	return colat / 12.3 * mix(1.0, cos(a) / cos(0.5 * side) * 0.93, 0.85);
}

// Noise is asked for in one loop: compilers copy it to where it is called.
const int fields = 6;
const int octaves[fields] = int[](1, 1, 4, 1, 4, 3);

Ground ground(vec3 p) {
	vec3 q = p;
	for (int i = 0; i < times(6); i++) {
		vec3 eddy = i < 2 ? vec3(9.0, 4.0, 0.0009) : i < 4 ? vec3(24.0, 3.0, 0.0004) : vec3(55.0, 1.5, 0.00022 * seen(70.0, footprint));
		q = eddies(q, eddy.x, eddy.y, eddy.z, seed + (i < 2 ? 1u : i < 4 ? 2u : 3u));
	}
	float lat = latitude(q, flattening), lon = atan(p.y, p.x);
	float colat = 90.0 - lat;
	float hex = hexagon(colat, lon);
	float inHex = 1.0 - smoothstep(17.0, 26.0, colat); // rounds of latitude turn into hexagons
	float bent = mix(colat, 12.3 * hex, inHex);

	vec4 at[fields] = vec4[](
		vec4(0.6 * q.xy, 0.30 * bent, 17.0),
		vec4(1.6 * q.xy, 0.95 * bent, 54.0),
		vec4(7.0 * q * vec3(1.0, 1.0, 7.0), 49.0),
		vec4(3.0 * p.xy, 1.0, 3.0),
		vec4(40.0 * q, 40.0),
		vec4(16.0 * q * vec3(1.0, 1.0, 2.5), 40.0));
	float n[fields];
	for (int i = 0; i < fields; i++) n[i] = fbm(at[i].xyz, 1.0, octaves[i], 0.6, footprint * at[i].w, seed + 10u + uint(i));

	vec3 c = banding(90.0 - bent);
	c *= 1.0 + (0.045 * n[0] + 0.032 * n[1] + 0.022 * n[2]) * vec3(0.8, 1.0, 1.3);

	// Within the hexagon: its pale jet, darker and greyer rounds, small puffs, and the
	// eye of the storm at the pole. The southern pole has an eye as well.
	float jet = bump((hex - 1.0) / 0.05);
	float inside = (1.0 - smoothstep(0.96, 1.02, hex)) * inHex;
	c = mix(c, vec3(0.42, 0.40, 0.30) * (1.0 + 0.10 * n[0] + 0.12 * n[4] + 0.10 * sin(1.9 * bent)), 0.85 * inside);
	c *= 1.0 + (0.13 * jet - 0.16 * bump((hex - 1.10) / 0.05)) * inHex;
	float eye = min(colat, 180.0 - colat);
	c *= 1.0 - 0.45 * (1.0 - smoothstep(0.9, 2.2, eye)) + 0.12 * bump((eye - 2.8) / 0.9);

	// Faint storms: pale threads along a few parallels, where it is their season.
	float storm = span(lat, -38.0, -33.0, 3.0) + span(lat, 33.0, 39.0, 3.0);
	c *= 1.0 + 0.13 * storm * smoothstep(0.1, 0.7, n[3]) * smoothstep(0.0, 0.7, n[5]);
	float pole = smoothstep(55.0, 75.0, abs(lat));
	c *= 1.0 + 0.05 * pole * n[4];
	return bare(c, 0.0);
}
