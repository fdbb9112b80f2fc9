// The point at which a ray meets a body, and its light. AIR is defined for bodies with
// air: software renderers take the time for what they skip, too.

#include "common.glsl"
#include "body.glsl"
#include "airseen.glsl"

flat in int item;
flat in int view;
in vec2 silhouette;

out vec4 radiance;
#if defined(CONSERVATIVE_DEPTH) && !defined(LOG_DEPTH)
layout(depth_less) out float gl_FragDepth;
#endif

// sunlit is the irradiance by a disc of angular radius a at the cosine mu of
// its zenith distance, against that of a disc overhead.
float sunlit(float mu, float a) {
	if (mu >= a) return mu;
	if (mu <= -a) return 0.0;
	return (mu + a) * (mu + a) / (4.0 * a);
}

// scattered is the light of a surface lit under the cosine mu0 and seen under
// mu: a share as dust scatters it (Lommel-Seeliger), the rest by Lambert's law.
float scattered(float mu0, float mu, float lunar) {
	return mix(mu0, 2.0 * mu0 / max(mu0 + mu, 1e-4), lunar);
}

// ringShade is what the rings leave of the sunlight at a point (metres,
// body-fixed).
float ringShade(Body b, vec3 point) {
	float away = -point.z / b.sun.z;
	float r = length(point.xy + away * b.sun.xy);
	float pixel = fwidth(r); // before any return: derivatives need all pixels of a quad
	if (b.ring.w < 0.0 || away <= 0.0 || r < b.ring.x || r > b.ring.y) return 1.0;
	// The Sun is no point, and a pixel sees a stretch of the ring's shadow.
	float blur = max(2.0 * b.sun.w * away / abs(b.sun.z), 1.5 * pixel);
	return exp(-thickness(ringAt(b.ring, r, blur).x) / abs(b.sun.z));
}

uniform sampler1DArray belts; // of tint / 1.25, by the sine of the latitude

// banded is the tint of a giant planet at the sine z of a latitude; pixel is how
// far a pixel reaches in it.
vec3 banded(float row, float z, float pixel) {
	float texels = float(textureSize(belts, 0).x);
	return 1.25 * textureLod(belts, vec2(0.5 + 0.5 * z, row), log2(max(0.5 * pixel * texels, 1.0))).rgb;
}

// photosphere is the Sun's limb darkening at 650, 550 and 450 nm: Allen,
// Astrophysical Quantities, as a quadratic law.
vec3 photosphere(float mu) {
	vec3 u = vec3(0.88, 0.93, 0.98), v = vec3(-0.23, -0.23, -0.20);
	return 1.0 - u * (1.0 - mu) - v * (1.0 - mu * mu);
}

void main() {
	Body b = bodies[item];
	BodyView eye = b.views[view];
	float r = length(silhouette);
	// How much of the pixel lies inside the limb.
	float cover = clamp(0.5 + (1.0 - r) / max(length(vec2(dFdx(r), dFdy(r))), 1e-9), 0.0, 1.0);
	float alpha = cover * b.radii.w;

	// From the eye through the quad at p, on by t: |p + t d| = 1, the nearer one.
	float s = eye.plane.w, rho = eye.across.w;
	vec3 other = cross(eye.toEye.xyz, eye.side.xyz);
	vec3 inPlane = rho * (silhouette.x * eye.side.xyz + silhouette.y * other);
	vec3 p = eye.toEye.xyz / s + inPlane;
	vec3 d = inPlane - eye.toEye.xyz * (s * rho * rho);
	float k = rho * rho * max(1.0 - r * r, 0.0);
	float root = sqrt(k * k + dot(d, d) * k);
	float t = k > 0.0 ? -k / (k + root) : 0.0;
	vec3 hit = p + t * d;

#ifdef LOG_DEPTH
	gl_FragDepth = logDepth((1.0 + t) / gl_FragCoord.w);
#else
	gl_FragDepth = gl_FragCoord.z / (nearer(eye) * (1.0 + t));
#endif

	vec3 normal = normalize(hit / b.radii.xyz);
	float mu = clamp(-dot(normalize(d * b.radii.xyz), normal), 0.0, 1.0);
	float pixel = fwidth(normal.z);
	vec3 light = b.colour.rgb;
	if (b.colour.w > 0.5) {
		light *= photosphere(mu);
	} else {
		float mu0 = sunlit(dot(normal, b.sun.xyz), b.sun.w);
		float seen = ringShade(b, hit * b.radii.xyz); // of the Sun
		float direct = scattered(mu0, mu, b.axisX.w);
#ifdef AIR
		light *= daylight(int(b.air.x), 0.0, dot(normal, b.sun.xyz), direct, seen);
#else
		light *= direct * seen;
#endif
		if (b.axisY.w >= 0.0) light *= banded(b.axisY.w, normal.z, pixel);
#ifdef AIR
		Seen air = airOverGround(int(b.air.x), sightOf(eye, vec3(silhouette, 1.0)));
		light = light * air.through + air.light * (seen * b.air.z);
#endif
	}
	if (alpha <= 0.0) discard; // last: derivatives need all pixels of a quad
	radiance = vec4(light * alpha, alpha);
}
