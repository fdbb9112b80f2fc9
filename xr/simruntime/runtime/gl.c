/* The program's OpenGL context: found from the binding, made current when a call needs it, and
 * given back as it was. The libraries are those the program itself has loaded. */
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "functions.h"
#include "glproc.h"
#include "internal.h"

SimGlFunctions sim_gl;

/* The calls that change contexts; only those of the session's kind are set. */
static struct {
	__GLXextFuncPtr (*glx_proc)(const GLubyte *);
	GLXContext (*glx_context)(void);
	Display *(*glx_display)(void);
	GLXDrawable (*glx_draw)(void), (*glx_read)(void);
	Bool (*glx_make_current)(Display *, GLXDrawable, GLXDrawable, GLXContext);
	XErrorHandler (*x_set_error_handler)(XErrorHandler);
	int (*x_sync)(Display *, Bool);
	__eglMustCastToProperFunctionPointerType (*egl_proc)(const char *);
	EGLContext (*egl_context)(void);
	EGLDisplay (*egl_display)(void);
	EGLSurface (*egl_surface)(EGLint);
	EGLBoolean (*egl_make_current)(EGLDisplay, EGLSurface, EGLSurface, EGLContext);
} window_system;

/* A symbol of a library that the program has loaded, or that is to be loaded now. */
static void *library_symbol(const char *const libraries[], const char *name)
{
	void *symbol = dlsym(RTLD_DEFAULT, name);
	for (uint32_t i = 0; !symbol && libraries[i]; i++) {
		void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
		if (library)
			symbol = dlsym(library, name);
	}
	return symbol;
}

/* ISO C has no cast from an object pointer to a function pointer. */
#define SET(pointer, symbol)                             \
	do {                                                 \
		void *symbol_ = (symbol);                        \
		memcpy(&(pointer), &symbol_, sizeof(symbol_));   \
	} while (0)

static bool load_glx(void)
{
	static const char *const libraries[] = {"libGLX.so.0", "libGL.so.1", NULL};
	static const char *const x11[] = {"libX11.so.6", NULL};
	SET(window_system.glx_proc, library_symbol(libraries, "glXGetProcAddressARB"));
	SET(window_system.glx_context, library_symbol(libraries, "glXGetCurrentContext"));
	SET(window_system.glx_display, library_symbol(libraries, "glXGetCurrentDisplay"));
	SET(window_system.glx_draw, library_symbol(libraries, "glXGetCurrentDrawable"));
	SET(window_system.glx_read, library_symbol(libraries, "glXGetCurrentReadDrawable"));
	SET(window_system.glx_make_current, library_symbol(libraries, "glXMakeContextCurrent"));
	SET(window_system.x_set_error_handler, library_symbol(x11, "XSetErrorHandler"));
	SET(window_system.x_sync, library_symbol(x11, "XSync"));
	return window_system.glx_proc && window_system.glx_context && window_system.glx_display &&
	       window_system.glx_draw && window_system.glx_read && window_system.glx_make_current &&
	       window_system.x_set_error_handler && window_system.x_sync;
}

static bool load_egl(PFNEGLGETPROCADDRESSPROC get_proc)
{
	static const char *const libraries[] = {"libEGL.so.1", NULL};
	window_system.egl_proc = get_proc;
	SET(window_system.egl_context, library_symbol(libraries, "eglGetCurrentContext"));
	SET(window_system.egl_display, library_symbol(libraries, "eglGetCurrentDisplay"));
	SET(window_system.egl_surface, library_symbol(libraries, "eglGetCurrentSurface"));
	SET(window_system.egl_make_current, library_symbol(libraries, "eglMakeCurrent"));
	return window_system.egl_context && window_system.egl_display && window_system.egl_surface &&
	       window_system.egl_make_current;
}

static void *gl_symbol(SimGraphicsKind kind, const char *name)
{
	void *symbol;
	if (kind == SIM_GRAPHICS_GLX) {
		__GLXextFuncPtr found = window_system.glx_proc((const GLubyte *)name);
		memcpy(&symbol, &found, sizeof(symbol));
	} else {
		__eglMustCastToProperFunctionPointerType found = window_system.egl_proc(name);
		memcpy(&symbol, &found, sizeof(symbol));
	}
	return symbol;
}

static XrResult load_gl(SimGraphicsKind kind)
{
#define LOAD(result, name, parameters)                                                                            \
	SET(sim_gl.name, gl_symbol(kind, "gl" #name));                                                                \
	SIM_REQUIRE(sim_gl.name, XR_ERROR_GRAPHICS_DEVICE_INVALID, "the context's library has no gl" #name);
	SIM_GL_FUNCTIONS(LOAD)
#undef LOAD
	return XR_SUCCESS;
}

static XrResult bind_glx(SimSession *session, const XrGraphicsBindingOpenGLXlibKHR *binding)
{
	SIM_REQUIRE(binding->xDisplay && binding->glxContext && binding->glxDrawable && binding->glxFBConfig,
	            XR_ERROR_GRAPHICS_DEVICE_INVALID, "the GLX binding has a field that is not set");
	SIM_REQUIRE(load_glx(), XR_ERROR_GRAPHICS_DEVICE_INVALID, "no GLX library");
	session->graphics = (SimGraphics){
		.kind = SIM_GRAPHICS_GLX,
		.display = binding->xDisplay,
		.drawable = binding->glxDrawable,
		.context = binding->glxContext,
	};
	return load_gl(SIM_GRAPHICS_GLX);
}

static XrResult bind_egl(SimSession *session, const XrGraphicsBindingEGLMNDX *binding)
{
	SIM_REQUIRE(binding->getProcAddress && binding->display && binding->context, XR_ERROR_GRAPHICS_DEVICE_INVALID,
	            "the EGL binding has a field that is not set");
	SIM_REQUIRE(load_egl(binding->getProcAddress), XR_ERROR_GRAPHICS_DEVICE_INVALID, "no EGL library");
	session->graphics =
		(SimGraphics){.kind = SIM_GRAPHICS_EGL, .display = binding->display, .context = binding->context};
	return load_gl(SIM_GRAPHICS_EGL);
}

XrResult sim_gl_bind(SimSession *session, const XrSessionCreateInfo *info)
{
	const SimInstance *instance = session->instance;
	const void *glx = sim_chain(info->next, XR_TYPE_GRAPHICS_BINDING_OPENGL_XLIB_KHR);
	const void *egl = sim_chain(info->next, XR_TYPE_GRAPHICS_BINDING_EGL_MNDX);
	bool with_gl = instance->extension[SIM_EXT_opengl_enable];
	bool use_egl = egl && with_gl && instance->extension[SIM_EXT_egl_enable];
	bool use_glx = glx && with_gl;
	if (!use_glx && !use_egl) {
		SIM_REQUIRE(instance->extension[SIM_EXT_headless], XR_ERROR_GRAPHICS_DEVICE_INVALID,
		            "no graphics binding of an enabled extension, and no " XR_MND_HEADLESS_EXTENSION_NAME);
		return XR_SUCCESS;
	}
	SIM_REQUIRE(instance->requirements_asked, XR_ERROR_GRAPHICS_REQUIREMENTS_CALL_MISSING,
	            "xrGetOpenGLGraphicsRequirementsKHR comes before xrCreateSession");
	SIM_TRY(use_glx ? bind_glx(session, glx) : bind_egl(session, egl));
	session->graphics.owner_thread = gettid();
	return XR_SUCCESS;
}

/* ---- making current ---- */

static bool is_current(const SimGraphics *graphics)
{
	return graphics->context == (graphics->kind == SIM_GRAPHICS_GLX ? (void *)window_system.glx_context()
	                                                                : window_system.egl_context());
}

static void remember_current(SimGraphicsKind kind, SimGlScope *scope)
{
	if (kind == SIM_GRAPHICS_GLX) {
		scope->old_display = window_system.glx_display();
		scope->old_context = window_system.glx_context();
		scope->old_draw = window_system.glx_draw();
		scope->old_read = window_system.glx_read();
	} else {
		scope->old_display = window_system.egl_display();
		scope->old_context = window_system.egl_context();
		scope->old_draw = (uintptr_t)window_system.egl_surface(EGL_DRAW);
		scope->old_read = (uintptr_t)window_system.egl_surface(EGL_READ);
	}
}

static bool x_error_seen;

static int note_x_error(Display *display, XErrorEvent *event)
{
	(void)display;
	(void)event;
	x_error_seen = true;
	return 0;
}

/* The program may have destroyed its window already, and an X error ends it unless it is caught. */
static bool glx_make_current(Display *display, GLXDrawable draw, GLXDrawable read, GLXContext context)
{
	window_system.x_sync(display, False);
	x_error_seen = false;
	XErrorHandler before = window_system.x_set_error_handler(note_x_error);
	Bool made = window_system.glx_make_current(display, draw, read, context);
	window_system.x_sync(display, False);
	window_system.x_set_error_handler(before);
	return made && !x_error_seen;
}

static bool make_current(const SimGraphics *graphics)
{
	if (graphics->kind == SIM_GRAPHICS_GLX)
		return glx_make_current(graphics->display, graphics->drawable, graphics->drawable, graphics->context);
	return window_system.egl_make_current(graphics->display, EGL_NO_SURFACE, EGL_NO_SURFACE, graphics->context);
}

static void make_old_current(const SimGraphics *graphics, const SimGlScope *scope)
{
	void *display = scope->old_display ? scope->old_display : graphics->display;
	if (graphics->kind == SIM_GRAPHICS_GLX)
		glx_make_current(display, scope->old_draw, scope->old_read, scope->old_context);
	else
		window_system.egl_make_current(display, (EGLSurface)scope->old_draw, (EGLSurface)scope->old_read,
		                               scope->old_context);
}

/* ---- state ---- */

static const GLenum pack_names[] = {
	GL_PACK_ALIGNMENT, GL_PACK_ROW_LENGTH,   GL_PACK_SKIP_ROWS, GL_PACK_SKIP_PIXELS,
	GL_PACK_SWAP_BYTES, GL_PACK_IMAGE_HEIGHT, GL_PACK_LSB_FIRST, GL_PACK_SKIP_IMAGES,
};

static void save_state(SimGlScope *scope)
{
	sim_gl.GetIntegerv(GL_TEXTURE_BINDING_2D, &scope->texture_2d);
	sim_gl.GetIntegerv(GL_TEXTURE_BINDING_2D_ARRAY, &scope->texture_array);
	sim_gl.GetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &scope->read_framebuffer);
	sim_gl.GetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &scope->draw_framebuffer);
	sim_gl.GetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &scope->pack_buffer);
	sim_gl.GetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &scope->unpack_buffer);
	for (uint32_t i = 0; i < SIM_COUNT(pack_names); i++)
		sim_gl.GetIntegerv(pack_names[i], &scope->pack[i]);
}

static void plain_state(void)
{
	sim_gl.BindBuffer(GL_PIXEL_PACK_BUFFER, 0);
	sim_gl.BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
	for (uint32_t i = 0; i < SIM_COUNT(pack_names); i++)
		sim_gl.PixelStorei(pack_names[i], pack_names[i] == GL_PACK_ALIGNMENT);
}

static void restore_state(const SimGlScope *scope)
{
	sim_gl.BindTexture(GL_TEXTURE_2D, (GLuint)scope->texture_2d);
	sim_gl.BindTexture(GL_TEXTURE_2D_ARRAY, (GLuint)scope->texture_array);
	sim_gl.BindFramebuffer(GL_READ_FRAMEBUFFER, (GLuint)scope->read_framebuffer);
	sim_gl.BindFramebuffer(GL_DRAW_FRAMEBUFFER, (GLuint)scope->draw_framebuffer);
	sim_gl.BindBuffer(GL_PIXEL_PACK_BUFFER, (GLuint)scope->pack_buffer);
	sim_gl.BindBuffer(GL_PIXEL_UNPACK_BUFFER, (GLuint)scope->unpack_buffer);
	for (uint32_t i = 0; i < SIM_COUNT(pack_names); i++)
		sim_gl.PixelStorei(pack_names[i], scope->pack[i]);
}

/* What a careless runtime leaves behind, when that is asked for: bindings, pixel storage, tests
 * switched on, and an error. */
static void leave_dirty(void)
{
	sim_gl.BindTexture(GL_TEXTURE_2D, 0);
	sim_gl.BindTexture(GL_TEXTURE_2D_ARRAY, 0);
	sim_gl.BindFramebuffer(GL_FRAMEBUFFER, 0);
	sim_gl.PixelStorei(GL_PACK_ALIGNMENT, 8);
	sim_gl.Enable(GL_SCISSOR_TEST);
	sim_gl.Enable(GL_DEPTH_TEST);
	sim_gl.Enable((GLenum)0xFFFF); /* GL_INVALID_ENUM */
	sim_strict_left_gl_error();
}

XrResult sim_gl_enter(SimSession *session, SimGlScope *scope)
{
	SimGraphics *graphics = &session->graphics;
	*scope = (SimGlScope){.session = session};
	if (graphics->kind == SIM_GRAPHICS_NONE)
		return XR_SUCCESS;
	bool current = is_current(graphics);
	sim_strict_thread(session, current);
	if (!current) {
		remember_current(graphics->kind, scope);
		scope->switched = true;
		if (!make_current(graphics)) {
			make_old_current(graphics, scope); /* some libraries have let go of it already */
			sim_message(SIM_ERROR, "context-on-two-threads",
			            "the session's GL context cannot be made current here: another thread has it, or it is gone");
			return XR_ERROR_RUNTIME_FAILURE;
		}
	}
	sim_object_retain(session);
	sim_strict_gl_error();
	save_state(scope);
	plain_state();
	return XR_SUCCESS;
}

void sim_gl_leave(SimGlScope *scope)
{
	const SimGraphics *graphics = &scope->session->graphics;
	if (graphics->kind == SIM_GRAPHICS_NONE)
		return;
	restore_state(scope);
	for (int i = 0; i < SIM_GL_ERRORS && sim_gl.GetError() != GL_NO_ERROR; i++)
		; /* ours; the program's own were told of on the way in */
	if (sim.device.leave_gl_dirty)
		leave_dirty();
	if (scope->switched)
		make_old_current(graphics, scope);
	sim_object_release(scope->session);
}
