// The air of a body as it is seen, from the table of its sky that is drawn each
// frame (airsky.frag). It goes after body.glsl.

#include "air.glsl"

uniform sampler2DArray airGround; // what a white ground shows by the light of the sky
uniform sampler2DArray airSky;    // three layers for each air

// skyOnGround is what a level white ground under air i shows by the light of the sky,
// where high is the sine of the Sun's height.
vec3 skyOnGround(int i, float high) {
	float n = float(textureSize(airGround, 0).x);
	return textureLod(airGround, vec3(inner(bySquare(high), n), 0.5, i), 0.0).rgb;
}

// Sight is a line of sight against the body: the square of its least distance from
// the centre, less 1; whether it has that before it; its direction against the
// Sun's; and its azimuth round the line to the eye, from the Sun's, in half turns.
struct Sight {
	float over;
	bool ahead;
	float nu;
	float azimuth;
};

// sightOf finds the line of sight through ray, which is a place in the plane of the
// silhouette, as bodies.vert has it, with the share of that plane's distance as its
// third.
Sight sightOf(BodyView eye, vec3 ray) {
	float s2 = (eye.plane.w - 1.0) * (eye.plane.w + 1.0);
	float q = dot(ray.xy, ray.xy);
	float n = max(q + ray.z * ray.z * s2, nearlyZero);
	vec3 sun = vec3(eye.centre.w, eye.side.w, eye.toEye.w);
	float turned = dot(ray.xy, sun.xy);
	float cosine = turned * inversesqrt(max(q * dot(sun.xy, sun.xy), nearlyZero));
	return Sight(s2 * (q - ray.z * ray.z) / n, ray.z > 0.0,
		(turned - ray.z * sqrt(s2) * sun.z) * inversesqrt(n),
		acos(clamp(cosine, -1.0, 1.0)) * (1.0 / 3.14159265));
}

// Seen is the light of the air along a line of sight, and what it lets through.
struct Seen {
	vec3 light;
	vec3 through;
};

// airAt is what air i shows along a line of sight; row is where that is in the
// table, in zones.
Seen airAt(int i, Sight sight, float row) {
	vec2 at = vec2(inner(sight.azimuth, float(textureSize(airSky, 0).x)), row);
	vec3 even = textureLod(airSky, vec3(at, 3 * i), 0.0).rgb;
	vec3 hazy = textureLod(airSky, vec3(at, 3 * i + 1), 0.0).rgb;
	return Seen(even + hazy * forward(airs[i].ahead.rgb, sight.nu), textureLod(airSky, vec3(at, 3 * i + 2), 0.0).rgb);
}

float zoneRow(int zone, float x) {
	float n = zoneSize[zone] * float(textureSize(airSky, 0).y);
	return zoneStart[zone] + zoneSize[zone] * inner(x, n);
}

// airOverGround is the air between the eye and the ground. The table is finest at
// the limb.
Seen airOverGround(int i, Sight sight) {
	float under = max(-sight.over, 0.0);
	float least = sqrt(max(1.0 - under, 0.0));
	return airAt(i, sight, zoneRow(0, 1.0 - pow(under / (1.0 + least), 1.0 / 3.0)));
}

// airInSky is the air along a line of sight that misses the ground, from an eye at
// altitude h.
Seen airInSky(int i, Sight sight, float h) {
	float top = airs[i].absorber.w;
	float lowest = max(sight.over, 0.0) / (1.0 + sqrt(1.0 + max(sight.over, 0.0)));
	float rising = sqrt(max(1.0 - (1.0 + sight.over) / ((1.0 + h) * (1.0 + h)), 0.0));
	float across = zoneRow(1, sqrt(lowest / max(min(h, top), nearlyZero)));
	Seen seen = airAt(i, sight, sight.ahead ? across : zoneRow(2, sqrt(rising)));
	bool over = h > top && (lowest > top || !sight.ahead);
	return Seen(over ? vec3(0.0) : seen.light, over ? vec3(1.0) : seen.through);
}
