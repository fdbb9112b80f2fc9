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
flat in float thin;

out vec4 radiance;

// render/subject.go meters rings by the same scattered, backward and forward.

// scattered is the light of a layer of optical depth tau, lit under the cosine
// mu0 and seen under mu, through it or from its lit side: single scattering,
// Chandrasekhar 1960, "Radiative Transfer", section 36.
float scattered(float tau, float mu, float mu0, bool through) {
	if (!through)
		return mu0 / (mu + mu0) * (1.0 - exp(-tau * (1.0 / mu + 1.0 / mu0)));
	float x = tau * (1.0 / mu0 - 1.0 / mu);
	float seen = exp(-tau / mu);
	if (abs(x) < 1e-3) return seen * (1.0 - 0.5 * x) * tau / mu;
	return (seen - exp(-tau / mu0)) / x * tau / mu;
}

// planetShade is what the planet leaves of the sunlight at a point of its rings. Its
// edge is as good as straight, and a disc that darkens to its limb goes behind one
// about as smoothstep has it. pixel is how far a pixel reaches.
float planetShade(Body b, vec3 point, float pixel) {
	vec3 p = point / b.radii.xyz;
	vec3 s = b.sun.xyz / b.radii.xyz;
	float along = -dot(p, s) / dot(s, s);
	float past = length(p + along * s) - 1.0;
	if (along <= 0.0) return 1.0;
	float blur = (along * b.sun.w + 0.7 * pixel) / b.radii.x;
	return smoothstep(-blur, blur, past);
}

// backward is the light that ice scatters at a phase angle (over 180°), where it is 1
// at full phase: that of single particles falls with a power, as Dones et al. 1993,
// Icarus 105:184, found for the A ring; some light is scattered more than once.
float backward(float phase) { return (pow(1.0 - phase, 3.09) + 0.10) / 1.10; }

// lobe is Henyey and Greenstein's phase function of asymmetry g: 1941, ApJ 93:70.
float lobe(float cosine, float g) {
	float x = inversesqrt(1.0 + g * g - 2.0 * g * cosine);
	return (1.0 - g * g) * (x * x * x);
}

// forward is the phase function of dust by the cosine of the angle by which light is
// turned, in three lobes: after Hedman & Stark 2015, ApJ 811:67, on the D and G rings.
float forward(float cosine) {
	return 0.70 * lobe(cosine, 0.995) + 0.16 * lobe(cosine, 0.63) + 0.14 * lobe(cosine, 0.02);
}

void main() {
	Body b = bodies[item];
	float r = length(inPlane);
	float pixel = abs(dFdx(r)) + abs(dFdy(r));
	vec3 ring = ringAt(b.ring, r, pixel);
	float tau = thickness(ring.x);
	vec3 up = cross(b.axisX.xyz, b.axisY.xyz);
	vec3 ray = normalize(fromEye);
	float side = -dot(ray, up);
	float mu = max(abs(side), 1e-3);
	float mu0 = max(abs(b.sun.z), 1e-3);
	bool through = side * b.sun.z < 0.0;

	vec3 sun = b.axisX.xyz * b.sun.x + b.axisY.xyz * b.sun.y + up * b.sun.z;
	float turned = dot(ray, sun); // by what angle light is turned, its cosine
	vec3 ice = b.ringLight.rgb * (ring.y * backward(acos(clamp(-turned, -1.0, 1.0)) / 3.14159265));
	vec3 dust = vec3(b.ringLight.w * 0.25 * b.ring.z * forward(clamp(turned, -1.0, 1.0)));

	float reach = pixelReach(vec3(inPlane, 0.0));
	vec3 shade = vec3(planetShade(b, vec3(inPlane, 0.0), reach));
#ifdef SHADOWS
	shade *= shadowed(item, vec3(inPlane, 0.0), b.sun, reach);
#endif
	vec3 light = mix(ice, dust, ring.z) * scattered(tau, mu, mu0, through) * shade;
	float alpha = (1.0 - exp(-tau / mu)) * b.radii.w * thin;
#ifdef LOG_DEPTH
	gl_FragDepth = logDepth(1.0 / gl_FragCoord.w);
#endif
	// Last: derivatives need all pixels of a quad.
	if (ring.x <= 0.0 || dot(fromCentre, fromEye) * float(part) > 0.0) discard;
	radiance = finite(vec4(light * (b.radii.w * thin), alpha));
}
