// A sphere of the benchmark, for one eye of two that lie side by side in one
// target: even instances are the left eye's, odd ones the right eye's.

layout(location = 0) in vec3 position; // also the normal
layout(location = 1) in vec4 sphere;   // centre and radius
layout(location = 2) in vec3 colour;

layout(std140) uniform Frame {
	mat4 eyes[2];
};

out vec3 normal;
flat out vec3 albedo;

void main() {
	int eye = gl_InstanceID & 1;
	vec4 at = eyes[eye] * vec4(sphere.xyz + sphere.w * position, 1.0);
	float side = 1.0 - 2.0 * float(eye); // 1 left, -1 right
	gl_ClipDistance[0] = at.w - side * at.x; // what would spill into the other eye
	at.x = 0.5 * (at.x - side * at.w);
	gl_Position = at;
	normal = position;
	albedo = colour;
}
