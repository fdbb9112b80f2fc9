// The corona: a fan of narrow quads round the Sun, as far away as can be. What its
// field gathers depends on the direction from the Sun, not on the distance, and so is
// worked out once for each edge of a quad.

#include "common.glsl"
#include "place.glsl"
#include "surfaces/noise.glsl"

uniform mat4 corona; // the Sun's axes, ICRF; its radius over its distance, reach in radii, light

const float quads = 1024.0; // as render/corona.go draws
const uint coronaSeed = 2027u;

flat out vec3 sunAt;
flat out float hiding; // of the Sun's disc, 0 to 1
out vec3 ray;          // from the eye, ICRF
out vec2 streaming;    // how much the field gathers, near the Sun and far from it: 1 in the mean
out vec2 flame;        // height of a prominence in radii, and its light

// gather is streaming for a direction from the Sun (unit vector, body-fixed): helmets
// that narrow to rays further out, most of them at low latitudes, plumes at the poles.
vec2 gather(vec3 n) {
	float low = 1.0 - smoothstep(0.55, 0.95, abs(n.z));
	vec3 bent = warp(n, 3.0, 0.12, coronaSeed);
	float helmet = 0.5 + 0.75 * noise(bent * 1.9, coronaSeed + 1u) + 0.25 * (low - 0.5);
	float rays = ridged(bent, 4.5, 4, 0.65, 0.002, coronaSeed + 2u) - 0.5;
	float fine = 1.0 + 0.22 * (ridged(n, 22.0, 3, 0.7, 0.002, coronaSeed + 3u) - 0.5);
	float wide = mix(0.78, 1.28, clamp(helmet, 0.0, 1.0)) * (1.0 + 0.3 * rays);
	float far = (0.28 + 2.4 * pow(clamp(helmet, 0.0, 1.2), 2.2)) * (1.0 + rays);
	return vec2(wide, far) * fine;
}

// kindle is flame for a direction from the Sun.
vec2 kindle(vec3 n) {
	float where = smoothstep(0.30, 0.62, noise(n * 5.0, coronaSeed + 5u));
	float wisps = ridged(n, 40.0, 3, 0.6, 0.002, coronaSeed + 7u);
	return vec2(0.055 * where * (0.4 + wisps), where * smoothstep(0.35, 0.75, wisps));
}

void main() {
	int view = instanceView();
	sunAt = sun[view].xyz;
	// What is left of the disc dazzles: the last hundredth, a diamond on the ring, drowns the rest.
	hiding = 1.0 - smoothstep(0.0, 0.01, sun[view].w);
	vec3 side = normalize(cross(sunAt, abs(sunAt.z) < 0.9 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0)));
	int edge = (instanceItem() + (gl_VertexID & 1)) % int(quads);
	float angle = 6.2831853 * float(edge) / quads;
	vec3 out_ = cos(angle) * side + sin(angle) * cross(sunAt, side);
	float sine = min((gl_VertexID < 2 ? 0.97 : corona[3].y) * corona[3].x, 0.95);
	ray = sunAt * sqrt(1.0 - sine * sine) + out_ * sine;
	vec3 n = vec3(dot(out_, corona[0].xyz), dot(out_, corona[1].xyz), dot(out_, corona[2].xyz));
	streaming = gather(n);
	flame = kindle(n);
	place(projectFar(view, ray), view);
}
