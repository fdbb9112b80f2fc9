/* Input: paths, interaction profiles, actions, haptics, and the script that moves the device.
 * Everything here runs with sim.mutex held. Included by sim.h.
 *
 * What the rest of the runtime calls
 *   instance.c  sim_input_instance_init and _free, and offers the extensions of sim_profile_extension;
 *               sim_script_start, when the device is as new and the report open
 *   session.c   sim_input_session_init and _free
 *   fault.c     sim_device_advance, in every call
 *   space.c     sim_head_motion, sim_input_action_motion, sim_input_action_space
 */
#ifndef SPACETIME_SIM_INPUT_H
#define SPACETIME_SIM_INPUT_H

/* ---- lifetimes ---- */

/* info tells which profile extensions are enabled. */
XrResult sim_input_instance_init(SimInstance *instance, const XrInstanceCreateInfo *info);
void sim_input_instance_free(SimInstance *instance);
XrResult sim_input_session_init(SimSession *session);
void sim_input_session_free(SimSession *session);

/* ---- poses ---- */

/* Where the head is at a time, in the world. It knows the script's future, so a pose predicted
 * is the pose that will be, unless the script loses tracking in between. */
SimMotion sim_head_motion(XrTime time);

/* The same of a controller: the ray that it aims, or the grip. */
SimMotion sim_hand_motion(SimSourceKind source, bool aim, XrTime time);
/* The grip as seen from the ray: 5 cm behind where the ray starts, the handle tilted 40 degrees up. */
XrPosef sim_grip_in_aim(void);

/* The action that a space may be made of, if info is right. */
XrResult sim_input_action_space(const SimSession *session, const XrActionSpaceCreateInfo *info, SimAction **action);

/* Where a pose action is, in the world, by what the last xrSyncActions bound; flags 0 when it
 * is not active. */
SimMotion sim_input_action_motion(const SimSession *session, const SimAction *action, XrPath subaction, XrTime time);

/* ---- the script (script.c) ---- */

/* Reads sim.config.script and .steps anew and does what they say of the start. On an error a
 * line on stderr has told what is wrong and where. */
XrResult sim_script_start(void);
/* Does what has become due by then. Cheap when nothing has. */
void sim_device_advance(XrTime now);

/* ---- paths (path.c) ---- */

/* sim_path returns the atom of a well-formed text, making it when it is new; XR_NULL_PATH when
 * memory is short. */
XrPath sim_path(SimInstance *instance, const char *text);
/* The text of a path, or NULL when there is no such path; as long-lived as the instance. */
const char *sim_path_text(const SimInstance *instance, XrPath path);
bool sim_path_is_well_formed(const char *text);
/* Whether text may stand between two slashes: the rule for names of actions and sets, too. */
bool sim_is_path_level(const char *text);

/* ---- interaction profiles (profile.c, profile_table.c) ---- */

#define SIM_NAME_SIZE 64 /* a user path or a component, with its NUL */
#define SIM_PROFILES "/interaction_profiles/"
#define SIM_OUTPUT "out:" /* marks a component of .../output/ among those of .../input/ */

typedef struct SimProfile {
	const char *name;  /* after SIM_PROFILES */
	const char *title; /* for people, in English */
	enum { SIM_EXTENSION_ONLY, SIM_CORE_1_0, SIM_CORE_1_1 } core;
	const char *extension;  /* that enables it too; NULL for none */
	const char *users;      /* top level user paths, separated by spaces */
	const char *components; /* separated by spaces, in the notation of profile_table.c */
} SimProfile;

extern const SimProfile sim_profiles[];
extern const uint32_t sim_profile_count;

/* The extensions that only add profiles or poses; NULL after the last. */
const char *sim_profile_extension(uint32_t i);

/* The profile with that path, enabled or not; NULL when there is none. */
const SimProfile *sim_profile_named(const char *path);
/* Whether the instance may use it, by its version or by an extension it enabled. */
bool sim_profile_available(const SimInstance *instance, const SimProfile *profile);
/* Takes a suggested path apart. Where it ends with an input (".../input/trigger") the component
 * is the one that an action of that type means. false: the profile has no such path. */
bool sim_profile_resolve(const SimInstance *instance, const SimProfile *profile, const char *path, XrActionType type,
                         char user[SIM_NAME_SIZE], char component[SIM_NAME_SIZE]);
/* The index of a component in SimSource.component, for that user; -1 when there is none. */
int sim_profile_component(const SimProfile *profile, const char *user, const char *component);
/* The next of a profile's users, and of the components of one of them: *list goes from the
 * profile's text to its end; false there. */
bool sim_profile_next_user(const char **list, char user[SIM_NAME_SIZE]);
bool sim_profile_next_component(const char **list, const char *user, char component[SIM_NAME_SIZE]);
/* The type that a component has by nature, and whether it can move an action of another. */
XrActionType sim_component_type(const char *component);
bool sim_component_moves(const char *component, XrActionType action);
/* Whether the system keeps a component to itself. */
bool sim_component_is_reserved(const char *component);

#endif
