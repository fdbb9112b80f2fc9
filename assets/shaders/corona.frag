// The Sun's corona and what glows at its edge, which show when the disc is hidden.

#include "common.glsl"

uniform mat4 corona;

flat in vec3 sunAt;
flat in float hiding;
in vec3 ray;
in vec2 streaming;
in vec2 flame;

out vec4 radiance;

// falling is the light of corona and dust, in millionths of the middle of the Sun's
// disc, rho radii from its centre. x: what follows the field, y: what is even.
// Source: Baumbach 1937, Astron. Nachr. 263:121, as in Allen 1973, section 84.
vec2 falling(float rho) {
	float r2 = 1.0 / (rho * rho), r4 = r2 * r2;
	float r16 = r4 * r4 * r4 * r4;
	return vec2(2.565 * r16 / rho + 1.425 * r4 * r2 / rho, 0.0532 * r2 * inversesqrt(rho));
}

void main() {
	vec3 d = normalize(ray);
	float rho = max(length(d - sunAt * dot(d, sunAt)) / corona[3].x, 1.0);
	vec2 light = falling(rho);
	float k = mix(streaming.x, streaming.y, clamp((rho - 1.0) / 1.6, 0.0, 1.0));
	float edge = 1.0 - smoothstep(0.5, 1.0, rho / corona[3].y);
	// The corona is as white as the Sun; hydrogen glows at 656 and 486 nm, in prominences
	// and in the thin rim of the chromosphere.
	vec3 shine = (light.x * k + light.y * (0.45 + 0.55 * k)) * vec3(1.0, 0.99, 0.98);
	float height = rho - 1.0;
	float glow = flame.y * (1.0 - smoothstep(0.3 * flame.x, max(flame.x, 1e-4), height)) + 1.5 * (1.0 - smoothstep(0.002, 0.005, height));
	shine += vec3(1.0, 0.16, 0.26) * (3.0 * glow);
	radiance = finite(vec4(corona[3].z * shine * (hiding * edge), 0.0));
}
