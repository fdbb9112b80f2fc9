// cubeDirection is the unit vector of a texel of a cube map of that many texels a
// side, also of one beyond the edge of its face. Source: OpenGL 4.1, table 3.17.
vec3 cubeDirection(int face, ivec2 texel, int side) {
	vec2 at = (2.0 * vec2(texel) + 1.0) / float(side) - 1.0;
	vec3 d = face == 0 ? vec3(1.0, -at.y, -at.x)
		: face == 1 ? vec3(-1.0, -at.y, at.x)
		: face == 2 ? vec3(at.x, 1.0, at.y)
		: face == 3 ? vec3(at.x, -1.0, -at.y)
		: face == 4 ? vec3(at.x, -at.y, 1.0) : vec3(-at.x, -at.y, -1.0);
	return normalize(d);
}
