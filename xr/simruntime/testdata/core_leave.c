/* Makes a frame, and ends without destroying anything: by leaving main, or, with an argument, by
 * a signal that nobody can handle. */
#include <signal.h>

#include "input_client.h"

int main(int argc, char **argv)
{
	(void)argv;
	XrInstance instance;
	XrSession session = headless_session(&instance, XR_CURRENT_API_VERSION);
	begin(instance, session);
	frame(session);
	if (argc > 1)
		raise(SIGKILL);
	return verdict();
}
