/* The pictures in SPACETIME_SIM_OUT: frame_000001.png, both eyes side by side, and, when depth
 * was submitted, frame_000001_depth.png, its values from 0 (black) to 1. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose.h"
#include "internal.h"
#include "png.h"

#define SRGB_STEPS 65535 /* fine enough that every 8-bit value comes back as itself */

static uint8_t encode_srgb(float linear)
{
	static uint8_t table[SRGB_STEPS + 1];
	if (table[SRGB_STEPS] == 0)
		for (uint32_t i = 0; i <= SRGB_STEPS; i++) {
			float light = (float)i / SRGB_STEPS;
			float value = light <= 0.0031308f ? light * 12.92f : 1.055f * powf(light, 1 / 2.4f) - 0.055f;
			table[i] = (uint8_t)(value * 255 + 0.5f);
		}
	float clamped = linear > 0 ? linear < 1 ? linear : 1 : 0; /* what is no number becomes 0 */
	return table[(uint32_t)(clamped * SRGB_STEPS + 0.5f)];
}

/* A name per picture kind, and the size of one eye's part. */
static bool make_png(SimPng *png, uint32_t eye_width, uint32_t height, bool gray16)
{
	*png = (SimPng){.width = 2 * eye_width, .height = height, .gray16 = gray16};
	png->bytes = calloc(height, sim_png_row(png));
	return png->bytes != NULL;
}

static uint8_t *row_from_bottom(const SimPng *png, uint32_t eye, uint32_t y)
{
	size_t row = sim_png_row(png);
	return png->bytes + (png->height - 1 - y) * row + eye * row / 2;
}

/* ---- colours ---- */

static void encode_eye(const SimEye *eye, SimPng *png)
{
	for (uint32_t y = 0; y < eye->height; y++) {
		uint8_t *to = row_from_bottom(png, eye->index, y);
		const float *from = eye->rgb + (size_t)y * eye->width * 3;
		for (uint32_t x = 0; x < eye->width * 3; x++)
			to[x] = encode_srgb(from[x]);
	}
}

static bool draw_eye(uint32_t index, const XrFrameEndInfo *info, XrTime time, SimPng *png)
{
	SimMotion head = sim_head_motion(time);
	SimEye eye = {
		.index = index,
		.width = png->width / 2,
		.height = png->height,
		.world = sim_pose_multiply(head.pose, sim_eye_in_head(index)),
		.fov = sim.model->fov[index],
		.rgb = calloc((size_t)png->width / 2 * png->height, 3 * sizeof(float)),
	};
	if (!eye.rgb)
		return false;
	bool all = sim_compose_eye(&eye, info, time);
	encode_eye(&eye, png);
	free(eye.rgb);
	return all;
}

static bool draw_colors(const XrFrameEndInfo *info, XrTime time, SimPng *png)
{
	return make_png(png, sim.model->width, sim.model->height, false) && draw_eye(0, info, time, png) &&
	       draw_eye(1, info, time, png);
}

/* ---- depth ---- */

/* Of a session that submits depth. */
static const XrCompositionLayerDepthInfoKHR *depth_of(const XrFrameEndInfo *info, uint32_t eye)
{
	for (uint32_t i = 0; i < info->layerCount; i++) {
		if (info->layers[i]->type != XR_TYPE_COMPOSITION_LAYER_PROJECTION)
			continue;
		const XrCompositionLayerProjection *layer = (const XrCompositionLayerProjection *)info->layers[i];
		const void *depth = sim_chain(layer->views[eye].next, XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR);
		if (depth)
			return depth;
	}
	return NULL;
}

static void encode_depth(const SimPicture *picture, uint32_t eye, SimPng *png)
{
	uint32_t width = png->width / 2 < picture->width ? png->width / 2 : picture->width;
	for (uint32_t y = 0; y < png->height && y < picture->height; y++) {
		uint8_t *to = row_from_bottom(png, eye, y);
		for (uint32_t x = 0; x < width; x++) {
			float value = fminf(fmaxf(picture->rgba[4 * ((size_t)y * picture->width + x)], 0), 1);
			uint32_t level = (uint32_t)(value * 65535 + 0.5f);
			to[2 * x] = (uint8_t)(level >> 8);
			to[2 * x + 1] = (uint8_t)level;
		}
	}
}

static bool draw_depth(const XrFrameEndInfo *info, SimPng *png)
{
	const XrCompositionLayerDepthInfoKHR *left = depth_of(info, 0);
	if (!left)
		return true;
	XrExtent2Di size = left->subImage.imageRect.extent;
	if (!make_png(png, (uint32_t)size.width, (uint32_t)size.height, true))
		return false;
	for (uint32_t eye = 0; eye < 2; eye++) {
		const XrCompositionLayerDepthInfoKHR *depth = depth_of(info, eye);
		if (!depth)
			continue;
		SimPicture picture = sim_capture(&depth->subImage);
		if (!picture.rgba)
			return false;
		encode_depth(&picture, eye, png);
		free(picture.rgba);
	}
	return true;
}

/* ---- files ---- */

static bool is_wanted(const SimFrame *frame)
{
	uint32_t every = sim.config.picture_every;
	return sim.config.out[0] && every > 0 && (frame->number - 1) % every == 0;
}

XrResult sim_pictures_draw(SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info, SimPictures *pictures)
{
	*pictures = (SimPictures){.frame = frame->number};
	if (!is_wanted(frame) || session->graphics.kind == SIM_GRAPHICS_NONE)
		return XR_SUCCESS;
	SimGlScope scope;
	SIM_TRY(sim_gl_enter(session, &scope));
	bool depth = session->instance->extension[SIM_EXT_layer_depth];
	bool drawn = draw_colors(info, frame->display_time, &pictures->colors) && (!depth || draw_depth(info, &pictures->depth));
	sim_gl_leave(&scope);
	if (drawn)
		return XR_SUCCESS;
	free(pictures->colors.bytes);
	free(pictures->depth.bytes);
	*pictures = (SimPictures){0};
	sim_message(SIM_ERROR, "picture-not-written",
	            "frame %llu has no picture: an image cannot be read back, or memory is short",
	            (unsigned long long)frame->number);
	return XR_SUCCESS;
}

/* 0, or errno. It runs without the mutex, so the folder is the caller's. */
static int write_file(const SimPng *png, const char *folder, uint64_t frame, const char *ending)
{
	char path[sizeof(sim.config.out) + 64];
	snprintf(path, sizeof(path), "%s/frame_%06llu%s.png", folder, (unsigned long long)frame, ending);
	return sim_png_write(path, png) ? 0 : errno;
}

static void write_one(SimPng *png, uint64_t frame, const char *ending)
{
	if (!png->bytes)
		return;
	char folder[sizeof(sim.config.out)];
	snprintf(folder, sizeof(folder), "%s", sim.config.out);
	const char *function = sim_unlock();
	int error = write_file(png, folder, frame, ending);
	free(png->bytes);
	sim_lock_again(function);
	if (error)
		sim_message(SIM_ERROR, "picture-not-written", "write a picture into %s: %s", folder, strerror(error));
}

void sim_pictures_write(SimPictures *pictures)
{
	write_one(&pictures->colors, pictures->frame, "");
	write_one(&pictures->depth, pictures->frame, "_depth");
}
