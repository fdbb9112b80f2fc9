/* A library to preload into hello_xr under Xvfb. That program asks for the list of video modes
 * without looking whether the server has the extension, and reads the first entry of a list that
 * it did not get. This gives it one. For tests only. */
#include <X11/Xlib.h>
#include <X11/extensions/xf86vmode.h>
#include <stdlib.h>

Bool XF86VidModeGetAllModeLines(Display *display, int screen, int *count, XF86VidModeModeInfo ***modes)
{
	(void)display;
	(void)screen;
	/* The program frees it with XFree, so list and entry are one allocation. */
	struct {
		XF86VidModeModeInfo *list[1];
		XF86VidModeModeInfo mode;
	} *all = calloc(1, sizeof(*all));
	if (!all)
		return False;
	all->list[0] = &all->mode;
	all->mode.dotclock = 65000;
	all->mode.hdisplay = all->mode.htotal = 1024;
	all->mode.vdisplay = all->mode.vtotal = 768;
	*count = 1;
	*modes = all->list;
	return True;
}
