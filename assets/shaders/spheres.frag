// One directional light and a little of everywhere, in linear light.

in vec3 normal;
flat in vec3 albedo;
out vec4 light;

const vec3 toLight = normalize(vec3(0.5, 1.0, 0.3));

void main() {
	light = vec4(albedo * (0.1 + 0.9 * max(0.0, dot(normalize(normal), toLight))), 1.0);
}
