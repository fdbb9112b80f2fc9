// A box of an overlay, with round corners and a hairline along its edge, a letter
// or a letter's halo, on the finished picture.

#include "encode.glsl"

uniform sampler2D glyphs;  // distances from the outlines: render/text
uniform ivec4 writing;     // x: 1 if the target encodes sRGB itself

in vec2 at;
flat in vec4 colourOf;
flat in vec4 is;  // kind; radius; weight; edge
flat in vec2 reach;

out vec4 colour;

const float spread = 5.0;      // texels from an outline to 0 or 1
const float emTexels = 40.0;   // of the atlas
const float haloWidth = 3.4;   // pixels
const float haloOpacity = 0.92;

// boxDistance is how far from the edge of the box this is in the overlay's pixels,
// outside positive. The quad reaches one further than the box.
float boxDistance() {
	float r = is.y;
	vec2 beyond = abs(at) - (reach - 1.0 - r);
	return length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - r;
}

void main() {
	vec3 c = colourOf.rgb;
	float covered;
	// Read by every pixel: a texture may not be read where only some are.
	float field = textureLod(glyphs, at, 0.0).r;
	vec2 perPixel = max(fwidth(at), 1e-6);  // of the picture: those of a sheet before eyes have other sizes
	if (is.x < 0.5) {
		float away = 2.0 * boxDistance() / (perPixel.x + perPixel.y);
		covered = clamp(0.5 - away, 0.0, 1.0) * colourOf.a;
		float line = clamp(1.0 - abs(away + 0.5), 0.0, 1.0) * is.w / 255.0;
		c = mix(c * covered, vec3(1.0), line);
		covered = covered + (1.0 - covered) * line;
	} else {
		vec2 texels = perPixel * vec2(textureSize(glyphs, 0));
		float perTexel = 2.0 / (texels.x + texels.y);
		float weight = (is.z - 128.0) / 1000.0 * emTexels;
		float inside = ((field * 2.0 - 1.0) * spread + weight) * perTexel;  // pixels
		if (is.x < 1.5) {
			float wide = min(haloWidth + 0.5, spread * perTexel);  // the atlas knows no further
			covered = haloOpacity * colourOf.a * smoothstep(0.0, 0.75, clamp(inside / wide + 1.0, 0.0, 1.0));
			c = vec3(0.0);
		} else {
			covered = clamp(inside + 0.5, 0.0, 1.0) * colourOf.a;
			c *= covered;
		}
	}
	if (covered == 0.0) discard;  // where nothing is there is no depth of it
	// As letters of labels, alike on targets that blend in linear light.
	if (writing.x == 1) {
		c = decoded(c);
		covered = 1.0 - decoded(vec3(1.0 - covered)).r;
	}
	colour = vec4(c, covered);
}
