/* The part of the script's grammar that is about what goes wrong, and what is expected all the same. */
#include "script_grammar.h"

#include <string.h>

/* ---- faults and expectations ---- */

/* call N, or calls N to M, or calls N on */
static bool read_calls(SimReader *reader, SimFault *fault)
{
	fault->call_count = 1;
	if (sim_reader_take(reader, "call"))
		return sim_reader_count(reader, "which call, from 1", &fault->first_call) &&
		       (fault->first_call > 0 || sim_reader_fail(reader, "calls counted from 1 before it"));
	if (!sim_reader_take(reader, "calls"))
		return sim_reader_fail(reader, "call N, calls N to M, or calls N on");
	uint32_t last = 0;
	if (!sim_reader_count(reader, "the first call, from 1", &fault->first_call))
		return false;
	if (sim_reader_take(reader, "on"))
		last = INT32_MAX;
	else if (!sim_reader_take(reader, "to"))
		return sim_reader_fail(reader, "to or on");
	else if (!sim_reader_count(reader, "the last call", &last))
		return false;
	if (fault->first_call == 0 || last < fault->first_call)
		return sim_reader_fail(reader, "calls from 1 and rising before it");
	fault->call_count = last - fault->first_call + 1;
	return true;
}

static bool read_effect(SimReader *reader, SimFault *fault)
{
	static const char *const words[] = {"returns", "takes", "hangs", NULL};
	uint32_t place;
	if (!sim_reader_choice(reader, words, &place))
		return false;
	fault->effect = (SimFaultEffect[]){SIM_FAULT_RESULT, SIM_FAULT_SLOW, SIM_FAULT_HANG}[place];
	if (fault->effect == SIM_FAULT_SLOW)
		return sim_reader_duration(reader, &fault->delay);
	if (fault->effect == SIM_FAULT_HANG)
		return true;
	const char *name = sim_reader_peek(reader);
	if (!name || !sim_result_by_name(name, &fault->result))
		return sim_reader_fail(reader, "an XrResult such as XR_ERROR_SESSION_LOST");
	reader->next++;
	return true;
}

bool sim_read_fault(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	const char *name = sim_reader_peek(reader);
	statement->verb = SIM_VERB_FAULT;
	if (!name || !sim_function_by_name(name, &statement->fault.function))
		return sim_reader_fail(reader, "an OpenXR function such as xrEndFrame");
	reader->next++;
	return read_calls(reader, &statement->fault) && read_effect(reader, &statement->fault);
}

static const char *const counted[] = {"frames", "missed", "discarded", "errors", "warnings", "faults",
                                      "haptics", "sessions", "instances", "status", NULL};
static const char *const states[] = {"ready", "synchronized", "visible", "focused", "stopping", "loss_pending",
                                     "exiting", NULL};

static bool read_expected_state(SimReader *reader, const char *operation, SimStatement *statement)
{
	uint32_t place;
	if (!sim_reader_choice(reader, states, &place))
		return false;
	statement->text = states[place];
	statement->operation = operation;
	XrDuration within;
	if (operation[0] == 'n' || !sim_reader_take(reader, "within"))
		return true;
	if (!sim_reader_duration(reader, &within))
		return false;
	statement->operation = "<=";
	statement->value = (double)within / SIM_SECOND;
	return true;
}

bool sim_read_expect(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	static const char *const operations[] = {"==", ">=", "<=", NULL};
	statement->verb = SIM_VERB_EXPECT;
	if (sim_reader_take(reader, "no"))
		return read_expected_state(reader, "never", statement);
	for (uint32_t i = 0; counted[i]; i++) {
		if (!sim_reader_take(reader, counted[i]))
			continue;
		uint32_t place;
		statement->text = counted[i];
		if (!sim_reader_choice(reader, operations, &place))
			return false;
		statement->operation = operations[place];
		return sim_reader_double(reader, "a number", -1e9, 1e9, &statement->value);
	}
	for (uint32_t i = 0; states[i]; i++)
		if (sim_reader_peek(reader) && strcmp(sim_reader_peek(reader), states[i]) == 0)
			return read_expected_state(reader, "reached", statement);
	return sim_reader_fail(reader, "a state such as focused, or frames, missed, discarded, errors, warnings, faults, "
	                               "haptics, sessions, instances or status");
}
