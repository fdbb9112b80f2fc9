// What is special in the Earth's light: the Sun in its seas, shadows of its clouds,
// lamps of its cities. bodies.frag calls it where a ground has water, clouds or lights.

const float cloudAlbedo = 0.75;      // of a thick one: Kokhanovsky 2006, Cloud Optics
const float cloudTop = 0.0012;       // radii of the Earth: 8 km
const vec3 cityLight = vec3(0.84, 0.54, 0.24); // most are of sodium; so many times too bright as stars are

// hidden is how many times as many facets a grazing ray meets as reach the light: the
// cosine c of its zenith distance, the variance of slopes. Walter et al. 2007,
// Microfacet Models for Refraction, EGSR, eq. 24 and its fit.
float hidden(float c, float variance) {
	float a = c * inversesqrt(variance * max(1.0 - c * c, 1e-4));
	return a < 1.6 ? (1.0 - 1.259 * a + 0.396 * a * a) / (3.535 * a + 2.181 * a * a) : 0.0;
}

// glint is the light that waves mirror, in units of that of a white surface facing
// the Sun. Slopes have the variance that Cox & Munk 1954, J. Opt. Soc. Am. 44:838,
// measured for a wind of 6 m/s; pixel is how far the normal turns in a pixel,
// radians, which widens the spot as its mean over that does. Reflectance is
// Schlick's, 0.02 for water.
float glint(vec3 normal, vec3 toSun, vec3 toEye, float pixel) {
	float mu = max(dot(normal, toEye), 0.01), mu0 = dot(normal, toSun);
	if (mu0 <= 0.0) return 0.0;
	vec3 facet = normalize(toEye + toSun);
	float up = max(dot(facet, normal), 0.05), up2 = up * up;
	float variance = 0.003 + 0.00512 * 6.0 + 0.25 * pixel * pixel;
	float share = exp((up2 - 1.0) / (up2 * variance)) / (variance * up2 * up2);
	float reflectance = 0.02 + 0.98 * pow(1.0 - clamp(dot(facet, toEye), 0.0, 1.0), 5.0);
	return reflectance * share / (4.0 * mu * (1.0 + hidden(mu, variance) + hidden(max(mu0, 0.01), variance)));
}

// cloudShadowAt is where the ray from p to the Sun meets the clouds, and how much of
// their shadow is to be seen there: towards the terminator it is drawn out and
// fades.
vec4 cloudShadowAt(vec3 p, vec3 normal, vec3 toSun) {
	float high = max(dot(normal, toSun), 0.12);
	return vec4(p + (toSun - normal * dot(toSun, normal)) * (cloudTop / high), smoothstep(0.0, 0.25, dot(normal, toSun)));
}

// lamps is the light of cities: as the Sun sinks below the horizon, by 6° of arc,
// they are lit and the twilight no longer drowns them. Clouds let a part through.
vec3 lamps(float lights, float cloud, float high) {
	return cityLight * lights * (1.0 - smoothstep(-0.14, -0.02, high)) * (1.0 - 0.85 * cloud);
}

// underSky is the light of ground with all that is special about it: sea, clouds and
// their shadows, cities. direct is what it shows of the Sun's light, before its own
// colour. p is a unit vector that moves by dx and dy to the next pixels.
vec3 underSky(Body b, Soil soil, float direct, vec3 seen, vec3 p, vec3 normal, vec3 toEye, vec3 dx, vec3 dy) {
	float high = dot(normal, b.sun.xyz), cloud = soil.cover.y;
	Daylight below = daylightAt(b, 0.0, high, seen), above = daylightAt(b, cloudTop, high, seen);
	vec4 shade = cloudShadowAt(p, normal, b.sun.xyz);
	float sunny = 1.0 - shade.w * mapped(groundCover, shade.xyz, reachAt(p, dx, dy)).y;
	// Clouds let some light through.
	vec3 lit = soil.colour * (direct * below.sun * mix(0.25, 1.0, sunny) + below.sky);
	lit += below.sun * (soil.cover.x * sunny * glint(normal, b.sun.xyz, toEye, max(length(dx), length(dy))));
	// Thin clouds are grey, thick ones white.
	float white = cloudAlbedo * cloud * (0.72 + 0.28 * cloud);
	float onTops = sunlit(dot(normalize(normal - soil.tops), b.sun.xyz), b.sun.w) * smoothstep(-0.05, 0.1, high);
	lit = lit * (1.0 - cloud) + white * (onTops * above.sun + above.sky);
	return lit + lamps(soil.cover.z, cloud, high);
}
