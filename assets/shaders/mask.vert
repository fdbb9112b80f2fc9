// A corner of what the lenses hide of a view.

#include "common.glsl"
#include "place.glsl"

layout(location = 0) in vec3 corner;  // right and up, as tangents; view

void main() {
	int view = int(corner.z);
	vec4 t = views[view].tangents;
	place(vec4((corner.xy - t.xz) / (t.yw - t.xz) * 2.0 - 1.0, nearest, 1.0), view);
}
