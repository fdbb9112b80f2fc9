// Light scattered within the eye: it falls with the square of the angle, as in
// the disability glare formula of the CIE (1/angle^2), softened in the middle
// and let out smoothly at its reach. Fibres of the lens draw it into fine rays, its
// ciliary corona: Spencer et al. 1995, SIGGRAPH, "Physically-based glare effects".

#include "common.glsl"

in vec2 offset;
flat in float seen;

out vec4 radiance;

// rays is about 1 in the mean and the same for all eyes: five waves round the Sun.
float rays(float angle) {
	float sum = 0.0;
	for (int i = 0; i < 5; i++) {
		float waves = floor(11.0 * pow(1.72, float(i)));
		sum += cos(waves * angle + 2.4 * waves) * (0.34 - 0.03 * float(i));
	}
	return max(1.0 + 0.55 * sum, 0.0);
}

void main() {
	float x = length(offset) / glare.w;
	if (x >= 1.0) discard;
	const float core = 0.036;
	float edge = 1.0 - x * x;
	float fall = core * core / (x * x + core * core);
	float drawn = mix(1.0, rays(atan(offset.y, offset.x)), smoothstep(0.02, 0.16, x) * (1.0 - smoothstep(0.1, 0.45, x)));
	radiance = finite(vec4(glare.rgb * (seen * fall * edge * edge * drawn), 0.0));
}
