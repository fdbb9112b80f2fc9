/* What the files of the script's grammar share. */
#ifndef SPACETIME_SIM_SCRIPT_GRAMMAR_H
#define SPACETIME_SIM_SCRIPT_GRAMMAR_H

#include "script.h"

/* What the lines so far mean for the ones that follow. */
typedef struct SimScriptState {
	SimScript *script;
	XrDuration now; /* of the last line that had a time; SIM_SETUP before */
} SimScriptState;

typedef bool SimReadStatement(SimReader *reader, SimScriptState *state, SimStatement *statement);

bool sim_script_append(SimScript *script, const SimStatement *statement); /* false: out of memory */

bool sim_read_on_off(SimReader *reader, bool *on);

/* Each reads what follows its word; false when it told what is wrong. */
SimReadStatement sim_read_head, sim_read_left, sim_read_right, sim_read_gamepad; /* script_device.c */
SimReadStatement sim_read_profile;
SimReadStatement sim_read_fault, sim_read_expect; /* script_fault.c */

#endif
