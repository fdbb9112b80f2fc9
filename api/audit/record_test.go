package audit

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

var example = Record{
	Number: 7, When: time.Date(2026, 11, 25, 17, 3, 4, 5_678_000, time.UTC),
	Who:  Who{Subject: "usr_2", Name: "Zoë \U0001F680", Session: "ses_9", Address: "192.0.2.7"},
	What: "auth.login.failed", Where: "POST /api/v1/auth/login", Result: "refused", Request: "req-12345678",
	Before: `"41"`, After: `"42"`, Security: true, Details: map[string]string{"b": "x\r\n\x1b[31m\u202e<&>", "a": ""},
}

const (
	exampleOpen = `{"n":7,"when":"2026-11-25T17:03:04.005678Z","who":{"subject":"usr_2","name":"Zo\u00eb \ud83d\ude80","session":"ses_9","address":"192.0.2.7"},` +
		`"what":"auth.login.failed","where":"POST /api/v1/auth/login","result":"refused","request":"req-12345678","before":"\"41\"","after":"\"42\"","security":true,` +
		`"details":{"a":"","b":"x\u000d\u000a\u001b[31m\u202e<&>"}`
	// hashlib.sha256(b"spacetime-audit-v1" + bytes(32) + exampleOpen + b"}") in Python 3.
	exampleHash = `72530f51c7d6e2a2106ecee79ca01bddba6ce4d30412ee4c726396f44b916ff0`
)

func TestLine(t *testing.T) {
	body, err := encode(&example)
	if err != nil {
		t.Fatal(err)
	}
	c := chain{n: 6}
	line := c.add(nil, example.When, body)
	if want := exampleOpen + `,"hash":"` + exampleHash + "\"}\n"; string(line) != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	again := chain{n: 6}
	r, err := again.follow(line[:len(line)-1])
	if err != nil || r.Hash.String() != exampleHash || r.Who != example.Who || r.Details["b"] != example.Details["b"] || !r.When.Equal(example.When) {
		t.Errorf("read back: %+v, %v", r, err)
	}
	elsewhere := chain{n: 7} // with the same head: the hash fits, the number does not
	if _, err := elsewhere.follow(line[:len(line)-1]); err == nil {
		t.Error("record 7 was taken behind record 7")
	}
}

func TestParseRefuses(t *testing.T) {
	good := exampleOpen + `,"hash":"` + exampleHash + `"}`
	if _, err := parse([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, line := range map[string]string{
		"empty":            "",
		"not JSON":         good[1:],
		"blank":            strings.Replace(good, ",", ", ", 1),
		"behind it":        good + " ",
		"order":            `{"when":"2026-11-25T17:03:04.005678Z","n":7,"what":"x","hash":"` + exampleHash + `"}`,
		"twice":            strings.Replace(good, `"n":7,`, `"n":7,"n":7,`, 1),
		"unknown":          strings.Replace(good, `"n":7,`, `"n":7,"x":1,`, 1),
		"case":             strings.Replace(good, `"what"`, `"What"`, 1),
		"empty member":     strings.Replace(good, `"result":"refused"`, `"result":""`, 1),
		"raw letter":       strings.Replace(good, `\u00eb`, "ë", 1),
		"upper-case digit": strings.Replace(good, `\u00eb`, `\u00EB`, 1),
		"short escape":     strings.Replace(good, `\u000a`, `\n`, 1),
		"needless escape":  strings.Replace(good, `usr_2`, `\u0075sr_2`, 1),
		"half a pair":      strings.Replace(good, `\ud83d\ude80`, `\ud83d`, 1),
		"other zone":       strings.Replace(good, "005678Z", "005678+00:00", 1),
		"nanoseconds":      strings.Replace(good, "005678Z", "005678001Z", 1),
		"upper-case hash":  strings.Replace(good, exampleHash, strings.ToUpper(exampleHash), 1),
		"short hash":       strings.Replace(good, exampleHash, exampleHash[2:], 1),
		"number 0":         strings.Replace(good, `"n":7`, `"n":0`, 1),
		"nothing done":     strings.Replace(good, `"auth.login.failed"`, `""`, 1),
		"long":             strings.Replace(good, "refused", strings.Repeat("x", MaxRecordBytes), 1),
	} {
		if line == good {
			t.Errorf("%s: the line was not changed", name)
		}
		if _, err := parse([]byte(line)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// What anybody may send is in the file without a byte that acts on a terminal, a
// reader of lines, or the JSON around it.
func TestStringsAreInert(t *testing.T) {
	for _, s := range []string{
		"\x00\x07\x08\x1b]0;title\x07", "a\r\nSet-Cookie: x", "\u009b31m", "\x7f", "\u202eevil\u2066", "\u2028\u2029", "\ufeff",
		`","hash":"00"}`, `\`, `"`, "\xff\xfe", "\xed\xa0\x80", strings.Repeat("𝔘", 300), "</script>", "\U0010ffff",
	} {
		r := Record{What: s, Where: s, Who: Who{Name: s}, Details: map[string]string{"x": s, strings.ToValidUTF8(s, "?"): "y"}}
		body, err := encode(&r)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		var c chain
		line := c.add(nil, time.Now(), body)
		for i, b := range line[:len(line)-1] {
			if b < ' ' || b > '~' {
				t.Fatalf("%q: byte %#x at %d of %s", s, b, i, line)
			}
		}
		back, err := parse(line[:len(line)-1])
		if want := string([]rune(s)); err != nil || back.What != want || back.Details["x"] != want {
			t.Errorf("%q: got %q, %v", s, back.What, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	long := strings.Repeat("x", MaxRecordBytes)
	for _, r := range []Record{{}, {What: "x", Result: long}, {What: "x", Details: map[string]string{"\xff": ""}}} {
		if _, err := encode(&r); err == nil {
			t.Errorf("%.40v: taken", r)
		}
	}
	// The longest that is taken can be read again.
	r := Record{What: "x", Result: long}
	for {
		if body, err := encode(&r); err == nil {
			c := chain{n: 1<<64 - 2}
			if line := c.add(nil, time.Now(), body); len(line) > MaxRecordBytes {
				t.Errorf("a line of %d bytes", len(line))
			} else if _, err := parse(line[:len(line)-1]); err != nil {
				t.Error(err)
			}
			return
		}
		r.Result = r.Result[1:]
	}
}

// A line that is taken is what the log writes, and following it never panics.
func FuzzLine(f *testing.F) {
	f.Add([]byte(exampleOpen + `,"hash":"` + exampleHash + `"}`))
	f.Add([]byte(`{"n":1,"when":"2026-11-25T17:03:04.005678Z","what":"x","hash":"` + exampleHash + `"}`))
	f.Add([]byte(`{"n":1}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		_ = numberOf(line)
		r, err := parse(line)
		if err != nil {
			return
		}
		var j Record // what everybody else reads in it
		if err := json.Unmarshal(line, &j); err != nil || !reflect.DeepEqual(j, r) {
			t.Errorf("got  %+v\nwant %+v, %v", r, j, err)
		}
		if numberOf(line) != r.Number {
			t.Errorf("number %d, want %d", numberOf(line), r.Number)
		}
		body, err := encode(&r)
		if err != nil {
			t.Fatal(err)
		}
		c := chain{n: r.Number - 1}
		again := c.add(nil, r.When, body)
		if open := len(line) - hashSuffix; !bytes.Equal(again[:open], line[:open]) {
			t.Errorf("got  %s\nwant %s", again, line)
		}
		follower := chain{n: r.Number - 1}
		if _, err := follower.follow(again[:len(again)-1]); err != nil {
			t.Errorf("%v: %s", err, again)
		}
	})
}

// Whatever a string has in it, it can be read again, and no other byte than
// printable ASCII is written.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "\x1b[31m", "\u202e", `\u0041"`, "\xff", "\U0001F680", "\xed\xa0\x80\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := appendString(nil, text)
		for _, b := range line {
			if b < ' ' || b > '~' {
				t.Fatalf("%q: byte %#x", line, b)
			}
		}
		s := scanner{rest: line}
		if got := s.string(); s.bad || got != string([]rune(text)) {
			t.Errorf("%q: read %q", text, got)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(Checkpoint{Count: 1, Time: example.When}.signedWith(testKey).line())
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCheckpoint(data)
		if err != nil {
			return
		}
		again, err := ParseCheckpoint(c.line())
		if err != nil || again.SignedBy(testPub) != c.SignedBy(testPub) {
			t.Errorf("%s: %+v, %v", data, again, err)
		}
	})
}
