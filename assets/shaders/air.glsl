// The air of bodies. The body is the unit sphere here, as in body.glsl, and its air a
// shell of the same thickness all round.
//
// Light is in units of a white surface that faces the Sun at that distance, so the
// Sun's irradiance is pi.

// Air mirrors airBlock in render/air.go: lengths in radii of the body, extinctions
// per radius.
struct Air {
	vec4 gas;      // scattering at altitude 0; w: scale height
	vec4 absorber; // absorption that goes with it; w: top of the air
	vec4 haze;     // extinction at altitude 0; w: scale height
	vec4 albedo;   // of haze; w: altitude below which it is even
	vec4 ahead;    // mean cosine of the angle of scattering by haze
	vec4 layer;    // extinction in its middle; w: altitude of its middle
	vec4 layerOut; // scattering in its middle; w: half of its thickness
	vec4 ground;   // albedo
};

layout(std140) uniform Airs {
	Air airs[10];
};

uniform sampler2DArray airThrough; // transmittance to the Sun, a layer for each air

// nearlyZero keeps what is divided by from being zero.
const float nearlyZero = 1e-20;

// inner takes 0 to 1 from the middle of the first of n texels to that of the last.
float inner(float x, float n) { return (0.5 + clamp(x, 0.0, 1.0) * (n - 1.0)) / n; }

// sunThrough is what air i lets through of the light of the Sun, under the cosine
// mu of its zenith distance at altitude h, to where the horizon hides the Sun. The
// table's axes are Bruneton & Neyret's 2008, section 4: distances to the top and to
// the horizon against their largest.
vec3 sunThrough(int i, float h, float mu) {
	float top = airs[i].absorber.w;
	float most = sqrt(top * (2.0 + top)), horizon = sqrt(h * (2.0 + h));
	float r = 1.0 + h;
	float lowest = -horizon / r;
	float rm = r * max(mu, lowest);
	float d = sqrt(max(rm * rm + (top - h) * (2.0 + top + h), 0.0)) - rm;
	float least = top - h;
	vec2 at = vec2((d - least) / max(horizon + most - least, nearlyZero), horizon / most);
	vec2 size = vec2(textureSize(airThrough, 0).xy);
	vec3 through = textureLod(airThrough, vec3(inner(at.x, size.x), inner(at.y, size.y), i), 0.0).rgb;
	return through * smoothstep(-0.01, 0.01, mu - lowest);
}

// bySquare spreads -1 to 1 over 0 to 1, finest in the middle.
float bySquare(float mu) { return 0.5 + 0.5 * sign(mu) * sqrt(abs(mu)); }

// forward is how haze scatters by the angle whose cosine is nu, times pi: Henyey &
// Greenstein 1941, ApJ 93:70.
vec3 forward(vec3 g, float nu) {
	vec3 x = 1.0 + g * (g - 2.0 * nu);
	return 0.25 * (1.0 - g * g) / (x * sqrt(x));
}

// The table of a sky has three zones, one over the other: lines of sight that end
// on the ground, that pass over it, and, from within the air, that rise.
const vec3 zoneStart = vec3(0.0, 6.0, 13.0) / 16.0;
const vec3 zoneSize = vec3(6.0, 7.0, 3.0) / 16.0;
