/* Reads scripts from standard input, each after its length in decimal and a line end, and answers
 * each with "ok" or "refused". Built together with the runtime's own sources. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../runtime/internal.h"
#include "../runtime/script.h"

static void write_script(const char *text, size_t size)
{
	FILE *file = fopen(sim.config.script, "wb");
	if (!file || fwrite(text, 1, size, file) != size || fclose(file) != 0)
		abort();
}

/* Whatever a script says, poses are poses. */
static void check_motion(SimMotion motion)
{
	XrVector3f v = motion.linear_velocity, w = motion.angular_velocity;
	if (!sim_pose_valid(&motion.pose) || !isfinite(v.x + v.y + v.z) || !isfinite(w.x + w.y + w.z))
		abort();
}

static void check_motions(void)
{
	for (XrTime time = SIM_TIME_ORIGIN; time < 100 * SIM_SECOND; time += 777777777) {
		check_motion(sim_head_motion(time));
		check_motion(sim_hand_motion(SIM_SOURCE_LEFT, true, time));
		check_motion(sim_hand_motion(SIM_SOURCE_RIGHT, false, time));
	}
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	snprintf(sim.config.script, sizeof sim.config.script, "%s", argv[1]);
	sim.model = &sim_models[0];
	unsigned long size;
	while (scanf("%lu", &size) == 1 && getchar() == '\n') {
		char *text = malloc(size + 1);
		if (!text || fread(text, 1, size, stdin) != size)
			return 2;
		write_script(text, size);
		free(text);
		sim_device_reset();
		sim_fault_clear();
		XrResult result = sim_script_start();
		if (XR_SUCCEEDED(result))
			check_motions();
		puts(XR_SUCCEEDED(result) ? "ok" : "refused");
		fflush(stdout);
	}
	return 0;
}
