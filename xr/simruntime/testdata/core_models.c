/* Every display model: what it tells of itself, and that what it tells fits together. */
#include <math.h>

#include "core_client.h"

static const struct {
	const char *name;
	uint32_t width, height;
	float rate;
	double cant_degrees;
	bool masked, positioned;
} models[] = {
	{"test", 512, 512, 72, 0, true, true},       {"asymmetric", 1832, 1920, 90, 0, true, true},
	{"canted", 1440, 1600, 90, 5, true, true},   {"wide", 2560, 1440, 90, 10, false, true},
	{"phone", 1024, 1024, 60, 0, false, false},
};

static void check_size(const Client *c, uint32_t m)
{
	XrViewConfigurationView views[2] = {{.type = XR_TYPE_VIEW_CONFIGURATION_VIEW}, {.type = XR_TYPE_VIEW_CONFIGURATION_VIEW}};
	XrSystemProperties properties = {.type = XR_TYPE_SYSTEM_PROPERTIES};
	uint32_t count;
	MUST(xrEnumerateViewConfigurationViews(c->instance, c->system, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 2, &count, views));
	MUST(xrGetSystemProperties(c->instance, c->system, &properties));
	for (int eye = 0; eye < 2; eye++)
		CHECK(views[eye].recommendedImageRectWidth == models[m].width && views[eye].recommendedImageRectHeight == models[m].height,
		      "%s: eye %d has %u x %u pixels", models[m].name, eye, views[eye].recommendedImageRectWidth,
		      views[eye].recommendedImageRectHeight);
	CHECK(strstr(properties.systemName, models[m].name), "%s is called %s", models[m].name, properties.systemName);
	CHECK(properties.trackingProperties.positionTracking == models[m].positioned, "%s: position tracking %u", models[m].name,
	      properties.trackingProperties.positionTracking);
}

static void check_eyes(const Client *c, uint32_t m)
{
	XrView v[2];
	XrTime time = frame(c->session);
	locate_views(c->session, c->view, time, v);
	double between = 2 * asin(v[0].pose.orientation.y) + 2 * asin(-v[1].pose.orientation.y);
	CHECK(fabs(between * 180 / M_PI - 2 * models[m].cant_degrees) < 1e-3, "%s: %g degrees between the eyes", models[m].name,
	      between * 180 / M_PI);
	CHECK(v[0].fov.angleLeft == -v[1].fov.angleRight && v[0].fov.angleRight == -v[1].fov.angleLeft &&
	          v[0].fov.angleUp == v[1].fov.angleUp && v[0].fov.angleDown == v[1].fov.angleDown,
	      "%s: the eyes are no mirror images", models[m].name);
	CHECK(v[1].pose.position.x == -v[0].pose.position.x && v[1].pose.position.x > 0.03f, "%s: an eye at %g m", models[m].name,
	      v[1].pose.position.x);
	XrSpaceLocation head = {.type = XR_TYPE_SPACE_LOCATION};
	MUST(xrLocateSpace(c->view, c->local, time, &head));
	CHECK(head.locationFlags == (models[m].positioned ? 0xF : 0x7), "%s: flags %llx", models[m].name,
	      (unsigned long long)head.locationFlags);
}

static void check_rate_and_mask(const Client *c, uint32_t m)
{
	float rate;
	XrVisibilityMaskKHR mask = {.type = XR_TYPE_VISIBILITY_MASK_KHR};
	MUST(((PFN_xrGetDisplayRefreshRateFB)function(c->instance, "xrGetDisplayRefreshRateFB"))(c->session, &rate));
	MUST(((PFN_xrGetVisibilityMaskKHR)function(c->instance, "xrGetVisibilityMaskKHR"))(
		c->session, XR_VIEW_CONFIGURATION_TYPE_PRIMARY_STEREO, 1, XR_VISIBILITY_MASK_TYPE_HIDDEN_TRIANGLE_MESH_KHR, &mask));
	CHECK(rate == models[m].rate, "%s: %g Hz", models[m].name, rate);
	CHECK((mask.indexCountOutput > 0) == models[m].masked, "%s: a mask of %u", models[m].name, mask.indexCountOutput);
	XrTime before = frame(c->session);
	CHECK(fabs((double)(frame(c->session) - before) - 1e9 / rate) < 1, "%s: the period is not that of %g Hz", models[m].name, rate);
}

int main(void)
{
	const char *extensions[] = {XR_FB_DISPLAY_REFRESH_RATE_EXTENSION_NAME, XR_KHR_VISIBILITY_MASK_EXTENSION_NAME};
	setenv("SPACETIME_SIM_CLOCK", "stepped", 1);
	for (uint32_t m = 0; m < COUNT(models); m++) {
		setenv("SPACETIME_SIM_MODEL", models[m].name, 1);
		Client c = start_client_with(COUNT(extensions), extensions);
		begin(c.instance, c.session);
		check_size(&c, m);
		check_eyes(&c, m);
		check_rate_and_mask(&c, m);
		MUST(xrDestroyInstance(c.instance));
	}
	return verdict();
}
