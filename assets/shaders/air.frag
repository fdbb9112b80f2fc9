// The air of a body beyond its limb. The disc is drawn over it.

#include "common.glsl"
#include "body.glsl"
#include "airseen.glsl"
#ifdef SHADOWS
#include "shadows.glsl"
#include "airshade.glsl"
#endif

flat in int item;
flat in int view;
in vec3 ray;

layout(location = 0, index = 0) out vec4 radiance;
layout(location = 0, index = 1) out vec4 through; // what remains of what lies behind

// taps is how many lines of sight are followed in a pixel that is large against the
// thickness of the air.
const int taps = 4;

void main() {
	Body b = bodies[item];
	BodyView eye = b.views[view];
	int i = int(b.air.x);
	float h = eye.plane.w - 1.0;
	float r = length(ray.xy) / ray.z;
	float pixel = max(length(vec2(dFdx(r), dFdy(r))), 1e-9);
	bool limb = ray.z > 0.0 && r < 2.0;
	// From near the body a pixel reaches over less of the air's height.
	bool wide = limb && pixel * h * (2.0 + h) * 4.0 > b.air.y * (1.0 + h) * (1.0 + h);
	int n = wide ? taps : 1;
	float from = wide ? max(r - 0.5 * pixel, 1.0) : r, to = wide ? max(r + 0.5 * pixel, 1.0) : r;
	Seen seen = Seen(vec3(0.0), vec3(0.0));
	for (int k = 0; k < n; k++) {
		float away = mix(from, to, (float(k) + 0.5) / float(n));
		Seen tap = airInSky(i, sightOf(eye, vec3(ray.xy * (wide ? away / r : 1.0), ray.z)), h);
		seen.light += tap.light / float(n);
		seen.through += tap.through / float(n);
	}
#ifdef SHADOWS
	vec3 across = ray.x * eye.side.xyz + ray.y * cross(eye.toEye.xyz, eye.side.xyz);
	float s = eye.plane.w, rho = eye.across.w;
	seen.light *= airLit(item, view, eye.toEye.xyz * s, rho * across - ray.z * s * rho * rho * eye.toEye.xyz, 1e9);
#endif
	float alpha = b.air.w;
	radiance = vec4(seen.light * (alpha * b.air.z), 0.0);
	through = vec4(mix(vec3(1.0), seen.through, alpha), 1.0);
}
