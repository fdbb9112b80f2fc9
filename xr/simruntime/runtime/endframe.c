/* Is what the program submits to xrEndFrame allowed? */
#include <math.h>

#include "functions.h"
#include "internal.h"

static XrResult check_rect(const XrRect2Di *rect, const XrSwapchainCreateInfo *image)
{
	int64_t right = (int64_t)rect->offset.x + rect->extent.width;
	int64_t top = (int64_t)rect->offset.y + rect->extent.height;
	bool inside = rect->offset.x >= 0 && rect->offset.y >= 0 && rect->extent.width > 0 && rect->extent.height > 0 &&
	              right <= image->width && top <= image->height;
	SIM_REQUIRE(inside, XR_ERROR_SWAPCHAIN_RECT_INVALID, "imageRect %d,%d %dx%d leaves the image of %ux%u",
	            rect->offset.x, rect->offset.y, rect->extent.width, rect->extent.height, image->width, image->height);
	return XR_SUCCESS;
}

static XrResult check_sub_image(const XrSwapchainSubImage *image, bool depth)
{
	SIM_FIND(Swapchain, swapchain, image->swapchain);
	SIM_REQUIRE(swapchain->released, XR_ERROR_LAYER_INVALID, "the layer's swapchain never had an image released");
	SIM_REQUIRE(image->imageArrayIndex < swapchain->info.arraySize, XR_ERROR_VALIDATION_FAILURE,
	            "imageArrayIndex %u of %u", image->imageArrayIndex, swapchain->info.arraySize);
	SIM_REQUIRE(sim_format(swapchain->info.format)->depth == depth, XR_ERROR_VALIDATION_FAILURE,
	            depth ? "a depth image in a colour format" : "a colour image in a depth format");
	return check_rect(&image->imageRect, &swapchain->info);
}

static bool fov_valid(XrFovf fov)
{
	const float angles[] = {fov.angleLeft, fov.angleRight, fov.angleUp, fov.angleDown};
	for (uint32_t i = 0; i < SIM_COUNT(angles); i++)
		if (!(fabsf(angles[i]) < 1.5707963f))
			return false;
	return fov.angleLeft != fov.angleRight && fov.angleUp != fov.angleDown;
}

static XrResult check_depth(const XrCompositionLayerDepthInfoKHR *depth)
{
	SIM_TRY(check_sub_image(&depth->subImage, true));
	SIM_REQUIRE(depth->minDepth >= 0 && depth->maxDepth <= 1 && depth->minDepth <= depth->maxDepth,
	            XR_ERROR_VALIDATION_FAILURE, "the depth range %g..%g is not within 0..1", depth->minDepth,
	            depth->maxDepth);
	SIM_REQUIRE(depth->nearZ >= 0 && depth->farZ >= 0 && depth->nearZ != depth->farZ, XR_ERROR_VALIDATION_FAILURE,
	            "nearZ %g and farZ %g are distances, and differ", depth->nearZ, depth->farZ);
	return XR_SUCCESS;
}

static XrResult check_view(const SimSession *session, const XrCompositionLayerProjectionView *view)
{
	SIM_STRUCT(view, XR_TYPE_COMPOSITION_LAYER_PROJECTION_VIEW);
	SIM_REQUIRE(sim_pose_valid(&view->pose), XR_ERROR_POSE_INVALID, "the pose of a view is no rigid pose");
	SIM_REQUIRE(fov_valid(view->fov), XR_ERROR_VALIDATION_FAILURE, "the field of view is empty, or wider than 180 degrees");
	SIM_TRY(check_sub_image(&view->subImage, false));
	const XrCompositionLayerDepthInfoKHR *depth = sim_chain(view->next, XR_TYPE_COMPOSITION_LAYER_DEPTH_INFO_KHR);
	if (depth && session->instance->extension[SIM_EXT_layer_depth])
		SIM_TRY(check_depth(depth));
	return XR_SUCCESS;
}

static XrResult check_projection(const SimSession *session, const XrCompositionLayerProjection *layer)
{
	SIM_REQUIRE(layer->viewCount == 2 && layer->views, XR_ERROR_VALIDATION_FAILURE, "a projection layer has 2 views, not %u",
	            layer->viewCount);
	for (uint32_t i = 0; i < layer->viewCount; i++)
		SIM_TRY(check_view(session, &layer->views[i]));
	return XR_SUCCESS;
}

static XrResult check_quad(const XrCompositionLayerQuad *layer)
{
	SIM_REQUIRE(layer->eyeVisibility >= XR_EYE_VISIBILITY_BOTH && layer->eyeVisibility <= XR_EYE_VISIBILITY_RIGHT,
	            XR_ERROR_VALIDATION_FAILURE, "eyeVisibility %d does not exist", layer->eyeVisibility);
	SIM_REQUIRE(sim_pose_valid(&layer->pose), XR_ERROR_POSE_INVALID, "the pose of a quad is no rigid pose");
	SIM_REQUIRE(layer->size.width > 0 && layer->size.height > 0, XR_ERROR_VALIDATION_FAILURE, "a quad of %g x %g m",
	            layer->size.width, layer->size.height);
	return check_sub_image(&layer->subImage, false);
}

static XrResult check_layer(const SimSession *session, const XrCompositionLayerBaseHeader *layer)
{
	SIM_REQUIRE(layer, XR_ERROR_LAYER_INVALID, "a layer is NULL");
	bool known = layer->type == XR_TYPE_COMPOSITION_LAYER_PROJECTION || layer->type == XR_TYPE_COMPOSITION_LAYER_QUAD;
	SIM_REQUIRE(known, XR_ERROR_LAYER_INVALID, "layers of structure type %d are not supported", layer->type);
	SIM_FIND(Space, space, layer->space);
	if (layer->type == XR_TYPE_COMPOSITION_LAYER_PROJECTION)
		return check_projection(session, (const XrCompositionLayerProjection *)layer);
	return check_quad((const XrCompositionLayerQuad *)layer);
}

static XrResult check_blend_mode(XrEnvironmentBlendMode mode)
{
	SIM_REQUIRE(mode >= XR_ENVIRONMENT_BLEND_MODE_OPAQUE && mode <= XR_ENVIRONMENT_BLEND_MODE_ALPHA_BLEND,
	            XR_ERROR_VALIDATION_FAILURE, "environment blend mode %d does not exist", mode);
	SIM_REQUIRE(mode == XR_ENVIRONMENT_BLEND_MODE_OPAQUE, XR_ERROR_ENVIRONMENT_BLEND_MODE_UNSUPPORTED,
	            "only OPAQUE is supported");
	return XR_SUCCESS;
}

XrResult sim_check_end_frame(const SimSession *session, const XrFrameEndInfo *info)
{
	SIM_REQUIRE(info->displayTime > 0, XR_ERROR_TIME_INVALID, "displayTime %lld is not positive",
	            (long long)info->displayTime);
	SIM_TRY(check_blend_mode(info->environmentBlendMode));
	SIM_REQUIRE(info->layerCount <= SIM_MAX_LAYERS, XR_ERROR_LAYER_LIMIT_EXCEEDED, "%u layers of at most %u",
	            info->layerCount, SIM_MAX_LAYERS);
	SIM_REQUIRE(info->layerCount == 0 || info->layers, XR_ERROR_VALIDATION_FAILURE, "layers is NULL");
	for (uint32_t i = 0; i < info->layerCount; i++)
		SIM_TRY(check_layer(session, info->layers[i]));
	return XR_SUCCESS;
}
