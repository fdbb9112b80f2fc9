/* Paths: what is well formed, and going to an atom and back. */
#include "input_client.h"

int main(void)
{
	static char long_path[300], longest_path[XR_MAX_PATH_LENGTH];
	memset(long_path, 'a', sizeof long_path - 1);
	memset(longest_path, 'a', sizeof longest_path - 1);
	long_path[0] = longest_path[0] = '/';
	long_path[XR_MAX_PATH_LENGTH] = '\0'; /* 256 characters: one more than fits with its NUL */

	const char *const malformed[] = {"",     "/",    "//",  "a/b",  "/foo/", "/foo//bar", "/Foo", "/foo bar",
	                                 "/.",   "/..",  "/...", "/a/../b", "/foo/bär", "/foo\\bar", long_path};
	const char *const well_formed[] = {"/a", "/user/hand/left/input/trigger/value", "/foo.bar/-_0/.x", "/a/b.", longest_path};

	XrInstance instance;
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 0), 0, NULL, &instance));
	for (uint32_t i = 0; i < COUNT(malformed); i++) {
		XrPath p;
		XrResult got = xrStringToPath(instance, malformed[i], &p);
		CHECK(got == XR_ERROR_PATH_FORMAT_INVALID, "%s: %s", malformed[i], result_name(got));
	}
	XrPath atoms[COUNT(well_formed)];
	for (uint32_t i = 0; i < COUNT(well_formed); i++) {
		char text[XR_MAX_PATH_LENGTH];
		uint32_t n = 0;
		atoms[i] = path(instance, well_formed[i]);
		CHECK(atoms[i] != XR_NULL_PATH && atoms[i] == path(instance, well_formed[i]), "%s has two atoms", well_formed[i]);
		for (uint32_t j = 0; j < i; j++)
			CHECK(atoms[i] != atoms[j], "%s and %s have one atom", well_formed[i], well_formed[j]);
		CALL(xrPathToString(instance, atoms[i], 0, &n, NULL), XR_SUCCESS);
		CHECK(n == strlen(well_formed[i]) + 1, "%s needs %u bytes", well_formed[i], n);
		CALL(xrPathToString(instance, atoms[i], n - 1, &n, text), XR_ERROR_SIZE_INSUFFICIENT);
		CALL(xrPathToString(instance, atoms[i], n, &n, text), XR_SUCCESS);
		CHECK(strcmp(text, well_formed[i]) == 0, "%s came back as %s", well_formed[i], text);
	}
	char text[XR_MAX_PATH_LENGTH];
	uint32_t n;
	CALL(xrPathToString(instance, XR_NULL_PATH, sizeof text, &n, text), XR_ERROR_PATH_INVALID);
	CALL(xrPathToString(instance, 1234567, sizeof text, &n, text), XR_ERROR_PATH_INVALID);
	MUST(xrDestroyInstance(instance));

	/* Atoms are an instance's: a new one does not know them. */
	MUST(create_instance(XR_MAKE_VERSION(1, 0, 0), 0, NULL, &instance));
	CALL(xrPathToString(instance, atoms[0], sizeof text, &n, text), XR_ERROR_PATH_INVALID);
	MUST(xrDestroyInstance(instance));
	return verdict();
}
