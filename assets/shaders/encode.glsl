// From what the screen shall show to what is written: sRGB (IEC 61966-2-1) and
// an ordered dither of half a step each way, the same for all eyes and all
// frames. LINEAR_TARGET is defined where the target encodes sRGB itself.

uniform ivec4 part;   // first column of the view in the source; layer; first column and row in the target

vec3 decoded(vec3 c) {
	return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c));
}

// dither is between -0.5 and 0.5: Bayer's matrix of 8 by 8 pixels.
float dither(ivec2 at) {
	int v = 0;
	for (int bit = 0; bit < 3; bit++) {
		int x = (at.x >> bit) & 1, y = (at.y >> bit) & 1;
		v = (v << 2) | ((x ^ y) << 1) | y;
	}
	return (float(v) + 0.5) / 64.0 - 0.5;
}

// ready makes sRGB values, 0 to 1, what the target wants.
vec4 ready(vec3 srgb) {
#ifdef LINEAR_TARGET
	return vec4(decoded(srgb), 1.0);
#else
	return vec4(srgb, 1.0);
#endif
}
