// A letter of a label, light, or its dark halo, on the finished picture.

#include "encode.glsl"

uniform sampler2D glyphs;  // distances from the outlines: render/text
uniform ivec4 writing;     // z: 1 if the target encodes sRGB itself

in vec2 at;
flat in float perTexel;
flat in int isHalo;
flat in int isBright;  // the target's name and the notice

out vec4 colour;

const vec3 ink = vec3(0.68, 0.73, 0.78);  // sRGB
const vec3 brightInk = vec3(1.00, 0.96, 0.86);
const float spread = 5.0;                 // texels from an outline to 0 or 1
const float haloWidth = 1.1;              // pixels
const float haloOpacity = 0.55;

void main() {
	float inside = (texture(glyphs, at).r * 2.0 - 1.0) * spread * perTexel;  // pixels
	float covered = clamp(inside + 0.5, 0.0, 1.0);
	vec3 c = (isBright == 1 ? brightInk : ink) * covered;
	if (isHalo == 1) {
		covered = haloOpacity * clamp(inside / (haloWidth + 0.5) + 1.0, 0.0, 1.0);
		c = vec3(0.0);
	}
	// Targets that encode sRGB blend in linear light. To look alike, what is added
	// and what shines through are carried over there.
	if (writing.z == 1) {
		c = decoded(c);
		covered = 1.0 - decoded(vec3(1.0 - covered)).r;
	}
	colour = vec4(c, covered);
}
