/* PNG files (RFC 2083), with a small deflate (RFC 1951) of fixed codes and one remembered place
 * for each three bytes: frames of space are mostly black, and the same picture gives the same
 * bytes on every machine. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "png.h"

/* ---- bits ---- */

typedef struct Buffer {
	uint8_t *bytes;
	size_t used, size;
	uint32_t bits;
	int bit_count;
	bool failed;
} Buffer;

static void put_byte(Buffer *buffer, uint8_t byte)
{
	if (buffer->used == buffer->size) {
		size_t wider = buffer->size ? buffer->size * 2 : 65536;
		uint8_t *grown = realloc(buffer->bytes, wider);
		if (!grown) {
			buffer->failed = true;
			return;
		}
		buffer->bytes = grown;
		buffer->size = wider;
	}
	buffer->bytes[buffer->used++] = byte;
}

static void put_bits(Buffer *buffer, uint32_t value, int count)
{
	buffer->bits |= value << buffer->bit_count;
	for (buffer->bit_count += count; buffer->bit_count >= 8; buffer->bit_count -= 8) {
		put_byte(buffer, (uint8_t)buffer->bits);
		buffer->bits >>= 8;
	}
}

/* Huffman codes go highest bit first. */
static void put_code(Buffer *buffer, uint32_t code, int count)
{
	uint32_t turned = 0;
	for (int i = 0; i < count; i++)
		turned |= (code >> i & 1) << (count - 1 - i);
	put_bits(buffer, turned, count);
}

/* ---- deflate ---- */

static void put_symbol(Buffer *buffer, uint32_t symbol)
{
	if (symbol < 144)
		put_code(buffer, 0x30 + symbol, 8);
	else if (symbol < 256)
		put_code(buffer, 0x190 + symbol - 144, 9);
	else if (symbol < 280)
		put_code(buffer, symbol - 256, 7);
	else
		put_code(buffer, 0xC0 + symbol - 280, 8);
}

/* Lengths and distances come in groups that double: `per_group` codes for each count of extra
 * bits. It gives the code for a value counted from 0. */
static uint32_t group_code(uint32_t value, uint32_t per_group, int *extra_bits)
{
	*extra_bits = 0;
	if (value < 2 * per_group)
		return value;
	while (value >> *extra_bits >= 2 * per_group)
		++*extra_bits;
	return (uint32_t)*extra_bits * per_group + (value >> *extra_bits);
}

static void put_match(Buffer *buffer, uint32_t length, uint32_t distance)
{
	int extra;
	if (length == 258) {
		put_symbol(buffer, 285);
	} else {
		uint32_t code = group_code(length - 3, 4, &extra);
		put_symbol(buffer, 257 + code);
		put_bits(buffer, (length - 3) & ((1u << extra) - 1), extra);
	}
	put_code(buffer, group_code(distance - 1, 2, &extra), 5);
	put_bits(buffer, (distance - 1) & ((1u << extra) - 1), extra);
}

#define HASH_BITS 15
#define WINDOW 32768
#define LONGEST 258

static uint32_t hash_three(const uint8_t *bytes)
{
	uint32_t three = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16;
	return three * 2654435761u >> (32 - HASH_BITS);
}

static uint32_t match_length(const uint8_t *a, const uint8_t *b, size_t left)
{
	uint32_t longest = left < LONGEST ? (uint32_t)left : LONGEST, length = 0;
	while (length < longest && a[length] == b[length])
		length++;
	return length;
}

/* The place of the last same three bytes within the window gives a match; what it skips is not
 * remembered, which costs a little size and saves much time. */
static void put_body(Buffer *buffer, const uint8_t *data, size_t size, uint32_t *last)
{
	for (size_t at = 0; at < size;) {
		uint32_t length = 0, distance = 0;
		if (size - at >= 3) {
			uint32_t *place = &last[hash_three(data + at)];
			distance = *place ? (uint32_t)(at + 1 - *place) : 0;
			if (distance > 0 && distance <= WINDOW)
				length = match_length(data + at, data + at - distance, size - at);
			*place = (uint32_t)at + 1;
		}
		if (length >= 3)
			put_match(buffer, length, distance);
		else
			put_symbol(buffer, data[at]);
		at += length >= 3 ? length : 1;
	}
}

static uint32_t adler32(const uint8_t *data, size_t size)
{
	uint32_t a = 1, b = 0;
	while (size > 0) {
		size_t part = size < 5552 ? size : 5552; /* so many sums fit in 32 bits */
		for (size_t i = 0; i < part; i++)
			b += a += data[i];
		a %= 65521;
		b %= 65521;
		data += part;
		size -= part;
	}
	return b << 16 | a;
}

static void put_big_endian(Buffer *buffer, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		put_byte(buffer, (uint8_t)(value >> shift));
}

static Buffer zlib_stream(const uint8_t *data, size_t size)
{
	Buffer buffer = {0};
	uint32_t *last = calloc(1u << HASH_BITS, sizeof(*last));
	if (!last) {
		buffer.failed = true;
		return buffer;
	}
	put_byte(&buffer, 0x78);
	put_byte(&buffer, 0x01);
	put_bits(&buffer, 3, 3); /* the last block, fixed codes */
	put_body(&buffer, data, size, last);
	put_symbol(&buffer, 256);
	put_bits(&buffer, 0, (8 - buffer.bit_count) % 8);
	put_big_endian(&buffer, adler32(data, size));
	free(last);
	return buffer;
}

/* ---- the file ---- */

static uint32_t table[256];

static void fill_table(void)
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t c = n;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
		table[n] = c;
	}
}

/* Pictures of two threads may be written at once. */
static uint32_t crc_step(uint32_t crc, const uint8_t *bytes, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fill_table);
	for (size_t i = 0; i < size; i++)
		crc = table[(crc ^ bytes[i]) & 0xFF] ^ crc >> 8;
	return crc;
}

static void write_u32(FILE *file, uint32_t value)
{
	const uint8_t bytes[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
	fwrite(bytes, 1, 4, file);
}

static void write_chunk(FILE *file, const char *kind, const uint8_t *data, size_t size)
{
	uint32_t crc = crc_step(0xFFFFFFFFu, (const uint8_t *)kind, 4);
	crc = crc_step(crc, data, size) ^ 0xFFFFFFFFu;
	write_u32(file, (uint32_t)size);
	fwrite(kind, 1, 4, file);
	if (size > 0)
		fwrite(data, 1, size, file);
	write_u32(file, crc);
}

static void write_header(FILE *file, const SimPng *png)
{
	const uint8_t header[13] = {
		(uint8_t)(png->width >> 24), (uint8_t)(png->width >> 16), (uint8_t)(png->width >> 8), (uint8_t)png->width,
		(uint8_t)(png->height >> 24), (uint8_t)(png->height >> 16), (uint8_t)(png->height >> 8), (uint8_t)png->height,
		png->gray16 ? 16 : 8, png->gray16 ? 0 : 2,
	};
	fwrite("\x89PNG\r\n\x1a\n", 1, 8, file);
	write_chunk(file, "IHDR", header, sizeof(header));
}

size_t sim_png_row(const SimPng *png)
{
	return (size_t)png->width * (png->gray16 ? 2 : 3);
}

/* Every row as its difference from the row above (filter 2): still parts become zeros. */
static uint8_t *filter_rows(const SimPng *png)
{
	size_t row = sim_png_row(png);
	uint8_t *filtered = malloc((row + 1) * png->height);
	for (uint32_t y = 0; filtered && y < png->height; y++) {
		uint8_t *to = filtered + y * (row + 1);
		const uint8_t *from = png->bytes + y * row;
		*to++ = 2;
		for (size_t x = 0; x < row; x++)
			to[x] = (uint8_t)(from[x] - (y > 0 ? from[x - row] : 0));
	}
	return filtered;
}

static bool write_body(const char *path, const SimPng *png, const Buffer *body)
{
	FILE *file = fopen(path, "wbe");
	if (!file)
		return false;
	write_header(file, png);
	write_chunk(file, "IDAT", body->bytes, body->used);
	write_chunk(file, "IEND", NULL, 0);
	bool complete = !ferror(file);
	return fclose(file) == 0 && complete;
}

bool sim_png_write(const char *path, const SimPng *png)
{
	uint8_t *filtered = filter_rows(png);
	if (!filtered)
		return false;
	Buffer body = zlib_stream(filtered, (sim_png_row(png) + 1) * png->height);
	free(filtered);
	bool written = !body.failed && write_body(path, png, &body);
	free(body.bytes);
	return written;
}
