// Titan to the eye: orange haze and no marks. The hemisphere that comes out of its
// winter is a little darker in blue; about the winter pole lies a hood.
//
// The hemispheres of Cassini's first years, the south brighter in blue, the north in
// its winter: Lorenz et al. 2004, Geophys. Res. Lett. 31:L10702; the detached layer and
// hood: Porco et al. 2005, Nature 434:159. Colour: Karkoschka 1994, Icarus 111:174 (0.31,
// 0.21, 0.09 in red, green, blue).

#include "surfaces/flow.glsl"

Ground ground(vec3 p) {
	vec3 q = eddies(p, 2.0, 3.0, 0.02, seed + 1u);
	float north = smoothstep(-0.25, 0.30, q.z);
	float hood = smoothstep(0.80, 0.92, q.z), collar = bump((q.z - 0.80) / 0.04);
	float streaks = noise(vec3(1.5 * q.xy, 9.0 * q.z), seed + 2u) + 0.5 * noise(vec3(3.0 * q.xy, 21.0 * q.z), seed + 3u) * seen(21.0, footprint);
	vec3 c = vec3(0.645, 0.365, 0.105) * (1.0 + 0.012 * streaks);
	c *= mix(vec3(1.01, 1.03, 1.07), vec3(0.98, 0.955, 0.88), north);
	c *= 1.0 - collar * vec3(0.02, 0.035, 0.06) + hood * vec3(0.01, 0.03, 0.12);
	return bare(c, 0.0);
}
