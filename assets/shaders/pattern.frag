// A test picture in exact sRGB values: colour bars, a grey ramp in steps and one
// that is smooth, a grid in degrees about the axis of the view, its centre, and
// the letter of the eye.

#include "common.glsl"
#include "encode.glsl"

out vec4 colour;

// bars are the colours of a bar pattern at three quarters, white to black.
vec3 bars(float x) {
	int i = 7 - int(clamp(x, 0.0, 0.9999) * 8.0);
	return 0.75 * vec3((i >> 1) & 1, (i >> 2) & 1, i & 1);
}

// line covers a line of the given width (pixels) at distance away (pixels).
float line(float away, float width) { return clamp(0.5 * width + 0.5 - abs(away), 0.0, 1.0); }

// degrees10 is the distance in pixels to the nearest line of a tangent grid of
// ten degrees.
float toGrid(float tangent, float perUnit) {
	float step_ = radians(10.0);
	float nearest = tan(clamp(round(atan(tangent) / step_) * step_, -1.5, 1.5));
	return (tangent - nearest) * perUnit;
}

// letter is L or R in a cell of 5 by 7, y upward.
bool letter(ivec2 cell, bool right) {
	if (any(lessThan(cell, ivec2(0))) || cell.x > 4 || cell.y > 6) return false;
	if (!right) return cell.x == 0 || cell.y == 0;
	if (cell.x == 0) return true;
	if (cell.y >= 3) return (cell.y == 3 || cell.y == 6) ? cell.x < 4 : cell.x == 4;
	return cell.x == 4 - cell.y || cell.x == 3 - cell.y && cell.x > 1;
}

void main() {
	ivec2 pixel = ivec2(gl_FragCoord.xy) - part.zw;
	View view = views[pass.x];
	vec2 at = (vec2(pixel) + 0.5) / view.size.xy;
	vec2 tangent = mix(view.tangents.xz, view.tangents.yw, at);
	vec2 perUnit = view.size.xy / (view.tangents.yw - view.tangents.xz);

	vec3 c = vec3(0.18);
	if (at.y > 0.72) c = bars(at.x);
	else if (at.y < 0.12) c = vec3(at.x);
	else if (at.y < 0.24) c = vec3(floor(at.x * 16.0) / 15.0);

	float grid = max(line(toGrid(tangent.x, perUnit.x), 1.0), line(toGrid(tangent.y, perUnit.y), 1.0));
	c = mix(c, vec3(0.45), 0.6 * grid);
	vec2 off = tangent * perUnit;
	float reach = 0.08 * view.size.y;
	float ring = line(length(off) - reach, 2.0);
	float cross_ = all(lessThan(abs(off), vec2(1.6 * reach))) ? max(line(off.x, 2.0), line(off.y, 2.0)) : 0.0;
	c = mix(c, vec3(1.0), max(ring, cross_));

	if (pass.z > 1) {
		float cell = view.size.y / 60.0;
		vec2 corner = view.size.xy * vec2(0.06, 0.5);
		if (letter(ivec2(floor((vec2(pixel) - corner) / cell)), pass.x == 1)) c = vec3(1.0);
	}
	colour = ready(c);
}
