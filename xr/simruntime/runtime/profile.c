/* Interaction profiles: what a suggested path means for a kind of controller. */
#include "action.h"

#include <string.h>

/* What the last word of a component says of its type; a word that is not here
 * is one that only looks at a real number. */
static const struct {
	const char *word;
	XrActionType type;
} types[] = {
	{"click", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"touch", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"proximity", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"proximity_fb", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"proximity_meta", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"ready_ext", XR_ACTION_TYPE_BOOLEAN_INPUT},
	{"pose", XR_ACTION_TYPE_POSE_INPUT},
};

XrActionType sim_component_type(const char *component)
{
	if (strncmp(component, SIM_OUTPUT, strlen(SIM_OUTPUT)) == 0)
		return XR_ACTION_TYPE_VIBRATION_OUTPUT;
	const char *word = strchr(component, '/');
	if (!word)
		return XR_ACTION_TYPE_VECTOR2F_INPUT;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(word + 1, types[i].word) == 0)
			return types[i].type;
	}
	return XR_ACTION_TYPE_FLOAT_INPUT;
}

bool sim_component_moves(const char *component, XrActionType action)
{
	XrActionType type = sim_component_type(component);
	if (action == XR_ACTION_TYPE_BOOLEAN_INPUT || action == XR_ACTION_TYPE_FLOAT_INPUT)
		return type == XR_ACTION_TYPE_BOOLEAN_INPUT || type == XR_ACTION_TYPE_FLOAT_INPUT;
	return type == action;
}

bool sim_component_is_reserved(const char *component)
{
	return strncmp(component, "system/", strlen("system/")) == 0 || strcmp(component, "home/click") == 0;
}

const SimProfile *sim_profile_named(const char *path)
{
	if (strncmp(path, SIM_PROFILES, strlen(SIM_PROFILES)) != 0)
		return NULL;
	for (size_t i = 0; i < sim_profile_count; i++) {
		if (strcmp(path + strlen(SIM_PROFILES), sim_profiles[i].name) == 0)
			return &sim_profiles[i];
	}
	return NULL;
}

/* next_word returns the length of the word at *list after its leading spaces,
 * to which *list is moved, or 0 at the end. */
static size_t next_word(const char **list)
{
	while (**list == ' ')
		++*list;
	return strcspn(*list, " ");
}

/* words_before counts the words of a list up to a place in it. */
static int words_before(const char *list, const char *place)
{
	int words = 0;
	for (size_t n; list < place && (n = next_word(&list)) > 0; list += n)
		words++;
	return words;
}

bool sim_profile_next_user(const char **users, char user[SIM_NAME_SIZE])
{
	size_t n = next_word(users);
	if (n == 0 || n >= SIM_NAME_SIZE)
		return false;
	memcpy(user, *users, n);
	user[n] = '\0';
	*users += n;
	return true;
}

/* side returns which hand a user path is, as the letter of the table, or 0. */
static char side(const char *user)
{
	if (strcmp(user, "/user/hand/left") == 0)
		return 'L';
	if (strcmp(user, "/user/hand/right") == 0)
		return 'R';
	return 0;
}

bool sim_profile_next_component(const char **components, const char *user, char component[SIM_NAME_SIZE])
{
	for (size_t n; (n = next_word(components)) > 0; *components += n) {
		const char *word = *components;
		size_t length = n;
		if (word[1] == ':') {
			if (word[0] != side(user))
				continue;
			word += 2;
			length -= 2;
		}
		if (length >= SIM_NAME_SIZE)
			continue;
		memcpy(component, word, length);
		component[length] = '\0';
		*components += n;
		return true;
	}
	return false;
}

int sim_profile_component(const SimProfile *profile, const char *user, const char *component)
{
	char own[SIM_NAME_SIZE];
	const char *list = profile->components;
	while (sim_profile_next_component(&list, user, own)) {
		if (strcmp(own, component) == 0)
			return words_before(profile->components, list) - 1;
	}
	return -1;
}

/* Poses that every profile of two hands has besides its own: the palm pose of XR_EXT_palm_pose,
 * and the grip surface, which is its name in core 1.1. */
static bool is_common_pose(const SimInstance *instance, const SimProfile *profile, const char *component)
{
	if (strncmp(profile->users, "/user/hand/", strlen("/user/hand/")) != 0)
		return false;
	if (strcmp(component, "grip_surface/pose") == 0)
		return sim_is_1_1(instance);
	return strcmp(component, "palm_ext/pose") == 0 && sim_profile_extension_enabled(instance, "XR_EXT_palm_pose");
}

static bool has(const SimInstance *instance, const SimProfile *profile, const char *user, const char *component)
{
	return is_common_pose(instance, profile, component) || sim_profile_component(profile, user, component) >= 0;
}

/* The words that stand for a whole input where a program names no component,
 * by type of action; of those the profile has, the first is meant. */
static const char *const implied[][4] = {
	[XR_ACTION_TYPE_BOOLEAN_INPUT] = {"/click", "/value", "/force", NULL},
	[XR_ACTION_TYPE_FLOAT_INPUT] = {"/value", "/force", "/click", NULL},
	[XR_ACTION_TYPE_POSE_INPUT] = {"/pose", NULL},
	[XR_ACTION_TYPE_VECTOR2F_INPUT] = {"", NULL},
};

/* complete appends to an input without a component what type implies. */
static bool complete(const SimInstance *instance, const SimProfile *profile, const char *user, XrActionType type,
                     char component[SIM_NAME_SIZE])
{
	if (type > XR_ACTION_TYPE_POSE_INPUT)
		return false;
	size_t n = strlen(component);
	for (const char *const *word = implied[type]; *word; word++) {
		if (n + strlen(*word) >= SIM_NAME_SIZE)
			return false;
		strcpy(component + n, *word);
		if (has(instance, profile, user, component))
			return true;
	}
	component[n] = '\0';
	return false;
}

/* is_identifier tells whether the profile has an input of that name at all. */
static bool is_identifier(const SimProfile *profile, const char *user, const char *name)
{
	size_t n = strlen(name);
	char own[SIM_NAME_SIZE];
	for (const char *list = profile->components; sim_profile_next_component(&list, user, own);) {
		if (strncmp(own, name, n) == 0 && own[n] == '/')
			return true;
	}
	return false;
}

/* split takes a path apart into the user path, which must be one of the
 * profile's, and the component, in the table's notation. */
static bool split(const SimProfile *profile, const char *path, char user[SIM_NAME_SIZE],
                  char component[SIM_NAME_SIZE])
{
	for (const char *users = profile->users; sim_profile_next_user(&users, user);) {
		size_t n = strlen(user);
		if (strncmp(path, user, n) != 0)
			continue;
		bool input = strncmp(path + n, "/input/", strlen("/input/")) == 0;
		bool output = strncmp(path + n, "/output/", strlen("/output/")) == 0;
		if (!input && !output)
			continue;
		const char *rest = path + n + strlen(input ? "/input/" : "/output/");
		if (strlen(rest) + strlen(SIM_OUTPUT) >= SIM_NAME_SIZE)
			return false;
		strcpy(component, output ? SIM_OUTPUT : "");
		strcat(component, rest);
		return true;
	}
	return false;
}

bool sim_profile_resolve(const SimInstance *instance, const SimProfile *profile, const char *path, XrActionType type,
                         char user[SIM_NAME_SIZE], char component[SIM_NAME_SIZE])
{
	if (!split(profile, path, user, component))
		return false;
	if (!strchr(component, '/') && complete(instance, profile, user, type, component))
		return true;
	return has(instance, profile, user, component) || is_identifier(profile, user, component);
}

bool sim_is_1_1(const SimInstance *instance)
{
	return XR_VERSION_MINOR(instance->api_version) >= 1;
}

bool sim_profile_available(const SimInstance *instance, const SimProfile *profile)
{
	if (profile->core == SIM_CORE_1_0 || (profile->core == SIM_CORE_1_1 && sim_is_1_1(instance)))
		return true;
	return profile->extension && sim_profile_extension_enabled(instance, profile->extension);
}

static bool is_named_before(uint32_t i)
{
	for (uint32_t j = 0; j < i; j++) {
		if (sim_profiles[j].extension && strcmp(sim_profiles[j].extension, sim_profiles[i].extension) == 0)
			return true;
	}
	return false;
}

const char *sim_profile_extension(uint32_t i)
{
	if (i-- == 0)
		return "XR_EXT_palm_pose";
	for (uint32_t j = 0; j < sim_profile_count; j++) {
		if (sim_profiles[j].extension && !is_named_before(j) && i-- == 0)
			return sim_profiles[j].extension;
	}
	return NULL;
}
