// The ground of a body as bodies.frag sees it: the cube maps that surfaces were
// baked into, and, nearer than their texels, more of the same.

#include "surfaces/noise.glsl"

uniform samplerCube groundColour; // rgb: albedo; a: 4 times the mean square of the slope
uniform samplerCube groundRelief; // 0.5 + 0.78 times the slope, body-fixed
uniform samplerCube groundCover;  // water, cloud, lights, frost

struct Soil {
	vec3 colour; // albedo, its mean that of the maps
	vec3 slope;  // of the ground, a tangent
	float rough; // slopes that the pixel does not show, root mean square
	vec3 cover;  // water, cloud, lights
	vec3 tops;   // slope of the clouds' tops, a tangent
};

// The kinds of what lies between texels.
const int detailNone = 0, detailCraters = 1, detailHills = 2, detailClouds = 3;

// pits is an octave of craters, up to one to a cell, where the sphere whose normal
// is up cuts a lattice: what they add to the albedo, and their slope.
vec4 pits(vec3 x, vec3 up, uint salt) {
	vec4 sum = vec4(0.0);
	vec3 low = floor(x - 0.5);
	for (int k = 0; k < 8; k++) {
		vec3 corner = low + vec3(k & 1, (k >> 1) & 1, k >> 2);
		uvec3 h = lattice(ivec3(corner), salt);
		vec3 to = x - corner - unit(h);
		float off = dot(to, up), reach = 0.25 - off * off;
		to -= off * up;
		if (dot(to, to) >= reach) continue;
		vec2 chance = vec2(h.xy & 255u) / 255.0; // what unit leaves
		float radius = 0.5 * sqrt(reach) * mix(0.45, 1.0, chance.x * chance.x);
		float t = length(to) / radius;
		if (t >= 2.0) continue;
		float sharp = mix(0.2, 1.0, chance.y * chance.y);
		float slope = t < 1.0 ? 0.8 * t * smoothstep(0.25, 0.6, t) : -0.45 * exp(-4.2 * (t - 1.0)) * (2.0 - t);
		sum.yzw += sharp * slope / max(t * radius, 1e-3) * to;
		sum.x += sharp * sharp * sharp * (1.0 - smoothstep(0.5, 2.0, t));
	}
	return sum;
}

// Finer is what a pixel shows of the ground and a texel does not.
struct Finer {
	float shade; // share that the albedo has more
	vec3 slope;  // of the ground
	vec3 shift;  // radii by which outlines that the maps have are torn
	float wisps; // how much more cloud there is, -1 to 1
	vec3 tops;   // slope of the clouds
	float share; // 0 where a texel is a pixel, 1 where it is many
};

// finerAt sums octaves a factor of 2^DETAIL_STEP apart, whose frequencies hold for
// good; lengths in radii.
Finer finerAt(vec3 p, vec3 normal, int kind, float texel, float pixel) {
	Finer f = Finer(0.0, vec3(0.0), vec3(0.0), 0.0, vec3(0.0), seen(0.8 / texel, pixel));
	float start = (floor(log2(0.2 / texel) / DETAIL_STEP) + 1.0) * DETAIL_STEP, strength = 1.0;
	for (int i = 0; i < DETAIL_OCTAVES; i++) {
		float octave = start + float(i) * DETAIL_STEP, frequency = exp2(octave);
		float shown = seen(1.2 * frequency, pixel), share = shown * (1.0 - seen(frequency, texel));
		if (shown <= 0.0) break;
		uint salt = uint(int(octave)) * 101u;
		if (share > 0.0 && (kind != detailCraters || i < 2)) {
			vec4 n = slopedNoise(p * frequency, salt);
			f.shade += share * 0.08 * n.x;
			f.slope += share * 0.065 * n.yzw;
			f.shift += share * strength * 0.35 * texel * n.yzw;
			f.wisps += share * strength * n.x;
			f.tops += share * 0.16 * n.yzw;
		}
		if (share > 0.0 && kind == detailCraters) {
			vec4 pit = pits(octaveTurn * p * frequency, octaveTurn * normal, salt + 7u);
			f.shade += share * 0.16 * pit.x;
			f.slope += share * 0.6 * (pit.yzw * octaveTurn); // by the transpose: turned back
		}
		strength *= exp2(-0.6 * DETAIL_STEP);
	}
	return f;
}

// refine adds what is finer to soil.
void refine(inout Soil soil, Finer f, vec3 normal, int kind) {
	soil.colour *= max(1.0 + f.shade * (kind == detailClouds ? 0.5 : 1.0), 0.0);
	if (kind == detailClouds) return;
	soil.slope += (f.slope - normal * dot(f.slope, normal)) * (1.0 - soil.cover.x);
	float cloud = soil.cover.y;
	if (cloud <= 0.0) return;
	// What a texel shows as thin cloud is, nearer by, clouds and gaps.
	cloud += 2.4 * cloud * (1.0 - cloud) * f.wisps;
	soil.cover.y = mix(cloud, smoothstep(0.08, 0.88, cloud), 0.8 * f.share);
	soil.tops = f.tops - normal * dot(f.tops, normal);
}

const float tropics = 0.4256; // sine of the latitude of Mars' tropics, the only world with frost
const vec3 ice = vec3(0.86, 0.80, 0.74); // dusty

// frosted is how much of the ground at p frost covers: it goes with the latitude at
// which the Sun stands overhead. early, of a surface, is 1.2 less
// the share of winter at which frost comes there, over 1.4; torn makes its edge ragged.
float frosted(Body b, vec3 p, float early, float torn) {
	float winter = 0.5 - 0.5 * sign(p.z) * b.sun.z / tropics;
	float share = smoothstep(0.28, 0.95, winter) - (1.2 - 1.4 * early);
	return early > 0.0 ? smoothstep(-0.04, 0.04, share + 0.05 * torn) : 0.0;
}

// soilAt is the ground at p, a unit vector on scaled axes, that moves by dx and dy
// to the next pixels.
Soil soilAt(Body b, vec3 p, vec3 normal, vec3 dx, vec3 dy) {
	// On a slope of view a pixel is long. What is a little too fine for its length stays,
	// or all would be a blur there.
	float across = length(dx), along = length(dy);
	float pixel = max(sqrt(across * along), 0.3 * max(across, along));
	int kind = int(b.ground.w);
	bool near = kind != detailNone && pixel < b.ground.z;
	Finer f;
	if (near) {
		f = finerAt(p, normal, kind, b.ground.z, pixel);
		p += f.shift;
	}
	Soil soil;
	vec4 colour = textureGrad(groundColour, p, dx, dy);
	soil.colour = colour.rgb;
	soil.slope = (textureGrad(groundRelief, p, dx, dy).rgb - 0.5) / 0.78;
	soil.slope -= normal * dot(soil.slope, normal);
	vec4 cover = textureGrad(groundCover, p, dx, dy);
	soil.cover = cover.rgb;
	soil.rough = sqrt(max(0.25 * colour.a - dot(soil.slope, soil.slope), 0.0));
	soil.tops = vec3(0.0);
	if (near) refine(soil, f, normal, kind);
	soil.colour = mix(soil.colour, ice, 0.93 * frosted(b, p, cover.a, near ? f.wisps : 0.0));
	return soil;
}
