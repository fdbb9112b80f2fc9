// Turns a tile that surface.frag made into texels of the cube maps that
// ground.glsl reads. Slopes are vectors on body-fixed axes, so that their means,
// the smaller levels, are right and no edge of the cube shows.

#include "cube.glsl"

uniform ivec4 tile;       // first texel; face; texels of a side
uniform ivec2 corner;     // of the tile in the target, pixels
uniform sampler2D tileColour;
uniform sampler2D tileHeight;
uniform sampler2D tileCover;

layout(location = 0) out vec4 colour; // a: 4 times the square of the slope, whose mean tells how rough it is
layout(location = 1) out vec4 relief; // slope, 0.5 + 0.78 times
layout(location = 2) out vec4 cover;

float heightAt(ivec2 at) { return texelFetch(tileHeight, at, 0).r; }

void main() {
	ivec2 own = ivec2(gl_FragCoord.xy) - corner, at = own + 1; // past the border
	ivec2 texel = tile.xy + own;
	vec3 p = cubeDirection(tile.z, texel, tile.w);
	vec3 a = cubeDirection(tile.z, texel + ivec2(1, 0), tile.w) - cubeDirection(tile.z, texel - ivec2(1, 0), tile.w);
	vec3 b = cubeDirection(tile.z, texel + ivec2(0, 1), tile.w) - cubeDirection(tile.z, texel - ivec2(0, 1), tile.w);
	float da = heightAt(at + ivec2(1, 0)) - heightAt(at - ivec2(1, 0));
	float db = heightAt(at + ivec2(0, 1)) - heightAt(at - ivec2(0, 1));
	vec3 slope = (cross(b, p) * da + cross(p, a) * db) / dot(p, cross(a, b));
	slope *= min(1.0, 0.64 / max(length(slope), 1e-6));
	colour = vec4(texelFetch(tileColour, at, 0).rgb, min(4.0 * dot(slope, slope), 1.0));
	relief = vec4(0.5 + 0.78 * slope, 1.0);
	cover = texelFetch(tileCover, at, 0);
}
