// A line with soft edges.

#include "common.glsl"

in vec4 ink;
noperspective in float across;
flat in float halfWidth;

out vec4 radiance;

void main() {
	float alpha = ink.w * clamp(halfWidth + 0.5 - abs(across), 0.0, 1.0);
	radiance = vec4(ink.rgb * alpha, alpha);
#ifdef LOG_DEPTH
	gl_FragDepth = gl_FragCoord.z;
#endif
}
