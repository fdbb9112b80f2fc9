/* Swapchains: who holds which image. The textures are in image.c. */
#include "functions.h"
#include "glproc.h"
#include "internal.h"

XrResult sim_EnumerateSwapchainFormats(XrSession session, uint32_t capacity, uint32_t *count, int64_t *formats)
{
	SIM_LIVE_SESSION(found, session);
	uint32_t available = found->graphics.kind == SIM_GRAPHICS_NONE ? 0 : sim_format_count;
	SIM_TRY(sim_two_call(capacity, count, formats, available));
	for (uint32_t i = 0; i < available && capacity > 0; i++)
		formats[i] = sim_formats[i].internal;
	return XR_SUCCESS;
}

static uint32_t levels_possible(uint32_t width, uint32_t height)
{
	uint32_t longer = width > height ? width : height, levels = 1;
	while (longer >>= 1)
		levels++;
	return levels;
}

static XrResult check_size(const XrSwapchainCreateInfo *info)
{
	SIM_REQUIRE(info->width > 0 && info->width <= SIM_MAX_IMAGE_SIZE && info->height > 0 &&
	                info->height <= SIM_MAX_IMAGE_SIZE,
	            XR_ERROR_VALIDATION_FAILURE, "an image of %u x %u: each side is from 1 to %u", info->width,
	            info->height, SIM_MAX_IMAGE_SIZE);
	SIM_REQUIRE(info->arraySize > 0 && info->faceCount > 0 && info->sampleCount > 0 && info->mipCount > 0,
	            XR_ERROR_VALIDATION_FAILURE, "arraySize, faceCount, sampleCount and mipCount are at least 1");
	SIM_REQUIRE(info->mipCount <= levels_possible(info->width, info->height), XR_ERROR_VALIDATION_FAILURE,
	            "mipCount %u is more than the size allows", info->mipCount);
	SIM_REQUIRE(info->faceCount == 1 || info->faceCount == 6, XR_ERROR_VALIDATION_FAILURE, "faceCount is 1 or 6");
	return XR_SUCCESS;
}

static XrResult check_create(const SimSession *session, const XrSwapchainCreateInfo *info)
{
	const XrSwapchainCreateFlags known =
		XR_SWAPCHAIN_CREATE_PROTECTED_CONTENT_BIT | XR_SWAPCHAIN_CREATE_STATIC_IMAGE_BIT;
	SIM_REQUIRE(session->graphics.kind != SIM_GRAPHICS_NONE && sim_format(info->format),
	            XR_ERROR_SWAPCHAIN_FORMAT_UNSUPPORTED, "format 0x%llx is not offered", (unsigned long long)info->format);
	SIM_REQUIRE(!(info->createFlags & ~known), XR_ERROR_VALIDATION_FAILURE, "createFlags has an unknown bit");
	SIM_TRY(check_size(info));
	SIM_REQUIRE(!(info->createFlags & XR_SWAPCHAIN_CREATE_PROTECTED_CONTENT_BIT), XR_ERROR_FEATURE_UNSUPPORTED,
	            "protected content is not simulated");
	SIM_REQUIRE(info->faceCount == 1 && info->sampleCount == 1, XR_ERROR_FEATURE_UNSUPPORTED,
	            "cube images and multisampled images are not offered");
	return XR_SUCCESS;
}

static void swapchain_destroyed(void *object)
{
	SimSwapchain *swapchain = object;
	SimGlScope scope;
	if (XR_FAILED(sim_gl_enter(swapchain->session, &scope)))
		return;
	sim_gl_delete_images(swapchain, &scope);
	sim_gl_leave(&scope);
}

static XrResult make_images(SimSwapchain *swapchain)
{
	SimGlScope scope;
	SIM_TRY(sim_gl_enter(swapchain->session, &scope));
	swapchain->object.destroy = swapchain_destroyed;
	bool made = true;
	for (uint32_t i = 0; i < swapchain->image_count; i++)
		made &= sim_gl_make_image(swapchain, &swapchain->texture[i]);
	sim_gl_leave(&scope);
	SIM_REQUIRE(made, XR_ERROR_RUNTIME_FAILURE, "OpenGL did not make the images");
	return XR_SUCCESS;
}

XrResult sim_CreateSwapchain(XrSession session, const XrSwapchainCreateInfo *info, XrSwapchain *out)
{
	SIM_LIVE_SESSION(found, session);
	SIM_STRUCT(info, XR_TYPE_SWAPCHAIN_CREATE_INFO);
	SIM_POINTER(out);
	SIM_TRY(check_create(found, info));
	if (info->format == GL_RGBA8)
		sim_message(SIM_INFO, "linear-8-bit", "GL_RGBA8 holds linear light, whose dark colours band in 8 bits; "
		                                      "GL_SRGB8_ALPHA8 is offered");
	SimSwapchain *swapchain = sim_object_new(SIM_KIND_Swapchain, sizeof(*swapchain), found);
	SIM_REQUIRE(swapchain, XR_ERROR_OUT_OF_MEMORY, "no memory for a swapchain");
	swapchain->session = found;
	swapchain->info = *info;
	swapchain->image_count = info->createFlags & XR_SWAPCHAIN_CREATE_STATIC_IMAGE_BIT ? 1 : SIM_SWAPCHAIN_IMAGES;
	XrResult made = make_images(swapchain);
	if (XR_FAILED(made)) {
		sim_object_destroy(swapchain);
		return made;
	}
	*out = SIM_HANDLE(Swapchain, swapchain);
	return XR_SUCCESS;
}

XrResult sim_DestroySwapchain(XrSwapchain swapchain)
{
	SIM_FIND(Swapchain, found, swapchain);
	sim_object_destroy(found);
	return XR_SUCCESS;
}

XrResult sim_EnumerateSwapchainImages(XrSwapchain swapchain, uint32_t capacity, uint32_t *count,
                                      XrSwapchainImageBaseHeader *images)
{
	SIM_FIND(Swapchain, found, swapchain);
	SIM_REQUIRE(!found->session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	SIM_TRY(sim_two_call(capacity, count, images, found->image_count));
	XrSwapchainImageOpenGLKHR *textures = (XrSwapchainImageOpenGLKHR *)images;
	for (uint32_t i = 0; i < found->image_count && capacity > 0; i++) {
		SIM_STRUCT(&textures[i], XR_TYPE_SWAPCHAIN_IMAGE_OPENGL_KHR);
		textures[i].image = found->texture[i];
	}
	return XR_SUCCESS;
}

#define OPTIONAL_STRUCT(pointer, expected)                                               \
	SIM_REQUIRE(!(pointer) || (pointer)->type == (expected), XR_ERROR_VALIDATION_FAILURE, \
	            "%s must be NULL or of type " #expected, #pointer)

XrResult sim_AcquireSwapchainImage(XrSwapchain swapchain, const XrSwapchainImageAcquireInfo *info, uint32_t *index)
{
	SIM_FIND(Swapchain, found, swapchain);
	SIM_REQUIRE(!found->session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	OPTIONAL_STRUCT(info, XR_TYPE_SWAPCHAIN_IMAGE_ACQUIRE_INFO);
	SIM_POINTER(index);
	bool is_static = found->info.createFlags & XR_SWAPCHAIN_CREATE_STATIC_IMAGE_BIT;
	SIM_REQUIRE(!is_static || !found->ever_acquired, XR_ERROR_CALL_ORDER_INVALID,
	            "a static image is acquired once only");
	SIM_REQUIRE(found->acquired_count < found->image_count, XR_ERROR_CALL_ORDER_INVALID,
	            "all %u images are acquired already", found->image_count);
	found->ever_acquired = true;
	found->acquired[found->acquired_count++] = found->next_image;
	*index = found->next_image;
	found->next_image = (found->next_image + 1) % found->image_count;
	return XR_SUCCESS;
}

XrResult sim_WaitSwapchainImage(XrSwapchain swapchain, const XrSwapchainImageWaitInfo *info)
{
	SIM_FIND(Swapchain, found, swapchain);
	SIM_STRUCT(info, XR_TYPE_SWAPCHAIN_IMAGE_WAIT_INFO);
	SIM_REQUIRE(!found->session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	SIM_REQUIRE(found->acquired_count > 0, XR_ERROR_CALL_ORDER_INVALID, "no image is acquired");
	SIM_REQUIRE(!found->waited, XR_ERROR_CALL_ORDER_INVALID, "the oldest acquired image was waited for already");
	found->waited = true;
	return XR_SUCCESS;
}

/* The image that was acquired first is the program's no more. */
static uint32_t take_oldest(SimSwapchain *swapchain)
{
	uint32_t image = swapchain->acquired[0];
	swapchain->waited = false;
	swapchain->acquired_count--;
	for (uint32_t i = 0; i < swapchain->acquired_count; i++)
		swapchain->acquired[i] = swapchain->acquired[i + 1];
	return image;
}

XrResult sim_ReleaseSwapchainImage(XrSwapchain swapchain, const XrSwapchainImageReleaseInfo *info)
{
	SIM_FIND(Swapchain, found, swapchain);
	OPTIONAL_STRUCT(info, XR_TYPE_SWAPCHAIN_IMAGE_RELEASE_INFO);
	SIM_REQUIRE(!found->session->lost, XR_ERROR_SESSION_LOST, "the session is lost");
	SIM_REQUIRE(found->waited, XR_ERROR_CALL_ORDER_INVALID, "no image was acquired and waited for");
	SimGlScope scope;
	SIM_TRY(sim_gl_enter(found->session, &scope));
	/* The check lets go of the mutex: another thread may release too, or destroy the swapchain. */
	uint32_t image = take_oldest(found);
	sim_object_retain(scope.session);
	sim_object_retain(found);
	sim_strict_release(found, image);
	found->released = true;
	found->released_image = image;
	sim_gl_leave(&scope);
	sim_object_release(found);
	sim_object_release(scope.session);
	return XR_SUCCESS;
}
