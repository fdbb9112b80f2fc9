// What surfaces are made from: noise, craters and places on a sphere. It is pure:
// the same arguments give the same values on every machine, to float rounding,
// since all that is random comes from integers.
//
// A file of this folder, NAME.glsl, is a surface. It defines
//
//	Ground ground(vec3 p);
//
// for unit vectors p, body-fixed: z to the north pole, x to the prime meridian,
// y to 90° east. It may use, besides what is here, what ../surface.frag declares
// before it:
//
//	uint seed        varies what is random; what is real has its coordinates
//	float footprint  of a texel, in radii of the body: what is finer is left out
//
// Lengths are in radii of the body. A salt tells one field of noise from another:
// seed + 1u, seed + 2u, ...

struct Ground {
	vec3 colour;  // linear Rec. 709 albedo, relative: its mean is scaled to the body's
	float height; // in radii of the body, 0 at the mean
	float water;  // 0 to 1: as smooth as a liquid
	float cloud;  // 0 to 1: opacity of a layer above the ground
	float lights; // 0 to 1: what shines at night
	float frost;  // how early in winter frost lies, 1 all year, 0 never: ../ground.glsl
};

// bare is ground and nothing else.
Ground bare(vec3 colour, float height) { return Ground(colour, height, 0.0, 0.0, 0.0, 0.0); }

// hash is pcg3d: Jarzynski & Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020.
uvec3 hash(uvec3 v) {
	v = v * 1664525u + 1013904223u;
	v.x += v.y * v.z;
	v.y += v.z * v.x;
	v.z += v.x * v.y;
	v ^= v >> 16u;
	v.x += v.y * v.z;
	v.y += v.z * v.x;
	v.z += v.x * v.y;
	return v;
}

// lattice is the hash of a point of a lattice. Salts are spread, so that
// neighbouring salts are no neighbouring points.
uvec3 lattice(ivec3 at, uint salt) {
	return hash(uvec3(at) + salt * uvec3(0x9e3779b9u, 0x85ebca6bu, 0xc2b2ae35u));
}

// unit maps hashes to 0 to 1.
vec3 unit(uvec3 h) { return vec3(h >> 8u) * (1.0 / 16777216.0); }

// around is a gradient of noise, each component from -1 to 1.
vec3 around(ivec3 at, uint salt) { return unit(lattice(at, salt)) * 2.0 - 1.0; }

// slopedNoise is gradient noise, about -1 to 1 and 0 in the mean, and its gradient
// (yzw).
vec4 slopedNoise(vec3 x, uint salt) {
	vec3 cell = floor(x), f = x - cell;
	ivec3 i = ivec3(cell);
	vec3 u = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
	vec3 du = 30.0 * f * f * (f * (f - 2.0) + 1.0);
	vec3 a = around(i, salt), b = around(i + ivec3(1, 0, 0), salt);
	vec3 c = around(i + ivec3(0, 1, 0), salt), d = around(i + ivec3(1, 1, 0), salt);
	vec3 e = around(i + ivec3(0, 0, 1), salt), g = around(i + ivec3(1, 0, 1), salt);
	vec3 h = around(i + ivec3(0, 1, 1), salt), k = around(i + ivec3(1, 1, 1), salt);
	float va = dot(a, f), vb = dot(b, f - vec3(1, 0, 0));
	float vc = dot(c, f - vec3(0, 1, 0)), vd = dot(d, f - vec3(1, 1, 0));
	float ve = dot(e, f - vec3(0, 0, 1)), vg = dot(g, f - vec3(1, 0, 1));
	float vh = dot(h, f - vec3(0, 1, 1)), vk = dot(k, f - vec3(1, 1, 1));
	vec4 low = mix(mix(vec4(va, a), vec4(vb, b), u.x), mix(vec4(vc, c), vec4(vd, d), u.x), u.y);
	vec4 high = mix(mix(vec4(ve, e), vec4(vg, g), u.x), mix(vec4(vh, h), vec4(vk, k), u.x), u.y);
	vec4 n = mix(low, high, u.z);
	float nx = mix(mix(vb - va, vd - vc, u.y), mix(vg - ve, vk - vh, u.y), u.z);
	float ny = mix(mix(vc - va, vd - vb, u.x), mix(vh - ve, vk - vg, u.x), u.z);
	n.yzw += du * vec3(nx, ny, high.x - low.x);
	return 1.2 * n;
}

// noise is gradient noise, about -1 to 1 and 0 in the mean.
float noise(vec3 x, uint salt) { return slopedNoise(x, salt).x; }

// noise3 is three smooth fields at the price of one, each -1 to 1: for warps.
vec3 noise3(vec3 x, uint salt) {
	vec3 cell = floor(x), f = x - cell;
	ivec3 i = ivec3(cell);
	vec3 u = f * f * (3.0 - 2.0 * f);
	vec3 low = mix(mix(around(i, salt), around(i + ivec3(1, 0, 0), salt), u.x),
		mix(around(i + ivec3(0, 1, 0), salt), around(i + ivec3(1, 1, 0), salt), u.x), u.y);
	vec3 high = mix(mix(around(i + ivec3(0, 0, 1), salt), around(i + ivec3(1, 0, 1), salt), u.x),
		mix(around(i + ivec3(0, 1, 1), salt), around(i + ivec3(1, 1, 1), salt), u.x), u.y);
	return mix(low, high, u.z);
}

// seen is how much of a wave of that frequency (cycles to a radius) a texel can
// show: 1 for long waves, 0 for those shorter than two texels.
float seen(float frequency, float footprint) {
	return 1.0 - smoothstep(0.2, 0.5, frequency * footprint);
}

// octaveTurn turns each octave against the last, so that their lattices do not meet.
const mat3 octaveTurn = mat3(0.36, 0.48, -0.80, -0.80, 0.60, 0.0, 0.48, 0.64, 0.60);

// fbm sums octaves of noise from a frequency (waves to a radius) on, each twice as
// fine and gain times as strong: about -1 to 1, 0 in the mean.
float fbm(vec3 p, float frequency, int octaves, float gain, float footprint, uint salt) {
	float sum = 0.0, whole = 0.0, amplitude = 1.0;
	for (int i = 0; i < octaves; i++) {
		float share = seen(frequency, footprint);
		if (share > 0.0) sum += amplitude * share * noise(p * frequency, salt + uint(i) * 101u);
		whole += amplitude;
		amplitude *= gain;
		frequency *= 2.0;
		p = octaveTurn * p;
	}
	return sum / whole * 1.6;
}

// ridged is as fbm, but of sharp crests: 0 to 1, about 0.5 in the mean.
float ridged(vec3 p, float frequency, int octaves, float gain, float footprint, uint salt) {
	float sum = 0.0, whole = 0.0, amplitude = 1.0;
	for (int i = 0; i < octaves; i++) {
		float share = seen(frequency, footprint);
		float crest = 0.5;
		if (share > 0.0) {
			crest = 1.0 - abs(noise(p * frequency, salt + uint(i) * 101u)) * 1.6;
			crest = mix(0.5, clamp(crest * crest, 0.0, 1.0), share);
		}
		sum += amplitude * crest;
		whole += amplitude;
		amplitude *= gain;
		frequency *= 2.0;
		p = octaveTurn * p;
	}
	return sum / whole;
}

// warp moves p by up to about amount, by two octaves of noise.
vec3 warp(vec3 p, float frequency, float amount, uint salt) {
	vec3 by = noise3(p * frequency, salt) + 0.5 * noise3(octaveTurn * p * (2.0 * frequency), salt + 1u);
	return p + amount * by;
}

// cells is the distance from x to the nearest and to the next of points scattered
// one to a unit cell, and a number, 0 to 1, of the nearest: F1, F2, which. It
// looks at 27 cells, three times the price of noise.
vec3 cells(vec3 x, uint salt) {
	vec3 cell = floor(x), f = x - cell;
	vec3 best = vec3(8.0, 8.0, 0.0);
	for (int i = 0; i < 27; i++) {
		ivec3 o = ivec3(i % 3, (i / 3) % 3, i / 9) - 1;
		uvec3 h = lattice(ivec3(cell) + o, salt);
		vec3 d = vec3(o) + unit(h) - f;
		float d2 = dot(d, d);
		if (d2 < best.x) best = vec3(d2, best.x, float(h.x & 255u) / 255.0);
		else if (d2 < best.y) best.y = d2;
	}
	return vec3(sqrt(best.xy), best.z);
}

// place is the unit vector of a place; degrees, longitude to the east.
vec3 place(float latDeg, float lonDeg) {
	float a = radians(latDeg), l = radians(lonDeg);
	return vec3(cos(a) * cos(l), cos(a) * sin(l), sin(a));
}

// away is the angle between two unit vectors in radians, exact for small ones.
float away(vec3 p, vec3 q) { return 2.0 * asin(min(0.5 * length(p - q), 1.0)); }

// offset is where p lies as seen from a place: radians to the east and to the north
// on an azimuthal equidistant map.
vec2 offset(vec3 p, float latDeg, float lonDeg) {
	vec3 c = place(latDeg, lonDeg);
	float l = radians(lonDeg);
	vec3 east = vec3(-sin(l), cos(l), 0.0);
	vec2 o = vec2(dot(p, east), dot(p, cross(c, east)));
	return o * (away(p, c) / max(length(o), 1e-9));
}

// oval is 1 inside an ellipse on the sphere, half-axes to east and north in
// degrees, and falls to 0 over soft (a share of the half-axes) about its edge.
float oval(vec3 p, float latDeg, float lonDeg, float eastDeg, float northDeg, float soft) {
	float r = length(offset(p, latDeg, lonDeg) / radians(vec2(eastDeg, northDeg)));
	return 1.0 - smoothstep(1.0 - soft, 1.0 + soft, r);
}

// bowl is the relief of a crater at t radii from its centre, in radii of the crater:
// a floor, a wall, a rim at t = 1 and ejecta that thin out, 0 from t = 2.5. sharp is
// 1 for a fresh simple crater, whose depth is a fifth of its diameter (Pike 1977,
// Impact and Explosion Cratering, 489), less for wide and for old ones.
float bowl(float t, float sharp) {
	float inside = 0.49 * max(t * t, 0.12) - 0.357;
	float outside = 0.133 * exp(-4.2 * (t - 1.0)) * (1.0 - smoothstep(1.5, 2.5, t));
	return sharp * (t < 1.0 ? inside : outside);
}

// crater is the relief of one crater of a diameter in degrees about a place, in
// radii of the body.
float crater(vec3 p, float latDeg, float lonDeg, float diameterDeg, float sharp) {
	float radius = 0.5 * radians(diameterDeg);
	return radius * bowl(away(p, place(latDeg, lonDeg)) / radius, sharp);
}

// craters is a field of craters from a largest radius down, each octave half as wide
// and four times as many, N(>D) ~ D^-2: relief in radii of the body (x) and how
// bright fresh ones make the ground, about 0 to 1 (y). density, 0 to 1, is the share
// of places that have one.
vec2 craters(vec3 p, float largest, int octaves, float density, float footprint, uint salt) {
	vec2 sum = vec2(0.0);
	float cell = 5.0 * largest; // what a crater touches, 2.5 of its radii, is half a cell
	for (int i = 0; i < octaves; i++) {
		float share = seen(2.2 / cell, footprint);
		if (share <= 0.0) break;
		uint own = salt + uint(i) * 211u;
		vec3 x = p / cell, low = floor(x - 0.5);
		for (int k = 0; k < 8; k++) { // no other cell reaches here
			vec3 corner = low + vec3(k & 1, (k >> 1) & 1, k >> 2);
			float mid = length((corner + 0.5) * cell);
			if (abs(mid - 1.0) > 1.2 * cell) continue;
			uvec3 h = lattice(ivec3(corner), own);
			vec3 c = (corner + unit(h)) * cell;
			float deep = length(c);
			float off = abs(deep - 1.0) / cell; // the sphere cuts what it touches in a circle
			float reach = 0.25 - off * off;
			uvec3 more = hash(h + 1u);
			vec3 chance = unit(more);
			if (reach <= 0.01 || chance.x > density) continue;
			vec3 to = p - c / deep;
			float radius = cell * 0.4 * sqrt(reach) * mix(0.55, 1.0, chance.y * chance.y);
			float t = length(to) / radius;
			if (t >= 2.5) continue;
			float age = chance.z * chance.z; // most are worn
			float fresh = smoothstep(0.55, 0.95, age);
			sum.x += share * radius * bowl(t, mix(0.35, 1.0, age));
			sum.y += share * fresh * (t < 1.0 ? 0.8 : exp(-1.6 * (t - 1.0)) * (1.0 - smoothstep(1.5, 2.5, t)));
		}
		cell *= 0.5;
		p = octaveTurn * p;
	}
	return sum;
}

// rays is how much of the bright streaks of a young crater lies at p, 0 to 1: they
// leave its rim (radius, degrees) and thin out by reach (degrees).
float rays(vec3 p, float latDeg, float lonDeg, float radiusDeg, float reachDeg, float footprint, uint salt) {
	vec2 o = offset(p, latDeg, lonDeg);
	float r = degrees(length(o));
	if (r > 1.5 * reachDeg) return 0.0;
	vec2 d = o / max(length(o), 1e-6);
	float far = r / reachDeg;
	// A ray is a sector: noise by direction, torn along its way.
	float streak = noise(vec3(d * 3.1, 0.5), salt) + 0.8 * noise(vec3(d * 7.3, 3.5), salt + 1u) + 0.6 * noise(vec3(d * 15.0, far * 1.5), salt + 2u);
	streak = smoothstep(0.08 + 0.25 * far, 0.50 + 0.35 * far, streak);
	float torn = 0.75 + 0.5 * fbm(p, 22.0, 4, 0.6, footprint, salt + 3u);
	float apron = exp(-max(r - radiusDeg, 0.0) / (1.6 * radiusDeg));
	float thin = (1.0 - smoothstep(0.55, 1.5, far)) / (1.0 + 1.5 * far);
	return clamp(max(apron, streak * torn * thin), 0.0, 1.0);
}
