// A quad in the plane of a body's silhouette. On it the silhouette is the unit
// circle, exactly, whatever the distance.

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
	place(project(view, b.plane.xyz + silhouette.x * b.across.xyz + silhouette.y * b.along.xyz), view);
}
