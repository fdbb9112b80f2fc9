// A star of the benchmark.

flat in float grey;
out vec4 light;

void main() {
	light = vec4(vec3(grey), 1.0);
}
