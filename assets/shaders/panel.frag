// A panel on the finished picture, in sRGB values: a white card with round
// corners, a code of dark modules, letters.

#include "encode.glsl"

uniform sampler2D glyphs;  // distances from the outlines: render/text
uniform sampler2D code;    // a texel a module
uniform ivec4 inks;        // first letter; first soft one; 1 if the target encodes sRGB itself; a module on the sheet

in vec2 at;
flat in int item;
flat in vec2 reach;

out vec4 colour;

const vec3 paper = vec3(1.0);
const vec3 ink = vec3(0.06, 0.08, 0.11);
const vec3 softInk = vec3(0.25, 0.29, 0.34);
const float spread = 5.0;  // texels from an outline to 0 or 1
const float bolder = 0.7;  // texels that large letters gain on each side
const float radius = 1.3;  // modules, of the corners, which leaves the quiet zone whole

// card is how much of the pixel the card covers.
float card(vec2 perPixel) {
	float module = float(inks.w), r = radius * module;
	vec2 beyond = abs(at) - (reach - module - r);
	float away = length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - r;
	return clamp(0.5 - 2.0 * away / (perPixel.x + perPixel.y), 0.0, 1.0);
}

// modules is the light of the code: even within a module, smooth over a pixel at
// its edges.
float modules(vec2 perPixel) {
	vec2 seam = round(at);
	vec2 sharp = seam + clamp((at - seam) / perPixel, -0.5, 0.5);
	return texture(code, sharp / vec2(textureSize(code, 0))).r;
}

// letter is how much of the pixel a letter covers.
float letter(vec2 perPixel) {
	vec2 texels = perPixel * vec2(textureSize(glyphs, 0));
	float inside = (texture(glyphs, at).r * 2.0 - 1.0) * spread + (item < inks.y ? bolder : 0.0);
	return clamp(2.0 * inside / (texels.x + texels.y) + 0.5, 0.0, 1.0);
}

void main() {
	vec2 perPixel = max(fwidth(at), 1e-6);
	float covered = 1.0;
	vec3 c;
	if (item == 0) {
		covered = card(perPixel);
		c = paper;
	} else if (item < inks.x) {
		c = mix(ink, paper, modules(perPixel));
	} else {
		covered = letter(perPixel);
		c = item < inks.y ? ink : softInk;
	}
	if (covered == 0.0) discard;  // beyond the card there is no depth of it
	c *= covered;
	// As letters of labels, alike on targets that blend in linear light.
	if (inks.z == 1) {
		c = decoded(c);
		covered = 1.0 - decoded(vec3(1.0 - covered)).r;
	}
	colour = vec4(c, covered);
}
