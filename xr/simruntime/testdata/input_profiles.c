/* Every path of every interaction profile is accepted where it should be, and refused elsewhere.
 * usage: input_profiles 1.0|1.1 input_profiles.txt   (the file says how its lines are made)
 * The first is the OpenXR version of the instances: the installed loader knows only 1.0. */
#include "input_client.h"

#define MAX_LINES 200
#define SIZE_OF_ITEM 128

static char lines[MAX_LINES][4096];
static int line_count;
static bool is_1_1;
static XrInstance instance;
static XrActionSet set;
static XrAction actions[128]; /* by the letter of the type */

static void open_instance(const char *extension)
{
	MUST(create_instance(is_1_1 ? XR_MAKE_VERSION(1, 1, 0) : XR_MAKE_VERSION(1, 0, 20), extension ? 1 : 0, &extension, &instance));
	set = action_set(instance, "set", 0);
	actions['b'] = action(set, "button", XR_ACTION_TYPE_BOOLEAN_INPUT, 0, NULL);
	actions['f'] = action(set, "number", XR_ACTION_TYPE_FLOAT_INPUT, 0, NULL);
	actions['v'] = action(set, "stick", XR_ACTION_TYPE_VECTOR2F_INPUT, 0, NULL);
	actions['p'] = action(set, "pose", XR_ACTION_TYPE_POSE_INPUT, 0, NULL);
	actions['h'] = action(set, "haptic", XR_ACTION_TYPE_VIBRATION_OUTPUT, 0, NULL);
}

static void expect(const char *profile, const char *user, const char *component, char type, XrResult want)
{
	char text[XR_MAX_PATH_LENGTH], name[XR_MAX_PATH_LENGTH];
	snprintf(text, sizeof text, "%s/%s", user, component);
	snprintf(name, sizeof name, "/interaction_profiles/%s", profile);
	XrActionSuggestedBinding binding = {actions[(int)type], path(instance, text)};
	XrResult got = suggest(instance, name, 1, &binding);
	CHECK(got == want, "%s %s: got %s, want %s", profile, text, result_name(got), result_name(want));
}

static void check_line(const char *profile, const char *user, char *components, XrResult want)
{
	for (char *rest = components, *item; (item = strtok_r(rest, " \n", &rest));)
		expect(profile, user, item + 2, item[0], want);
	expect(profile, user, "input/nonsense/click", 'b', XR_ERROR_PATH_UNSUPPORTED);
	expect(profile, user, "output/nonsense", 'h', XR_ERROR_PATH_UNSUPPORTED);
	expect(profile, "/user/treadmill", "input/select/click", 'b', XR_ERROR_PATH_UNSUPPORTED);
}

/* What only the other hand has is refused on this one. */
static void check_other(const char *profile, const char *user, const char *line, const char *other)
{
	char copy[4096], name[128], item[SIZE_OF_ITEM];
	int used;
	snprintf(copy, sizeof copy, "%s", other);
	if (sscanf(copy, "%127s %*s %*s %*s %n", name, &used) != 1 || strcmp(name, profile) != 0)
		return;
	for (char *rest = copy + used, *word; (word = strtok_r(rest, " \n", &rest));) {
		snprintf(item, sizeof item, " %s", word);
		const char *found = strstr(line, item);
		while (found && !strchr(" \n", found[strlen(item)]))
			found = strstr(found + 1, item);
		if (!found)
			expect(profile, user, word + 2, word[0], XR_ERROR_PATH_UNSUPPORTED);
	}
}

static void check_where(const char *extension, const char *line, XrResult want)
{
	char copy[4096], profile[128], core[8], needs[128], user[64];
	int used;
	snprintf(copy, sizeof copy, "%s", line);
	if (sscanf(copy, "%127s %7s %127s %63s %n", profile, core, needs, user, &used) != 4)
		exit(2);
	open_instance(extension);
	check_line(profile, user, copy + used, want);
	for (int i = 0; i < line_count; i++)
		check_other(profile, user, line, lines[i]);
	MUST(xrDestroyInstance(instance));
}

/* By the core version and by its extension, each alone. */
static void check_profile(const char *line)
{
	char profile[128], core[8], needs[128];
	if (sscanf(line, "%127s %7s %127s", profile, core, needs) != 3)
		exit(2);
	bool in_core = strcmp(core, "1.0") == 0 || (is_1_1 && strcmp(core, "1.1") == 0);
	check_where(NULL, line, in_core ? XR_SUCCESS : XR_ERROR_PATH_UNSUPPORTED);
	if (strcmp(needs, "-") != 0)
		check_where(needs, line, XR_SUCCESS);
}

/* Components of one hand are refused on the other, and the poses that all hands have come with 1.1
 * or their extension. */
static void check_details(void)
{
	open_instance(NULL);
	XrResult surface = is_1_1 ? XR_SUCCESS : XR_ERROR_PATH_UNSUPPORTED;
	expect("oculus/touch_controller", "/user/hand/right", "input/x/click", 'b', XR_ERROR_PATH_UNSUPPORTED);
	expect("oculus/touch_controller", "/user/hand/left", "input/a/click", 'b', XR_ERROR_PATH_UNSUPPORTED);
	expect("oculus/touch_controller", "/user/hand/right", "input/menu/click", 'b', XR_ERROR_PATH_UNSUPPORTED);
	expect("khr/simple_controller", "/user/hand/left", "input/grip_surface/pose", 'p', surface);
	expect("khr/simple_controller", "/user/hand/left", "input/palm_ext/pose", 'p', XR_ERROR_PATH_UNSUPPORTED);
	expect("oculus/touch_controller", "/user/hand/left", "output/haptic/x", 'h', XR_ERROR_PATH_UNSUPPORTED);
	expect("oculus/touch_controller", "/user/hand/left", "trigger/value", 'f', XR_ERROR_PATH_UNSUPPORTED);
	expect("oculus/nonsense_controller", "/user/hand/left", "input/trigger/value", 'f', XR_ERROR_PATH_UNSUPPORTED);
	/* An input without a component stands for what the action's type implies. */
	expect("oculus/touch_controller", "/user/hand/left", "input/trigger", 'f', XR_SUCCESS);
	expect("oculus/touch_controller", "/user/hand/left", "input/trigger", 'b', XR_SUCCESS);
	expect("oculus/touch_controller", "/user/hand/left", "input/grip", 'p', XR_SUCCESS);
	expect("oculus/touch_controller", "/user/hand/left", "input/trig", 'f', XR_ERROR_PATH_UNSUPPORTED);
	MUST(xrDestroyInstance(instance));
	open_instance("XR_EXT_palm_pose");
	expect("khr/simple_controller", "/user/hand/left", "input/palm_ext/pose", 'p', XR_SUCCESS);
	expect("microsoft/xbox_controller", "/user/gamepad", "input/palm_ext/pose", 'p', XR_ERROR_PATH_UNSUPPORTED);
	MUST(xrDestroyInstance(instance));
}

int main(int argc, char **argv)
{
	FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
	if (!file)
		return 2;
	is_1_1 = strcmp(argv[1], "1.1") == 0;
	while (line_count < MAX_LINES && fgets(lines[line_count], sizeof lines[0], file))
		line_count += lines[line_count][0] != '#';
	fclose(file);
	CHECK(line_count == 59, "%d lines of profiles, want 59", line_count);
	for (int i = 0; i < line_count; i++)
		check_profile(lines[i]);
	check_details();
	return verdict();
}
