// Neptune as Voyager 2 saw it, in the blue that it has to the eye: faint bands, the
// Great Dark Spot with its white companions, the Scooter, the small spot.
//
// Spots in August 1989: latitudes and sizes: Smith et al. 1989, Science 246:1422;
// longitudes drift, and stand for no day. Colour, not much deeper than that of
// Uranus: Irwin et al. 2024, Mon. Not. R. Astron. Soc. 527:11521.

#include "surfaces/flow.glsl"

const float flattening = 24764.0 / 24341.0;

// Noise is asked for in one loop: compilers copy it to where it is called.
const int fields = 6;
const int octaves[fields] = int[](1, 1, 3, 4, 1, 3);

Ground ground(vec3 p) {
	vec2 spot = offset(p, -20.0, 30.0) / radians(vec2(15.0, 6.5)); // half-axes
	float far = length(spot);
	vec3 q = p;
	for (int i = 0; i < 4; i++) q = eddies(q, i < 2 ? 6.0 : 17.0, 3.0, i < 2 ? 0.0016 : 0.0006, seed + (i < 2 ? 1u : 2u));
	float lat = latitude(q, flattening);
	lat = mix(lat, -20.0, 0.8 / max(far * far, 1.0) * (1.0 - smoothstep(1.6, 3.0, far))); // streams pass the spot by

	vec4 at[fields] = vec4[](
		vec4(0.5 * q.xy, 0.12 * lat, 7.0),
		vec4(1.2 * q.xy, 0.42 * lat, 24.0),
		vec4(7.0 * q * vec3(1.0, 1.0, 4.0), 28.0),
		vec4(13.0 * q * vec3(1.0, 1.0, 5.0), 65.0),
		vec4(2.6 * p, 2.6),
		vec4(spot * vec2(2.2, 3.5), 3.0, 30.0));
	float n[fields];
	for (int i = 0; i < fields; i++) n[i] = fbm(at[i].xyz, 1.0, octaves[i], 0.6, footprint * at[i].w, seed + 10u + uint(i));

	vec3 c = vec3(0.20, 0.38, 0.60);
	float belt = span(lat, -66.0, -46.0, 9.0) + 0.7 * span(lat, 14.0, 30.0, 9.0) + 0.35 * span(lat, -12.0, 4.0, 8.0);
	float level = 1.0 + 0.05 * n[0] + 0.025 * n[1] + 0.02 * n[2] - 0.11 * belt + 0.06 * smoothstep(68.0, 82.0, -lat);
	c *= mix(vec3(1.0), vec3(level), vec3(1.35, 1.0, 0.7)); // less red where haze is thin
	float edge = far + 0.10 * n[5];
	c *= mix(vec3(1.0), vec3(0.64, 0.72, 0.82), (1.0 - smoothstep(0.72, 1.12, edge)));
	c *= mix(vec3(1.0), vec3(0.80, 0.85, 0.92), oval(p, -54.0, 18.0, 4.5, 2.4, 0.4));

	// White clouds of methane high above: along the spot's southern rim, in the heart of
	// the small one, the Scooter at 42 S, and streaks on some parallels.
	float rim = bump((far - 1.22) / 0.17) * smoothstep(0.25, 0.85, -spot.y / max(far, 0.1));
	float streaks = smoothstep(0.15, 0.8, n[3]) * smoothstep(0.0, 0.6, n[4]);
	float white = rim * smoothstep(-0.5, 0.5, n[3]) + 0.8 * oval(p, -54.0, 18.0, 1.8, 0.9, 0.6);
	white += 0.8 * oval(p, -42.0, -65.0, 3.4, 1.5, 0.7) * smoothstep(-0.6, 0.3, n[3]);
	white += 0.75 * streaks * (span(lat, -36.0, -27.0, 5.0) + 0.8 * span(lat, 24.0, 33.0, 5.0) + 0.4 * span(lat, -75.0, -68.0, 4.0));
	return bare(mix(c, vec3(0.70, 0.75, 0.78), clamp(0.85 * white, 0.0, 1.0)), 0.0);
}
