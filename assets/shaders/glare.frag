// Light scattered within the eye: a calm halo that falls with the square of the angle,
// as in the disability glare formula of the CIE (1/angle^2), softened in the middle and
// let out smoothly at its reach.

#include "common.glsl"

in vec2 offset;
flat in float seen;

out vec4 radiance;

void main() {
	float x = length(offset) / glare.w;
	if (x >= 1.0) discard;
	const float core = 0.036;
	float edge = 1.0 - x * x;
	float fall = core * core / (x * x + core * core);
	radiance = finite(vec4(glare.rgb * (seen * fall * edge * edge), 0.0));
}
