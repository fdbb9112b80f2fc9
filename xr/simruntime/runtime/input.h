// Input: paths, interaction profiles, actions, haptics.
//
// All functions here are called with the runtime's lock held, as every entry
// point holds it (sim.h).
#ifndef SIM_INPUT_H
#define SIM_INPUT_H

#include <openxr/openxr.h>
#include <stdbool.h>
#include <stddef.h>

// A user path or a component, with its NUL.
#define SIM_NAME_SIZE 64

// --- Paths (path.c) ---

// sim_path returns the atom of a text that is well formed, making it when it is
// new; XR_NULL_PATH when memory is short.
XrPath sim_path(const char *text);
// sim_path_text returns the text of a path, or NULL when there is no such path.
// It stays valid until sim_paths_clear.
const char *sim_path_text(XrPath path);
bool sim_path_is_well_formed(const char *text);
// sim_is_path_level tells whether text may stand between two slashes, which is
// also the rule for the names of actions and action sets.
bool sim_is_path_level(const char *text);
// sim_paths_clear forgets every path, when the instance is destroyed.
void sim_paths_clear(void);

// --- Interaction profiles (profile.c, profile_table.c) ---

#define PROFILES "/interaction_profiles/"
// What marks a component of .../output/ among those of .../input/.
#define OUTPUT "out:"

struct sim_profile {
	const char *name;   // after /interaction_profiles/
	const char *title;  // for people, in English
	enum { EXTENSION_ONLY, CORE_1_0, CORE_1_1 } core;
	const char *extension;  // that enables it too; NULL for none
	const char *users;      // top level user paths, separated by spaces
	const char *components; // separated by spaces; the notation is profile_table.c's
};

extern const struct sim_profile sim_profiles[];
extern const size_t sim_profile_count;

// sim_profile_named returns the profile with that path, enabled or not, or NULL.
const struct sim_profile *sim_profile_named(const char *path);
// sim_profile_available tells whether the instance may use it: by its API
// version or by an extension that it enabled.
bool sim_profile_available(const struct sim_profile *profile);
// sim_profile_has tells whether that user of the profile has the component.
bool sim_profile_has(const struct sim_profile *profile, const char *user, const char *component);
// sim_profile_resolve takes a suggested path apart. Where it ends with an input
// (".../input/trigger") the component is the one that an action of that type
// means. False when the profile has no such path.
bool sim_profile_resolve(const struct sim_profile *profile, const char *path, XrActionType type,
                         char user[SIM_NAME_SIZE], char component[SIM_NAME_SIZE]);
// The next of a profile's users, and of the components that one of them has:
// *list goes from the profile's text to its end; false there.
bool sim_profile_next_user(const char **list, char user[SIM_NAME_SIZE]);
bool sim_profile_next_component(const char **list, const char *user, char component[SIM_NAME_SIZE]);
// sim_component_type is the type that a component has by nature.
XrActionType sim_component_type(const char *component);

// From the instance (instance.c): whether it enabled an extension, and whether
// it asked for OpenXR 1.1.
bool sim_extension_enabled(const char *name);
bool sim_core_1_1(void);

#endif
