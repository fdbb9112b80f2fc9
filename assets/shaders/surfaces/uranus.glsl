// Uranus to the eye: pale cyan, almost without marks, the hood about its sunlit pole
// brighter, a paler collar below it, a few small clouds.
//
// The hood north of 45 N and its collar, bright in the years before the northern
// summer of 2030 as the southern one was in 1986: Sromovsky et al. 2015, Icarus
// 258:192; James et al. 2023, J. Geophys. Res. 128:e2023JE007904. Colour: Irwin et
// al. 2024, Mon. Not. R. Astron. Soc. 527:11521.

#include "surfaces/flow.glsl"

const float flattening = 25559.0 / 24973.0;

Ground ground(vec3 p) {
	vec3 q = eddies(eddies(p, 7.0, 3.0, 0.0012, seed + 1u), 7.0, 3.0, 0.0012, seed + 1u);
	float lat = latitude(q, flattening);
	float bandlets = noise(vec3(0.4 * q.xy, 0.16 * lat), seed + 2u) + 0.5 * noise(vec3(0.8 * q.xy, 0.45 * lat), seed + 3u) * seen(26.0, footprint);
	float hood = smoothstep(34.0, 58.0, lat), other = smoothstep(50.0, 75.0, -lat);
	float collar = bump((lat - 45.0) / 4.5);
	float level = 1.0 + 0.016 * bandlets + 0.095 * hood + 0.045 * collar + 0.02 * other - 0.035 * bump((lat + 4.0) / 14.0);
	vec3 c = vec3(0.34, 0.53, 0.575) * level;
	c = mix(c, vec3(dot(c, vec3(0.2126, 0.7152, 0.0722))) * vec3(0.88, 1.03, 1.05), 0.22 * hood); // haze is greyer than methane
	float clouds = smoothstep(0.62, 0.95, noise(q * vec3(9.0, 9.0, 30.0), seed + 4u)) * smoothstep(0.25, 0.7, noise(p * 2.4, seed + 5u));
	clouds *= seen(30.0, footprint) * (span(lat, -42.0, -28.0, 6.0) + span(lat, 28.0, 40.0, 6.0));
	return bare(mix(c, vec3(0.62, 0.68, 0.70), 0.45 * clouds), 0.0);
}
