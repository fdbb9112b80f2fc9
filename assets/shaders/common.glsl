// What every scene shader shares: the views of the frame, and how an instance
// finds its view and its place in the target. Vectors are on ICRF axes, in
// metres from the eye. The blocks mirror render/uniforms.go.

struct View {
	mat4 clip;      // ICRF axes from the eye to clip space
	vec4 size;      // width and height in pixels, pixels per radian at the axis; what is left of the Milky Way
	vec4 tangents;  // of the field of view: left, right, down, up
};

layout(std140) uniform Frame {
	View views[2];
	vec4 observer;  // barycentric, parsecs; w: Julian years since J2000
	vec4 sky;       // light of magnitude 0, of a full glare; sigmas of core and glare in pixels
	vec4 sun[2];    // for each view: direction; w: how much of the Sun is seen
	vec4 glare;     // of the Sun: linear RGB, and its reach as a tangent
};

layout(std140) uniform Pass {
	ivec4 pass;     // first view, views drawn at once, views of the frame
};

const float farthest = 1e17; // metres, for logarithmic depth

// logDepth is the depth, 0 to 1, of what lies w metres ahead.
float logDepth(float w) {
	return log2(max(1.0 + w, 1e-6)) / log2(1.0 + farthest);
}

// finite is light that the target can add up many times: half floats end at 65504,
// and infinity, once covered, is no number.
vec4 finite(vec4 light) { return min(light, 4e3); }
