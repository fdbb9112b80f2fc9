/* What the files of the input side share among themselves. */
#ifndef SPACETIME_SIM_ACTION_H
#define SPACETIME_SIM_ACTION_H

#include "functions.h"

struct SimActionSet {
	SimObject object;
	SimInstance *instance;
	char name[XR_MAX_ACTION_SET_NAME_SIZE];
	char localized_name[XR_MAX_LOCALIZED_ACTION_SET_NAME_SIZE];
	uint32_t priority;
	bool attached; /* to a session, ever: nothing of it changes any more */
};

struct SimAction {
	SimObject object;
	SimActionSet *set; /* retained */
	char name[XR_MAX_ACTION_NAME_SIZE];
	char localized_name[XR_MAX_LOCALIZED_ACTION_NAME_SIZE];
	XrActionType type;
	uint32_t subaction_count;
	XrPath *subactions;
};

/* What a program suggested for a profile. */
typedef struct SimSuggestion {
	SimAction *action; /* retained */
	XrPath path;       /* as the program wrote it */
	char user[SIM_NAME_SIZE];
	char component[SIM_NAME_SIZE];
} SimSuggestion;

typedef struct SimSuggestions {
	const SimProfile *profile;
	uint32_t count;
	SimSuggestion *list;
} SimSuggestions;

#define SIM_MAX_PROFILES 64
#define SIM_MAX_PROFILE_EXTENSIONS 64

struct SimBindings {
	bool extension[SIM_MAX_PROFILE_EXTENSIONS]; /* by the numbering of sim_profile_extension */
	SimSuggestions suggested[SIM_MAX_PROFILES]; /* by the place in sim_profiles; profile NULL: none */
};

/* A suggestion that is in force: a component of a connected source moves an action. */
typedef struct SimBinding {
	uint32_t action; /* index in SimInputState.actions */
	SimSourceKind source;
	const char *user;  /* "/user/hand/left" */
	XrPath path;       /* the whole path, ending in a component */
	XrPath input;      /* less the component: what priorities compare */
	XrActionType type; /* of the component */
	int x, y;          /* in SimSource.component; -1 where there is none */
	bool aim;          /* for a pose: aim, else grip */
	bool pressed;      /* a real number looked at as a button, with hysteresis */
	bool heard;        /* its set was active in the last sync, and no higher set took its input */
} SimBinding;

/* The value of an action for one subaction path, or for all together. */
typedef struct SimActionValue {
	bool active, changed;
	float x, y; /* a button is 0 or 1 */
	XrTime changed_at;
	int32_t pose; /* the binding that a pose follows; -1 for none */
} SimActionValue;

#define SIM_MAX_SUBACTIONS 8

typedef struct SimActionState {
	SimAction *action; /* retained */
	SimActionValue value[1 + SIM_MAX_SUBACTIONS]; /* 0: all; then as in SimAction.subactions */
} SimActionState;

struct SimInputState {
	bool attached;
	uint32_t set_count, action_count, binding_count, binding_room;
	SimActionSet **sets; /* retained */
	SimActionState *actions;
	SimBinding *bindings;
	SimSuggestions suggested[SIM_MAX_PROFILES]; /* as they were when the sets were attached */
	const SimProfile *profile[SIM_SOURCE_COUNT]; /* in force since the last sync; NULL for none */
	char bound_to[SIM_SOURCE_COUNT][sizeof((SimSource *)0)->profile]; /* the device's own, "" if off */
};

extern const char *const sim_source_user[SIM_SOURCE_COUNT]; /* "/user/hand/left"... */
extern const char *const sim_source_name[SIM_SOURCE_COUNT]; /* "left", "right", "gamepad" */

bool sim_is_1_1(const SimInstance *instance);
bool sim_profile_extension_enabled(const SimInstance *instance, const char *name);

SimPathTable *sim_paths_new(void);
void sim_paths_free(SimPathTable *paths);

/* action.c */
bool sim_is_user_path(const char *text); /* one that may be a subaction path */
/* Which value a subaction path means: 0 for XR_NULL_PATH, else from 1 on. */
XrResult sim_subaction_index(const SimAction *action, XrPath subaction, uint32_t *index);
/* XR_ERROR_PATH_INVALID or _UNSUPPORTED unless path is a top level user path. */
XrResult sim_check_user_path(const SimInstance *instance, XrPath path);

/* binding.c: chooses a profile for every source anew, where the device has changed. */
XrResult sim_bind(SimSession *session);
/* The state of an action in a session; NULL when its set is not attached. */
SimActionState *sim_action_state(const SimSession *session, const SimAction *action);
/* The device behind a binding. */
const SimSource *sim_binding_source(const SimBinding *binding);
/* Whether a binding counts for a subaction of its action, by sim_subaction_index. */
bool sim_binding_is_under(const SimSession *session, const SimBinding *binding, uint32_t index);

#endif
