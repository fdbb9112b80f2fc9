package simruntime

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// Pose is a position in metres and a unit quaternion, in the STAGE space: right
// handed, y up, origin on the floor in the middle of the play area.
type Pose struct {
	PositionM   [3]float64
	Orientation [4]float64 // x, y, z, w
	Tracked     bool       // false: neither position nor orientation is known
}

// Input is where a button, trigger or stick is, by its component path less
// ".../input/".
type Input struct {
	Hand      string // "left" or "right"
	Component string // "trigger/value", "x/click", "thumbstick"
	Boolean   bool   // a button or a touch: X is 0 or 1
	Stick     bool   // Y counts too
	X, Y      float64
}

// Sample is what a headset and its controllers told at one time.
type Sample struct {
	Time              time.Duration // since the session began; must not go back
	Head, Left, Right Pose          // of a controller: its aim pose
	Inputs            []Input
}

// Trace writes samples as a script, so that what was recorded can be played. It
// is used by one goroutine.
type Trace struct {
	w     *bufio.Writer
	poses [3]recorded       // of head, left, right
	input map[string]string // what was last written, by hand and component
	last  time.Duration
	begun bool
}

// recorded is a pose as it was last written.
type recorded struct {
	text string
	lost bool
}

var recordedNames = [...]string{"head", "left", "right"}

// NewTrace begins a script for controllers of a profile such as
// "oculus/touch_controller". The title, one line, becomes its first comment.
func NewTrace(w io.Writer, title, profile string) *Trace {
	t := &Trace{w: bufio.NewWriter(w), input: map[string]string{}}
	fmt.Fprintf(t.w, "# %s\nprofile %s\n", strings.Join(strings.Fields(title), " "), profile)
	return t
}

// Add writes a sample: from the one before, every pose moves evenly to its own.
// What is written can be played even if Close never comes.
func (t *Trace) Add(s Sample) error {
	if t.begun && s.Time < t.last {
		return fmt.Errorf("record a trace: time went back from %s to %s", t.last, s.Time)
	}
	poses := [...]Pose{s.Head, s.Left, s.Right}
	for i, pose := range poses {
		t.addMove(i, pose, s.Time) // these begin with the sample before, so they come first
	}
	for i, pose := range poses {
		t.addTracking(i, pose, s.Time)
	}
	for _, input := range s.Inputs {
		t.addInput(input, s.Time)
	}
	t.last, t.begun = s.Time, true
	return t.w.Flush()
}

// Close writes the end of the script, a request to leave.
func (t *Trace) Close() error {
	fmt.Fprintf(t.w, "%s exit\n", nanoseconds(t.last))
	return t.w.Flush()
}

// addMove writes how a pose that was and is known came from there to here.
func (t *Trace) addMove(i int, pose Pose, at time.Duration) {
	before := &t.poses[i]
	if text := pose.text(); t.begun && pose.known() && !before.lost && text != before.text {
		fmt.Fprintf(t.w, "%s %s %s over %s\n", nanoseconds(t.last), recordedNames[i], text, nanoseconds(at-t.last))
		before.text = text
	}
}

// addTracking writes that a pose is lost, or found again, or where it is first.
func (t *Trace) addTracking(i int, pose Pose, at time.Duration) {
	before, name := &t.poses[i], recordedNames[i]
	if lost := !pose.known(); lost != before.lost {
		before.lost = lost
		fmt.Fprintf(t.w, "%s%s tracking %s\n", t.stamp(at), name, map[bool]string{true: "lost", false: "full"}[lost])
	}
	if text := pose.text(); !before.lost && text != before.text {
		fmt.Fprintf(t.w, "%s%s %s\n", t.stamp(at), name, text)
		before.text = text
	}
}

func (t *Trace) addInput(input Input, at time.Duration) {
	key, value := input.Hand+" "+input.Component, input.text()
	if t.input[key] == value {
		return
	}
	t.input[key] = value
	fmt.Fprintf(t.w, "%s%s %s\n", t.stamp(at), key, value)
}

// stamp is the time at the start of a line; the first sample is what the script
// starts with.
func (t *Trace) stamp(at time.Duration) string {
	if !t.begun {
		return ""
	}
	return nanoseconds(at) + " "
}

// known tells whether there is a pose to write.
func (p Pose) known() bool {
	for _, x := range append(p.PositionM[:], p.Orientation[:]...) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return p.Tracked
}

func (p Pose) text() string {
	at, q := p.PositionM, p.Orientation
	return fmt.Sprintf("at %s %s %s quaternion %s %s %s %s", number(at[0]), number(at[1]), number(at[2]),
		unit(q[0]), unit(q[1]), unit(q[2]), unit(q[3]))
}

func (i Input) text() string {
	switch {
	case i.Stick:
		return unit(i.X) + " " + unit(i.Y)
	case !i.Boolean:
		return unit(i.X)
	case i.X != 0:
		return "on"
	}
	return "off"
}

func nanoseconds(d time.Duration) string { return strconv.FormatInt(d.Nanoseconds(), 10) + "ns" }

// number has nine digits, which are exact for the float32 of OpenXR.
func number(x float64) string { return strconv.FormatFloat(x, 'g', 9, 64) }

// unit is a number from -1 to 1, which rounding may have left.
func unit(x float64) string { return number(min(max(x, -1), 1)) }
