/* What the core files of the runtime share among themselves; the input side needs none of it. */
#ifndef SPACETIME_SIM_INTERNAL_H
#define SPACETIME_SIM_INTERNAL_H

#include "png.h"
#include "sim.h"

#define SIM_API_VERSION XR_MAKE_VERSION(1, 1, 40) /* the newest rules this runtime knows */
#define SIM_MAX_IMAGE_SIZE 8192
#define SIM_MAX_LAYERS 16

/* clock.c */
void sim_clock_start(SimClockKind kind);
/* For what takes long and touches nothing shared but what is retained, as waiting for the GPU. */
const char *sim_unlock(void);
void sim_lock_again(const char *function); /* what sim_unlock gave */

/* object.c */
uint32_t sim_live_objects(void);

/* event.c */
void sim_event_clear(void);
void sim_event_forget_session(XrSession session);

/* device.c */
void sim_idle_step(void);          /* time passes without a frame: see sim_device_advance */
XrPosef sim_local_at(XrTime time); /* the LOCAL space in the world */
XrDuration sim_period(void);       /* of the display, ns */
void sim_device_settle(XrTime now); /* what was announced, and has come */
bool sim_recentred_since(XrTime time);
void sim_device_tell_worn(void);

/* fault.c: called by the functions of entry.c round every call. */
typedef struct SimCall {
	SimFunction function;
	XrResult result;        /* when sim_call_begin says false */
	XrResult replace;       /* a success code to give instead of XR_SUCCESS */
} SimCall;
bool sim_call_begin(SimCall *call, SimFunction function); /* locks; true: go on, mutex held */
XrResult sim_call_end(SimCall *call, XrResult result);    /* unlocks, then tells the debug messengers */
const char *sim_function_name(SimFunction function);
void sim_fault_clear(void); /* and counts anew, from the running call on */

/* debugutils.c */
void sim_debug_queue(SimSeverity severity, const char *id, const char *text); /* told after unlocking */
typedef struct SimDebugDelivery SimDebugDelivery;
SimDebugDelivery *sim_debug_take(void);            /* mutex held; NULL when there is none */
void sim_debug_deliver(SimDebugDelivery *delivery); /* mutex free; frees it */
XrResult sim_debug_messenger_new(SimInstance *instance, const XrDebugUtilsMessengerCreateInfoEXT *info,
                                 XrDebugUtilsMessengerEXT *out);

/* config.c, report.c */
XrResult sim_config_load(bool *changed);
XrResult sim_report_open(void);
void sim_report_summary(void);

/* session.c */
void sim_session_stop(SimSession *session); /* walks to STOPPING; EXITING comes after xrEndSession */

/* space.c */
bool sim_has_local_floor(const SimInstance *instance);
XrPosef sim_floor_under(XrPosef local); /* the LOCAL_FLOOR space that belongs to a LOCAL one */

/* refresh.c */
void sim_rate_change(float hz); /* with its event */

/* system.c */
XrResult sim_check_system(const SimInstance *instance, XrSystemId system);
XrResult sim_check_views(XrViewConfigurationType type);

/* view.c */
XrPosef sim_eye_in_head(uint32_t eye);

/* gl.c: the program's context made current and its state put away, for as long as a scope is open. */
#define SIM_GL_ERRORS 8 /* as many as OpenGL has codes for; a lost context tells of errors without end */
typedef struct SimGlScope {
	SimSession *session;
	bool switched;
	void *old_display, *old_context;
	uintptr_t old_draw, old_read;
	int texture_2d, texture_array, read_framebuffer, draw_framebuffer, pack_buffer, unpack_buffer;
	int pack[8];
} SimGlScope;
XrResult sim_gl_bind(SimSession *session, const XrSessionCreateInfo *info);
XrResult sim_gl_enter(SimSession *session, SimGlScope *scope);
void sim_gl_leave(SimGlScope *scope);
bool sim_gl_make_image(const SimSwapchain *swapchain, unsigned *texture);
void sim_gl_delete_images(const SimSwapchain *swapchain, SimGlScope *scope); /* which no longer binds them at its end */

/* image.c: the formats offered, in order. */
typedef struct SimFormat {
	int internal; /* GL_SRGB8_ALPHA8 */
	unsigned external, type;
	bool linear; /* colours are linear light, not sRGB */
	bool depth, stencil;
} SimFormat;
extern const SimFormat sim_formats[];
extern const uint32_t sim_format_count;
const SimFormat *sim_format(int64_t format); /* NULL when it is not offered */

/* capture.c: reading images of a swapchain back, by default the newest released; a scope must be open. */
typedef struct SimPicture {
	uint32_t width, height; /* rows from the bottom up */
	float *rgba;            /* colours in linear light, depth in the first; NULL when there is none */
} SimPicture;
/* Both wait until the GPU has drawn the image, with the mutex free meanwhile. */
SimPicture sim_capture(const XrSwapchainSubImage *image);
uint64_t sim_capture_checksum(SimSwapchain *swapchain, uint32_t image); /* of all layers */

/* frame.c */
void sim_frame_reset(SimSession *session);

/* endframe.c */
XrResult sim_check_end_frame(const SimSession *session, const XrFrameEndInfo *info);

/* picture.c */
typedef struct SimPictures {
	uint64_t frame;
	SimPng colors, depth; /* without bytes when not wanted */
} SimPictures;
XrResult sim_pictures_draw(SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info, SimPictures *pictures);
void sim_pictures_write(SimPictures *pictures); /* and frees them; the mutex is free meanwhile */

/* strict.c */
void sim_strict_thread(SimSession *session, bool current);
void sim_strict_gl_error(void);
void sim_strict_left_gl_error(void);
XrTime sim_strict_located_at(const SimSession *session, XrTime display_time); /* latest; 0 when never */
XrResult sim_strict_end_frame(SimSession *session, const SimFrame *frame, const XrFrameEndInfo *info);
void sim_strict_release(SimSwapchain *swapchain, uint32_t image); /* with the session's context current */
void sim_strict_located(SimSession *session, XrTime time, const XrPosef world[2]);

#endif
