// A quad in the plane of a body's silhouette. On it the silhouette is the unit
// circle, exactly, whatever the distance. Its depth is that of the body's nearest
// point, so that what is hidden is dropped before it is shaded.

#include "common.glsl"
#include "place.glsl"
#include "body.glsl"

uniform int first; // item

flat out int item;
flat out int view;
out vec2 silhouette; // the silhouette is where its length is 1

void main() {
	view = instanceView();
	item = first + instanceItem();
	BodyView b = bodies[item].views[view];
	silhouette = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * b.along.w;
	vec4 at = project(view, b.plane.xyz + silhouette.x * b.across.xyz + silhouette.y * b.along.xyz);
#ifndef LOG_DEPTH
	at.z *= nearer(b);
#endif
	place(at, view);
}
