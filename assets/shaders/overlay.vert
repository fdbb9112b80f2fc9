// A part of an overlay: a box or a letter, in the pixels of a view, y up.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in vec4 pixels;  // lower left and upper right corner
layout(location = 1) in vec4 source;  // of a box the same from its middle, of a letter in the atlas
layout(location = 2) in vec4 ink;     // sRGB, and how much it covers
layout(location = 3) in vec4 traits;  // kind; radius of a box; weight of a letter, 128 is the font's; edge of a box

uniform sampler2D glyphs;

out vec2 at;
flat out vec4 colourOf;
flat out vec4 is;
flat out vec2 reach;      // of a box
flat out float perTexel;  // pixels

void main() {
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
	at = mix(source.xy, source.zw, corner);
	colourOf = ink;
	is = traits;
	reach = source.zw;
	perTexel = (pixels.z - pixels.x) / max(abs(source.z - source.x) * float(textureSize(glyphs, 0).x), 1e-6);
#ifdef STEREO_WIDE
	gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
	gl_Position = vec4(mix(pixels.xy, pixels.zw, corner) / views[0].size.xy * 2.0 - 1.0, 0.0, 1.0);
}
