// Makes a tile of a world's surface: SURFACE is one of the files of surfaces/.
// What comes out goes through surfacemaps.frag into cube maps.

#include "surfaces/noise.glsl"
#include "cube.glsl"

uniform uint seed;
uniform float footprint; // of a texel, radii
uniform vec3 tint;       // of the body, linear: its ColourLinear
uniform int zero;        // is 0, which no compiler knows
uniform ivec4 tile;      // first texel, less a border of one; face; texels of a side

uniform sampler2D chart; // a picture of the whole body that takes the place of its colour
uniform float charted;   // 1 where there is one

// times is n, as the bound of a loop over a table that no compiler is to write out:
// that made the Moon's program ten times as large.
int times(int n) { return n + zero; }

#include "surfaces/SURFACE.glsl"

layout(location = 0) out vec4 colour;
layout(location = 1) out float height;
layout(location = 2) out vec4 cover;

// charting is the chart's colour at p: equirectangular, north up, the prime
// meridian in its middle.
vec3 charting(vec3 p) {
	vec2 at = vec2(0.5 + atan(p.y, p.x) * (0.5 / 3.14159265), 0.5 - asin(clamp(p.z, -1.0, 1.0)) * (1.0 / 3.14159265));
	// Towards the poles a texel is narrower; there the level is that of its height.
	float lod = log2(max(footprint * float(textureSize(chart, 0).y) / 3.14159265, 1.0));
	return textureLod(chart, at, lod).rgb;
}

void main() {
	vec3 p = cubeDirection(tile.z, tile.xy + ivec2(gl_FragCoord.xy), tile.w);
	Ground g = ground(p);
	if (charted > 0.5) {
		g.colour = charting(p);
		g.frost = 0.0; // the picture has its own
	}
	colour = vec4(clamp(g.colour, 0.0, 1.0), 1.0);
	height = g.height;
	cover = clamp(vec4(g.water, g.cloud, g.lights, g.frost), 0.0, 1.0);
}
