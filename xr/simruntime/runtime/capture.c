/* Reading swapchain images back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glproc.h"
#include "internal.h"

static void attach(const SimSwapchain *swapchain, uint32_t image, uint32_t layer)
{
	const SimFormat *format = sim_format(swapchain->info.format);
	GLuint texture = swapchain->texture[image];
	GLenum place = !format->depth ? GL_COLOR_ATTACHMENT0
	               : format->stencil ? GL_DEPTH_STENCIL_ATTACHMENT : GL_DEPTH_ATTACHMENT;
	if (swapchain->info.arraySize > 1)
		sim_gl.FramebufferTextureLayer(GL_READ_FRAMEBUFFER, place, texture, 0, (GLint)layer);
	else
		sim_gl.FramebufferTexture2D(GL_READ_FRAMEBUFFER, place, GL_TEXTURE_2D, texture, 0);
	sim_gl.ReadBuffer(format->depth ? GL_NONE : GL_COLOR_ATTACHMENT0);
}

static bool read(const SimSwapchain *swapchain, uint32_t image, uint32_t layer, XrRect2Di rect, GLenum type,
                 void *pixels)
{
	GLuint framebuffer;
	sim_gl.GenFramebuffers(1, &framebuffer);
	sim_gl.BindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer);
	attach(swapchain, image, layer);
	bool complete = sim_gl.CheckFramebufferStatus(GL_READ_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
	if (complete)
		sim_gl.ReadPixels(rect.offset.x, rect.offset.y, rect.extent.width, rect.extent.height,
		                  sim_format(swapchain->info.format)->depth ? GL_DEPTH_COMPONENT : GL_RGBA, type, pixels);
	sim_gl.BindFramebuffer(GL_READ_FRAMEBUFFER, 0);
	sim_gl.DeleteFramebuffers(1, &framebuffer);
	return complete;
}

/* ---- colours ---- */

static float srgb_to_linear(float value)
{
	return value <= 0.04045f ? value / 12.92f : powf((value + 0.055f) / 1.055f, 2.4f);
}

static void decode_srgb(float *rgba, size_t pixels)
{
	float table[256];
	for (int i = 0; i < 256; i++)
		table[i] = srgb_to_linear((float)i / 255);
	for (size_t i = 0; i < pixels; i++)
		for (int c = 0; c < 3; c++)
			rgba[4 * i + c] = table[(int)(rgba[4 * i + c] * 255 + 0.5f)];
}

/* Depth comes packed one value to a pixel; spread from the end, so that nothing is overwritten. */
static void spread_depth(float *rgba, size_t pixels)
{
	for (size_t i = pixels; i-- > 0;) {
		float depth = rgba[i];
		for (int c = 0; c < 4; c++)
			rgba[4 * i + c] = depth;
	}
}

static SimPicture capture(const SimSwapchain *swapchain, uint32_t image, uint32_t layer, XrRect2Di rect, bool *readable)
{
	SimPicture picture = {.width = (uint32_t)rect.extent.width, .height = (uint32_t)rect.extent.height};
	size_t pixels = (size_t)picture.width * picture.height;
	const SimFormat *format = sim_format(swapchain->info.format);
	picture.rgba = calloc(pixels, 4 * sizeof(float));
	*readable = !picture.rgba || read(swapchain, image, layer, rect, GL_FLOAT, picture.rgba);
	if (!*readable) {
		free(picture.rgba);
		picture.rgba = NULL;
	}
	if (!picture.rgba)
		return picture;
	if (format->depth)
		spread_depth(picture.rgba, pixels);
	else if (!format->linear)
		decode_srgb(picture.rgba, pixels);
	return picture;
}

/* Once for a swapchain: neither pictures nor checks can see its images. */
static void tell_unreadable(SimSwapchain *swapchain)
{
	const XrSwapchainCreateInfo *info = &swapchain->info;
	if (!swapchain->unreadable)
		sim_message(SIM_ERROR, "image-not-readable", "OpenGL does not read back images of format 0x%llx, %u x %u, %u layers",
		            (unsigned long long)info->format, info->width, info->height, info->arraySize);
	swapchain->unreadable = true;
}

SimPicture sim_capture(const XrSwapchainSubImage *image)
{
	SimSwapchain *swapchain = sim_find(SIM_KIND_Swapchain, (uint64_t)(uintptr_t)image->swapchain);
	if (!swapchain)
		return (SimPicture){0};
	sim_object_retain(swapchain);
	uint32_t newest = swapchain->released_image;
	const char *function = sim_unlock();
	bool readable;
	SimPicture picture = capture(swapchain, newest, image->imageArrayIndex, image->imageRect, &readable);
	sim_lock_again(function);
	if (!readable)
		tell_unreadable(swapchain);
	sim_object_release(swapchain);
	return picture;
}

/* ---- has it changed? ---- */

static size_t bytes_per_pixel(const SimFormat *format)
{
	return format->depth || format->type == GL_UNSIGNED_BYTE ? 4 : 8;
}

static GLenum checksum_type(const SimFormat *format)
{
	if (format->depth)
		return GL_FLOAT;
	return format->type == GL_UNSIGNED_BYTE ? GL_UNSIGNED_BYTE : GL_HALF_FLOAT;
}

/* FNV-1a over words instead of bytes: only equality counts. */
static uint64_t hash_words(uint64_t hash, const uint32_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ words[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t checksum(const SimSwapchain *swapchain, uint32_t image, bool *readable)
{
	const XrSwapchainCreateInfo *info = &swapchain->info;
	const SimFormat *format = sim_format(info->format);
	size_t size = (size_t)info->width * info->height * bytes_per_pixel(format);
	XrRect2Di whole = {{0, 0}, {(int32_t)info->width, (int32_t)info->height}};
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	uint32_t *pixels = calloc(1, size);
	*readable = true;
	for (uint32_t layer = 0; pixels && *readable && layer < info->arraySize; layer++) {
		*readable = read(swapchain, image, layer, whole, checksum_type(format), pixels);
		hash = hash_words(hash, pixels, size / sizeof(*pixels));
	}
	free(pixels);
	return hash;
}

uint64_t sim_capture_checksum(SimSwapchain *swapchain, uint32_t image)
{
	bool readable;
	sim_object_retain(swapchain);
	const char *function = sim_unlock();
	uint64_t sum = checksum(swapchain, image, &readable);
	sim_lock_again(function);
	if (!readable)
		tell_unreadable(swapchain);
	sim_object_release(swapchain);
	return sum;
}
