// The point at which a ray meets a body, and its light. What a body does not have is left
// out by defines (render/bodyprograms.go): software renderers take the time for what they
// skip, too.

#include "common.glsl"
#include "body.glsl"
#include "shadows.glsl"
#ifdef SUN
#include "sun.glsl"
#else
#include "ground.glsl"
#include "airseen.glsl"
#if defined(SHADOWS) && defined(AIR)
#include "airshade.glsl"
#endif
#endif

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
// mu: a share as dust scatters it (Lommel-Seeliger), the rest by Lambert's law. So it is
// metered in render/subject.go.
float scattered(float mu0, float mu, float lunar) {
	return mix(mu0, 2.0 * mu0 / max(mu0 + mu, 1e-4), lunar);
}

// ringShade is what the rings leave of the sunlight at a point (metres,
// body-fixed).
float ringShade(Body b, vec3 point) {
#ifdef RINGED
	float away = -point.z / b.sun.z;
	float r = length(point.xy + away * b.sun.xy);
	float pixel = fwidth(r); // before any return: derivatives need all pixels of a quad
	if (b.ring.w < 0.0 || away <= 0.0 || r < b.ring.x || r > b.ring.y) return 1.0;
	// The Sun is no point, and a pixel sees a stretch of the ring's shadow.
	float blur = max(2.0 * b.sun.w * away / abs(b.sun.z), 1.5 * pixel);
	return exp(-thickness(ringAt(b.ring, r, blur).x) / abs(b.sun.z));
#else
	return 1.0;
#endif
}

uniform sampler1DArray belts; // of tint / 1.25, by the sine of the latitude

// banded is the tint of a giant planet at the sine z of a latitude; pixel is how
// far a pixel reaches in it.
vec3 banded(float row, float z, float pixel) {
	float texels = float(textureSize(belts, 0).x);
	return 1.25 * textureLod(belts, vec2(0.5 + 0.5 * z, row), log2(max(0.5 * pixel * texels, 1.0))).rgb;
}

#ifndef SUN

// Daylight is the light at a point, in units of that of the Sun in space: what comes
// straight from it, which is then still to be taken by the angle, and what a level
// white ground shows by the sky.
struct Daylight {
	vec3 sun;
	vec3 sky;
};

// daylightAt is the light at altitude h (radii), where high is the sine of the Sun's
// height and seen the share of its light that nothing stands in the way of.
Daylight daylightAt(Body b, float h, float high, vec3 seen) {
#ifdef AIR
	int i = int(b.air.x);
	return Daylight(seen * sunThrough(i, h, max(high, 0.0)), seen * skyOnGround(i, high));
#else
	return Daylight(seen, vec3(0.0));
#endif
}

// hazeFilter is how much of the light of clear air over ground is left out of the
// picture, as filter and film of the cameras did that have shown people their planet:
// what air is not clear keeps its light, and so does the limb.
const float hazeFilter = 0.6;

#ifdef SKY
#include "earth.glsl"
#endif

// steepest is the steepest slope that is lit from beyond the terminator.
const float steepest = 0.35;

// litGround is the light of ground and of what covers it. p, a unit vector, moves by
// dx and dy to the next pixels.
vec3 litGround(Body b, Soil soil, vec3 seen, vec3 p, vec3 normal, vec3 toEye, float mu, vec3 dx, vec3 dy) {
	float high = dot(normal, b.sun.xyz);
	vec3 bent = normalize(normal - soil.slope);
	float mu0 = sunlit(dot(bent, b.sun.xyz), max(b.sun.w, 1.7 * soil.rough));
	float relief = clamp(soil.hills, 1e-3, steepest); // a slope that faces the Sun from beyond the terminator lies in the shadow of hills
	mu0 *= smoothstep(-relief, relief, high);
	float direct = scattered(mu0, mu, b.axisX.w);
#ifdef SKY
	if (soil.cover != vec3(0.0)) return b.ground.y * underSky(b, soil, direct, seen, p, normal, toEye, dx, dy);
#endif
	Daylight day = daylightAt(b, 0.0, high, seen);
	return b.ground.y * soil.colour * (direct * day.sun + day.sky);
}
#endif

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
	vec3 point = hit * b.radii.xyz;
	float reach = pixelReach(point);
	vec3 toRight = dFdx(hit), toTop = dFdy(hit);
	vec3 light = b.colour.rgb;
#ifdef SUN
	light *= face(normal, mu, reach / b.radii.x);
#else
	float high = dot(normal, b.sun.xyz);
	vec3 seen = vec3(ringShade(b, point)); // of the Sun
	vec3 airSeen = seen;
#ifdef SHADOWS
#ifdef AIR
	airSeen *= airLit(item, view, eye.toEye.xyz * s, d, length(hit - eye.toEye.xyz * s));
#endif
	// Where there is day: what stands before the Sun takes no light of the night.
	if (high > -steepest) seen *= shadowed(item, point, b.sun, reach);
#endif
#ifdef BELTED
	light *= banded(b.axisY.w, normal.z, pixel);
#endif
	Daylight day = daylightAt(b, 0.0, high, seen);
	light *= scattered(sunlit(high, b.sun.w), mu, b.axisX.w) * day.sun + day.sky;
#ifdef MAPS
	if (b.ground.x > 0.0) {
		Soil soil = soilAt(b, hit, normal, toRight, toTop);
		light = mix(light, litGround(b, soil, seen, hit, normal, normalize(-d * b.radii.xyz), mu, toRight, toTop), b.ground.x);
	}
#endif
#ifdef AIR
	Seen air = airOverGround(int(b.air.x), sightOf(eye, vec3(silhouette, 1.0)));
	light = light * air.through + air.light * (airSeen * b.air.z * (1.0 - hazeFilter * mu * air.through));
#endif
#endif
	if (alpha <= 0.0) discard; // last: derivatives need all pixels of a quad
	radiance = finite(vec4(light * alpha, alpha));
}
