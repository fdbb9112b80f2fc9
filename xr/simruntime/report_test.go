package simruntime

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestReadReport has a line of each kind, one that is not known, and a last one
// that was cut off as the program was killed.
func TestReadReport(t *testing.T) {
	const text = `{"kind":"expect","time":1000000000,"line":3,"subject":"frames","operation":">=","value":2}
{"kind":"instance","time":1000000000,"application":"flight","engine":"","api":"1.0.20","extensions":[],"clock":"stepped","model":"test"}
{"kind":"session","time":1500000000,"graphics":"egl"}
{"kind":"state","time":1500000000,"state":"IDLE"}
{"kind":"state","time":2000000000,"state":"FOCUSED"}
{"kind":"frame","time":2000000000,"frame":1,"predicted":2027777778,"shown":2027777778,"missed":2,"pose_age_ns":25000000,"should_render":true,"layers":1,"discarded":false}
{"kind":"frame","time":2010000000,"frame":2,"predicted":2041666667,"shown":null,"missed":0,"pose_age_ns":null,"should_render":true,"layers":0,"discarded":true}
{"kind":"message","time":2010000000,"severity":"error","id":"call-refused","function":"xrEndFrame","text":"why","frame":2}
{"kind":"message","time":2010000000,"severity":"info","id":"note","function":"xrEndFrame","text":"so","frame":2}
{"kind":"fault","time":2010000000,"function":"xrEndFrame","call":2,"effect":"result","result":"XR_ERROR_SESSION_LOST"}
{"kind":"haptic","time":2010000000,"source":"left","amplitude":1,"frequency_hz":0,"duration_ns":-1}
{"kind":"picture","time":2010000000,"file":"x.png"}
{"kind":"state","time":2200000000,"state":"STOPPING"}
{"kind":"session","time":2300000000,"graphics":"egl"}
{"kind":"state","time":2300000000,"state":"IDLE"}
{"kind":"summary","time":3000000000,"frames":2,"missed":2,"discarded":1,"state":"EXITING"}
{"kind":"frame","time":30`
	got, err := readReport(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := &report{
		application: "flight", clock: "stepped", instances: 1, sessions: 2,
		frames: 1, missed: 2, discarded: 1, faults: 1, haptics: 1, poseAgeMaxS: 0.025,
		states:        map[string]float64{"idle": 0.5, "focused": 1, "stopping": 1.2},
		lastState:     "idle",
		messages:      []Message{{"error", "call-refused", "xrEndFrame", "why", 2, 1}},
		messageCounts: map[string]int{"error": 1, "info": 1},
		expectations:  []Expectation{{3, "frames", ">=", 2}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if _, err := readReport(strings.NewReader("{}\nno report\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a line that is no JSON: %v", err)
	}
}

// TestManyMessages has 250 of 125 kinds.
func TestManyMessages(t *testing.T) {
	var b strings.Builder
	for i := range 250 {
		fmt.Fprintf(&b, `{"kind":"message","severity":"warning","id":"a","function":"f","text":"%d","frame":%d}`+"\n", i%125, i)
	}
	got, err := readReport(strings.NewReader(b.String()))
	if err != nil || len(got.messages) != 100 || got.messageCounts["warning"] != 250 {
		t.Fatalf("%d messages kept, %v counted, %v", len(got.messages), got.messageCounts, err)
	}
	if want := (Message{"warning", "a", "f", "99", 99, 2}); got.messages[99] != want {
		t.Errorf("got %v, want %v", got.messages[99], want)
	}
}

func TestVerdictForms(t *testing.T) {
	v := &Verdict{
		Failures: []string{"want focused, it was not reached"}, Script: "still", Program: "fly", Application: "flight",
		Clock: "real", Ending: "exit status 3", Status: 3, DurationS: 2.04, Instances: 1, Sessions: 1,
		StatesS: map[string]float64{"idle": 0.1}, LastState: "idle", Frames: 7, Missed: 1, Discarded: 2, PoseAgeMaxS: 0.0301,
		Errors: 1, Messages: []Message{{"error", "call-refused", "xrEndFrame", "why", 2, 4}}, Expectations: []Expectation{}, Out: "out",
	}
	const want = `NOT ok: fly on script still
  failed    want focused, it was not reached
  session   never focused, idle at the end
  frames    7, 1 periods missed, 2 discarded, pose at most 30.1 ms old (real time)
  program   exit status 3 after 2.0 s
  checks    1 errors, 0 warnings
    error call-refused in xrEndFrame, frame 2 and 3 times more: why
  report    out
`
	if got := text(t, v); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"ok":false`, `"failures":["want focused, it was not reached"]`, `"status":3`, `"states_s":{"idle":0.1}`,
		`"missed":1`, `"expectations":[]`, `"pose_age_max_s":0.0301`,
	} {
		if !strings.Contains(string(encoded), part) {
			t.Errorf("%s lacks %s", encoded, part)
		}
	}
}

// TestUnspoken says what is expected where a script is silent.
func TestUnspoken(t *testing.T) {
	for _, tt := range []struct {
		name, clock string
		script      []Expectation
		want        []string
	}{
		{"real time", "real", nil, []string{"focused", "errors == 0", "status == 0"}},
		{"stepped time", "stepped", nil, []string{"focused", "errors == 0", "status == 0", "missed == 0"}},
		{"another state", "real", []Expectation{{Subject: "visible", Operation: "reached"}}, []string{"errors == 0", "status == 0"}},
		{"counts", "stepped", []Expectation{{Subject: "missed", Operation: ">="}, {Subject: "errors", Operation: "=="}}, []string{"focused", "status == 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := &Verdict{Clock: tt.clock, Expectations: tt.script}
			var got []string
			for _, e := range v.unspoken() {
				got = append(got, e.String())
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func text(t *testing.T, v *Verdict) string {
	t.Helper()
	var b strings.Builder
	if err := v.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
