/* What the wearer would see: the layers, blended in order in linear light, through the model's
 * two displays at the time of display. A projection layer is turned to where the head really
 * looks then (as headsets do, without moving it), so a layer drawn for another pose shows. */
#include <math.h>
#include <stdlib.h>

#include "compose.h"
#include "internal.h"

typedef struct Color {
	float r, g, b, a;
} Color;

/* ---- sampling ---- */

static inline Color pixel(const SimPicture *picture, int x, int y)
{
	int last_x = (int)picture->width - 1, last_y = (int)picture->height - 1;
	x = x < 0 ? 0 : x > last_x ? last_x : x;
	y = y < 0 ? 0 : y > last_y ? last_y : y;
	const float *p = picture->rgba + 4 * ((size_t)y * picture->width + (size_t)x);
	return (Color){p[0], p[1], p[2], p[3]};
}

static Color mix(Color a, Color b, float t)
{
	return (Color){a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t, a.a + (b.a - a.a) * t};
}

/* floorf for the places within a picture, which are above -1. */
static int whole(float place)
{
	return (int)(place + 1) - 1;
}

/* A place very near the centre of a pixel is that pixel: an undisturbed layer comes out exactly. */
static float snapped(float place)
{
	float nearest = (float)whole(place + 0.5f);
	return fabsf(place - nearest) < 0.01f ? nearest : place;
}

/* u and v run from 0 to 1 over the picture, from its bottom left. */
static Color sample(const SimPicture *picture, float u, float v)
{
	float x = snapped(u * (float)picture->width - 0.5f), y = snapped(v * (float)picture->height - 0.5f);
	int left = whole(x), bottom = whole(y);
	float across = x - (float)left, up = y - (float)bottom;
	if (across == 0 && up == 0)
		return pixel(picture, left, bottom);
	Color low = mix(pixel(picture, left, bottom), pixel(picture, left + 1, bottom), across);
	Color high = mix(pixel(picture, left, bottom + 1), pixel(picture, left + 1, bottom + 1), across);
	return mix(low, high, up);
}

/* ---- blending ---- */

static inline void blend(float *below, Color above, XrCompositionLayerFlags flags)
{
	float keep = 0;
	if (flags & XR_COMPOSITION_LAYER_BLEND_TEXTURE_SOURCE_ALPHA_BIT) {
		keep = 1 - above.a;
		if (flags & XR_COMPOSITION_LAYER_UNPREMULTIPLIED_ALPHA_BIT)
			above = (Color){above.r * above.a, above.g * above.a, above.b * above.a, above.a};
	}
	below[0] = above.r + keep * below[0];
	below[1] = above.g + keep * below[1];
	below[2] = above.b + keep * below[2];
}

/* ---- fields of view as tangents ---- */

typedef struct Extent {
	float left, width, bottom, height; /* on the plane z = -1 */
} Extent;

static Extent extent_of(XrFovf fov)
{
	float left = tanf(fov.angleLeft), bottom = tanf(fov.angleDown);
	return (Extent){left, tanf(fov.angleRight) - left, bottom, tanf(fov.angleUp) - bottom};
}

/* The directions in which the pixels of an eye look: that of pixel 0, 0, and the steps to its
 * neighbours, turned into the frame of what is looked at. */
typedef struct Rays {
	XrVector3f first, across, up;
} Rays;

static Rays rays_of(const SimEye *eye, XrQuaternionf turn)
{
	Extent seen = extent_of(eye->fov);
	float across = seen.width / (float)eye->width, up = seen.height / (float)eye->height;
	return (Rays){
		.first = sim_rotate(turn, (XrVector3f){seen.left + across / 2, seen.bottom + up / 2, -1}),
		.across = sim_rotate(turn, (XrVector3f){across, 0, 0}),
		.up = sim_rotate(turn, (XrVector3f){0, up, 0}),
	};
}

static inline XrVector3f ray(const Rays *rays, uint32_t x, uint32_t y)
{
	float i = (float)x, j = (float)y;
	return (XrVector3f){
		rays->first.x + i * rays->across.x + j * rays->up.x,
		rays->first.y + i * rays->across.y + j * rays->up.y,
		rays->first.z + i * rays->across.z + j * rays->up.z,
	};
}

static float *eye_pixel(const SimEye *eye, uint32_t x, uint32_t y)
{
	return eye->rgb + 3 * ((size_t)y * eye->width + x);
}

/* ---- projection layers ---- */

static bool same_fov(XrFovf a, XrFovf b)
{
	return a.angleLeft == b.angleLeft && a.angleRight == b.angleRight && a.angleUp == b.angleUp &&
	       a.angleDown == b.angleDown;
}

/* The usual case: drawn for just this pose, pixel for pixel. */
static void copy_projection(const SimEye *eye, const SimPicture *picture, XrCompositionLayerFlags flags)
{
	for (uint32_t y = 0; y < eye->height; y++)
		for (uint32_t x = 0; x < eye->width; x++)
			blend(eye_pixel(eye, x, y), pixel(picture, (int)x, (int)y), flags);
}

static void turn_projection(const SimEye *eye, const SimPicture *picture, XrQuaternionf turn, XrFovf fov,
                            XrCompositionLayerFlags flags)
{
	Extent drawn = extent_of(fov);
	Rays rays = rays_of(eye, turn);
	for (uint32_t y = 0; y < eye->height; y++)
		for (uint32_t x = 0; x < eye->width; x++) {
			XrVector3f to = ray(&rays, x, y);
			float u = (-to.x / to.z - drawn.left) / drawn.width;
			float v = (-to.y / to.z - drawn.bottom) / drawn.height;
			if (to.z < 0 && u >= 0 && u <= 1 && v >= 0 && v <= 1)
				blend(eye_pixel(eye, x, y), sample(picture, u, v), flags);
		}
}

static void draw_projection(const SimEye *eye, const SimPicture *picture, XrPosef view, XrFovf fov,
                            XrCompositionLayerFlags flags)
{
	XrQuaternionf turn = sim_pose_multiply(sim_pose_inverse(view), eye->world).orientation;
	bool as_drawn = fabsf(turn.x) + fabsf(turn.y) + fabsf(turn.z) < 1e-5f && same_fov(eye->fov, fov) &&
	                picture->width == eye->width && picture->height == eye->height;
	if (as_drawn)
		copy_projection(eye, picture, flags);
	else
		turn_projection(eye, picture, turn, fov, flags);
}

static XrPosef in_world(XrSpace space, XrPosef pose, XrTime time)
{
	const SimSpace *found = sim_find(SIM_KIND_Space, (uint64_t)(uintptr_t)space);
	return found ? sim_pose_multiply(sim_space_motion(found, time).pose, pose) : pose;
}

static bool compose_projection(const SimEye *eye, const XrCompositionLayerProjection *layer, XrTime time)
{
	const XrCompositionLayerProjectionView *view = &layer->views[eye->index];
	XrPosef world = in_world(layer->space, view->pose, time);
	SimPicture picture = sim_capture(&view->subImage);
	bool had = picture.rgba != NULL;
	const char *function = sim_unlock();
	if (had)
		draw_projection(eye, &picture, world, view->fov, layer->layerFlags);
	free(picture.rgba);
	sim_lock_again(function);
	return had;
}

/* ---- quad layers ---- */

static void draw_quad(const SimEye *eye, const SimPicture *picture, XrPosef quad, XrExtent2Df size,
                      XrCompositionLayerFlags flags)
{
	XrPosef from = sim_pose_multiply(sim_pose_inverse(quad), eye->world);
	if (from.position.z <= 0)
		return; /* a quad is seen from its front only */
	Rays rays = rays_of(eye, from.orientation);
	for (uint32_t y = 0; y < eye->height; y++)
		for (uint32_t x = 0; x < eye->width; x++) {
			XrVector3f to = ray(&rays, x, y);
			float reach = to.z < 0 ? -from.position.z / to.z : 0;
			float u = (from.position.x + reach * to.x) / size.width + 0.5f;
			float v = (from.position.y + reach * to.y) / size.height + 0.5f;
			if (reach > 0 && u >= 0 && u <= 1 && v >= 0 && v <= 1)
				blend(eye_pixel(eye, x, y), sample(picture, u, v), flags);
		}
}

static bool seen_by(XrEyeVisibility visibility, uint32_t eye)
{
	return visibility == XR_EYE_VISIBILITY_BOTH || (visibility == XR_EYE_VISIBILITY_LEFT) == (eye == 0);
}

static bool compose_quad(const SimEye *eye, const XrCompositionLayerQuad *layer, XrTime time)
{
	if (!seen_by(layer->eyeVisibility, eye->index))
		return true;
	XrPosef world = in_world(layer->space, layer->pose, time);
	SimPicture picture = sim_capture(&layer->subImage);
	bool had = picture.rgba != NULL;
	const char *function = sim_unlock();
	if (had)
		draw_quad(eye, &picture, world, layer->size, layer->layerFlags);
	free(picture.rgba);
	sim_lock_again(function);
	return had;
}

/* ---- all of it ---- */

static bool compose(const SimEye *eye, const XrCompositionLayerBaseHeader *layer, XrTime time)
{
	if (layer->type == XR_TYPE_COMPOSITION_LAYER_PROJECTION)
		return compose_projection(eye, (const XrCompositionLayerProjection *)layer, time);
	return compose_quad(eye, (const XrCompositionLayerQuad *)layer, time);
}

bool sim_compose_eye(const SimEye *eye, const XrFrameEndInfo *info, XrTime time)
{
	bool all = true;
	for (uint32_t i = 0; i < info->layerCount; i++)
		all &= compose(eye, info->layers[i], time);
	return all;
}
