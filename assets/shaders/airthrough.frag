// The table of what air lets through of the light of the Sun.

#include "air.glsl"
#include "airmarch.glsl"

uniform int air;

out vec4 through;

void main() {
	vec2 at = (gl_FragCoord.xy - 0.5) / vec2(255.0, 63.0);
	float top = airs[air].absorber.w;
	float most = sqrt(top * (2.0 + top)), horizon = at.y * most;
	float q = horizon * horizon;
	float h = q / (1.0 + sqrt(1.0 + q));
	float d = mix(top - h, horizon + most, at.x);
	// The cosine of the zenith distance, times the distance from the centre.
	float rm = d > 0.0 ? (most * most - q - d * d) / (2.0 * d) : 1.0 + h;
	float over = max(q - rm * rm, -1.0);
	vec3 depth = vec3(0.0);
	Stretch s = stretch(rm, max(rm, rm + d));
	for (int k = 0; k < 64; k++) {
		Step at = stepOf(s, k, 64);
		depth += mediumAt(airs[air], altitude(over, at.t)).extinction * at.dt;
	}
	through = vec4(exp(-depth), 1.0);
}
