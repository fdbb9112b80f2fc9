package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// console runs a command line as a user would.
func console(t testing.TB, in string, args ...string) (code int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(args, &stdio{strings.NewReader(in), &stdout, &stderr})
	return code, stdout.String(), stderr.String()
}

// TestWhere has a row of JPL Horizons: Mercury, heliocentric, at JD 2441531.5 TDB.
func TestWhere(t *testing.T) {
	code, out, errs := console(t, "", "where", "mercury", "--from", "sun", "--at", "jd2441531.5", "--json")
	if code != 0 || errs != "" {
		t.Fatalf("ended with %d: %s", code, errs)
	}
	var o map[string]any
	if err := json.Unmarshal([]byte(out), &o); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{
		"body", "from", "time_utc", "time_tdb", "jd_tdb", "position_km", "velocity_km_s", "distance_km", "light_time_s",
		"ra_deg", "dec_deg", "angular_diameter_arcsec", "phase_angle_deg", "model", "accuracy_arcsec",
	} {
		if _, ok := o[key]; !ok {
			t.Errorf("no key %s", key)
		}
	}
	want := []float64{29327434.8445, -50787125.1861, -30170030.6854} // km; JPL Horizons, DE441
	got := o["position_km"].([]any)
	for i := range want {
		if d := got[i].(float64) - want[i]; math.Abs(d) > 10 {
			t.Errorf("position %d is %v km, want %v within 10", i, got[i], want[i])
		}
	}
	if o["time_tdb"] != "1972-08-02T00:00:00" || o["jd_tdb"] != 2441531.5 {
		t.Errorf("time %v, JD %v", o["time_tdb"], o["jd_tdb"])
	}
}

func TestWhereText(t *testing.T) {
	code, out, _ := console(t, "", "where", "ceres", "--at", "2026-11-22")
	if code != 0 || !strings.Contains(out, "ceres from earth at 2026-11-22T00:00:00Z (JD 2461366.500801 TDB)") {
		t.Errorf("ended with %d: %s", code, out)
	}
	for body, want := range map[string]string{
		"mercury": "VSOP87B (to about 0.15″)\n", "earth": "VSOP87B (to about 0.10″)\n", "phoebe": "circle from an arbitrary place (approximate)\n",
	} {
		if _, out, _ := console(t, "", "where", body, "--from", "sun", "--at", "2026-11-22"); !strings.HasSuffix(out, "  model               "+want) {
			t.Errorf("%s: %q, want %q at the end", body, out, want)
		}
	}
	// The same clock reading in TDB is 69.184 s earlier than in UTC.
	_, utc, _ := console(t, "", "where", "moon", "--at", "2026-11-22", "--json")
	_, tdb, _ := console(t, "", "where", "moon", "--at", "2026-11-22", "--scale", "tdb", "--json")
	var a, b struct {
		JD float64 `json:"jd_tdb"`
	}
	_ = json.Unmarshal([]byte(utc), &a)
	_ = json.Unmarshal([]byte(tdb), &b)
	if d := (a.JD - b.JD) * 86400; math.Abs(d-69.184) > 1e-3 || b.JD != 2461366.5 {
		t.Errorf("UTC is %g s after TDB, want 69.184", d)
	}
}

func TestWhereMistakes(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"where"}, 2, "give either a body or --batch"},
		{[]string{"where", "mars", "--batch", "-"}, 2, "give either a body or --batch"},
		{[]string{"where", "marss"}, 2, "did you mean mars?"},
		{[]string{"where", "earth"}, 2, "earth seen from itself has no direction"},
		{[]string{"where", "mars", "--at", "1799-12-31"}, 2, "1800-01-01 to 2100-01-01"},
		{[]string{"where", "mars", "--at", "soon"}, 2, `"soon" is not a date such as`},
		{[]string{"where", "mars", "--scale", "gps"}, 2, "--scale"},
		{[]string{"where", "--batch", "/nowhere/at/all"}, 66, "/nowhere/at/all"},
	} {
		code, out, errs := console(t, "", tt.args...)
		if code != tt.code || !strings.Contains(errs, tt.want) || out != "" {
			t.Errorf("%v: ended with %d, %q and %q; want %d, %q", tt.args, code, out, errs, tt.code, tt.want)
		}
		if last := strings.TrimRight(errs, "\n"); strings.Count(last[strings.LastIndex(last, "spacetime:"):], "\n") > 0 {
			t.Errorf("%v: more than one line: %q", tt.args, errs)
		}
	}
}

func TestWhereBatch(t *testing.T) {
	in := `{"body":"mercury","from":"sun","jd_tdb":2441531.5}
{"body":"moon","jd_tdb":2441531.5}

{"body":"mon","jd_tdb":2441531.5}
{"body":"moon","from":"moon","jd_tdb":2441531.5}
{"body":"moon","jd_tdb":1e9}
{"body":"moon"}
{"body":"moon","jd_tdb":2441531.5,"extra":1}
{"body":"moon","jd_tdb":2441531.5} {}
{"body":"venus","from":"sun","jd_tdb":2441531.5}
`
	code, out, errs := console(t, in, "where", "--batch", "-")
	if code != 65 || !strings.Contains(errs, "7 lines have no answer") {
		t.Errorf("ended with %d: %s", code, errs)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 10 {
		t.Fatalf("%d answers to 10 lines", len(lines))
	}
	for i, want := range []string{
		`"body":"mercury"`, `"from":"earth"`, `"line":3`, "did you mean moon", "seen from itself", "1800-01-01", "body and jd_tdb are needed",
		"unknown field", "more than one value", `"body":"venus"`,
	} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("answer %d is %s, want %q in it", i+1, lines[i], want)
		}
	}
	if code, _, errs := console(t, strings.Repeat("x", maxLine+1), "where", "--batch", "-"); code != 65 || !strings.Contains(errs, "longer than") {
		t.Errorf("a line without end: %d, %s", code, errs)
	}
}

// FuzzBatch: each line gets one line of JSON, whatever it is.
func FuzzBatch(f *testing.F) {
	f.Add(`{"body":"mercury","from":"sun","jd_tdb":2441531.5}`)
	f.Add("{\"body\":\"pluto\",\"jd_tdb\":2488069.5}\n{\"body\":1}\n")
	f.Add("[]\x00\n\"\n{\"jd_tdb\":1e999}")
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		wrong, err := answerLines(strings.NewReader(in), &out)
		if err != nil {
			return
		}
		answers := 0
		for line := range strings.Lines(out.String()) {
			var o struct {
				Error  *string     `json:"error"`
				Body   *astro.Body `json:"body"`
				Km     float64     `json:"distance_km"`
				Number int         `json:"line"`
			}
			if err := json.Unmarshal([]byte(line), &o); err != nil {
				t.Fatalf("answer %q: %v", line, err)
			}
			if answers++; o.Error != nil {
				wrong--
				if o.Number != answers {
					t.Fatalf("line %d says it is %d", answers, o.Number)
				}
			} else if o.Body == nil || !(o.Km > 0) {
				t.Fatalf("neither an error nor an answer: %s", line)
			}
		}
		if wrong != 0 {
			t.Fatalf("the count of errors is off by %d", wrong)
		}
	})
}
