// The Sun's corona and what glows at its edge, which show when the disc is hidden.

#include "common.glsl"
#include "surfaces/noise.glsl"

uniform mat4 corona;

in vec3 ray;
flat in float hiding;
flat in vec3 sunAt;

out vec4 radiance;

const uint seed = 2027u;

// falling is the light of corona and dust, in millionths of the middle of the Sun's
// disc, rho radii from its centre. x: what follows the field, y: what is even.
// Source: Baumbach 1937, Astron. Nachr. 263:121, as in Allen 1973, section 84.
vec2 falling(float rho) {
	float r2 = 1.0 / (rho * rho), r4 = r2 * r2;
	float r16 = r4 * r4 * r4 * r4;
	return vec2(2.565 * r16 / rho + 1.425 * r4 * r2 / rho, 0.0532 * r2 / sqrt(rho));
}

// streaming is how much the field gathers in a direction from the Sun (unit vector,
// body-fixed), 1 in the mean: helmets that narrow to rays further out, most of them at
// low latitudes, plumes at the poles.
float streaming(vec3 n, float rho) {
	float out_ = clamp((rho - 1.0) / 1.6, 0.0, 1.0);
	float low = 1.0 - smoothstep(0.55, 0.95, abs(n.z));
	vec3 bent = warp(n, 3.0, 0.12, seed);
	float helmet = 0.5 + 0.75 * noise(bent * 1.9, seed + 1u) + 0.25 * (low - 0.5);
	float rays = ridged(bent, 4.5, 4, 0.65, 0.002, seed + 2u);
	float fine = ridged(n, 22.0, 3, 0.7, 0.002, seed + 3u);
	float wide = mix(0.75, 1.25, clamp(helmet, 0.0, 1.0));
	float far = 0.25 + 2.2 * pow(clamp(helmet, 0.0, 1.2), 2.2);
	return mix(wide, far, out_) * (1.0 + (0.3 + 0.7 * out_) * (rays - 0.5)) * (1.0 + 0.22 * (fine - 0.5));
}

// flames is the light of prominences, which stand out from the edge by some
// hundredths of a radius, above the thin rim of the chromosphere.
float flames(vec3 n, float rho) {
	float height = rho - 1.0;
	float where = smoothstep(0.30, 0.62, noise(n * 5.0, seed + 5u));
	float tall = 0.055 * where * (0.5 + 0.5 * noise(n * 17.0, seed + 6u));
	vec3 at = n * (40.0 + 160.0 * height) + vec3(0.0, 0.0, 60.0 * height);
	float wisps = ridged(at, 1.0, 3, 0.6, 0.002, seed + 7u);
	float flame = smoothstep(0.45, 0.75, wisps) * (1.0 - smoothstep(0.4 * tall, max(tall, 1e-4), height));
	return step(1e-3, tall) * flame + 1.5 * (1.0 - smoothstep(0.002, 0.005, height));
}

void main() {
	if (hiding <= 0.0) discard;
	vec3 d = normalize(ray);
	vec3 aside = d - sunAt * dot(d, sunAt);
	float sinAngle = length(aside);
	float rho = max(sinAngle / corona[3].x, 1.0);
	if (rho >= corona[3].y) discard;
	vec3 n = aside / max(sinAngle, 1e-6);
	n = vec3(dot(n, corona[0].xyz), dot(n, corona[1].xyz), dot(n, corona[2].xyz));
	vec2 light = falling(rho);
	float k = streaming(n, rho);
	float edge = 1.0 - smoothstep(0.5, 1.0, rho / corona[3].y);
	// The corona is as white as the Sun; hydrogen glows at 656 and 486 nm.
	vec3 shine = (light.x * k + light.y * (0.45 + 0.55 * k)) * vec3(1.0, 0.99, 0.98);
	shine += vec3(1.0, 0.16, 0.26) * (3.0 * flames(n, rho));
	radiance = finite(vec4(corona[3].z * shine * (hiding * edge), 0.0));
}
