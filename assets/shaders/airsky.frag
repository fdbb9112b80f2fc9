// The table of a body's sky from where the eye is: the light of the air along every
// line of sight, by azimuth from the Sun and by how it passes the body. It is even
// in the azimuth. What haze scatters is kept apart, before it does, since that
// changes faster with direction than the table could hold.

#include "common.glsl"
#include "body.glsl"
#include "air.glsl"
#include "airmarch.glsl"

uniform int air;
uniform int first; // item
uniform ivec2 grain; // columns, rows
uniform int paces;   // steps

layout(location = 0) out vec4 even;
layout(location = 1) out vec4 hazy;
layout(location = 2) out vec4 through;

void main() {
	BodyView eye = bodies[first].views[0];
	float s = eye.plane.w, h = s - 1.0, top = airs[air].absorber.w;
	float azimuth = (gl_FragCoord.x - 0.5) / float(grain.x - 1) * 3.14159265;
	float row = gl_FragCoord.y / float(grain.y);
	int zone = row < zoneStart[1] ? 0 : row < zoneStart[2] ? 1 : 2;
	float x = (gl_FragCoord.y - zoneStart[zone] * float(grain.y) - 0.5) / (zoneSize[zone] * float(grain.y) - 1.0);

	// How the line of sight passes the body, and the sine and cosine of the angle
	// between it and the direction to the body's centre.
	float over, heading;
	if (zone == 0) {
		float under = (1.0 - x) * (1.0 - x) * (1.0 - x); // 1 less the least distance
		over = -under * (2.0 - under);
	} else if (zone == 1) {
		float lowest = x * x * min(h, top);
		over = lowest * (2.0 + lowest);
	} else {
		over = (h * (2.0 + h) + 1.0) * (1.0 - x * x * x * x) - 1.0;
	}
	float least = sqrt(max(1.0 + over, 0.0));
	float sine = min(least / s, 1.0);
	float cosine = sqrt(max(1.0 - sine * sine, 0.0)) * (zone == 2 ? -1.0 : 1.0);

	float end = sqrt(max(top * (2.0 + top) - over, 0.0));
	float t0 = max(-end, -s * cosine), t1 = zone == 0 ? -sqrt(max(-over, 0.0)) : end;
	// Towards the Sun's azimuth and to the eye: the Sun's direction in that plane.
	float level = length(vec2(eye.centre.w, eye.side.w)) * cos(azimuth), up = eye.toEye.w;
	// In thick air what is seen is near the eye, away from where steps are narrow: more
	// of them, and more again as the eye comes into it.
	Air a = airs[air];
	bool thick = a.haze.g * (a.haze.w + a.albedo.w) > 2.0;
	int steps = thick ? int(float(paces) * mix(4.0, 2.0, clamp(h / top - 1.0, 0.0, 1.0))) : paces;
	Light l = Light(vec3(0.0), vec3(0.0), vec3(1.0));
	if (zone < 2 || h < top)
		l = march(air, over, t0, t1, cosine * level + sine * up, sine * level - cosine * up, steps);
	even = vec4(l.even, 1.0);
	hazy = vec4(l.hazy, 1.0);
	through = vec4(l.through, 1.0);
}
