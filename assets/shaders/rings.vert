// The plane of a planet's rings, out to a little beyond them.

#include "common.glsl"
#include "place.glsl"
#include "body.glsl"

uniform int first; // item

flat out int item;
flat out int view;
out vec2 inPlane;   // metres, body-fixed
out vec3 fromEye;   // metres
out vec3 fromCentre;

void main() {
	view = instanceView();
	item = first + instanceItem();
	Body b = bodies[item];
	inPlane = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (1.02 * b.ring.y);
	fromCentre = inPlane.x * b.axisX.xyz + inPlane.y * b.axisY.xyz;
	fromEye = b.views[view].centre.xyz + fromCentre;
	place(project(view, fromEye), view);
}
