// One triangle that covers the viewport.
#ifdef STEREO_WIDE
out float gl_ClipDistance[2]; // which that path has turned on
#endif

void main() {
#ifdef STEREO_WIDE
	gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
	gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
