// Rings: a thin layer of particles that scatters once, lets light through, and
// lies in the shadow of its planet. Drawn in two halves, behind and before the
// planet, so that the planet's limb stays smooth on both.

#include "common.glsl"
#include "body.glsl"
#include "shadows.glsl"

uniform int part; // -1: behind the planet, 1: before it

flat in int item;
flat in int view;
in vec2 inPlane;
in vec3 fromEye;
in vec3 fromCentre;

out vec4 radiance;

// scattered is the light of a layer of optical depth tau, lit under the cosine
// mu0 and seen under mu, through it or from its lit side: single scattering,
// Chandrasekhar 1960, "Radiative Transfer", section 36.
float scattered(float tau, float mu, float mu0, bool through) {
	if (!through)
		return mu0 / (mu + mu0) * (1.0 - exp(-tau * (1.0 / mu + 1.0 / mu0)));
	float gap = 1.0 / mu0 - 1.0 / mu;
	float x = tau * gap;
	// (1 - exp(-x)) / x, which is 1 at 0
	float mean = abs(x) < 1e-3 ? 1.0 - 0.5 * x : (1.0 - exp(-x)) / x;
	return exp(-tau / mu) * mean * tau / mu;
}

// planetShade is what the planet leaves of the sunlight at a point of its rings.
vec3 planetShade(Body b, vec3 point, float pixel) {
	Caster c = Caster(vec4(1.0 / b.radii.x, 0.0, 0.0, 0.0), vec4(0.0, 1.0 / b.radii.y, 0.0, 0.0),
		vec4(0.0, 0.0, 1.0 / b.radii.z, 0.0), vec4(1.0, 0.0, 0.0, 0.0));
	return passing(c, point, b.sun, pixel);
}

void main() {
	Body b = bodies[item];
	float r = length(inPlane);
	float pixel = abs(dFdx(r)) + abs(dFdy(r));
	vec2 ring = ringAt(b.ring, r, pixel);
	float tau = thickness(ring.x);
	vec3 up = cross(b.axisX.xyz, b.axisY.xyz);
	vec3 ray = normalize(fromEye);
	float side = -dot(ray, up);
	float mu = max(abs(side), 1e-3);
	float mu0 = max(abs(b.sun.z), 1e-3);
	bool through = side * b.sun.z < 0.0;

	// Ice scatters back to the Sun: from 1 at full phase to a third at 90 degrees.
	vec3 sun = b.axisX.xyz * b.sun.x + b.axisY.xyz * b.sun.y + up * b.sun.z;
	float phase = acos(clamp(-dot(ray, sun), -1.0, 1.0));
	float back = pow(1.0 - phase / 3.14159265, 1.6);

	float reach = pixelReach(vec3(inPlane, 0.0));
	vec3 shade = planetShade(b, vec3(inPlane, 0.0), reach) * shadowed(item, vec3(inPlane, 0.0), b.sun, reach);
	vec3 light = ring.y * max(back, 0.08) * scattered(tau, mu, mu0, through) * shade;
	float alpha = (1.0 - exp(-tau / mu)) * b.radii.w;
#ifdef LOG_DEPTH
	gl_FragDepth = logDepth(1.0 / gl_FragCoord.w);
#endif
	// Last: derivatives need all pixels of a quad.
	if (ring.x <= 0.0 || dot(fromCentre, fromEye) * float(part) > 0.0) discard;
	radiance = finite(vec4(b.ringLight.rgb * (light * b.radii.w), alpha));
}
