// The light of a point that falls into this pixel: a narrow Gaussian for what
// the optics blur and a wide, weak one for glare, each integrated over the
// pixel, so that the sum over all pixels is the same wherever the point lies
// between them.

#include "common.glsl"

flat in vec2 spreadCentre;
flat in vec3 spreadLight;
flat in float spreadGlare;

out vec4 radiance;

// erf to 3e-7: Abramowitz and Stegun 7.1.28.
vec2 erf(vec2 x) {
	vec2 a = abs(x);
	vec2 p = 1.0 + a * (0.0705230784 + a * (0.0422820123 + a * (0.0092705272
		+ a * (0.0001520143 + a * (0.0002765672 + a * 0.0000430638)))));
	p *= p; p *= p; p *= p; p *= p;
	return sign(x) * (1.0 - 1.0 / p);
}

// inPixel integrates a Gaussian of unit area over the unit square from corner.
float inPixel(vec2 corner, float sigma) {
	float k = 0.70710678 / sigma;
	vec2 part = 0.5 * (erf((corner + 1.0) * k) - erf(corner * k));
	return part.x * part.y;
}

void main() {
	vec2 corner = gl_FragCoord.xy - 0.5 - spreadCentre;
	float share = (1.0 - spreadGlare) * inPixel(corner, sky.z);
	if (spreadGlare > 0.0)
		share += spreadGlare * inPixel(corner, sky.w);
	radiance = finite(vec4(spreadLight * share, 0.0));
}
