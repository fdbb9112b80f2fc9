/* The formats of swapchain images, and the textures themselves. */
#include "glproc.h"
#include "internal.h"

const SimFormat sim_formats[] = {
	{GL_RGBA16F, GL_RGBA, GL_HALF_FLOAT, .linear = true},
	{GL_SRGB8_ALPHA8, GL_RGBA, GL_UNSIGNED_BYTE, .linear = false},
	{GL_RGB10_A2, GL_RGBA, GL_UNSIGNED_INT_2_10_10_10_REV, .linear = true},
	{GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, .linear = true},
	{GL_DEPTH_COMPONENT32F, GL_DEPTH_COMPONENT, GL_FLOAT, .depth = true},
	{GL_DEPTH32F_STENCIL8, GL_DEPTH_STENCIL, GL_FLOAT_32_UNSIGNED_INT_24_8_REV, .depth = true, .stencil = true},
	{GL_DEPTH_COMPONENT24, GL_DEPTH_COMPONENT, GL_UNSIGNED_INT, .depth = true},
	{GL_DEPTH24_STENCIL8, GL_DEPTH_STENCIL, GL_UNSIGNED_INT_24_8, .depth = true, .stencil = true},
	{GL_DEPTH_COMPONENT16, GL_DEPTH_COMPONENT, GL_UNSIGNED_SHORT, .depth = true},
};

const uint32_t sim_format_count = SIM_COUNT(sim_formats);

const SimFormat *sim_format(int64_t format)
{
	for (uint32_t i = 0; i < sim_format_count; i++)
		if (sim_formats[i].internal == format)
			return &sim_formats[i];
	return NULL;
}

static uint32_t half(uint32_t size)
{
	return size > 1 ? size / 2 : 1;
}

static void define_levels(GLenum target, const XrSwapchainCreateInfo *info, const SimFormat *format)
{
	uint32_t width = info->width, height = info->height;
	for (uint32_t level = 0; level < info->mipCount; level++) {
		if (target == GL_TEXTURE_2D)
			sim_gl.TexImage2D(target, (GLint)level, format->internal, (GLsizei)width, (GLsizei)height, 0,
			                  format->external, format->type, NULL);
		else
			sim_gl.TexImage3D(target, (GLint)level, format->internal, (GLsizei)width, (GLsizei)height,
			                  (GLsizei)info->arraySize, 0, format->external, format->type, NULL);
		width = half(width);
		height = half(height);
	}
	sim_gl.TexParameteri(target, GL_TEXTURE_MAX_LEVEL, (GLint)info->mipCount - 1);
	sim_gl.TexParameteri(target, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
	sim_gl.TexParameteri(target, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
	sim_gl.TexParameteri(target, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
	sim_gl.TexParameteri(target, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

bool sim_gl_make_image(const SimSwapchain *swapchain, unsigned *texture)
{
	const XrSwapchainCreateInfo *info = &swapchain->info;
	GLenum target = info->arraySize > 1 ? GL_TEXTURE_2D_ARRAY : GL_TEXTURE_2D;
	sim_gl.GenTextures(1, texture);
	sim_gl.BindTexture(target, *texture);
	define_levels(target, info, sim_format(info->format));
	return sim_gl.GetError() == GL_NO_ERROR;
}

void sim_gl_delete_images(const SimSwapchain *swapchain, SimGlScope *scope)
{
	sim_gl.DeleteTextures((GLsizei)swapchain->image_count, swapchain->texture);
	for (uint32_t i = 0; i < swapchain->image_count; i++) {
		if (scope->texture_2d == (int)swapchain->texture[i])
			scope->texture_2d = 0;
		if (scope->texture_array == (int)swapchain->texture[i])
			scope->texture_array = 0;
	}
}
