// Makes a smaller level of a surface's cube maps: each texel the mean of the four
// that it covers in the one below, the only level that is bound.

#include "cube.glsl"

uniform ivec2 level; // face; texels of a side
uniform samplerCube groundColour;
uniform samplerCube groundRelief;
uniform samplerCube groundCover;

layout(location = 0) out vec4 colour;
layout(location = 1) out vec4 relief;
layout(location = 2) out vec4 cover;

void main() {
	vec3 middle = cubeDirection(level.x, ivec2(gl_FragCoord.xy), level.y);
	colour = textureLod(groundColour, middle, 0.0);
	relief = textureLod(groundRelief, middle, 0.0);
	cover = textureLod(groundCover, middle, 0.0);
}
