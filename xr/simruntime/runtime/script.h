/* The script that moves the simulated device, as statements. Its language is described in
 * docs/simruntime.md. */
#ifndef SPACETIME_SIM_SCRIPT_H
#define SPACETIME_SIM_SCRIPT_H

#include "sim.h"

typedef enum SimVerb {
	SIM_VERB_POSE,      /* who, duration, has_position and number[0..2], has_orientation and number[3..6] */
	SIM_VERB_TRACKING,  /* who, flags */
	SIM_VERB_CONNECT,   /* who, on */
	SIM_VERB_COMPONENT, /* who, component[0] and [1] (or -1), number[0] and [1] */
	SIM_VERB_PROFILE,   /* text */
	SIM_VERB_MODEL,     /* text */
	SIM_VERB_CLOCK,     /* clock */
	SIM_VERB_PLUG,      /* on */
	SIM_VERB_WORN,      /* on */
	SIM_VERB_SESSION,   /* visible, on: focused */
	SIM_VERB_RECENTRE,  /* on: the event has a valid pose; duration: until it holds */
	SIM_VERB_PERIOD,    /* on: overridden; duration */
	SIM_VERB_RATE,      /* number[0] in Hz */
	SIM_VERB_BOUNDS,    /* on: known; number[0] and [1] in metres */
	SIM_VERB_IPD,       /* number[0] in metres */
	SIM_VERB_MASK,
	SIM_VERB_GL,        /* on: left dirty */
	SIM_VERB_LOSE,      /* instance, or the session; on: with a warning first */
	SIM_VERB_EXIT,
	SIM_VERB_FAULT,     /* fault */
	SIM_VERB_EXPECT,    /* text: subject, operation, value; seconds for times */
} SimVerb;

/* Who a pose is of: a SimSourceKind, or the head. */
#define SIM_WHO_HEAD SIM_SOURCE_COUNT
#define SIM_WHO_COUNT (SIM_SOURCE_COUNT + 1)

/* The time of statements that hold from the start on, before any session. */
#define SIM_SETUP INT64_C(-1)

/* No time of a script is longer, in ns: three years, so that sums of two are still numbers. */
#define SIM_LONGEST INT64_C(100000000000000000)

typedef struct SimStatement {
	SimVerb verb;
	uint32_t line;
	XrDuration at; /* since the first session began; or SIM_SETUP */
	XrDuration duration;
	uint8_t who;
	bool on, visible, has_position, has_orientation, instance;
	int16_t component[2];
	float number[7];
	const char *text;      /* lives as long as the program */
	double value;
	const char *operation; /* "==", ">=", "<=", "reached", "never" */
	SimClockKind clock;
	SimFault fault;
	XrSpaceLocationFlags flags;
} SimStatement;

typedef struct SimScript {
	SimStatement *statements; /* by rising time once sorted; of one time, as they were written */
	uint32_t count, room;
	const SimProfile *hands; /* what the controllers are after the last line read */
} SimScript;

/* ---- script_words.c: a line as words ---- */

#define SIM_MAX_WORDS 24

typedef struct SimReader {
	const char *name; /* of the file */
	uint32_t line;
	char text[1024];
	char *words[SIM_MAX_WORDS + 1]; /* ends with NULL */
	uint32_t next;
} SimReader;

/* Tells on stderr and in the report what is wrong with a script. */
void sim_script_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Splits a line; false when it is too long, which was told. */
bool sim_reader_line(SimReader *reader, const char *text, size_t size);
/* Tells on stderr what was wanted instead of the next word; always false. */
bool sim_reader_fail(const SimReader *reader, const char *wanted, ...) __attribute__((format(printf, 2, 3)));
const char *sim_reader_peek(const SimReader *reader); /* NULL at the end of the line */
bool sim_reader_take(SimReader *reader, const char *word); /* whether it is next */
bool sim_reader_number(SimReader *reader, const char *what, double least, double most, float *number);
bool sim_reader_double(SimReader *reader, const char *what, double least, double most, double *number);
bool sim_reader_count(SimReader *reader, const char *what, uint32_t *count);
bool sim_reader_duration(SimReader *reader, XrDuration *duration); /* "1.5s", "20ms", "3us", "4ns" */
/* The place of the next word in a NULL-ended list. */
bool sim_reader_choice(SimReader *reader, const char *const *words, uint32_t *place);

/* ---- the grammar: script_read.c, script_device.c, script_fault.c ---- */

/* Adds the statements of a text, which goes on with the hands of the text before and begins with
 * times of its own; false when a line is wrong, and a line on stderr said why. */
bool sim_script_read(SimScript *script, const char *name, const char *text, char line_end);

#endif
