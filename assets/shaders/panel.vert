// A part of a panel: its card, its code, or a letter on it.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in vec4 part;    // lower left and upper right corner on the sheet
layout(location = 1) in vec4 source;  // the same on the card from its middle, in the code or in the atlas

uniform mat4 onto;  // sheet to clip space

out vec2 at;
flat out int item;
flat out vec2 reach;  // of a card

void main() {
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
	at = mix(source.xy, source.zw, corner);
	item = gl_InstanceID;
	reach = source.zw;
#ifdef STEREO_WIDE
	gl_ClipDistance[0] = gl_ClipDistance[1] = 1.0;
#endif
	gl_Position = onto * vec4(mix(part.xy, part.zw, corner), 0.0, 1.0);
}
