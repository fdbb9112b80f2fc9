/* The grammar of the script: one function for each kind of statement.
 *
 *   LINE      = [TIME | "+" TIME] STATEMENT ["#" COMMENT]
 *   STATEMENT = head | left | right | gamepad ... | model | clock | profile | worn | session | plug | unplug
 *             | recentre | period | rate | bounds | ipd | mask | gl | lose | exit | fault | expect
 */
#include "script_grammar.h"

#include <stdlib.h>
#include <string.h>

bool sim_script_append(SimScript *script, const SimStatement *statement)
{
	if (script->count == script->room) {
		uint32_t room = script->room ? 2 * script->room : 64;
		SimStatement *statements = realloc(script->statements, room * sizeof *statements);
		if (!statements)
			return false;
		script->statements = statements;
		script->room = room;
	}
	script->statements[script->count++] = *statement;
	return true;
}

bool sim_read_on_off(SimReader *reader, bool *on)
{
	static const char *const words[] = {"on", "off", NULL};
	uint32_t place;
	bool ok = sim_reader_choice(reader, words, &place);
	*on = place == 0;
	return ok;
}

/* ---- the headset and the session ---- */

static bool read_model(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	if (state->now != SIM_SETUP)
		return sim_reader_fail(reader, "model before the first line with a time");
	const char *names[64] = {NULL};
	for (uint32_t i = 0; i < sim_model_count && i < SIM_COUNT(names) - 1; i++)
		names[i] = sim_models[i].name;
	uint32_t place;
	if (!sim_reader_choice(reader, names, &place))
		return false;
	statement->verb = SIM_VERB_MODEL;
	statement->text = names[place];
	return true;
}

static bool read_clock(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	static const char *const kinds[] = {"real", "stepped", NULL};
	uint32_t place;
	if (state->now != SIM_SETUP)
		return sim_reader_fail(reader, "clock before the first line with a time");
	statement->verb = SIM_VERB_CLOCK;
	if (!sim_reader_choice(reader, kinds, &place))
		return false;
	statement->clock = place == 0 ? SIM_CLOCK_REAL : SIM_CLOCK_STEPPED;
	return true;
}

static bool read_worn(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_WORN;
	return sim_read_on_off(reader, &statement->on);
}

static bool read_session(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"focused", "visible", "hidden", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_SESSION;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->on = place == 0;
	statement->visible = place <= 1;
	return ok;
}

static bool read_plug(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_PLUG;
	statement->on = true;
	return true;
}

static bool read_unplug(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_PLUG;
	return true;
}

static bool read_recentre(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_RECENTRE;
	statement->on = !sim_reader_take(reader, "unposed");
	return !sim_reader_take(reader, "after") || sim_reader_duration(reader, &statement->duration);
}

static bool read_period(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_PERIOD;
	if (sim_reader_take(reader, "normal"))
		return true;
	statement->on = true;
	return sim_reader_duration(reader, &statement->duration);
}

static bool read_rate(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_RATE;
	return sim_reader_number(reader, "a rate in Hz", 1, 1000, &statement->number[0]);
}

static bool read_bounds(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_BOUNDS;
	if (sim_reader_take(reader, "none"))
		return true;
	statement->on = true;
	return sim_reader_number(reader, "the width in metres", 0, 100, &statement->number[0]) &&
	       sim_reader_number(reader, "the depth in metres", 0, 100, &statement->number[1]);
}

static bool read_ipd(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	statement->verb = SIM_VERB_IPD;
	return sim_reader_number(reader, "the distance of the eyes in metres", 0.04, 0.09, &statement->number[0]);
}

static bool read_mask(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"changed", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_MASK;
	return sim_reader_choice(reader, words, &place);
}

static bool read_gl(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"dirty", "clean", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_GL;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->on = place == 0;
	return ok;
}

static bool read_lose(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state;
	static const char *const words[] = {"session", "instance", NULL};
	uint32_t place;
	statement->verb = SIM_VERB_LOSE;
	bool ok = sim_reader_choice(reader, words, &place);
	statement->instance = place == 1;
	statement->on = ok && sim_reader_take(reader, "warned");
	return ok;
}

static bool read_exit(SimReader *reader, SimScriptState *state, SimStatement *statement)
{
	(void)state, (void)reader;
	statement->verb = SIM_VERB_EXIT;
	return true;
}

/* ---- lines ---- */

static const struct {
	const char *word;
	SimReadStatement *read;
} statements[] = {
	{"head", sim_read_head},
	{"left", sim_read_left},
	{"right", sim_read_right},
	{"gamepad", sim_read_gamepad},
	{"model", read_model},
	{"clock", read_clock},
	{"profile", sim_read_profile},
	{"worn", read_worn},
	{"session", read_session},
	{"plug", read_plug},
	{"unplug", read_unplug},
	{"recentre", read_recentre},
	{"period", read_period},
	{"rate", read_rate},
	{"bounds", read_bounds},
	{"ipd", read_ipd},
	{"mask", read_mask},
	{"gl", read_gl},
	{"lose", read_lose},
	{"exit", read_exit},
	{"fault", sim_read_fault},
	{"expect", sim_read_expect},
};

/* The time that a line begins with, if it does; times must not go back. */
static bool read_time(SimReader *reader, SimScriptState *state)
{
	char *word = reader->words[0];
	if (word[0] != '+' && (word[0] < '0' || word[0] > '9'))
		return true;
	XrDuration time, since = 0;
	if (word[0] == '+') {
		since = state->now == SIM_SETUP ? 0 : state->now;
		reader->words[0]++;
	}
	if (!sim_reader_duration(reader, &time))
		return false;
	time += since;
	if (time >= state->now && time <= SIM_LONGEST) {
		state->now = time;
		return true;
	}
	reader->next = 0;
	return sim_reader_fail(reader, "a time that is not before the line above, and within three years");
}

static bool read_line(SimReader *reader, SimScriptState *state)
{
	if (!sim_reader_peek(reader))
		return true;
	if (!read_time(reader, state))
		return false;
	SimStatement statement = {.line = reader->line, .at = state->now, .component = {-1, -1}};
	for (uint32_t i = 0; i < SIM_COUNT(statements); i++) {
		if (!sim_reader_take(reader, statements[i].word))
			continue;
		if (!statements[i].read(reader, state, &statement))
			return false;
		if (sim_reader_peek(reader))
			return sim_reader_fail(reader, "the end of the line");
		return sim_script_append(state->script, &statement);
	}
	return sim_reader_fail(reader, "a time or a statement such as head, left, profile, recentre, fault or exit");
}

bool sim_script_read(SimScript *script, const char *name, const char *text, char line_end)
{
	SimScriptState state = {script, SIM_SETUP};
	SimReader reader = {.name = name, .line = 1};
	for (;;) {
		size_t size = strcspn(text, (char[]){line_end, '\0'});
		if (!sim_reader_line(&reader, text, size) || !read_line(&reader, &state))
			return false;
		if (text[size] == '\0')
			return true;
		text += size + 1;
		reader.line++;
	}
}
