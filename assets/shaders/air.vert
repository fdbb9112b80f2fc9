// The air of a body beyond its limb: a quad in the plane of the silhouette as far
// as the air reaches, or, from within the air and near it, the whole view.

#include "common.glsl"
#include "place.glsl"
#include "body.glsl"

uniform int first; // item

flat out int item;
flat out int view;
out vec3 ray; // where the line of sight meets the plane of the silhouette, as in bodies.vert, and the share of the plane's distance

// across takes a direction, in ICRF, to a ray.
vec3 across(Body b, BodyView eye, vec3 direction) {
	vec3 z = cross(b.axisX.xyz, b.axisY.xyz);
	vec3 d = vec3(dot(direction, b.axisX.xyz), dot(direction, b.axisY.xyz), dot(direction, z)) / b.radii.xyz;
	float s = eye.plane.w;
	d *= b.radii.x; // so that no float is tiny
	return vec3(dot(d, eye.side.xyz), dot(d, cross(eye.toEye.xyz, eye.side.xyz)),
		-dot(d, eye.toEye.xyz) * inversesqrt((s - 1.0) * (s + 1.0)));
}

void main() {
	view = instanceView();
	item = first + instanceItem();
	Body b = bodies[item];
	BodyView eye = b.views[view];
	float s = eye.plane.w, r = 1.0 + b.air.y;
	vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
	if (s < 1.0 + 1.5 * b.air.y) {
		View v = views[view];
		// The rows of clip are the axes of the view, scaled and skewed by tangents.
		vec3 x = vec3(v.clip[0].x, v.clip[1].x, v.clip[2].x);
		vec3 y = vec3(v.clip[0].y, v.clip[1].y, v.clip[2].y);
		vec3 ahead = vec3(v.clip[0].w, v.clip[1].w, v.clip[2].w);
		vec2 tangent = mix(v.tangents.xz, v.tangents.yw, 0.5 + 0.5 * corner);
		vec2 middle = 0.5 * (v.tangents.xz + v.tangents.yw), size = 0.5 * (v.tangents.yw - v.tangents.xz);
		vec3 right = x * size.x + ahead * middle.x, up = y * size.y + ahead * middle.y;
		ray = across(b, eye, ahead + tangent.x * right + tangent.y * up);
		place(vec4(corner, justBehind, 1.0), view);
		return;
	}
	// The air's silhouette in units of the body's, and the margin that bodies have.
	float reach = r * sqrt((s - 1.0) * (s + 1.0) / ((s - r) * (s + r))) * b.views[view].along.w;
	ray = vec3(corner * reach, 1.0);
	vec4 at = project(view, eye.plane.xyz + ray.x * eye.across.xyz + ray.y * eye.along.xyz);
	// A little nearer than the limb, where it has to pass, and farther than the rest
	// of the disc, where it has not.
#ifndef LOG_DEPTH
	at.z *= 1.0001;
#endif
	place(at, view);
}
