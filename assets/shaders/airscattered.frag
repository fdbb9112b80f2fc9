// The table of the light that comes to a place in the air from everywhere but the
// Sun, scattered twice and more: Hillaire 2020, section 5.5. Light scattered once
// is followed; what each further scattering adds is in the same proportion.

#include "air.glsl"
#include "airmarch.glsl"

uniform int air;

out vec4 scattered;

const int directions = 8, steps = 20;

void main() {
	vec2 at = (gl_FragCoord.xy - 0.5) / 31.0;
	float mu = (2.0 * at.x - 1.0) * abs(2.0 * at.x - 1.0);
	Air a = airs[air];
	float top = a.absorber.w, h = at.y * top, r = 1.0 + h;
	float sine = sqrt(max(1.0 - mu * mu, 0.0));
	vec3 second = vec3(0.0), further = vec3(0.0);
	for (int j = 0; j < directions * directions; j++) {
		float up = (float(j / directions) + 0.5) / float(directions) * 2.0 - 1.0;
		float turn = (float(j % directions) + 0.5) / float(directions) * 6.2831853;
		float level = sqrt(1.0 - up * up);
		float rm = r * up;
		float over = h * (2.0 + h) - rm * rm;
		bool down = up < 0.0 && over < 0.0;
		float end = down ? -sqrt(-over) : sqrt(max(top * (2.0 + top) - over, 0.0));
		Stretch s = stretch(rm, max(rm, end));
		vec3 through = vec3(1.0);
		for (int k = 0; k < steps; k++) {
			Step p = stepOf(s, k, steps);
			float high = altitude(over, p.t), gone = p.t - rm;
			float sunMu = (r * mu + gone * (up * mu + level * cos(turn) * sine)) / (1.0 + high);
			Medium m = mediumAt(a, high);
			vec3 passed = exp(-m.extinction * p.dt);
			vec3 share = through * (1.0 - passed) / max(m.extinction, nearlyZero) * (m.even + m.hazy);
			second += share * 0.25 * sunThrough(air, high, sunMu);
			further += share;
			through *= passed;
		}
		if (down) {
			float gone = end - rm;
			float sunMu = r * mu + gone * (up * mu + level * cos(turn) * sine);
			second += through * a.ground.rgb * max(sunMu, 0.0) * sunThrough(air, 0.0, sunMu);
		}
	}
	float all = float(directions * directions);
	scattered = vec4(second / all / (1.0 - min(further / all, 0.98)), 1.0);
}
