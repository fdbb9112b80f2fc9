// The ground of a body as bodies.frag sees it: the cube maps that surfaces were
// baked into, and, nearer than their texels, more of the same.

#include "surfaces/noise.glsl"

uniform samplerCube groundColour; // rgb: albedo; a: 4 times the mean square of the slope
uniform samplerCube groundRelief; // 0.5 + 0.78 times the slope, body-fixed
uniform samplerCube groundCover;  // water, cloud, lights

struct Soil {
	vec3 colour; // albedo, its mean that of the maps
	vec3 slope;  // of the ground, a tangent
	float rough; // slopes that the pixel does not show, root mean square
	vec3 cover;  // water, cloud, lights
};

// The kinds of what lies between texels.
const int detailNone = 0, detailCraters = 1, detailHills = 2, detailClouds = 3;

// pits is an octave of craters, one to two cells at most: what they add to the
// albedo, and their slope.
vec4 pits(vec3 x, uint salt) {
	vec4 sum = vec4(0.0);
	vec3 low = floor(x - 0.5);
	for (int k = 0; k < 8; k++) {
		vec3 corner = low + vec3(k & 1, (k >> 1) & 1, k >> 2);
		uvec3 h = lattice(ivec3(corner), salt);
		vec3 to = x - corner - unit(h);
		vec3 chance = unit(hash(h + 1u));
		float radius = mix(0.12, 0.25, chance.y * chance.y);
		float t = length(to) / radius;
		if (t >= 2.0) continue;
		float sharp = mix(0.25, 1.0, chance.z * chance.z);
		float slope = t < 1.0 ? 0.9 * t * smoothstep(0.2, 0.5, t) : -0.5 * exp(-4.2 * (t - 1.0)) * (2.0 - t);
		sum.yzw += sharp * slope / (t * radius) * to;
		sum.x += 0.25 * sharp * sharp * (1.0 - smoothstep(0.6, 2.0, t));
	}
	return sum;
}

// finer adds to soil what a pixel shows and a texel does not; lengths in radii.
// Octaves have their frequency for good, so that a finer map changes little.
void finer(inout Soil soil, vec3 p, vec3 normal, int kind, float texel, float pixel) {
	float start = floor(log2(0.2 / texel));
	float shade = 0.0;
	vec3 slope = vec3(0.0);
	vec3 turned = octaveTurn * p;
	for (int i = 0; i < DETAIL_OCTAVES; i++) {
		float octave = start + float(i), frequency = exp2(octave);
		float share = seen(frequency, pixel) * (1.0 - seen(frequency, texel));
		if (share <= 0.0) continue;
		uint salt = uint(int(octave)) * 101u;
		vec4 n = slopedNoise(p * frequency, salt);
		shade += share * 0.06 * n.x;
		slope += share * (kind == detailHills ? 0.10 : 0.05) * n.yzw;
		if (kind == detailCraters) {
			vec4 pit = pits(turned * frequency * 0.7, salt + 7u);
			shade += share * pit.x * 0.5;
			slope += share * 0.5 * (pit.yzw * octaveTurn); // by the transpose: turned back
		}
	}
	soil.colour *= max(1.0 + shade * (kind == detailClouds ? 0.5 : 1.0), 0.0);
	if (kind != detailClouds) soil.slope += (slope - normal * dot(slope, normal)) * (1.0 - soil.cover.x);
}

// soilAt is the ground at p, a unit vector on scaled axes, that moves by dx and dy
// to the next pixels.
Soil soilAt(Body b, vec3 p, vec3 normal, vec3 dx, vec3 dy) {
	Soil soil;
	vec4 colour = textureGrad(groundColour, p, dx, dy);
	soil.colour = colour.rgb;
	soil.slope = (textureGrad(groundRelief, p, dx, dy).rgb - 0.5) / 0.78;
	soil.slope -= normal * dot(soil.slope, normal);
	soil.cover = textureGrad(groundCover, p, dx, dy).rgb;
	soil.rough = sqrt(max(0.25 * colour.a - dot(soil.slope, soil.slope), 0.0));
	float pixel = max(length(dx), length(dy));
	int kind = int(b.ground.w);
	if (kind != detailNone && pixel < b.ground.z) finer(soil, p, normal, kind, b.ground.z, pixel);
	return soil;
}
