package settings

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, text string) File {
	t.Helper()
	f, err := Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFileValues(t *testing.T) {
	f := read(t, "\ufeffapi = 'off'\r\nfullscreen = true\nrate = 90\nvr-scale = 1.25\nat = 2026-11-22T00:00:00Z\n"+
		"day = 2026-11-22\nlocal = 2026-11-22T01:02:03\nallowed-hosts = [\"a\", 2, 'c,d']\nempty = []\n[other]\napi = 'no'\n")
	for name, want := range map[string]any{
		"api": "off", "fullscreen": "true", "rate": "90", "vr-scale": "1.25", "at": "2026-11-22T00:00:00Z",
		"day": "2026-11-22", "local": "2026-11-22T01:02:03",
		"allowed-hosts": []any{"a", "2", "c,d"}, "empty": []any{}, "scene": nil,
	} {
		if got, err := f.Value(name); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, %v; want %#v", name, got, err, want)
		}
	}
	if _, err := f.Value("other"); err == nil {
		t.Error("a table is a value")
	}
	if got := f.Texts("allowed-hosts"); !slices.Equal(got, []string{"a", "2", "c,d"}) {
		t.Errorf("allowed-hosts are %q", got)
	}
	if got := append(f.Texts("api"), f.Texts("other")...); !slices.Equal(got, []string{"off"}) {
		t.Errorf("api and a table are %q", got)
	}
	want := []string{"allowed-hosts", "api", "at", "day", "empty", "fullscreen", "local", "other", "rate", "vr-scale"}
	if got := f.Names(); !slices.Equal(got, want) {
		t.Errorf("names are %q", got)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\n\nb = \n":                  "line 3: ",
		"a = 1\na = 2\n":                   "a",
		"\x00":                             "line 1: ",
		"a = '\xff'":                       "line 1: ",
		strings.Repeat("# long\n", 10_000): "longer than 65536 bytes",
	} {
		f, err := Read([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
		if len(f.Bytes()) != 0 || len(f.Names()) != 0 {
			t.Errorf("%.20q: the file has %q", text, f.Bytes())
		}
	}
}

func TestSet(t *testing.T) {
	for _, tt := range []struct {
		name, text, setting string
		value               any // nil takes it out
		want                string
	}{
		{"first", "", "api", "off", "api = 'off'\n"},
		{"another", "# mine\nrate = 72", "api", "off", "# mine\nrate = 72\napi = 'off'\n"},
		{"changed where it is", "# a\napi = 'off' # b\n# c\nrate = 1\n", "api", "[::1]:80", "# a\napi = '[::1]:80'\n# c\nrate = 1\n"},
		{"before tables", "a = 1\n# of the table\n[table]\napi = 'x'\n", "api", "off", "a = 1\n# of the table\napi = 'off'\n[table]\napi = 'x'\n"},
		{"many lines", "hosts = [\n  'a', # first\n  'b',\n]\nb = 1\n", "hosts", []string{"c"}, "hosts = ['c']\nb = 1\n"},
		{"not inside a text", "a = \"\"\"\napi = 'x'\n[t]\n\"\"\"\napi = 'y'\n", "api", "z", "a = \"\"\"\napi = 'x'\n[t]\n\"\"\"\napi = 'z'\n"},
		{"quoted key", "\"api\" = 1\n", "api", true, "api = true\n"},
		{"out", "a = 1\napi = 'off'\nb = 2\n", "api", nil, "a = 1\nb = 2\n"},
		{"out, never in", "a = 1\n[api]\n", "ids", nil, "a = 1\n[api]\n"},
		{"no longer name", "api-required = true\n", "api", "off", "api-required = true\napi = 'off'\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, tt.text)
			err := f.Unset(tt.setting)
			if tt.value != nil {
				f = read(t, tt.text)
				err = f.Set(tt.setting, tt.value)
			}
			if err != nil || string(f.Bytes()) != tt.want {
				t.Errorf("got %v,\n%swant\n%s", err, f.Bytes(), tt.want)
			}
		})
	}
}

func TestSetRefuses(t *testing.T) {
	const text = "a = 1\n[api]\nx = 1\n"
	f := read(t, text)
	if err := f.Set("api", "off"); err == nil || !strings.Contains(err.Error(), "api in settings.toml") {
		t.Errorf("a table was overwritten: %v", err)
	}
	if err := f.Set("rate", make(chan int)); err == nil {
		t.Error("a channel is a setting")
	}
	if err := f.Set("rate", []string{"\xf6"}); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("Latin-1 is text: %v", err)
	}
	if string(f.Bytes()) != text {
		t.Errorf("what was refused changed the file: %q", f.Bytes())
	}
	f.Bytes()[0] = 'X'
	if string(f.Bytes()) != text {
		t.Error("the caller's bytes are the file's")
	}
}

// FuzzFile changes a setting in any file: the file stays readable, has the
// value, and keeps everything else.
func FuzzFile(f *testing.F) {
	for _, text := range []string{
		"", "api = 'x'\n", "# c\n[t]\napi=1", "a = '''\n'''\napi = [1,\n2]", "\ufeffapi.x = 1", "a=1\r\napi=\"\\u00e9\"\r\n", "a = {b = 1}\n[[c]]\n",
	} {
		f.Add([]byte(text), "v")
	}
	f.Fuzz(func(t *testing.T, text []byte, value string) {
		file, err := Read(text)
		if err != nil || len(text)+len(value) > 4096 {
			return
		}
		before := file
		if err := file.Set("api", value); err != nil {
			if !bytes.Equal(file.Bytes(), before.Bytes()) {
				t.Fatalf("refused, and changed: %q", file.Bytes())
			}
			return
		}
		if got := file.Texts("api"); !slices.Equal(got, []string{value}) {
			t.Fatalf("%q: api is %q, want %q", file.Bytes(), got, value)
		}
		for _, name := range before.Names() {
			if name != "api" && !same(file.values[name], before.values[name]) {
				t.Fatalf("%q: %s is %v, was %v", file.Bytes(), name, file.values[name], before.values[name])
			}
		}
		if err := file.Unset("api"); err != nil || file.values["api"] != nil {
			t.Fatalf("%q: %v", file.Bytes(), err)
		}
	})
}

// same compares what a file may hold; NaN is itself.
func same(a, b any) bool {
	if x, ok := a.(float64); ok && x != x {
		y, ok := b.(float64)
		return ok && y != y
	}
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	if x, ok := a.(map[string]any); ok {
		y, ok := b.(map[string]any)
		for name := range x {
			ok = ok && same(x[name], y[name])
		}
		return ok && len(x) == len(y)
	}
	return reflect.DeepEqual(a, b)
}

func TestSetIn(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		value      any // nil takes it out
		want       string
	}{
		{"no file", "", []string{"I", "W"}, "\n[keys]\nforward = ['I', 'W']\n"},
		{"no table", "a = 1\n[x]\nforward = 2\n", "I", "a = 1\n[x]\nforward = 2\n\n[keys]\nforward = 'I'\n"},
		{"another entry", "[keys]\nback = 'S' # mine\n\n# of x\n[x]\n", "I", "[keys]\nback = 'S' # mine\nforward = 'I'\n\n# of x\n[x]\n"},
		{"changed where it is", "forward = 1\n[keys]\n# a\nforward = [\n'W',\n]\n# b\nback = 'S'\n", "I", "forward = 1\n[keys]\n# a\nforward = 'I'\n# b\nback = 'S'\n"},
		{"out", "[keys]\nforward = 'W'\nback = 'S'\n", nil, "[keys]\nback = 'S'\n"},
		{"out, never in", "[keys]\nback = 'S'\n", nil, "[keys]\nback = 'S'\n"},
		{"an empty table", "[keys]\n[x]\n", "I", "[keys]\nforward = 'I'\n[x]\n"},
		{"not inside a text", "a = \"\"\"\n[keys]\nforward = 'x'\n\"\"\"\n[keys]\nforward = 'y'\n", "I", "a = \"\"\"\n[keys]\nforward = 'x'\n\"\"\"\n[keys]\nforward = 'I'\n"},
		{"no line's end", "[keys]\nback = 'S'", "I", "[keys]\nback = 'S'\nforward = 'I'\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := read(t, tt.text)
			err := f.UnsetIn("keys", "forward")
			if tt.value != nil {
				f = read(t, tt.text)
				err = f.SetIn("keys", "forward", tt.value)
			}
			if err != nil || string(f.Bytes()) != tt.want {
				t.Errorf("got %v,\n%swant\n%s", err, f.Bytes(), tt.want)
			}
		})
	}
	for _, text := range []string{"keys = 3\n", "keys = {back = 'S'}\n", "[[keys]]\nback = 'S'\n"} {
		f := read(t, text)
		if err := f.SetIn("keys", "forward", "I"); err == nil || string(f.Bytes()) != text {
			t.Errorf("%q: %v, %q", text, err, f.Bytes())
		}
	}
}

func TestLine(t *testing.T) {
	f := read(t, "forward = 1\n\n[gamepad]\nforward = 'A'\n[keys]\n# mine\nforward = [\n'W']\nback = 'S'\n")
	for _, tt := range []struct {
		table, name string
		line        int
	}{{"keys", "forward", 7}, {"keys", "back", 9}, {"gamepad", "forward", 4}, {"", "forward", 1}, {"keys", "up", 0}, {"mouse", "up", 0}} {
		if got := f.Line(tt.table, tt.name); got != tt.line {
			t.Errorf("%s of %q is on line %d, want %d", tt.name, tt.table, got, tt.line)
		}
	}
}

// FuzzSetIn changes an entry of a table in any file: it has the value then, or the
// file is as it was.
func FuzzSetIn(f *testing.F) {
	f.Add("[keys]\nforward = 'W'\n", "I")
	f.Add("keys = 3\n[[x]]\n", "")
	f.Add("a = \"\"\"\n[keys]\n\"\"\"", "\n")
	f.Fuzz(func(t *testing.T, text, value string) {
		file, err := Read([]byte(text))
		if err != nil {
			t.Skip()
		}
		others := file.Names()
		if err := file.SetIn("keys", "forward", value); err != nil {
			return
		}
		entries, _ := file.Table("keys").(map[string]any)
		if entries["forward"] != value {
			t.Fatalf("%q: %q, want %q", file.Bytes(), entries["forward"], value)
		}
		for _, name := range others {
			if !slices.Contains(file.Names(), name) {
				t.Fatalf("%q: %s is gone", file.Bytes(), name)
			}
		}
		if err := file.UnsetIn("keys", "forward"); err != nil || file.Line("keys", "forward") != 0 {
			t.Fatalf("%q: %v", file.Bytes(), err)
		}
	})
}
