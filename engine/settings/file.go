package settings

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// FileName is what the settings file is called, in the folder of the user's
// configuration.
const FileName = "settings.toml"

// maxFile bounds a settings file, in bytes: a hundred times what all settings
// take.
const maxFile = 64 << 10

// File is a settings file: TOML, in which a setting has the name of its flag and
// stands before the first table:
//
//	# the museum's projector
//	fullscreen = true
//	vr-scale = 1.2
//	allowed-hosts = ["planetarium.local", "192.168.1.20"]
//
// What it holds besides settings, comments and tables too, stays when it is
// changed; only a comment on the line that changes goes. The zero value is an
// empty file. A File does no input or output.
type File struct {
	text   []byte
	values map[string]any
}

// Read reads the content of a file. An error says on which line; the File is an
// empty one then. The File keeps a copy of text.
func Read(text []byte) (File, error) {
	if len(text) > maxFile {
		return File{}, fmt.Errorf("longer than %d bytes: no settings file", maxFile)
	}
	text = bytes.Clone(bytes.TrimPrefix(text, []byte("\ufeff"))) // Windows' editors write one
	values, err := decode(text)
	if err != nil {
		return File{}, err
	}
	return File{text, values}, nil
}

func decode(text []byte) (values map[string]any, err error) {
	err = toml.Unmarshal(text, &values)
	var where *toml.DecodeError
	if errors.As(err, &where) {
		row, _ := where.Position()
		return nil, fmt.Errorf("line %d: %w", row, err)
	}
	return values, err
}

// Bytes returns the content of the file, which the caller may change.
func (f File) Bytes() []byte { return bytes.Clone(f.text) }

// Names lists what is set, in alphabetical order, also what is no setting.
func (f File) Names() []string { return slices.Sorted(maps.Keys(f.values)) }

// Value returns a setting as a flag's text, or as a []any of texts where the
// file has a list; nil when it is not set.
func (f File) Value(name string) (any, error) {
	set, ok := f.values[name]
	if !ok {
		return nil, nil
	}
	list, ok := set.([]any)
	if !ok {
		return valueText(set)
	}
	texts := make([]any, len(list))
	for i, item := range list {
		text, err := valueText(item)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}

// Texts returns a setting as texts: of a list each, else the one; none when it is
// not set or is a table.
func (f File) Texts(name string) (texts []string) {
	value, _ := f.Value(name)
	switch value := value.(type) {
	case string:
		texts = []string{value}
	case []any:
		for _, item := range value {
			texts = append(texts, fmt.Sprint(item))
		}
	}
	return texts
}

// valueText returns a text, or nil and an error.
func valueText(value any) (any, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case time.Time:
		return v.Format(time.RFC3339Nano), nil
	case toml.LocalDate:
		return v.String(), nil
	case toml.LocalDateTime:
		return v.String(), nil
	}
	return nil, errors.New("is neither a text, a number, true or false, nor a list of those")
}

// Set gives a setting a value: a string, bool, number or a []string. It is an
// error, and changes nothing, where the file has a table of that name.
func (f *File) Set(name string, value any) error {
	line, err := toml.Marshal(map[string]any{name: value})
	if err == nil && !utf8.Valid(fmt.Append(nil, value)) { // the encoder would take it for Latin-1
		err = fmt.Errorf("%q is not UTF-8", value)
	}
	if err != nil {
		return fmt.Errorf("%s in %s: %w", name, FileName, err)
	}
	return f.edit(name, line)
}

// Unset takes a setting out, so that its default counts.
func (f *File) Unset(name string) error {
	if _, set := f.values[name]; !set {
		return nil
	}
	return f.edit(name, nil)
}

// edit puts line where the setting stands, or where one may stand.
func (f *File) edit(name string, line []byte) error {
	start, end := f.find(name)
	before := f.text[:start]
	if len(before) > 0 && before[len(before)-1] != '\n' {
		before = append(bytes.Clone(before), '\n')
	}
	changed, err := Read(slices.Concat(before, line, f.text[end:]))
	if err != nil {
		return fmt.Errorf("%s in %s: %w", name, FileName, err)
	}
	*f = changed
	return nil
}

// find returns where the lines of a setting are, or an empty place before the
// first table. A statement, which may have many lines, ends with the first line
// that makes it TOML.
func (f File) find(name string) (start, end int) {
	for start < len(f.text) {
		if bytes.HasPrefix(bytes.TrimLeft(f.text[start:], " \t"), []byte("[")) {
			break
		}
		values, err := map[string]any(nil), error(nil)
		for end = start; end < len(f.text); {
			end = lineEnd(f.text, end)
			if values, err = decode(f.text[start:end]); err == nil {
				break
			}
		}
		if _, is := values[name]; is {
			return start, end
		}
		start = end
	}
	return start, start
}

// lineEnd returns where the line that holds the byte at i ends.
func lineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(text)
}
