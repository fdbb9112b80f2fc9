// What eclipses leave of the light that air scatters. The includer has common.glsl,
// body.glsl, shadows.glsl and airseen.glsl.

#include "airmarch.glsl"

// totalSky is how bright the sky overhead is in the middle of a total eclipse, of what it
// was before, by light that was scattered beyond the shadow: Silverman & Mullen 1975,
// Appl. Opt. 14:2838.
const float totalSky = 5e-4;

// airTaps is at how many places along a line of sight shadows are looked for.
const int airTaps = 6;

// airLit is the share of the sunlight of the air of an item that its casters leave along a
// line of sight, the mean over the places that the line's light comes from. eye and ray
// are on scaled axes, and end is where the line ends, from the eye.
vec3 airLit(int item, int view, vec3 eye, vec3 ray, float end) {
	Body b = bodies[item];
	Air a = airs[int(b.air.x)];
	float top = a.absorber.w;
	ray = normalize(ray);
	float lowest = -dot(eye, ray); // from the eye
	vec3 low = eye + lowest * ray;
	float over = dot(low, low) - 1.0;
	float far = sqrt(max(top * (2.0 + top) - over, 0.0));
	float from = max(-far, -lowest);
	Stretch s = stretch(from, max(from, min(far, end - lowest)));
	float apart = length(ray * b.radii.xyz) / views[view].size.z; // of pixels, a radius away
	vec3 lit = vec3(0.0);
	float sum = nearlyZero, through = 1.0;
	for (int k = 0; k < airTaps; k++) {
		Step at = stepOf(s, k, airTaps);
		float passed = exp(-mediumAt(a, altitude(over, at.t)).extinction.g * at.dt);
		float weight = through * (1.0 - passed);
		lit += weight * shadowed(item, (low + at.t * ray) * b.radii.xyz, b.sun, (lowest + at.t) * apart);
		sum += weight;
		through *= passed;
	}
	return mix(vec3(totalSky), vec3(1.0), min(lit / sum, 1.0));
}
