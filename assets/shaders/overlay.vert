// A part of an overlay: a box or a letter, in the pixels of a view or a sheet, y up.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in vec4 pixels;  // lower left and upper right corner
layout(location = 1) in vec4 source;  // of a box the same from its middle, of a letter in the atlas
layout(location = 2) in vec4 ink;     // sRGB, and how much it covers
layout(location = 3) in vec4 traits;  // kind; radius of a box; weight of a letter, 128 is the font's; edge of a box

uniform mat4 onto;  // pixels to clip space

out vec2 at;
flat out vec4 colourOf;
flat out vec4 is;
flat out vec2 reach;  // of a box

void main() {
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
	at = mix(source.xy, source.zw, corner);
	colourOf = ink;
	is = traits;
	reach = source.zw;
#ifdef STEREO_WIDE
	gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
	gl_Position = onto * vec4(mix(pixels.xy, pixels.zw, corner), 0.0, 1.0);
}
