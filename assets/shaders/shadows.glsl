// Shadows of bodies on bodies and rings; it mirrors render/shadows.go. The includer
// has body.glsl.

// Caster is a body between the Sun and another: its ellipsoid as a unit sphere.
struct Caster {
	vec4 x, y, z; // rows, from body-fixed metres of the receiver; w: where the caster is
	vec4 kind;    // 1, or 0 where there is none; 1 for the Earth's air; 1 over the Sun's distance
};

const int maxCasters = 4;

layout(std140) uniform Shadows {
	Caster casters[48 * maxCasters];
};

// penumbra is the light that a disc leaves of the Sun's, by how far its edge is from the
// Sun's centre and by its radius; the last row is the light that the Earth's air bends
// into its shadow, by the distance from the axis: render/penumbra.go.
uniform sampler2D penumbra;
const vec2 penumbraSize = vec2(128.0, 66.0);
const float refractedReach = 1.36; // radii of the Earth with its air

// The Sun's limb darkening at 650, 550 and 450 nm: Allen 1973, Astrophysical
// Quantities, section 81, as a quadratic law; render/penumbra.go has the same.
const vec3 limbU = vec3(0.88, 0.93, 0.98), limbV = vec3(-0.23, -0.23, -0.20);

// photosphere is how bright the Sun is where it is seen under the cosine mu.
vec3 photosphere(float mu) { return 1.0 - limbU * (1.0 - mu) - limbV * (1.0 - mu * mu); }

// sunLeft is the share of the Sun's light that a disc leaves whose edge is gap from the
// Sun's centre; inverse is 1 over its radius, both in radii of the Sun.
vec3 sunLeft(float gap, float inverse) {
	vec2 at = vec2(63.5 * clamp(gap, -1.0, 1.0) + 64.0, 64.0 / (1.0 + inverse) + 0.5);
	return textureLod(penumbra, at / penumbraSize, 0.0).rgb;
}

// bentIn is the light that the Earth's air bends into its shadow, so many radii from
// the axis.
vec3 bentIn(float radii) {
	vec2 at = vec2(127.0 * min(radii / refractedReach, 1.0) + 0.5, 65.5);
	return textureLod(penumbra, at / penumbraSize, 0.0).rgb;
}

// passing is what a caster leaves of the sunlight at a point (metres, body-fixed).
// pixel is how far a pixel reaches there: a shadow that is smaller is blurred to it.
vec3 passing(Caster c, vec3 point, vec4 sun, float pixel) {
	vec3 toSun = sun.xyz - point * c.kind.z;
	vec3 axis = vec3(dot(c.x.xyz, toSun), dot(c.y.xyz, toSun), dot(c.z.xyz, toSun));
	vec3 q = vec3(c.x.w, c.y.w, c.z.w) - vec3(dot(c.x.xyz, point), dot(c.y.xyz, point), dot(c.z.xyz, point));
	float stretch = length(axis);
	vec3 ahead = axis / stretch;
	float along = dot(q, ahead);
	vec3 aside = q - ahead * along;
	float miss = length(aside);
	// The Sun's disc is an ellipse on these axes.
	vec3 way = aside / max(miss, 1e-6);
	vec3 back = c.x.xyz * way.x + c.y.xyz * way.y + c.z.xyz * way.z;
	float sunRad = miss > 1e-6 ? sun.w * length(back) / stretch : sun.w;
	float blurred = length(vec2(sunRad, 0.6 * pixel * stretch / max(along, 1e-6)));
	float far = sqrt(max(dot(q, q) - 1.0, 1e-6));
	float gap = (miss * far - along) / (along * far + miss); // its tangent
	vec3 left = sunLeft(gap / blurred, far * blurred) + c.kind.y * bentIn(miss);
	return along > 0.0 ? left : vec3(1.0);
}

// shadowed is what the casters of an item leave of the sunlight at a point (metres,
// body-fixed).
vec3 shadowed(int item, vec3 point, vec4 sun, float pixel) {
	vec3 light = vec3(1.0);
	for (int i = 0; i < maxCasters; i++) {
		Caster c = casters[maxCasters * item + i];
		if (c.kind.x == 0.0) break;
		light *= passing(c, point, sun, pixel);
	}
	return light;
}

// pixelReach is how far a pixel reaches at a point, the mean of both ways.
float pixelReach(vec3 point) { return sqrt(length(dFdx(point)) * length(dFdy(point))); }
