// The ground of a body as bodies.frag sees it: the cube maps that surfaces were
// baked into, and, nearer than their texels, more of the same. MAPS, FROST and SKY tell
// what maps there are, DETAIL the kind of what lies between their texels, 0 where no
// pixel is as small.

#include "surfaces/noise.glsl"

uniform samplerCube groundColour; // rgb: albedo; a: 4 times the mean square of the slope
uniform samplerCube groundRelief; // 0.5 + 0.78 times the slope, body-fixed
uniform samplerCube groundCover;  // water, cloud, lights, frost

struct Soil {
	vec3 colour; // albedo, its mean that of the maps
	vec3 slope;  // of the ground, a tangent
	float rough; // slopes that the pixel does not show, root mean square
	float hills; // slopes hereabout, root mean square
	vec3 cover;  // water, cloud, lights
	vec3 tops;   // slope of the clouds' tops, a tangent
};

// Reach is how far a pixel reaches on the unit sphere.
struct Reach {
	vec3 dx, dy; // to the next pixels
	float level; // of the maps, if it is as long as it is wide
};

// reachAt is that of a pixel at p.
Reach reachAt(vec3 p, vec3 dx, vec3 dy) {
	vec3 a = abs(p); // a texel is smaller where its face is seen slantwise from the middle
	float texels = 0.5 * float(textureSize(groundColour, 0).x) / max(a.x, max(a.y, a.z));
	return Reach(dx, dy, log2(max(length(dx), length(dy)) * texels));
}

// mapped is a map at p. Software renderers find the level of a cube map's texel at
// three times the price of the texel.
vec4 mapped(samplerCube map, vec3 p, Reach r) {
#ifdef ISOTROPIC
	return textureLod(map, p, r.level);
#else
	return textureGrad(map, p, r.dx, r.dy);
#endif
}

// What there is of each kind. These are no constants of the language: a compiler that
// folds them late has written loops out by then, and the frame takes twice as long.
#define CRATERS (DETAIL == 1)
#define HILLS (DETAIL == 2)
#define CLOUDS (DETAIL == 3)
#define DUST (DETAIL == 4)
#define ICE (DETAIL == 5)

// NOISY is how many octaves of noise there are at most: finer ones would hide the craters.
#if CRATERS
#define NOISY 3
#elif DUST
#define NOISY 4
#else
#define NOISY DETAIL_OCTAVES
#endif

// Dust has fewer craters, and sand on their floors.
#if DUST
const float pitShare = 0.5, pitShade = -0.25;
#else
const float pitShare = 1.0, pitShade = 0.16;
#endif

// pits is an octave of craters, up to one to a cell, where the sphere whose normal
// is up cuts a lattice: what they add to the albedo, and their slope. Most
// are worn: shallow, with a round rim.
vec4 pits(vec3 x, vec3 up, uint salt) {
	vec4 sum = vec4(0.0);
	vec3 low = floor(x - 0.5);
	for (int k = 0; k < 8; k++) {
		vec3 corner = low + vec3(k & 1, (k >> 1) & 1, k >> 2);
		uvec3 h = lattice(ivec3(corner), salt);
		vec3 to = x - corner - unit(h);
		float off = dot(to, up), reach = 0.25 - off * off;
		to -= off * up;
		vec3 chance = vec3(h & 255u) / 255.0; // what unit leaves
		if (dot(to, to) >= reach || chance.z > pitShare) continue;
		float radius = 0.5 * sqrt(reach) * mix(0.45, 1.0, chance.x);
		float t = length(to) / radius;
		if (t >= 2.0) continue;
		float sharp = mix(0.2, 1.0, chance.y * chance.y * chance.y), rim = mix(0.45, 0.08, sharp);
		float inside = 0.8 * t * smoothstep(0.25, 0.6, t), outside = -0.45 * exp(-4.2 * (t - 1.0)) * (2.0 - t);
		float slope = mix(inside, outside, smoothstep(1.0 - rim, 1.0 + rim, t));
		sum.yzw += sharp * slope / max(t * radius, 1e-3) * to;
		sum.x += sharp * sharp * (1.0 - smoothstep(0.5, 2.0, t));
	}
	return sum;
}

// ridges is an octave of double ridges with a dark trough between, in families that
// run side by side for a way: what they add to the albedo, and their slope.
vec4 ridges(vec3 p, float frequency, uint salt) {
	vec4 sum = vec4(0.0);
	for (int k = 0; k < 3; k++) {
		vec3 axis = normalize(unit(lattice(ivec3(k, 3, 5), salt)) * 2.0 - 1.0), other = octaveTurn * axis;
		float x = dot(p, axis) * frequency + 0.5 * sin(dot(p, other) * 0.4 * frequency);
		vec3 own = unit(lattice(ivec3(int(floor(x)), k, 7), salt));
		float d = (fract(x) - 0.25 - 0.5 * own.x) / mix(0.03, 0.08, own.y * own.y), bell = exp(-d * d);
		float there = smoothstep(0.1, 0.6, sin(dot(p, other) * 0.3 * frequency + 6.28 * own.z) + own.x - 0.5);
		sum += there * vec4((0.5 * d * d - 0.4) * bell, d * (1.0 - d * d) * bell * axis);
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

// addNoise adds an octave of it, a share of which is shown. Winds draw dust out.
void addNoise(inout Finer f, vec3 x, float share, float strength, float texel, uint salt) {
#if DUST
	vec4 n = slopedNoise(x * vec3(0.8, 0.8, 1.3), salt) * vec4(1.0, 0.8, 0.8, 1.3);
	f.shade += share * 0.16 * n.x;
#else
	vec4 n = slopedNoise(x, salt);
	f.shade += share * 0.08 * n.x;
#endif
	f.slope += share * 0.065 * n.yzw;
	f.shift += share * strength * 0.35 * texel * n.yzw;
	f.wisps += share * strength * n.x;
	f.tops += share * 0.16 * n.yzw;
}

// coarsest is the frequency of the first octave, in cycles to a texel.
#if HILLS || CLOUDS
const float coarsest = 0.2;
#else
const float coarsest = 0.1;
#endif

// finerAt sums octaves a factor of 2^DETAIL_STEP apart, whose frequencies hold for
// good; lengths in radii.
Finer finerAt(vec3 p, vec3 normal, float texel, float pixel) {
	Finer f = Finer(0.0, vec3(0.0), vec3(0.0), 0.0, vec3(0.0), seen(0.8 / texel, pixel));
	float start = (floor(log2(coarsest / texel) / DETAIL_STEP) + 1.0) * DETAIL_STEP, strength = 1.0;
	for (int i = 0; i < DETAIL_OCTAVES; i++) {
		float octave = start + float(i) * DETAIL_STEP, frequency = exp2(octave);
		float shown = seen(1.2 * frequency, pixel), share = shown * (1.0 - seen(frequency, texel));
		if (shown <= 0.0) break;
		uint salt = uint(int(octave)) * 101u;
		// A crater or a ridge is narrower than a wave, and maps show it later.
		float narrow = seen(2.2 * frequency, pixel) * (1.0 - seen(2.0 * frequency, texel));
		if (share > 0.0 && i < NOISY) addNoise(f, p * frequency, share, strength, texel, salt);
#if CRATERS || DUST
		if (narrow > 0.0) {
			vec4 pit = pits(octaveTurn * p * frequency, octaveTurn * normal, salt + 7u);
			f.shade += narrow * pitShade * pit.x;
			f.slope += narrow * 0.6 * (pit.yzw * octaveTurn); // by the transpose: turned back
		}
#elif ICE
		if (narrow > 0.0) {
			vec4 ridge = ridges(p + 0.1 * texel * f.slope, 0.4 * frequency, salt + 9u);
			f.shade += narrow * 0.12 * ridge.x;
			f.slope += narrow * 0.5 * ridge.yzw;
		}
#endif
		strength *= exp2(-0.6 * DETAIL_STEP);
	}
	return f;
}

// steepness is how strong relief between texels is where theirs has such a slope, root
// mean square: plains are flat below a texel, too.
float steepness(float slope) {
#if CRATERS
	return 1.0;
#elif HILLS
	return mix(0.3, 1.5, smoothstep(0.0, 0.12, slope));
#else
	return mix(0.6, 1.5, smoothstep(0.0, 0.12, slope));
#endif
}

// refine adds what is finer to soil.
void refine(inout Soil soil, Finer f, vec3 normal) {
#if CLOUDS
	soil.colour *= max(1.0 + 0.5 * f.shade, 0.0);
#else
	soil.colour *= max(1.0 + f.shade, 0.0);
	soil.slope += (f.slope - normal * dot(f.slope, normal)) * (1.0 - soil.cover.x);
	soil.rough = length(vec2(soil.rough, 0.08 * f.share));
	soil.hills = length(vec2(soil.hills, 0.12 * f.share));
#endif
#ifdef SKY
	float cloud = soil.cover.y;
	if (cloud <= 0.0) return;
	// What a texel shows as thin cloud is, nearer by, clouds and gaps.
	cloud += 2.4 * cloud * (1.0 - cloud) * f.wisps;
	soil.cover.y = mix(cloud, smoothstep(0.08, 0.88, cloud), 0.8 * f.share);
	soil.tops = f.tops - normal * dot(f.tops, normal);
#endif
}

const vec3 ice = vec3(0.86, 0.80, 0.74); // dusty

// frosted is how much of the ground at p frost covers: it goes with frostSeason of
// render/surface_shown.go, of Mars alone. early, of a surface, is 1.2 less
// the share of winter at which frost comes there, over 1.4; torn makes its edge ragged.
float frosted(Body b, vec3 p, float early, float torn) {
	float winter = 0.5 - 0.5 * sign(p.z) * b.ground.w;
	float share = smoothstep(0.28, 0.95, winter) - (1.2 - 1.4 * early);
	return early > 0.0 ? smoothstep(-0.04, 0.04, share + 0.05 * torn) : 0.0;
}

// soilAt is the ground at p, a unit vector on scaled axes, that moves by dx and dy
// to the next pixels.
Soil soilAt(Body b, vec3 p, vec3 normal, vec3 dx, vec3 dy) {
	// On a slope of view a pixel is long. What is a little too fine for its length stays,
	// or all would be a blur there.
	float across = length(dx), along = length(dy), texel = b.ground.z;
	float pixel = max(sqrt(across * along), 0.3 * max(across, along));
	float torn = 0.0; // how the finest outlines are
#if DETAIL
	bool near = pixel < texel;
	Finer f;
	if (near) {
		f = finerAt(p, normal, texel, pixel);
		p += f.shift;
		torn = f.wisps;
	}
#endif
	Reach reach = reachAt(p, dx, dy);
	Soil soil;
	vec4 colour = mapped(groundColour, p, reach), cover = vec4(0.0);
	soil.colour = colour.rgb;
	soil.slope = (mapped(groundRelief, p, reach).rgb - 0.5) / 0.78;
	soil.slope -= normal * dot(soil.slope, normal);
#if defined(SKY) || defined(FROST)
	cover = mapped(groundCover, p, reach);
#endif
	soil.cover = cover.rgb;
	soil.hills = sqrt(0.25 * colour.a);
	soil.rough = sqrt(max(0.25 * colour.a - dot(soil.slope, soil.slope), 0.0));
	soil.tops = vec3(0.0);
#if DETAIL
	if (near) {
		f.slope *= steepness(soil.hills);
		refine(soil, f, normal);
	}
#endif
#ifdef FROST
	soil.cover = vec3(0.0); // which it has not
	soil.colour = mix(soil.colour, ice, 0.93 * frosted(b, p, cover.a, torn));
#endif
	return soil;
}
