// The plane of a planet's rings, out to a little beyond them. From near the plane it
// would fall between the pixels: then it is drawn tilted, a pixel wide each way, and
// so much fainter.

#include "common.glsl"
#include "place.glsl"
#include "body.glsl"

uniform int first; // item

flat out int item;
flat out int view;
out vec2 inPlane;   // metres, body-fixed
out vec3 fromEye;   // metres
out vec3 fromCentre;
flat out float thin; // how much of what is drawn there is

// sheer is how thick the rings seem, metres, when they are seen from the side, for
// their waves and the F ring: Nicholson et al. 1996, Science 272:509.
const float sheer = 1.2e3;

void main() {
	view = instanceView();
	item = first + instanceItem();
	Body b = bodies[item];
	vec3 centre = b.views[view].centre.xyz;
	vec3 up = cross(b.axisX.xyz, b.axisY.xyz);
	float away = length(centre);
	float height = -dot(centre, up) / away;
	float pixel = away / (views[view].size.z * b.ring.y); // as the height at which the rings are so wide
	float margin = 1.02 + 1.5 * pixel / max(abs(height), pixel); // for the blur of the edge
	inPlane = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (margin * b.ring.y);
	fromCentre = inPlane.x * b.axisX.xyz + inPlane.y * b.axisY.xyz;
	thin = clamp(max(abs(height), sheer / b.ring.y) / pixel, 0.1, 1.0);
	if (abs(height) < pixel) {
		vec3 level = -centre / away - height * up;
		fromCentre -= up * (dot(fromCentre, level) * ((height < 0.0 ? -pixel : pixel) - height));
	}
	fromEye = centre + fromCentre;
	place(project(view, fromEye), view);
}
