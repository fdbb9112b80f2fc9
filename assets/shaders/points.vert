// A body too small to show a disc: its light, spread over its pixels.

#include "common.glsl"
#include "place.glsl"
#include "spread.glsl"

struct Point {
	vec4 at[2];  // for each view: metres from the eye
	vec4 light;  // linear RGB, summed over all pixels
};

layout(std140) uniform Points {
	Point points[48];
};

void main() {
	int view = instanceView();
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
	Point p = points[instanceItem()];
	spread(project(view, p.at[view].xyz), p.light.rgb, corner, view);
}
