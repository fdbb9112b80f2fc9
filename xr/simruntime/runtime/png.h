/* Writing PNG files. */
#ifndef SPACETIME_SIM_PNG_H
#define SPACETIME_SIM_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct SimPng {
	uint32_t width, height;
	bool gray16;    /* else 8-bit red, green, blue */
	uint8_t *bytes; /* rows from the top, 16-bit values high byte first */
} SimPng;

size_t sim_png_row(const SimPng *png); /* bytes in a row */
bool sim_png_write(const char *path, const SimPng *png);

#endif
