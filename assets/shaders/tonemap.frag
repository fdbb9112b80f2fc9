// From linear light to the picture: resolve, tone, encode.

#include "encode.glsl"

#ifdef SAMPLES
uniform sampler2DMSArray light;
uniform sampler2DMSArray lightDeep;
#else
uniform sampler2DArray light;
uniform sampler2DArray lightDeep;
#endif

out vec4 colour;

vec3 fetch(ivec3 at, int i) {
#ifdef SAMPLES
	return texelFetch(light, at, i).rgb;
#else
	return texelFetch(light, at, 0).rgb;
#endif
}

float luma(vec3 c) { return dot(c, vec3(0.2126, 0.7152, 0.0722)); }

// resolved averages the samples, each weighted by how little it glares: the edge
// of a bright thing would else stay jagged.
vec3 resolved(ivec3 at) {
#ifdef SAMPLES
	vec4 sum = vec4(0.0);
	for (int i = 0; i < SAMPLES; i++) {
		vec3 c = fetch(at, i);
		sum += vec4(c, 1.0) / (1.0 + luma(c));
	}
	return sum.rgb / sum.w;
#else
	return fetch(at, 0);
#endif
}

// shown is the sRGB value that light has in the picture, tone and encoding in
// one: a rational function of the root of light, within 1.2 of 255 steps of the
// curve x (3.337 x + 1.5) / (x (3.337 x + 1.709) + 1) in sRGB. That has slope 1.5
// in the dark, 0.8 for a white surface in the sun (1), 0.97 for four times that,
// and no toe, which would swallow faint stars. Powers would cost a software
// renderer a quarter of its frame.
vec3 shown(vec3 x) {
	vec3 s = sqrt(x + 0.00108) - sqrt(0.00108);
	vec3 k = s * (s * 6.75 + 0.38);
	return s * (k + 1.89) / (s * (k + 1.79) + 1.0);
}

void main() {
	ivec2 at = ivec2(gl_FragCoord.xy) - part.zw;
	ivec3 source = ivec3(at.x + part.x, at.y, part.y);
	// Half floats end at 65504; more is infinite, and infinity over itself is no number.
	vec3 c = min(resolved(source), 6e4);
	colour = ready(clamp(shown(c) + dither(at) / 255.0, 0.0, 1.0));
#ifdef DEPTH
	// What lenses hide is as far as can be, so that a compositor that moves the
	// picture draws none of it from the rim into view.
	float deep = texelFetch(lightDeep, source, 0).r;
	gl_FragDepth = deep < 0.9995 ? deep : 0.0;
#endif
}
