package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	// maxDepth bounds how deep the arrays and objects of a body are nested, and
	// maxValues how many values it holds.
	maxDepth  = 32
	maxValues = 10_000
)

// checkJSON refuses what decoders read differently, or at a cost: text that is
// not UTF-8, members that are given twice, a second value after the first, and
// more or deeper values than a route takes. The schema of the route sees to the
// rest.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return fmt.Errorf("%w: the body is not UTF-8", errMalformed)
	}
	c := checker{decoder: json.NewDecoder(bytes.NewReader(body))}
	if err := c.value(0); err != nil {
		return err
	}
	if _, err := c.decoder.Token(); err != io.EOF {
		return fmt.Errorf("%w: more than one JSON value", errMalformed)
	}
	return nil
}

type checker struct {
	decoder *json.Decoder
	values  int
}

// value checks the next value, which stands depth levels deep.
func (c *checker) value(depth int) error {
	token, err := c.decoder.Token()
	if err != nil {
		return malformed(err)
	}
	if c.values++; c.values > maxValues {
		return fmt.Errorf("%w: more than %d values", errMalformed, maxValues)
	}
	delim, nested := token.(json.Delim)
	if !nested {
		return nil
	}
	if depth == maxDepth {
		return fmt.Errorf("%w: nested deeper than %d levels", errMalformed, maxDepth)
	}
	return c.members(delim == '{', depth+1)
}

// members checks what an object or an array holds, and takes its end.
func (c *checker) members(object bool, depth int) error {
	seen := map[string]bool{}
	for c.decoder.More() {
		if object {
			token, err := c.decoder.Token()
			if err != nil {
				return malformed(err)
			}
			name := token.(string) // in an object there is no other token here
			if seen[name] {
				return fmt.Errorf("%w: a member is given twice", errMalformed)
			}
			seen[name] = true
		}
		if err := c.value(depth); err != nil {
			return err
		}
	}
	_, err := c.decoder.Token()
	return malformed(err)
}

func malformed(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: the JSON ends too early", errMalformed)
	}
	return fmt.Errorf("%w: not JSON: %w", errMalformed, err)
}
