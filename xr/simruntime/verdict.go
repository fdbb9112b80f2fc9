package simruntime

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Verdict is what a run came to. Times are in seconds since the program made
// its first OpenXR instance, by the clock of the simulated headset.
type Verdict struct {
	OK       bool     `json:"ok"`
	Failures []string `json:"failures"` // what was not as it should be; empty when OK

	Script      string  `json:"script"`
	Program     string  `json:"program"`
	Application string  `json:"application"` // what the program calls itself to the runtime; "" without an instance
	Clock       string  `json:"clock"`       // "real" or "stepped"; "" without an instance
	Ending      string  `json:"ending"`      // how the program ended, in words
	Status      int     `json:"status"`      // its exit status; -1 when a signal ended it
	DurationS   float64 `json:"duration_s"`  // by the clock on the wall

	Instances int                `json:"instances"`
	Sessions  int                `json:"sessions"`
	StatesS   map[string]float64 `json:"states_s"`   // when each state of a session was first reached
	LastState string             `json:"last_state"` // "exiting" when the program left as it should; "" without a session

	Frames      int     `json:"frames"` // that were ended, without the discarded ones
	Missed      int     `json:"missed"` // display periods that a frame was late, added up
	Discarded   int     `json:"discarded"`
	PoseAgeMaxS float64 `json:"pose_age_max_s"` // from locating the views to showing them

	Errors       int           `json:"errors"`
	Warnings     int           `json:"warnings"`
	Messages     []Message     `json:"messages"` // the first hundred kinds of errors and warnings
	Faults       int           `json:"faults"`   // that happened
	Haptics      int           `json:"haptics"`
	Expectations []Expectation `json:"expectations"` // the script's own
	Out          string        `json:"out"`          // the folder with report and pictures; "" when none was asked for
}

// Message is a mistake of the program, or what looks like one, that the
// runtime's strict checks found.
type Message struct {
	Severity string `json:"severity"` // "error" or "warning"
	ID       string `json:"id"`
	Function string `json:"function"` // the OpenXR call during which it was found
	Text     string `json:"text"`
	Frame    uint64 `json:"frame"` // in which it was found first, counted from 1; 0 before the first frame
	Count    int    `json:"count"` // how many times it was found
}

// times tells how many there are of a message, if there are more.
func (m Message) times() string {
	if m.Count == 1 {
		return ""
	}
	return fmt.Sprintf(" and %d times more", m.Count-1)
}

// Expectation is a line of a script that begins with expect.
type Expectation struct {
	Line      int     `json:"line"`
	Subject   string  `json:"subject"`   // a state such as "focused", or a count such as "frames"
	Operation string  `json:"operation"` // "==", ">=", "<="; for states "reached", "never", or "<=" seconds
	Value     float64 `json:"value"`
}

func (e Expectation) String() string {
	switch e.Operation {
	case "reached":
		return e.Subject
	case "never":
		return "no " + e.Subject
	}
	if isState(e.Subject) {
		return fmt.Sprintf("%s within %g s", e.Subject, e.Value)
	}
	return fmt.Sprintf("%s %s %g", e.Subject, e.Operation, e.Value)
}

// states are the session states that an expectation may name.
var states = []string{"ready", "synchronized", "visible", "focused", "stopping", "loss_pending", "exiting"}

func isState(subject string) bool { return slices.Contains(states, subject) }

// counts returns what the subjects of expectations that are no states stand for.
func (v *Verdict) counts() map[string]int {
	return map[string]int{
		"frames": v.Frames, "missed": v.Missed, "discarded": v.Discarded, "errors": v.Errors, "warnings": v.Warnings,
		"faults": v.Faults, "haptics": v.Haptics, "sessions": v.Sessions, "instances": v.Instances, "status": v.Status,
	}
}

// judge compares everything with what the script expects, and with what is
// expected of any program where the script is silent.
func (v *Verdict) judge() {
	for _, e := range v.Expectations {
		if found, met := v.meets(e); !met {
			v.fail("line %d: want %s, %s", e.Line, e, found)
		}
	}
	for _, e := range v.unspoken() {
		if found, met := v.meets(e); !met {
			v.fail("want %s, %s", e, found)
		}
	}
	v.OK = len(v.Failures) == 0
}

// unspoken returns what is expected although the script does not say it.
func (v *Verdict) unspoken() []Expectation {
	expected := []Expectation{
		{Subject: "focused", Operation: "reached"},
		{Subject: "errors", Operation: "=="},
		{Subject: "status", Operation: "=="},
	}
	if v.Clock == "stepped" {
		expected = append(expected, Expectation{Subject: "missed", Operation: "=="})
	}
	return slices.DeleteFunc(expected, func(e Expectation) bool { return v.speaksOf(e.Subject) })
}

// speaksOf tells whether the script itself expects something of a subject. A
// script that names any state has said how far the session is to get.
func (v *Verdict) speaksOf(subject string) bool {
	return slices.ContainsFunc(v.Expectations, func(e Expectation) bool {
		return e.Subject == subject || isState(e.Subject) && isState(subject)
	})
}

// meets tells whether an expectation is met, and what was found.
func (v *Verdict) meets(e Expectation) (found string, met bool) {
	if isState(e.Subject) {
		return v.meetsState(e)
	}
	n := v.counts()[e.Subject]
	switch e.Operation {
	case "==":
		met = float64(n) == e.Value
	case ">=":
		met = float64(n) >= e.Value
	case "<=":
		met = float64(n) <= e.Value
	}
	if e.Subject == "status" && v.Status < 0 {
		return "got " + v.Ending, met
	}
	return fmt.Sprintf("got %d", n), met
}

func (v *Verdict) meetsState(e Expectation) (found string, met bool) {
	at, reached := v.StatesS[e.Subject]
	found = "it was not reached"
	if reached {
		found = fmt.Sprintf("it was reached after %.2f s", at)
	}
	switch e.Operation {
	case "reached":
		met = reached
	case "never":
		met = !reached
	case "<=":
		met = reached && at <= e.Value
	}
	return found, met
}

func (v *Verdict) fail(format string, args ...any) {
	v.Failures = append(v.Failures, fmt.Sprintf(format, args...))
}

// WriteText writes the verdict for people, a few lines.
func (v *Verdict) WriteText(w io.Writer) error {
	var b strings.Builder
	verdict := "ok"
	if !v.OK {
		verdict = "NOT ok"
	}
	fmt.Fprintf(&b, "%s: %s on script %s\n", verdict, v.Program, v.Script)
	for _, failure := range v.Failures {
		fmt.Fprintf(&b, "  failed    %s\n", failure)
	}
	fmt.Fprintf(&b, "  session   %s\n", v.sessionText())
	fmt.Fprintf(&b, "  frames    %d, %d periods missed, %d discarded, pose at most %.1f ms old (%s time)\n",
		v.Frames, v.Missed, v.Discarded, v.PoseAgeMaxS*1000, v.Clock)
	fmt.Fprintf(&b, "  program   %s after %.1f s\n", v.Ending, v.DurationS)
	fmt.Fprintf(&b, "  checks    %d errors, %d warnings\n", v.Errors, v.Warnings)
	for _, m := range v.Messages {
		fmt.Fprintf(&b, "    %s %s in %s, frame %d%s: %s\n", m.Severity, m.ID, m.Function, m.Frame, m.times(), m.Text)
	}
	if v.Out != "" {
		fmt.Fprintf(&b, "  report    %s\n", v.Out)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (v *Verdict) sessionText() string {
	if v.Instances == 0 {
		return "none; the program made no OpenXR instance"
	}
	at, focused := v.StatesS["focused"]
	text := "never focused"
	if focused {
		text = fmt.Sprintf("focused after %.2f s", at)
	}
	if v.Sessions > 1 {
		text += fmt.Sprintf(", %d sessions", v.Sessions)
	}
	if v.LastState != "" {
		text += ", " + v.LastState + " at the end"
	}
	return text
}
