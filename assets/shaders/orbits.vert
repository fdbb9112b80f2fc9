// A stretch of an orbit as a ribbon of even width on the screen. The orbit is
// counted from the body, which is where precision is needed.

#include "common.glsl"
#include "place.glsl"

struct Orbit {
	vec4 body[2]; // for each view: metres from the eye; w: width in pixels
	vec4 major;   // from the centre to periapsis, metres; w: cosine of the body's eccentric anomaly
	vec4 minor;   // on by 90 degrees; w: sine
	vec4 colour;  // linear RGB; w: opacity
};

layout(std140) uniform Orbits {
	Orbit orbits[48];
};

const int stretches = 256; // render/orbits.go has the same number
const float pi = 3.14159265;

out vec4 ink;         // linear RGB, opacity
noperspective out float across; // pixels from the middle of the ribbon
flat out float halfWidth;

// anomaly is how far on from the body a stretch begins: -pi to pi, finely near it.
float anomaly(int stretch) {
	float u = 2.0 * float(stretch) / float(stretches) - 1.0;
	return pi * u * (0.02 + 0.98 * u * u);
}

vec4 pointAt(Orbit o, float on, int view) {
	float halfSine = sin(0.5 * on);
	float turn = -2.0 * halfSine * halfSine, advance = sin(on);
	vec3 away = o.major.xyz * (o.major.w * turn - o.minor.w * advance)
		+ o.minor.xyz * (o.minor.w * turn + o.major.w * advance);
	return project(view, o.body[view].xyz + away);
}

// ahead moves a, which lies behind the eye, along the line to b until it does not.
vec4 ahead(vec4 a, vec4 b) {
	float least = max(1.0, 1e-5 * b.w);
	return a.w < least ? mix(a, b, (least - a.w) / (b.w - a.w)) : a;
}

void main() {
	int view = instanceView();
	Orbit o = orbits[instanceItem()];
	int stretch = gl_VertexID >> 2, end = gl_VertexID & 1;
	float side = float(gl_VertexID & 2) - 1.0;
	float on = anomaly(stretch + end);
	vec4 here = pointAt(o, on, view), there = pointAt(o, anomaly(stretch + 1 - end), view);
	if (here.w <= 1.0 && there.w <= 1.0) {
		place(vec4(2.0, 2.0, 2.0, 1.0), view);
		return;
	}
	here = ahead(here, there);
	there = ahead(there, here);
	vec2 size = views[view].size.xy;
	vec2 way = (there.xy / there.w - here.xy / here.w) * size * (end == 0 ? 1.0 : -1.0);
	vec2 normal = vec2(-way.y, way.x) / max(length(way), 1e-6);
	halfWidth = 0.5 * o.body[view].w;
	across = side * (halfWidth + 1.0);
	here.xy += normal * across * 2.0 / size * here.w;
	// Bright where the body has just been, ever fainter back to where it will be.
	float age = on < 0.0 ? -on / (2.0 * pi) : 1.0 - on / (2.0 * pi);
	if (stretch == stretches / 2 && end == 0) age = 1.0;
	ink = vec4(o.colour.rgb, o.colour.w * mix(1.0, 0.25, age));
	place(here, view);
}
