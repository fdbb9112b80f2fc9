/* The simulated headset: what every file of the runtime shares.
 *
 * How the pieces fit
 *   functions.h   one table of every OpenXR function offered
 *   entry.c       makes of that table the functions the loader gets. Each of them applies the
 *                 faults asked for, locks sim.mutex, calls sim_<Name> and unlocks.
 *   sim_<Name>    the behaviour of xr<Name>. It starts and ends with sim.mutex held, so it may read
 *                 and write everything in `sim`. Where it takes long it lets go of the mutex, in
 *                 sim_wait_until and sim_wait_for_change and between sim_unlock and sim_lock_again:
 *                 what it needs afterwards it retains before, and `sim` may be another then.
 *                 It must not call another sim_<Name>.
 *
 * How an error is returned
 *   SIM_FIND(Session, session, handle);             declares `SimSession *session`, or returns
 *                                                   XR_ERROR_HANDLE_INVALID
 *   SIM_LIVE_SESSION(session, handle);              the same, or XR_ERROR_SESSION_LOST
 *   SIM_STRUCT(info, XR_TYPE_...);                  NULL or another type: XR_ERROR_VALIDATION_FAILURE
 *   SIM_REQUIRE(condition, XR_ERROR_..., "text");   the text goes to the report and to
 *                                                   XR_EXT_debug_utils; printf style
 *   SIM_TRY(call);                                  passes an error on
 */
#ifndef SPACETIME_SIM_H
#define SPACETIME_SIM_H

#include <locale.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "compat.h"

/* ---- errors ---- */

/* sim_reject notes why the running call is refused and gives result back. */
XrResult sim_reject(XrResult result, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define SIM_TRY(call)                      \
	do {                                   \
		XrResult sim_result_ = (call);     \
		if (XR_FAILED(sim_result_))        \
			return sim_result_;            \
	} while (0)

#define SIM_REQUIRE(condition, result, ...)         \
	do {                                            \
		if (!(condition))                           \
			return sim_reject(result, __VA_ARGS__); \
	} while (0)

#define SIM_STRUCT(pointer, expected)                                                        \
	SIM_REQUIRE((pointer) && (pointer)->type == (expected), XR_ERROR_VALIDATION_FAILURE,     \
	            "%s must point to a structure whose type is " #expected, #pointer)

#define SIM_POINTER(pointer) \
	SIM_REQUIRE((pointer) != NULL, XR_ERROR_VALIDATION_FAILURE, "%s must not be NULL", #pointer)

#define SIM_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* ---- objects and handles ---- */

typedef enum SimKind {
	SIM_KIND_None,
	SIM_KIND_Instance,
	SIM_KIND_Session,
	SIM_KIND_Space,
	SIM_KIND_Swapchain,
	SIM_KIND_ActionSet,
	SIM_KIND_Action,
	SIM_KIND_DebugUtilsMessengerEXT,
	SIM_KIND_Count
} SimKind;

/* Every object starts with one. A handle is a number that is never used twice in a process, so
 * a dead one is always known as dead. The memory lives until the last reference is released;
 * the handle dies at sim_object_destroy, together with those of all children. */
typedef struct SimObject {
	SimKind kind;
	uint32_t references;
	uint64_t handle; /* 0 once destroyed */
	struct SimObject *parent, *first_child, *next_sibling;
	void (*destroy)(void *object); /* optional: lets go of what the object holds, at destroy */
	void (*release)(void *object); /* optional: frees what it owns, with the last reference */
} SimObject;

void *sim_object_new(SimKind kind, size_t size, void *parent); /* zeroed; NULL when out of memory */
void sim_object_destroy(void *object);
void sim_object_retain(void *object);
void sim_object_release(void *object);
void *sim_find(SimKind kind, uint64_t handle); /* NULL unless alive and of that kind */

#define SIM_HANDLE(type, pointer) ((Xr##type)(uintptr_t)((pointer)->object.handle))

#define SIM_FIND(type, name, value)                                              \
	Sim##type *name = sim_find(SIM_KIND_##type, (uint64_t)(uintptr_t)(value));   \
	SIM_REQUIRE(name, XR_ERROR_HANDLE_INVALID, "not a live Xr" #type)

#define SIM_LIVE_SESSION(name, value) \
	SIM_FIND(Session, name, value);   \
	SIM_REQUIRE(!name->lost, XR_ERROR_SESSION_LOST, "the session is lost")

/* ---- small helpers ---- */

/* sim_chain finds a structure on a next chain; NULL when it is not there. */
const void *sim_chain(const void *next, XrStructureType type);

/* sim_two_call is the two-call idiom: it sets *count and says what is wrong with the arguments.
 * The caller fills the array when capacity is not 0. */
XrResult sim_two_call(uint32_t capacity, uint32_t *count, const void *array, uint32_t available);

/* sim_two_call_copy does the filling too, for plain values of the given size. */
XrResult sim_two_call_copy(uint32_t capacity, uint32_t *count, void *array, const void *values,
                           uint32_t available, size_t size);

const char *sim_result_name(XrResult result); /* "XR_SUCCESS"; NULL when unknown */
bool sim_result_by_name(const char *name, XrResult *result);
const char *sim_state_name(XrSessionState state); /* "FOCUSED" */

/* For numbers in scripts and reports; the program may have chosen a locale with a decimal comma. */
locale_t sim_plain_locale(void);

/* ---- poses (pose.c): metres, right-handed, y up, -z forward; unit quaternions ---- */

typedef struct SimMotion {
	XrTime time; /* when pose holds; other times by constant velocity */
	XrPosef pose;
	XrVector3f linear_velocity;  /* m/s, in world axes */
	XrVector3f angular_velocity; /* rad/s, in world axes */
	XrSpaceLocationFlags flags;  /* XR_SPACE_LOCATION_*_BIT; 0: nothing known */
} SimMotion;

/* All is known, and measured. */
#define SIM_TRACKED                                                                       \
	(XR_SPACE_LOCATION_ORIENTATION_VALID_BIT | XR_SPACE_LOCATION_POSITION_VALID_BIT |     \
	 XR_SPACE_LOCATION_ORIENTATION_TRACKED_BIT | XR_SPACE_LOCATION_POSITION_TRACKED_BIT)

extern const XrPosef sim_identity;
bool sim_pose_valid(const XrPosef *pose); /* unit quaternion within 1 %, all finite */
XrVector3f sim_rotate(XrQuaternionf q, XrVector3f v);
XrQuaternionf sim_quaternion_multiply(XrQuaternionf a, XrQuaternionf b);
XrQuaternionf sim_quaternion_axis_angle(XrVector3f unit_axis, float angle_rad);
XrPosef sim_pose_multiply(XrPosef outer, XrPosef inner); /* inner, given in outer, as seen from outside */
XrPosef sim_pose_inverse(XrPosef pose);
SimMotion sim_motion_at(const SimMotion *motion, XrTime time);
SimMotion sim_motion_offset(const SimMotion *base, XrPosef offset); /* a point fixed to a moving base */
SimMotion sim_motion_relative(const SimMotion *motion, const SimMotion *base); /* in base's axes, base at rest */

/* ---- time (clock.c): nanoseconds ---- */

#define SIM_SECOND INT64_C(1000000000)
#define SIM_TIME_ORIGIN SIM_SECOND /* the XrTime at which the first instance was made */

typedef enum SimClockKind { SIM_CLOCK_REAL, SIM_CLOCK_STEPPED } SimClockKind;

typedef struct SimClock {
	SimClockKind kind;
	XrTime stepped;         /* now, when stepped */
	int64_t real_origin_ns; /* CLOCK_MONOTONIC at SIM_TIME_ORIGIN */
} SimClock;

XrTime sim_now(void);
/* sim_wait_until sleeps with the mutex free, until the time or sim_wake. When stepped the clock
 * jumps there instead. */
void sim_wait_until(XrTime time);
void sim_wait_for_change(void); /* blocks, mutex free, until sim_wake */
void sim_wake(void);

/* ---- the simulated device (device.c): script.c writes it, everybody reads it ---- */

typedef enum SimSourceKind { SIM_SOURCE_LEFT, SIM_SOURCE_RIGHT, SIM_SOURCE_GAMEPAD, SIM_SOURCE_COUNT } SimSourceKind;

#define SIM_MAX_COMPONENTS 128

/* One thing held in a hand, or lying on the table. */
typedef struct SimSource {
	bool connected;
	char profile[96]; /* "/interaction_profiles/oculus/touch_controller" */
	SimMotion grip;   /* world frame: the centre of the floor, see SimDevice */
	SimMotion aim;
	bool placed;      /* by XR_EXT_conformance_automation: aim and grip hold, whatever the script says */
	float component[SIM_MAX_COMPONENTS]; /* by the numbering of profile.c: 0..1, or -1..1 for axes */
} SimSource;

/* World frame: origin on the floor in the middle of the play area, y up; it is the STAGE space. */
typedef struct SimDevice {
	bool plugged;     /* false: the form factor is unavailable */
	bool worn;        /* user presence */
	bool visible;     /* the runtime shows this program: session VISIBLE or more */
	bool focused;     /* and gives it input: session FOCUSED */
	SimMotion head;   /* between the eyes */
	SimSource source[SIM_SOURCE_COUNT];
	XrPosef local;    /* the LOCAL space in the world, after the last recentring */
	bool bounds_known;
	XrExtent2Df bounds;        /* of the STAGE, metres */
	bool period_overridden;    /* predictedDisplayPeriod is period_override, however absurd */
	XrDuration period_override;
	bool leave_gl_dirty;       /* the runtime leaves GL bindings and an error behind */
	float ipd_m;               /* distance of the eyes */
} SimDevice;

void sim_device_reset(void); /* plugged, worn, visible, focused, head 1.6 m above the floor, hands in front */

/* What a script can make happen beside writing fields. All run with the mutex held. */
void sim_device_plug(bool plugged);     /* unplugging loses the session */
void sim_device_set_visibility(bool visible, bool focused);
void sim_device_set_worn(bool worn);    /* queues the presence event when that extension is on */
void sim_device_recentre(XrPosef local_in_world, XrDuration delay, bool pose_valid); /* LOCAL and LOCAL_FLOOR move */
void sim_device_lose_session(bool with_warning); /* LOSS_PENDING event first, or without a word */
void sim_device_lose_instance(bool with_warning); /* INSTANCE_LOSS_PENDING first, or without a word */
void sim_device_ask_exit(void);         /* the runtime's own menu ends the session */
bool sim_device_set_rate(float hz);     /* false: the model has no such rate */
void sim_device_visibility_mask_changed(void);

/* ---- display models (model.c) ---- */

typedef struct SimModel {
	const char *name;
	const char *like;         /* what it is in the manner of */
	uint32_t width, height;   /* recommended pixels for an eye */
	XrFovf fov[2];            /* radians; left eye, right eye */
	float cant_rad;           /* each eye turned outward about y */
	float ipd_m;
	float rates_hz[6];        /* the first is the default; ends with 0 */
	bool hidden_area;         /* has a visibility mask */
	bool position_tracked;
} SimModel;

const SimModel *sim_model_by_name(const char *name); /* NULL when there is none */
extern const SimModel sim_models[];
extern const uint32_t sim_model_count;

/* ---- functions and faults (entry.c, fault.c) ---- */

typedef uint32_t SimFunction; /* index in the table of functions.h */
bool sim_function_by_name(const char *name, SimFunction *function); /* "xrEndFrame" */

typedef enum SimFaultEffect { SIM_FAULT_RESULT, SIM_FAULT_SLOW, SIM_FAULT_HANG } SimFaultEffect;

/* A fault at calls first_call .. first_call+call_count-1 of a function, counted from 1 since the
 * library was loaded, or since the xrCreateInstance that found other settings. An error is returned instead of the call; a success code after it
 * (but XR_TIMEOUT_EXPIRED instead of it). SESSION_LOST and INSTANCE_LOST stay. */
typedef struct SimFault {
	SimFunction function;
	uint32_t first_call;
	uint32_t call_count;
	SimFaultEffect effect;
	XrResult result;
	XrDuration delay; /* SLOW: asleep so long, or so much stepped time, before the call */
} SimFault;

bool sim_fault_add(const SimFault *fault); /* false: the table is full */
uint32_t sim_function_calls(SimFunction function); /* calls so far, the running one included */

/* ---- events (event.c) ---- */

#define SIM_MAX_EVENTS 64

void sim_event_push(const void *event, size_t size); /* copies; the oldest is lost when full */

/* ---- the report (report.c): one JSON object a line in SPACETIME_SIM_OUT/report.jsonl ----
 * {"kind":"instance", "application", "engine", "api", "extensions":[], "clock", "model", "time"}
 * {"kind":"session", "graphics"} when one was created
 * {"kind":"state", "state":"FOCUSED", "time"}
 * {"kind":"frame", "frame", "woken", "begun", "predicted", "shown", "missed", "pose_age_ns" or null,
 *                  "should_render", "layers", "discarded", "time"}, the time when it ended
 * {"kind":"message", "severity":"error|warning|info", "id", "function", "text", "frame", "time"}
 * {"kind":"fault", "function", "call", "effect":"result|slow|hang", "result", "time"}
 * {"kind":"haptic", "source":"left|right|gamepad", "output":"/user/hand/left/output/haptic", "amplitude",
 *                   "frequency_hz", "duration_ns", "time"}
 * {"kind":"expect", "line", "subject", "operation":"==|>=|<=|reached|never", "value", "time"}
 * {"kind":"script-error", "text", "time"}, what stderr is told too; no instance follows
 * {"kind":"summary", "frames", "missed", "discarded", "errors", "warnings", "faults", "state", ...}
 * Times are XrTime in ns. A reader must not need the summary: a killed program writes none. */

typedef enum SimSeverity { SIM_INFO, SIM_WARNING, SIM_ERROR } SimSeverity;

/* sim_message tells the report and the debug messengers. id is a short kebab-case name. */
void sim_message(SimSeverity severity, const char *id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* sim_report writes {"kind":kind,"time":now, ...}; format yields the rest, `"a":1,"b":2` or "". */
void sim_report(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* sim_json_string writes a quoted JSON string into buffer and returns it; it cuts what does not fit. */
const char *sim_json_string(char *buffer, size_t size, const char *text);

/* ---- configuration (config.c): the environment, read at xrCreateInstance ---- */

typedef struct SimConfig {
	char script[1024]; /* SPACETIME_SIM_SCRIPT: a file, "" for none */
	char steps[2048];  /* SPACETIME_SIM_STEPS: script text itself, ';' as line end */
	char out[1024];    /* SPACETIME_SIM_OUT: folder for the report and the pictures, "" for none */
	char model[32];    /* SPACETIME_SIM_MODEL */
	SimClockKind clock; /* SPACETIME_SIM_CLOCK=real|stepped */
	uint32_t picture_every; /* SPACETIME_SIM_PICTURES: every n-th frame; 0 none; 1 default */
	bool checks_images;     /* SPACETIME_SIM_CHECKS=all|cheap|off */
	bool checks_calls;
} SimConfig;

/* ---- the big objects ---- */

enum SimExtension {
	SIM_EXT_opengl_enable,
	SIM_EXT_egl_enable,
	SIM_EXT_headless,
	SIM_EXT_layer_depth,
	SIM_EXT_visibility_mask,
	SIM_EXT_refresh_rate,
	SIM_EXT_debug_utils,
	SIM_EXT_user_presence,
	SIM_EXT_local_floor,
	SIM_EXT_timespec_time,
	SIM_EXT_conformance_automation,
	SIM_EXT_COUNT
};

typedef struct SimActionSet SimActionSet; /* action.c */
typedef struct SimAction SimAction;       /* action.c */
typedef struct SimInputState SimInputState; /* action.c: a session's attached sets, values, profiles */
typedef struct SimPathTable SimPathTable; /* path.c: an instance's paths */

typedef struct SimInstance {
	SimObject object;
	XrVersion api_version; /* as asked; 1.0 or 1.1 rules */
	bool extension[SIM_EXT_COUNT];
	bool lost;
	XrTime lost_at;          /* announced; 0 when it was not */
	bool requirements_asked; /* xrGetOpenGLGraphicsRequirementsKHR was called */
	XrSystemId system;       /* XR_NULL_SYSTEM_ID until xrGetSystem */
	SimPathTable *paths;
	struct SimBindings *bindings; /* profile.c: what was suggested, per profile */
} SimInstance;

typedef enum SimGraphicsKind { SIM_GRAPHICS_NONE, SIM_GRAPHICS_GLX, SIM_GRAPHICS_EGL } SimGraphicsKind;

/* The program's GL context, and how to reach it (gl.c). */
typedef struct SimGraphics {
	SimGraphicsKind kind;
	void *display;     /* Display* or EGLDisplay */
	uintptr_t drawable; /* GLX only */
	void *context;
	int owner_thread;  /* the thread that made the session; 0 before */
} SimGraphics;

/* A view given out by xrLocateViews, kept to compare with what is submitted. */
typedef struct SimLocatedViews {
	XrTime display_time; /* the time asked for; 0: empty */
	XrTime located_at;   /* when */
	XrPosef world[2];
	XrFovf fov[2];
} SimLocatedViews;

#define SIM_LOCATED_MEMORY 16

typedef struct SimFrame {
	uint64_t number; /* from 1 */
	XrTime display_time;
	XrDuration period;
	bool should_render;
	XrTime woken_at, begun_at, ended_at;
} SimFrame;

typedef struct SimSession {
	SimObject object;
	SimInstance *instance;
	SimGraphics graphics;
	XrSession handle_given; /* for its events, when it is being destroyed */
	SimInputState *input;
	XrSessionState state;
	bool running, lost, exit_asked, frame_ended; /* since xrBeginSession */
	bool loss_pending;  /* announced; lost at lost_at */
	XrTime lost_at;
	bool frame_waited; /* xrWaitFrame done, xrBeginFrame not yet */
	bool frame_begun;  /* xrBeginFrame done, xrEndFrame not yet */
	SimFrame waited, begun;
	XrTime last_display_time, last_shown_time;
	XrTime last_wake;
	SimLocatedViews located[SIM_LOCATED_MEMORY];
	uint32_t located_next;
} SimSession;

typedef struct SimSpace {
	SimObject object;
	SimSession *session;
	XrReferenceSpaceType reference; /* when action is NULL */
	SimAction *action;              /* retained */
	XrPath subaction;
	XrPosef offset;
} SimSpace;

#define SIM_SWAPCHAIN_IMAGES 3

typedef struct SimSwapchain {
	SimObject object;
	SimSession *session;
	XrSwapchainCreateInfo info;
	uint32_t image_count;
	unsigned texture[SIM_SWAPCHAIN_IMAGES];
	uint32_t acquired[SIM_SWAPCHAIN_IMAGES]; /* indices in order of acquiring */
	uint32_t acquired_count;
	bool waited;            /* the oldest acquired one has been waited for */
	uint32_t next_image;
	bool ever_acquired;
	bool released;          /* at least one image was */
	uint32_t released_image; /* the newest of them */
	uint64_t checksum;       /* of that image when released */
	bool unreadable;         /* OpenGL does not read its images back, which was told */
} SimSwapchain;

typedef struct SimTotals {
	uint64_t frames, missed, discarded, errors, warnings, faults, instances, sessions;
	XrDuration pose_age_max;
	XrSessionState last_state;
} SimTotals;

typedef struct SimRuntime {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	SimConfig config;
	SimClock clock;
	SimDevice device;
	const SimModel *model;
	float rate_hz;
	SimInstance *instance; /* at most one, as the loader has it */
	SimSession *session;   /* at most one */
	SimTotals totals;
	uint64_t frame_now;          /* number of the newest frame waited for, over all sessions */
	const char *running_function; /* "xrEndFrame" */
} SimRuntime;

extern SimRuntime sim;

/* session.c */
void sim_session_set_state(SimSession *session, XrSessionState state); /* with its event */
void sim_session_follow_device(SimSession *session); /* moves the state to where the device allows */

/* space.c: where a space is in the world; flags 0 when it cannot be known. */
SimMotion sim_space_motion(const SimSpace *space, XrTime time);

#include "input.h"

#endif
