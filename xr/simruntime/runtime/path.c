/* Paths: the strings that OpenXR uses as names, as atoms. The rules of a well-formed path are
 * those of the OpenXR 1.1 specification, "Well-Formed Path Strings". */
#include "functions.h"

#include <stdlib.h>
#include <string.h>

/* An XrPath is the place of its text in this list, from 1 on. Texts are not moved or freed while
 * the instance lives, so that a pointer to one may be kept. */
struct SimPathTable {
	char **texts;
	size_t count, room;
};

static bool is_path_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* level_length returns the length of one level, the text up to the next slash or the end; 0 when
 * it is not one: empty, periods only, or with a character that paths do not have. */
static size_t level_length(const char *level)
{
	size_t n = 0;
	bool only_periods = true;
	for (; level[n] && level[n] != '/'; n++) {
		if (!is_path_character(level[n]))
			return 0;
		if (level[n] != '.')
			only_periods = false;
	}
	return only_periods ? 0 : n;
}

bool sim_path_is_well_formed(const char *text)
{
	if (*text != '/' || strnlen(text, XR_MAX_PATH_LENGTH) == XR_MAX_PATH_LENGTH)
		return false;
	while (*text) {
		size_t n = level_length(text + 1);
		if (n == 0)
			return false;
		text += 1 + n;
	}
	return true;
}

bool sim_is_path_level(const char *text)
{
	size_t n = level_length(text);
	return n > 0 && text[n] == '\0';
}

SimPathTable *sim_paths_new(void)
{
	return calloc(1, sizeof(SimPathTable));
}

void sim_paths_free(SimPathTable *paths)
{
	if (!paths)
		return;
	for (size_t i = 0; i < paths->count; i++)
		free(paths->texts[i]);
	free(paths->texts);
	free(paths);
}

static bool make_room(SimPathTable *paths)
{
	if (paths->count < paths->room)
		return true;
	size_t room = paths->room ? 2 * paths->room : 256;
	char **texts = realloc(paths->texts, room * sizeof *texts);
	if (!texts)
		return false;
	paths->texts = texts;
	paths->room = room;
	return true;
}

XrPath sim_path(SimInstance *instance, const char *text)
{
	SimPathTable *paths = instance->paths;
	for (size_t i = 0; i < paths->count; i++) {
		if (strcmp(paths->texts[i], text) == 0)
			return i + 1;
	}
	char *copy = make_room(paths) ? strdup(text) : NULL;
	if (!copy)
		return XR_NULL_PATH;
	paths->texts[paths->count++] = copy;
	return paths->count;
}

const char *sim_path_text(const SimInstance *instance, XrPath path)
{
	const SimPathTable *paths = instance->paths;
	return path >= 1 && path <= paths->count ? paths->texts[path - 1] : NULL;
}

XrResult sim_StringToPath(XrInstance handle, const char *text, XrPath *path)
{
	SIM_FIND(Instance, instance, handle);
	SIM_POINTER(text);
	SIM_POINTER(path);
	SIM_REQUIRE(sim_path_is_well_formed(text), XR_ERROR_PATH_FORMAT_INVALID, "not a well-formed path: %.300s", text);
	*path = sim_path(instance, text);
	return *path == XR_NULL_PATH ? XR_ERROR_OUT_OF_MEMORY : XR_SUCCESS;
}

XrResult sim_PathToString(XrInstance handle, XrPath path, uint32_t capacity, uint32_t *count, char *buffer)
{
	SIM_FIND(Instance, instance, handle);
	const char *text = sim_path_text(instance, path);
	SIM_REQUIRE(text, XR_ERROR_PATH_INVALID, "there is no path %llu", (unsigned long long)path);
	return sim_two_call_copy(capacity, count, buffer, text, (uint32_t)strlen(text) + 1, 1);
}
