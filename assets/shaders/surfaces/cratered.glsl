// Any world of old rock or dusty ice, in shades of its own colour.

#include "surfaces/worn.glsl"

Ground ground(vec3 p) {
	Worn w = worn(p, 0.16, 0.55, 0.22, 0.2);
	float scale = 0.4 / max(dot(tint, vec3(0.2126, 0.7152, 0.0722)), 0.05);
	return bare(tint * scale * w.shade, w.height + 0.02 * fbm(p, 1.5, 3, 0.5, footprint, seed + 9u));
}
