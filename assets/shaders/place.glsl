// Vertex shaders only: where a vertex goes in a target that holds all views.

#ifdef STEREO_WIDE
out float gl_ClipDistance[2];
#endif

// nearest is the depth, in units of w, of what the lenses of a headset hide; justBehind
// is that of what covers all else.
#ifdef LOG_DEPTH
const float nearest = -1.0;
#else
const float nearest = 1.0;
#endif
const float justBehind = 0.999 * nearest;

// instanceView and instanceItem take an instance apart: views vary fastest.
int instanceView() { return pass.x + gl_InstanceID % pass.y; }
int instanceItem() { return gl_InstanceID / pass.y; }

// originX is the pixel column at which a view begins in the target.
float originX(int view) {
#ifdef STEREO_WIDE
	return views[view].size.x * float(view - pass.x);
#else
	return 0.0;
#endif
}

// place sets gl_Position for a point in the clip space of a view.
void place(vec4 at, int view) {
#if defined(STEREO_LAYER)
	gl_Layer = view;
#elif defined(STEREO_WIDE)
	float n = float(pass.y);
	gl_ClipDistance[0] = at.w + at.x;
	gl_ClipDistance[1] = at.w - at.x;
	at.x = (at.x + (2.0 * float(view - pass.x) + 1.0 - n) * at.w) / n;
#endif
	gl_Position = at;
}

// project takes a point, in metres from the eye, to clip space.
vec4 project(int view, vec3 point) {
	vec4 at = views[view].clip * vec4(point, 1.0);
#ifdef LOG_DEPTH
	at.z = (2.0 * logDepth(at.w) - 1.0) * at.w;
#endif
	return at;
}

// projectFar takes a direction to clip space, infinitely far away.
vec4 projectFar(int view, vec3 direction) {
	vec4 at = views[view].clip * vec4(direction, 0.0);
#ifdef LOG_DEPTH
	at.z = at.w;
#endif
	return at;
}
