/* Swapchains: formats, creation, and who holds which image. */
#include "core_client.h"

static void formats(XrSession session)
{
	int64_t list[32];
	uint32_t count;
	static const int64_t wanted[] = {GL_RGBA16F, GL_SRGB8_ALPHA8, GL_RGB10_A2, GL_RGBA8, GL_DEPTH_COMPONENT32F,
	                                 GL_DEPTH_COMPONENT24};
	CALL(xrEnumerateSwapchainFormats(session, COUNT(list), &count, list), XR_SUCCESS);
	for (uint32_t w = 0; w < COUNT(wanted); w++) {
		bool found = false;
		for (uint32_t i = 0; i < count; i++)
			found |= list[i] == wanted[w];
		CHECK(found, "format 0x%llx is not offered", (unsigned long long)wanted[w]);
	}
	/* Every format and shape offered can be made, also with mipmaps. */
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t layers = 1; layers <= 2; layers++) {
			XrSwapchainCreateInfo info = swapchain_info(list[i], 64, layers);
			info.mipCount = 7;
			XrSwapchain swapchain;
			CALL(xrCreateSwapchain(session, &info, &swapchain), XR_SUCCESS);
			CHECK(glIsTexture(texture_of(swapchain, 0)), "format 0x%llx: no texture", (unsigned long long)list[i]);
			CALL(xrDestroySwapchain(swapchain), XR_SUCCESS);
		}
}

static void create_errors(XrSession session)
{
	XrSwapchainCreateInfo good = swapchain_info(GL_SRGB8_ALPHA8, 64, 1);
	struct {
		const char *what;
		XrSwapchainCreateInfo info;
		XrResult want;
	} table[] = {
		{"unknown format", good, XR_ERROR_SWAPCHAIN_FORMAT_UNSUPPORTED},
		{"no width", good, XR_ERROR_VALIDATION_FAILURE},
		{"too high", good, XR_ERROR_VALIDATION_FAILURE},
		{"no layer", good, XR_ERROR_VALIDATION_FAILURE},
		{"no sample", good, XR_ERROR_VALIDATION_FAILURE},
		{"four samples", good, XR_ERROR_FEATURE_UNSUPPORTED},
		{"a cube", good, XR_ERROR_FEATURE_UNSUPPORTED},
		{"three faces", good, XR_ERROR_VALIDATION_FAILURE},
		{"too many mipmaps", good, XR_ERROR_VALIDATION_FAILURE},
		{"unknown flag", good, XR_ERROR_VALIDATION_FAILURE},
		{"wrong type", good, XR_ERROR_VALIDATION_FAILURE},
	};
	table[0].info.format = 0x1234;
	table[1].info.width = 0;
	table[2].info.height = 100000;
	table[3].info.arraySize = 0;
	table[4].info.sampleCount = 0;
	table[5].info.sampleCount = 4;
	table[6].info.faceCount = 6;
	table[7].info.faceCount = 3;
	table[8].info.mipCount = 8;
	table[9].info.createFlags = 0x80;
	table[10].info.type = XR_TYPE_SESSION_CREATE_INFO;
	for (uint32_t i = 0; i < COUNT(table); i++) {
		XrSwapchain swapchain;
		check_result(__LINE__, table[i].what, xrCreateSwapchain(session, &table[i].info, &swapchain), table[i].want);
	}
}

static void order(XrSession session)
{
	XrSwapchain swapchain = make_swapchain(session, GL_SRGB8_ALPHA8, 16, 1);
	uint32_t index, count, first, second;
	CALL(xrEnumerateSwapchainImages(swapchain, 0, &count, NULL), XR_SUCCESS);
	CHECK(count == 3, "%u images", count);
	CALL(wait_image(swapchain, 0), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &first), XR_SUCCESS);
	CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_ERROR_CALL_ORDER_INVALID);
	CALL(wait_image(swapchain, XR_INFINITE_DURATION), XR_SUCCESS);
	CALL(wait_image(swapchain, XR_INFINITE_DURATION), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &second), XR_SUCCESS);
	CHECK(second != first, "the same image twice");
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &index), XR_SUCCESS);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &index), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_SUCCESS);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &index), XR_SUCCESS);
	CHECK(index == first, "the image released first comes first: got %u, want %u", index, first);
	for (int i = 0; i < 3; i++) {
		CALL(wait_image(swapchain, 0), XR_SUCCESS);
		CALL(xrReleaseSwapchainImage(swapchain, NULL), XR_SUCCESS);
	}
	XrSwapchainImageWaitInfo wrong = {.type = XR_TYPE_SWAPCHAIN_IMAGE_ACQUIRE_INFO};
	CALL(xrWaitSwapchainImage(swapchain, &wrong), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrWaitSwapchainImage(swapchain, NULL), XR_ERROR_VALIDATION_FAILURE);
	CALL(xrDestroySwapchain(swapchain), XR_SUCCESS);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &index), XR_ERROR_HANDLE_INVALID);
}

static void static_image(XrSession session)
{
	XrSwapchainCreateInfo info = swapchain_info(GL_SRGB8_ALPHA8, 16, 1);
	info.createFlags = XR_SWAPCHAIN_CREATE_STATIC_IMAGE_BIT;
	XrSwapchain swapchain;
	uint32_t count, index;
	MUST(xrCreateSwapchain(session, &info, &swapchain));
	CALL(xrEnumerateSwapchainImages(swapchain, 0, &count, NULL), XR_SUCCESS);
	CHECK(count == 1, "a static swapchain of %u images", count);
	fill_next(swapchain, 1, 0, 0, 0, 1);
	CALL(xrAcquireSwapchainImage(swapchain, NULL, &index), XR_ERROR_CALL_ORDER_INVALID);
	CALL(xrDestroySwapchain(swapchain), XR_SUCCESS);
}

/* Textures go with their swapchain, and with their session. */
static void textures_go(Client *c)
{
	XrSwapchain swapchain = make_swapchain(c->session, GL_SRGB8_ALPHA8, 16, 2);
	uint32_t texture = texture_of(swapchain, 2);
	CHECK(glIsTexture(texture), "no texture");
	CALL(xrDestroySwapchain(swapchain), XR_SUCCESS);
	CHECK(!glIsTexture(texture), "the texture outlives its swapchain");
	texture = texture_of(make_swapchain(c->session, GL_SRGB8_ALPHA8, 16, 2), 1);
	CALL(xrDestroySession(c->session), XR_SUCCESS);
	CHECK(!glIsTexture(texture), "the texture outlives its session");
}

int main(void)
{
	Client c = start_client();
	formats(c.session);
	create_errors(c.session);
	order(c.session);
	static_image(c.session);
	textures_go(&c);
	CHECK(glGetError() == GL_NO_ERROR, "the runtime left a GL error");
	MUST(xrDestroyInstance(c.instance));
	return verdict();
}
