// Clouds that jets and eddies have drawn out: what the surfaces of planets without
// ground are made from. Include after noise.glsl.

// latitude is the planetographic latitude in degrees of p on a body whose equatorial
// radius is that many times its polar one. p is of the unit sphere that the body
// is stretched from.
float latitude(vec3 p, float flattening) { return degrees(atan(p.z * flattening, length(p.xy))); }

// turned is p turned about the pole to the east, radians.
vec3 turned(vec3 p, float angle) {
	float s = sin(angle), c = cos(angle);
	return vec3(c * p.x - s * p.y, s * p.x + c * p.y, p.z);
}

// eddies moves p along the rotors of a stream function, by about amount radians:
// a flow without sources (Bridson et al. 2007, Curl-Noise for Procedural Fluid
// Flow), so that what it carries is wound up and never bunched. Waves are flat
// times as long along a parallel as across.
vec3 eddies(vec3 p, float frequency, float flatness, float amount, uint salt) {
	vec3 stretch = frequency * vec3(1.0, 1.0, flatness);
	vec3 gradient = slopedNoise(p * stretch, salt).yzw;
	return normalize(p + amount * cross(p, gradient * vec3(1.0, 1.0, flatness)));
}

// turn is the angle from a to b, -pi to pi, for angles less than 2 pi apart.
float turn(float a, float b) {
	float d = b - a;
	return d - 6.2831853 * floor(d / 6.2831853 + 0.5);
}

// bump is 1 at 0 and falls to a half at -1 and 1.
float bump(float x) { return exp2(-x * x); }

// span is 1 between two latitudes and falls to 0 over soft degrees about each.
float span(float lat, float south, float north, float soft) {
	return smoothstep(south - 0.5 * soft, south + 0.5 * soft, lat) - smoothstep(north - 0.5 * soft, north + 0.5 * soft, lat);
}
