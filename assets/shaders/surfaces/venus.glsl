// Venus to the eye: a white deck of clouds, a little yellow, on which eyes see next to
// nothing. What shows in the ultraviolet, the sideways Y and the bright hoods of
// the poles, is there with some percent of contrast, more of it in blue.
//
// Albedos and colour: Barker et al. 1975, J. Atmos. Sci. 32:1205 (0.9 in red to 0.7 in
// blue, relative). The Y: Rossow et al. 1980, J. Geophys. Res. 85:8107; cloud top's
// winds, to the west, and spirals to the poles: Titov et al. 2012, Icarus 217:682.

#include "surfaces/flow.glsl"

// Noise is asked for in one loop: compilers copy it to where it is called.
const int fields = 3;
const int octaves[fields] = int[](3, 5, 4);

Ground ground(vec3 p) {
	float away = abs(p.z);
	// Air at the equator leads: what it carries trails in spirals to both poles.
	vec3 q = turned(p, 1.7 * (1.0 - sqrt(max(1.0 - away, 0.0))));
	for (int i = 0; i < 4; i++) q = eddies(q, i < 2 ? 3.0 : 9.0, 2.0, i < 2 ? 0.012 : 0.003, seed + (i < 2 ? 1u : 2u));
	vec4 at[fields] = vec4[](
		vec4(1.3 * q.xy, 3.5 * q.z, 3.5),
		vec4(3.5 * q.xy, 13.0 * q.z, 13.0),
		vec4(9.0 * q.xy, 30.0 * q.z, 30.0));
	float n[fields];
	for (int i = 0; i < fields; i++) n[i] = fbm(at[i].xyz, 1.0, octaves[i], 0.55, footprint * at[i].w, seed + 10u + uint(i));

	// The Y on its side: a stem along the equator, and two arms that open to the east.
	float lon = atan(q.y, q.x);
	float stem = bump(q.z / 0.14) * (0.5 - 0.5 * cos(lon));
	float arms = bump((away - 0.42 - 0.22 * sin(lon + 0.6)) / 0.16);
	float dark = 0.50 * stem + 0.55 * arms + 0.42 * n[0] + 0.34 * n[1] + 0.16 * n[2];
	float hood = smoothstep(0.80, 0.95, away + 0.03 * n[0]);
	vec3 c = vec3(0.81, 0.73, 0.555) * (1.0 - dark * vec3(0.035, 0.055, 0.11)) * (1.0 + hood * vec3(0.02, 0.03, 0.06));
	return bare(c, 0.0);
}
