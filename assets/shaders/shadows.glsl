// Shadows of bodies on bodies and rings; it mirrors render/shadows.go. The includer
// has body.glsl.

// Caster is a body between the Sun and another: its ellipsoid as a unit sphere.
struct Caster {
	vec4 x, y, z; // rows, from body-fixed metres of the receiver; w: where the caster is
	vec4 kind;    // 1, or 0 where there is none; 1 for the Earth's air; 1 over the Sun's distance
};

const int maxCasters = 4;
const int refractedSteps = 32;
const float refractedReach = 1.36;

layout(std140) uniform Shadows {
	Caster casters[48 * maxCasters];
	vec4 refracted[refractedSteps]; // binary logarithms of the light in the Earth's shadow
};

// The Sun's limb darkening at 650, 550 and 450 nm: Allen 1973, Astrophysical
// Quantities, section 81, as a quadratic law.
const vec3 limbU = vec3(0.88, 0.93, 0.98), limbV = vec3(-0.23, -0.23, -0.20);

// photosphere is how bright the Sun is where it is seen under the cosine mu.
vec3 photosphere(float mu) { return 1.0 - limbU * (1.0 - mu) - limbV * (1.0 - mu * mu); }

// hidden is the share of an even disc of radius r that a disc of radius by hides
// whose edge is gap from its centre.
float hidden(float gap, float by, float r) {
	if (gap >= r) return 0.0;
	if (gap + 2.0 * by <= r) return by * by / (r * r);
	if (gap <= -r) return 1.0;
	float apart = gap + by;
	float x = (gap * (apart + by) + r * r) / (2.0 * apart);
	float h = sqrt(max(r * r - x * x, 0.0));
	float own = r * r * atan(h, x) - x * h;
	float other = 2.0 * h * h * h / (3.0 * by);
	if (by < 30.0 * r) other = by * by * atan(h, apart - x) - (apart - x) * h;
	return (own + other) / (3.14159265 * r * r);
}

// sunLeft is the share of the Sun's light that such a disc leaves, in radii of the
// Sun: a pile of even discs, summed by Gauss's quadrature.
vec3 sunLeft(float gap, float by) {
	if (gap >= 1.0) return vec3(1.0);
	if (gap <= -1.0 && gap + 2.0 * by > 1.0) return vec3(0.0);
	const vec3 mu = vec3(0.1127016654, 0.5, 0.8872983346);
	const vec3 weight = vec3(0.2777777778, 0.4444444444, 0.2777777778);
	vec3 lost = (1.0 - limbU - limbV) * hidden(gap, by, 1.0);
	for (int i = 0; i < 3; i++) {
		float r2 = 1.0 - mu[i] * mu[i];
		lost += weight[i] * r2 * (limbU + 2.0 * limbV * mu[i]) * hidden(gap, by, sqrt(r2));
	}
	return max(1.0 - lost / (1.0 - limbU / 3.0 - limbV / 2.0), 0.0);
}

// bentIn is the light that the Earth's air bends into its shadow, so many radii from
// the axis.
vec3 bentIn(float radii) {
	float x = radii / refractedReach * float(refractedSteps - 1);
	if (x >= float(refractedSteps - 1)) return vec3(0.0);
	int i = int(x);
	return exp2(mix(refracted[i].rgb, refracted[i + 1].rgb, x - float(i)));
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
	if (along <= 0.0) return vec3(1.0);
	// The Sun's disc is an ellipse on these axes.
	vec3 way = aside / max(miss, 1e-6);
	vec3 back = c.x.xyz * way.x + c.y.xyz * way.y + c.z.xyz * way.z;
	float sunRad = miss > 1e-6 ? sun.w * length(back) / stretch : sun.w;
	float blurred = length(vec2(sunRad, 0.6 * pixel * stretch / along));
	float far = sqrt(max(dot(q, q) - 1.0, 1e-6));
	float gap = atan(miss * far - along, along * far + miss);
	vec3 left = sunLeft(gap / blurred, 1.0 / (far * blurred));
	if (c.kind.y > 0.0) left += bentIn(miss);
	return left;
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

// reach is how far a pixel reaches at a point, the mean of both ways.
float pixelReach(vec3 point) { return sqrt(length(dFdx(point)) * length(dFdy(point))); }
