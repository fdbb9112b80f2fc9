package simruntime

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// timeOrigin is the XrTime at which the runtime's time begins, in ns
// (SIM_TIME_ORIGIN in runtime/sim.h).
const timeOrigin = int64(time.Second)

// entry is a line of the report; of the fields, those of its kind are set.
// runtime/sim.h lists the kinds. The summary is not used: a program that was
// killed writes none.
type entry struct {
	Kind string `json:"kind"`
	Time int64  `json:"time"` // XrTime in ns

	Application string `json:"application"` // instance
	Clock       string `json:"clock"`

	State string `json:"state"` // state

	Missed    int             `json:"missed"`    // frame: by how many periods it was late
	Discarded json.RawMessage `json:"discarded"` // true or false; in the summary a count
	PoseAgeNS int64           `json:"pose_age_ns"`

	Severity string `json:"severity"` // message
	ID       string `json:"id"`
	Function string `json:"function"`
	Text     string `json:"text"` // message, script-error
	Frame    uint64 `json:"frame"`

	Line      int     `json:"line"` // expect
	Subject   string  `json:"subject"`
	Operation string  `json:"operation"`
	Value     float64 `json:"value"`
}

// afterS returns the seconds since the first instance was made.
func (e entry) afterS() float64 { return float64(e.Time-timeOrigin) / 1e9 }

// report is what a run left behind, added up.
type report struct {
	application, clock        string
	instances, sessions       int
	frames, missed, discarded int
	faults, haptics           int
	poseAgeMaxS               float64
	states                    map[string]float64 // when each was first reached, in seconds
	lastState                 string
	messages                  []Message
	messageCounts             map[string]int // by severity
	expectations              []Expectation
	scriptError               string
}

// maxMessages bounds how many kinds of messages are kept; all are counted.
const maxMessages = 100

// readReport adds up a report. A last line that was cut off, as a killed program
// leaves it, is ignored; so is a kind it does not know.
func readReport(r io.Reader) (*report, error) {
	rep := &report{
		states: map[string]float64{}, messageCounts: map[string]int{},
		messages: []Message{}, expectations: []Expectation{},
	}
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return rep, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the report: %w", err)
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read the report, line %d: %w", n, err)
		}
		rep.add(e)
	}
}

func (r *report) add(e entry) {
	switch e.Kind {
	case "instance":
		r.application, r.clock = e.Application, e.Clock
		r.instances++
	case "session":
		r.sessions++
	case "state":
		r.addState(e)
	case "frame":
		r.addFrame(e)
	case "message":
		r.addMessage(e)
	case "fault":
		r.faults++
	case "haptic":
		r.haptics++
	case "expect":
		r.expectations = append(r.expectations, Expectation{e.Line, e.Subject, e.Operation, e.Value})
	case "script-error":
		r.scriptError = e.Text
	}
}

func (r *report) addState(e entry) {
	state := strings.ToLower(e.State)
	if _, before := r.states[state]; !before {
		r.states[state] = e.afterS()
	}
	r.lastState = state
}

// addFrame counts a frame: as in the runtime's summary, one that was discarded
// is no frame that was shown.
func (r *report) addFrame(e entry) {
	if string(e.Discarded) == "true" {
		r.discarded++
		return
	}
	r.frames++
	r.missed += e.Missed
	r.poseAgeMaxS = max(r.poseAgeMaxS, float64(e.PoseAgeNS)/1e9)
}

func (r *report) addMessage(e entry) {
	r.messageCounts[e.Severity]++
	if e.Severity == "info" {
		return
	}
	same := func(m Message) bool {
		return m.Severity == e.Severity && m.ID == e.ID && m.Function == e.Function && m.Text == e.Text
	}
	if i := slices.IndexFunc(r.messages, same); i >= 0 {
		r.messages[i].Count++
	} else if len(r.messages) < maxMessages {
		r.messages = append(r.messages, Message{e.Severity, e.ID, e.Function, e.Text, e.Frame, 1})
	}
}
