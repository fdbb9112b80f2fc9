package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"
)

// decode reads the request's body into the struct that into points to. It is
// strict: one object in UTF-8; only members that the struct has, spelt as they
// are there, each once; no null; nothing after. What is not JSON is
// errMalformed, what is JSON but wrong errInvalid.
func decode(r *http.Request, into any) error {
	data, err := io.ReadAll(r.Body) // bounded by checkLimits
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return errTooLarge
	case err != nil:
		return fmt.Errorf("%w: the body ended early", errMalformed)
	case !utf8.Valid(data):
		return fmt.Errorf("%w: the body is not UTF-8", errMalformed)
	}
	return decodeStrict(data, into)
}

func decodeStrict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if err := decodeObject(d, reflect.ValueOf(into).Elem(), ""); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("%w: more than one JSON value", errMalformed)
	}
	return nil
}

// decodeObject reads an object into the struct v, which stands at a place of
// the body.
func decodeObject(d *json.Decoder, v reflect.Value, at string) error {
	switch start, err := d.Token(); {
	case err != nil:
		return malformed(err)
	case start != json.Delim('{'):
		return wrong(errInvalid, at, "an object is wanted")
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return malformed(err)
		}
		name := token.(string) // in an object there is no other token here
		place := strings.TrimPrefix(at+"."+name, ".")
		member, known := memberOf(v, name)
		switch {
		case seen[name]:
			return wrong(errMalformed, place, "given twice")
		case !known:
			return wrong(errInvalid, place, "unknown member; there are "+strings.Join(memberNames(v.Type()), ", "))
		}
		seen[name] = true
		if err := decodeMember(d, member, place); err != nil {
			return err
		}
	}
	_, err := d.Token() // the closing brace
	return malformed(err)
}

// decodeMember reads one value: an object for a struct that is not written as
// text, else what encoding/json makes of it.
func decodeMember(d *json.Decoder, v reflect.Value, at string) error {
	target := v
	if v.Kind() == reflect.Pointer {
		target = reflect.New(v.Type().Elem()).Elem()
	}
	if _, text := target.Addr().Interface().(encoding.TextUnmarshaler); target.Kind() == reflect.Struct && !text {
		if err := decodeObject(d, target, at); err != nil {
			return err
		}
	} else if err := decodeValue(d, target, at); err != nil {
		return err
	}
	if v.Kind() == reflect.Pointer {
		v.Set(target.Addr())
	}
	return nil
}

func decodeValue(d *json.Decoder, v reflect.Value, at string) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return malformed(err)
	}
	if string(raw) == "null" {
		return wrong(errInvalid, at, "null is not a value; leave the member out")
	}
	err := json.Unmarshal(raw, v.Addr().Interface())
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && strings.HasPrefix(mistyped.Value, "number "): // only then has it digits
		return wrong(errInvalid, at, "the number is out of range")
	case errors.As(err, &mistyped):
		return wrong(errInvalid, at, "a "+jsonName(v)+" is wanted, not a "+mistyped.Value)
	case err != nil:
		return wrong(errInvalid, at, err.Error())
	}
	return nil
}

// jsonName says what JSON calls the values that v takes.
func jsonName(v reflect.Value) string {
	if _, text := v.Addr().Interface().(encoding.TextUnmarshaler); text {
		return "string"
	}
	if v.CanInt() || v.CanUint() || v.CanFloat() {
		return "number"
	}
	return v.Kind().String() // string, bool
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

func wrong(kind error, at, message string) error {
	if at == "" {
		return fmt.Errorf("%w: %s", kind, message)
	}
	return &memberError{FieldError{at, message}, kind}
}

// memberOf finds the field of the struct v that JSON calls name, exactly.
func memberOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i, known := range memberNames(v.Type()) {
		if known == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// memberNames lists the names of the struct's fields, by their tags.
func memberNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i], _, _ = strings.Cut(t.Field(i).Tag.Get("json"), ",")
	}
	return names
}
