// Light along a line through the air, for the tables: after Hillaire 2020, "A
// Scalable and Production Ready Sky and Atmosphere Rendering Technique", Computer
// Graphics Forum 39(4). A line is given by over, the square of its least distance
// from the centre less 1, which near the ground a float would lose in that square
// itself, and by distances t from that point.

uniform sampler2DArray airScattered; // what comes in from everywhere but the Sun

// altitude is that of the point t along a line.
float altitude(float over, float t) {
	float q = max(over + t * t, 0.0);
	return q / (1.0 + sqrt(1.0 + q));
}

// Medium is what a place does to light, per radius of the body.
struct Medium {
	vec3 even;       // scattered as by molecules
	vec3 hazy;       // scattered by haze
	vec3 extinction;
};

// mediumAt is the air at altitude h; render/airview.go has its extinction too.
Medium mediumAt(Air a, float h) {
	float gas = exp(-h / a.gas.w);
	float haze = exp(-max(h - a.albedo.w, 0.0) / a.haze.w);
	float layer = max(1.0 - abs(h - a.layer.w) / a.layerOut.w, 0.0);
	return Medium(gas * a.gas.rgb + layer * a.layerOut.rgb, haze * a.haze.rgb * a.albedo.rgb,
		gas * (a.gas.rgb + a.absorber.rgb) + haze * a.haze.rgb + layer * a.layer.rgb);
}

// Steps are narrower the nearer they are to the lowest point of a stretch, near
// which the air is densest: its distance is the power 3/2 of what they divide evenly.
struct Stretch {
	float low;      // t of the lowest point
	float from, to; // what is divided evenly, zero at the lowest point
};

Stretch stretch(float t0, float t1) {
	float low = clamp(0.0, t0, t1);
	return Stretch(low, -pow(low - t0, 2.0 / 3.0), pow(t1 - low, 2.0 / 3.0));
}

// Step is the middle of step k of n, and its length.
struct Step { float t, dt; };

Step stepOf(Stretch s, int k, int n) {
	float width = (s.to - s.from) / float(n);
	float w = s.from + (float(k) + 0.5) * width;
	return Step(s.low + w * sqrt(abs(w)), 1.5 * sqrt(abs(w)) * width);
}

// scatteredIn is the light that comes to a place from all other air and the ground,
// the mean over all directions.
vec3 scatteredIn(int i, float h, float mu) {
	vec2 size = vec2(textureSize(airScattered, 0).xy);
	vec2 at = vec2(bySquare(mu), h / airs[i].absorber.w);
	return textureLod(airScattered, vec3(inner(at.x, size.x), inner(at.y, size.y), i), 0.0).rgb;
}

// Light is what a line sends to its beginning: what does not depend on how haze
// scatters, what does, before it does, and what the line lets through.
struct Light {
	vec3 even;
	vec3 hazy;
	vec3 through;
};

// march follows a line from t0 to t1. up and along are the cosines of the angles
// between the Sun and the directions to the line's lowest point and along it.
Light march(int i, float over, float t0, float t1, float up, float along, int steps) {
	Air a = airs[i];
	Stretch s = stretch(t0, max(t0, t1));
	float least = sqrt(max(1.0 + over, 0.0));
	float rayleigh = 0.1875 * (1.0 + along * along); // times pi
	Light l = Light(vec3(0.0), vec3(0.0), vec3(1.0));
	for (int k = 0; k < steps; k++) {
		Step at = stepOf(s, k, steps);
		float h = altitude(over, at.t);
		float mu = (least * up + at.t * along) / (1.0 + h);
		Medium m = mediumAt(a, h);
		vec3 passed = exp(-m.extinction * at.dt);
		// The integral over the step, its light and extinction being even.
		vec3 share = l.through * (1.0 - passed) / max(m.extinction, nearlyZero);
		vec3 sun = sunThrough(i, h, mu), rest = scatteredIn(i, h, mu);
		l.even += share * (m.even * (sun * rayleigh + rest) + m.hazy * rest);
		l.hazy += share * m.hazy * sun;
		l.through *= passed;
	}
	return l;
}
