/* A line of a script, taken apart into words. */
#include "script.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool refuse_length(const SimReader *reader, size_t size)
{
	sim_script_refuse("%s:%u: want a line of fewer than %zu characters, not one of %zu", reader->name, reader->line,
	                  sizeof reader->text, size);
	return false;
}

bool sim_reader_line(SimReader *reader, const char *text, size_t size)
{
	uint32_t n = 0;
	reader->next = 0;
	reader->words[0] = NULL;
	const char *comment = memchr(text, '#', size);
	if (comment)
		size = (size_t)(comment - text);
	if (size >= sizeof reader->text)
		return refuse_length(reader, size);
	memcpy(reader->text, text, size);
	reader->text[size] = '\0';
	char *rest = reader->text;
	for (char *word; (word = strtok_r(rest, " \t\r", &rest));) {
		reader->words[n] = word;
		if (n == SIM_MAX_WORDS) {
			reader->next = n;
			return sim_reader_fail(reader, "the end of the line after %d words", SIM_MAX_WORDS);
		}
		reader->words[++n] = NULL;
	}
	return true;
}

/* What a program should not have to see: bytes that a terminal would obey. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			*text = '?';
}

void sim_script_refuse(const char *format, ...)
{
	char text[1024], quoted[2 * sizeof text];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	make_printable(text);
	fprintf(stderr, "spacetime_sim: %s\n", text);
	sim_report("script-error", "\"text\":%s", sim_json_string(quoted, sizeof quoted, text));
}

bool sim_reader_fail(const SimReader *reader, const char *wanted, ...)
{
	char expected[512], found[64];
	va_list arguments;
	va_start(arguments, wanted);
	vsnprintf(expected, sizeof expected, wanted, arguments);
	va_end(arguments);
	const char *word = sim_reader_peek(reader);
	snprintf(found, sizeof found, word ? "\"%.50s\"" : "the end of the line", word);
	sim_script_refuse("%s:%u: want %s, not %s", reader->name, reader->line, expected, found);
	return false;
}

const char *sim_reader_peek(const SimReader *reader)
{
	return reader->words[reader->next];
}

bool sim_reader_take(SimReader *reader, const char *word)
{
	const char *next = sim_reader_peek(reader);
	if (!next || strcmp(next, word) != 0)
		return false;
	reader->next++;
	return true;
}

/* parse reads the number that a word begins with; rest is what follows it. */
static bool parse(const char *word, double *number, const char **rest)
{
	size_t length = strspn(word, "+-.0123456789eE");
	char *end;
	*number = strtod_l(word, &end, sim_plain_locale());
	*rest = end;
	return length > 0 && end > word && end <= word + length && isfinite(*number);
}

bool sim_reader_double(SimReader *reader, const char *what, double least, double most, double *number)
{
	const char *word = sim_reader_peek(reader), *rest;
	if (!word || !parse(word, number, &rest) || *rest || *number < least || *number > most)
		return sim_reader_fail(reader, "%s, %g to %g", what, least, most);
	reader->next++;
	return true;
}

bool sim_reader_number(SimReader *reader, const char *what, double least, double most, float *number)
{
	double value;
	bool ok = sim_reader_double(reader, what, least, most, &value);
	*number = ok ? (float)value : 0;
	return ok;
}

bool sim_reader_count(SimReader *reader, const char *what, uint32_t *count)
{
	const char *word = sim_reader_peek(reader);
	char *end = NULL;
	unsigned long value = 0;
	if (word && word[0] >= '0' && word[0] <= '9')
		value = strtoul(word, &end, 10);
	if (!end || *end || value > INT32_MAX)
		return sim_reader_fail(reader, "%s, a whole number", what);
	*count = (uint32_t)value;
	reader->next++;
	return true;
}

bool sim_reader_duration(SimReader *reader, XrDuration *duration)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
	const char *word = sim_reader_peek(reader), *rest;
	double value;
	if (word && parse(word, &value, &rest)) {
		for (uint32_t i = 0; i < SIM_COUNT(units); i++) {
			double ns = value * units[i].ns;
			if (strcmp(rest, units[i].unit) != 0 || ns < 0 || ns > SIM_LONGEST)
				continue;
			*duration = (XrDuration)(ns + 0.5);
			reader->next++;
			return true;
		}
	}
	return sim_reader_fail(reader, "a time such as 1.5s, 20ms, 5us or 7ns");
}

bool sim_reader_choice(SimReader *reader, const char *const *words, uint32_t *place)
{
	char list[480] = "";
	size_t used = 0;
	for (*place = 0; words[*place]; ++*place) {
		if (sim_reader_take(reader, words[*place]))
			return true;
		if (used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", *place > 0 ? ", " : "", words[*place]);
	}
	return sim_reader_fail(reader, "%s%s", *place > 1 ? "one of " : "", list);
}
