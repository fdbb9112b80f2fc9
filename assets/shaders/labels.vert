// A letter of a label or its halo: a quad in the pixels of a view, y up, with its
// place in the atlas.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in vec4 pixels;  // lower left and upper right corner
layout(location = 1) in vec4 letter;  // the same in the atlas, 0 to 1

uniform sampler2D glyphs;
uniform ivec4 writing;  // x: how many halos, which come first; y: bright letters, which come next

out vec2 at;
flat out float perTexel;  // pixels
flat out int isHalo;
flat out int isBright;

void main() {
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
	at = mix(letter.xy, letter.zw, corner);
	perTexel = (pixels.z - pixels.x) / ((letter.z - letter.x) * float(textureSize(glyphs, 0).x));
	isHalo = int(gl_InstanceID < writing.x);
	isBright = int(gl_InstanceID < writing.x + writing.y);
#ifdef STEREO_WIDE
	gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
	gl_Position = vec4(mix(pixels.xy, pixels.zw, corner) / views[0].size.xy * 2.0 - 1.0, 0.0, 1.0);
}
