// The air of a body beyond its limb: rings of quads about the line to the body's
// centre, from a little within the limb to the top of the air, or, from within the
// air and near it, all the way round the eye.

#include "common.glsl"
#include "place.glsl"
#include "body.glsl"

uniform int first; // item

flat out int item;
flat out int view;
out vec3 ray; // as sightOf in airseen.glsl has it

// As drawn by render/airtables.go.
const int rings = 3, segments = 32;

void main() {
	view = instanceView();
	item = first;
	BodyView eye = bodies[item].views[view];
	float s = eye.plane.w;
	int ring = instanceItem() / segments + (gl_VertexID >> 1);
	float turn = 6.2831853 / float(segments) * float((instanceItem() + (gl_VertexID & 1)) % segments);

	// Angles from the direction to the body's centre; the margin is that of the disc.
	float limb = asin(clamp(2.0 - eye.along.w, 0.0, 1.0) / s);
	float top = (1.0 + bodies[item].air.y) / (s * cos(3.14159265 / float(segments)));
	float angle = mix(limb, top < 0.98 ? asin(top) : 3.14159265, float(ring) / float(rings));
	ray = vec3(sqrt((s - 1.0) * (s + 1.0)) * sin(angle) * vec2(cos(turn), sin(turn)), cos(angle));
	vec4 at = projectFar(view, ray.z * eye.plane.xyz + ray.x * eye.across.xyz + ray.y * eye.along.xyz);
	at.z = justBehind * at.w; // all that was drawn before lies behind
	place(at, view);
}
