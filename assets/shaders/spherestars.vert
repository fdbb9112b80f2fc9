// A star of the benchmark: one pixel for each eye.

layout(location = 0) in vec4 star; // position and grey

layout(std140) uniform Frame {
	mat4 eyes[2];
};

flat out float grey;

void main() {
	int eye = gl_InstanceID & 1;
	vec4 at = eyes[eye] * vec4(star.xyz, 1.0);
	float side = 1.0 - 2.0 * float(eye);
	gl_ClipDistance[0] = at.w - side * at.x;
	at.x = 0.5 * (at.x - side * at.w);
	gl_Position = at;
	gl_PointSize = 1.0;
	grey = star.w;
}
