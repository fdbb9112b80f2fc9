// The table of what a white, level ground shows by the light of the sky: the mean
// of the sky's light, weighted by the cosine of its zenith distance.

#include "air.glsl"
#include "airmarch.glsl"

uniform int air;

out vec4 light;

const int directions = 12;

void main() {
	float x = (gl_FragCoord.x - 0.5) / 63.0 * 2.0 - 1.0;
	float mu = x * abs(x), sine = sqrt(max(1.0 - mu * mu, 0.0));
	float top = airs[air].absorber.w;
	vec3 sum = vec3(0.0);
	for (int j = 0; j < directions * directions; j++) {
		float up = sqrt((float(j / directions) + 0.5) / float(directions));
		float turn = (float(j % directions) + 0.5) / float(directions) * 3.14159265;
		float level = sqrt(1.0 - up * up);
		float along = up * mu + level * cos(turn) * sine;
		// The lowest point of the line lies behind, where the ground is.
		float lowest = level * mu - up * cos(turn) * sine;
		Light l = march(air, -up * up, up, sqrt(up * up + top * (2.0 + top)), lowest, along, 24);
		sum += l.even + l.hazy * forward(airs[air].ahead.rgb, along);
	}
	light = vec4(sum / float(directions * directions), 1.0);
}
