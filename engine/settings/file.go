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
	line, err := encode(name, value)
	if err != nil {
		return err
	}
	return f.edit(name, line)
}

func encode(name string, value any) ([]byte, error) {
	line, err := toml.Marshal(map[string]any{name: value})
	if err == nil && !utf8.Valid(fmt.Append(nil, value)) { // the encoder would take it for Latin-1
		err = fmt.Errorf("%q is not UTF-8", value)
	}
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w", name, FileName, err)
	}
	return line, nil
}

// Unset takes a setting out, so that its default counts.
func (f *File) Unset(name string) error {
	if _, set := f.values[name]; !set {
		return nil
	}
	return f.edit(name, nil)
}

// edit puts line where the setting stands, or where one may stand.
func (f *File) edit(name string, line []byte) error { return f.editIn("", name, line) }

// editIn does it in a table, which it adds at the end where there is none; "" is
// what stands before the first.
func (f *File) editIn(table, name string, line []byte) error {
	p := f.find(table, name)
	before := f.text[:p.start]
	if len(before) > 0 && before[len(before)-1] != '\n' {
		before = append(bytes.Clone(before), '\n')
	}
	if !p.inTable {
		line = append([]byte("\n["+table+"]\n"), line...)
	}
	changed, err := Read(slices.Concat(before, line, f.text[p.end:]))
	if err != nil {
		return fmt.Errorf("%s in %s: %w", name, FileName, err)
	}
	*f = changed
	return nil
}

// part is a part of the text: that of a setting, or an empty one where it may be.
type part struct {
	start, end int
	found      bool
	inTable    bool // the table is there
}

// find returns where the lines of a setting are, or an empty place at the end of
// its table, of the file where there is no such table. A statement, which may have
// many lines, ends with the first line that makes it TOML.
func (f File) find(table, name string) (p part) {
	p.inTable = table == ""
	place, here := 0, p.inTable // where one may be added; whether the walk is in the table
	for start, end := 0, 0; start < len(f.text); start = end {
		header := bytes.HasPrefix(bytes.TrimLeft(f.text[start:], " \t"), []byte("["))
		if header && here {
			return part{start: place, end: place, inTable: true}
		}
		var values map[string]any
		var err error
		for end = start; end < len(f.text); {
			end = lineEnd(f.text, end)
			if values, err = decode(f.text[start:end]); err == nil {
				break
			}
		}
		if header {
			_, here = values[table].(map[string]any)
			p.inTable = p.inTable || here
		} else if _, is := values[name]; is && here {
			return part{start, end, true, true}
		}
		if blank := len(values) == 0 && table != ""; !blank && here || table == "" {
			place = end
		}
	}
	if !here {
		place = len(f.text)
	}
	return part{start: place, end: place, inTable: p.inTable}
}

// Table returns a table of the file as it is decoded, what else has that name, or
// nil. It must not be changed.
func (f File) Table(name string) any { return f.values[name] }

// SetIn gives an entry of a table a value, as Set does.
func (f *File) SetIn(table, name string, value any) error {
	line, err := encode(name, value)
	if err != nil {
		return err
	}
	return f.editIn(table, name, line)
}

// UnsetIn takes an entry out of a table.
func (f *File) UnsetIn(table, name string) error {
	if entries, ok := f.values[table].(map[string]any); !ok || entries[name] == nil {
		return nil
	}
	return f.editIn(table, name, nil)
}

// Line returns on which line of the file an entry of a table is, from 1; 0 where it
// is not found.
func (f File) Line(table, name string) int {
	p := f.find(table, name)
	if !p.found {
		return 0
	}
	return 1 + bytes.Count(f.text[:p.start], []byte("\n"))
}

// lineEnd returns where the line that holds the byte at i ends.
func lineEnd(text []byte, i int) int {
	if n := bytes.IndexByte(text[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(text)
}
