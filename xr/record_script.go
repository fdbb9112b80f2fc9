package xr

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// script turns samples into the lines of a script.
//
// # Time
//
// The simulated headset shows a frame two periods after it lets the program go
// on with it, and does what has become due by then. So a pose is written for the
// time at which the frame is seen; a button for half a period before the frame's
// start, between the frame that did not see it and the one that did; and what
// events said for the start of the frame before, in which they came. Lines wait
// until no earlier one can come, which is less than three frames.
//
// # Place
//
// The script's stage is the headset's, moved and turned so that the seat (LOCAL)
// is where the simulated headset has its own at the start: over the middle,
// looking ahead, at a height of 1.6 m. Standing, heights stay as they are.
type script struct {
	w   *bufio.Writer
	err error

	lines   []line        // to be written, in the order of their times
	written time.Duration // nothing can be written before this time
	settled bool          // it is known what the script starts with

	begun       bool
	origin      time.Duration // the script's time 0, by the application's clock
	last        sample        // the sample before
	seen, start time.Duration // its times

	placed bool       // stage holds
	stage  scene.Pose // of the headset in the script

	poses  [3]recordedPose
	parts  []recordedPart
	values map[string]string // of parts, as last written; without are let go
	state  recordedState
}

// line is a line to be written.
type line struct {
	at    time.Duration // atStart has no time
	text  string
	shown bool // it comes from a frame that was shown
}

// atStart is for what holds from the start.
const atStart time.Duration = -1

// settling is how long the recording waits for controllers to be known, whose
// kind is the first thing that a script says.
const settling = time.Second

// framesAhead is how many periods before a frame is seen the simulated headset
// lets the program go on with it.
const framesAhead = 2

// recordedPose is a pose as it was last written.
type recordedPose struct {
	text     string
	tracking openxr.Tracking
}

// recordedPart is a part of a controller that works a control.
type recordedPart struct {
	control int
	name    string // "left thumbstick/click"
}

// recordedState is what was last written of everything else.
type recordedState struct {
	session string
	absent  bool
	hands   int     // the profile, by [profileNumber]; 0 while it is not known
	there   [3]bool // of [sourceNames]
	rate    int
	eyesM   float64
}

var (
	placeNames    = [...]string{openxr.PlaceHead: "head", openxr.PlaceAimLeft: "left", openxr.PlaceAimRight: "right"}
	sourceNames   = [...]string{"left", "right", "gamepad"}
	trackingNames = [...]string{
		openxr.TrackingLost: "lost", openxr.TrackingOrientation: "orientation",
		openxr.TrackingInferred: "inferred", openxr.TrackingFull: "full",
	}
)

func newScript(w io.Writer) script {
	s := script{w: bufio.NewWriter(w), values: map[string]string{}, written: atStart}
	s.state = recordedState{session: "focused", there: [3]bool{true, true, false}} // what scripts start with
	for n := range s.poses {
		s.poses[n].tracking = openxr.TrackingFull
	}
	s.put("# A recorded flight; `spacetime sim run FILE -- spacetime --mode vr` repeats it.")
	s.flush()
	return s
}

// add takes over a sample.
func (w *script) add(s *sample) {
	if !w.begun {
		w.origin = s.seen - framesAhead*s.period
		w.start = atStart
		w.say(atStart, s.shown, "# The headset: %s.", strings.Join(strings.Fields(s.headset), " "))
	}
	seen := s.seen - w.origin
	start := max(seen-framesAhead*s.period, w.start)
	changed := start - s.period/2 // when what this frame saw first has changed
	if !w.begun {
		changed = atStart
	}
	w.events(s)
	w.eyes(s, changed)
	w.place(s)
	for n := range w.poses {
		w.pose(n, s, seen, changed)
	}
	for _, p := range w.parts {
		w.part(p, s, changed)
	}
	w.last, w.begun, w.seen, w.start = *s, true, seen, start
	w.settled = w.settled || w.state.hands != 0 || start > settling
	if w.settled {
		w.write(start)
	}
}

// finish writes all that is left, and has the player leave when the headset's
// session did: with the first frame that was not shown any more.
func (w *script) finish(dropped uint64) {
	at := w.start
	if w.last.shown {
		at += w.last.period
	}
	w.lines = slices.DeleteFunc(w.lines, func(l line) bool { return !l.shown && l.at > at })
	if n := dropped - w.last.dropped; n > 0 {
		w.dropped(n)
	}
	w.say(max(at, w.latest(), 0), true, "exit")
	w.write(math.MaxInt64)
	w.flush()
}

func (w *script) latest() time.Duration {
	if len(w.lines) == 0 {
		return w.written
	}
	return w.lines[len(w.lines)-1].at
}

// say adds a line, after those of its time.
func (w *script) say(at time.Duration, shown bool, format string, values ...any) {
	at = max(at, w.written)
	n := len(w.lines)
	for n > 0 && w.lines[n-1].at > at {
		n--
	}
	w.lines = slices.Insert(w.lines, n, line{at, fmt.Sprintf(format, values...), shown})
}

// write writes the lines up to a time.
func (w *script) write(until time.Duration) {
	n := 0
	for ; n < len(w.lines) && w.lines[n].at <= until; n++ {
		if l := &w.lines[n]; l.at == atStart || l.text[0] == '#' {
			w.put(l.text)
		} else {
			w.put(nanoseconds(l.at) + " " + l.text)
		}
	}
	w.lines = slices.Delete(w.lines, 0, n)
	w.written = max(w.written, until)
}

func (w *script) put(text string) {
	if _, err := w.w.WriteString(text + "\n"); w.err == nil {
		w.err = err
	}
}

func (w *script) flush() {
	if err := w.w.Flush(); w.err == nil {
		w.err = err
	}
}

// events writes what was said since the sample before.
func (w *script) events(s *sample) {
	at, h, was := w.start, &s.heard, &w.state
	if n := s.dropped - w.last.dropped; n > 0 {
		w.dropped(n)
	}
	if rate := int(math.Round(float64(time.Second) / float64(s.period))); rate != was.rate {
		w.say(at, s.shown, "rate %d", rate)
		was.rate = rate
	}
	if w.begun && s.losses > w.last.losses {
		w.say(at, s.shown, "lose session")
	}
	if h.absent != was.absent {
		w.say(at, s.shown, "worn %s", onOff(!h.absent))
		was.absent = h.absent
	}
	if word := visibility(s.state); word != was.session {
		w.say(at, s.shown, "session %s", word)
		was.session = word
	}
	if w.begun && h.recentrings > w.last.heard.recentrings {
		w.recentre(at, s)
	}
	w.controllers(at, s)
}

func (w *script) dropped(n uint64) {
	w.say(w.start, true, "# %d samples are missing here: they could not be written in time.", n)
}

// recentre writes a recentring, which may be for later.
func (w *script) recentre(at time.Duration, s *sample) {
	text := "recentre"
	if !s.heard.posed {
		text += " unposed"
	}
	if after := s.heard.recentredAt - w.origin - at; after > 0 && after < maxAfter {
		text += " after " + nanoseconds(after)
	}
	w.say(at, s.shown, "%s", text)
}

// maxAfter is how long before a recentring its event may come; more is another
// clock.
const maxAfter = 10 * time.Second

// controllers writes which controllers there are. Before any are known they are
// what a script starts with.
func (w *script) controllers(at time.Duration, s *sample) {
	is, was := &s.heard.profiles, &w.state
	if *is == [3]int{} && was.hands == 0 {
		return
	}
	if !w.settled {
		at = atStart
	}
	if kind := cmp.Or(is[0], is[1]); kind != 0 && kind != was.hands {
		w.say(at, s.shown, "profile %s", strings.TrimPrefix(profiles[kind-1].path, profilePrefix))
		was.hands = kind
		clear(w.values)
	}
	for n, name := range sourceNames {
		if there := is[n] != 0; there != was.there[n] {
			w.say(at, s.shown, "%s %s", name, onOff(there))
			was.there[n] = there
		}
	}
	if *is != w.last.heard.profiles || w.parts == nil {
		w.parts = partsOf(was.hands, is[2])
	}
}

const profilePrefix = "/interaction_profiles/"

// partsOf lists the part that works each control: of the hands' controllers, or
// else of the gamepad.
func partsOf(kinds ...int) (list []recordedPart) {
	var has [controlCount]bool
	for _, kind := range kinds {
		if kind == 0 {
			continue
		}
		for _, b := range profiles[kind-1].bindings {
			device, part, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(b.Path, "/user/"), "hand/"), "/input/")
			p := recordedPart{b.Control, device + " " + part}
			if !has[b.Control] && part != "aim/pose" && !slices.ContainsFunc(list, func(o recordedPart) bool { return o.name == p.name }) {
				list = append(list, p)
			}
			has[b.Control] = true
		}
	}
	return list
}

// part writes where a part of a controller is, if it has moved.
func (w *script) part(p recordedPart, s *sample, at time.Duration) {
	x, y := s.controls[p.control][0], s.controls[p.control][1]
	text, rest := unit(x), "0"
	switch last := p.name[strings.LastIndexAny(p.name, " /")+1:]; last {
	case "thumbstick", "trackpad", "thumbstick_left", "thumbstick_right":
		text, rest = unit(x)+" "+unit(y), "0 0"
	case "click":
		text, rest = onOff(x > 0.5), "off"
	}
	before, known := w.values[p.name]
	if !known {
		before = rest
	}
	if text != before {
		w.say(at, s.shown, "%s %s", p.name, text)
		w.values[p.name] = text
	}
}

// eyes writes the distance of the eyes, if it has changed by what a wheel on a
// headset does.
func (w *script) eyes(s *sample, at time.Duration) {
	const least, most, step = 0.04, 0.09, 1e-4 // that the language has; and a tenth of a millimetre
	if s.eyesM >= least && s.eyesM <= most && math.Abs(s.eyesM-w.state.eyesM) > step {
		w.say(at, s.shown, "ipd %s", number(s.eyesM))
		w.state.eyesM = s.eyesM
	}
}

// place finds the script's stage, as soon as the seat is known.
func (w *script) place(s *sample) {
	base := &s.places[openxr.PlaceBase]
	if w.placed || base.Tracking == openxr.TrackingLost || !base.Positioned {
		return
	}
	w.placed = true
	back := yawOf(orientation(base.Pose.Orientation)).Conjugate()
	to := back.Rotate(position(base.Pose)).Mul(-1)
	to[1] += seatHeightM
	if s.standing {
		to[1] = 0
	}
	w.stage = scene.Pose{PositionM: to, Orientation: back}
}

// seatHeightM is how high the simulated headset has LOCAL at the start.
const seatHeightM = 1.6

// pose writes where the head or a hand is, if it has moved: from the frame before
// evenly to this one.
func (w *script) pose(n int, s *sample, seen, changed time.Duration) {
	p, before := &s.places[n], &w.poses[n]
	tracking := p.Tracking
	text, ok := w.text(p)
	if !ok || !w.placed {
		tracking = openxr.TrackingLost
	}
	found := before.tracking == openxr.TrackingLost
	if tracking != before.tracking {
		w.say(changed, s.shown, "%s tracking %s", placeNames[n], trackingNames[tracking])
		before.tracking = tracking
	}
	if tracking == openxr.TrackingLost || text == before.text {
		return
	}
	before.text = text
	switch {
	case !w.begun:
		w.say(atStart, s.shown, "%s %s", placeNames[n], text)
	case found || s.seen <= w.last.seen:
		w.say(seen-s.period/2, s.shown, "%s %s", placeNames[n], text)
	default:
		w.say(w.seen, s.shown, "%s %s over %s", placeNames[n], text, nanoseconds(seen-w.seen))
	}
}

// text is a pose in the script's stage; not ok where it is no pose.
func (w *script) text(p *openxr.Place) (text string, ok bool) {
	in := w.stage.Compose(scene.Pose{PositionM: position(p.Pose), Orientation: orientation(p.Pose.Orientation)})
	at, q := in.PositionM, in.Orientation
	if l := at.Len(); p.Positioned && !(l < farthestM) {
		return "", false
	}
	if p.Positioned {
		text = fmt.Sprintf("at %s %s %s ", number(at[0]), number(at[1]), number(at[2]))
	}
	return text + fmt.Sprintf("quaternion %s %s %s %s", unit(q.V[0]), unit(q.V[1]), unit(q.V[2]), unit(q.W)), true
}

// farthestM is how far from the middle of the stage a script puts things.
const farthestM = 1e4

// visibility is the word for how far a session has got.
func visibility(s openxr.SessionState) string {
	switch s {
	case openxr.StateFocused:
		return "focused"
	case openxr.StateVisible:
		return "visible"
	}
	return "hidden"
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func nanoseconds(d time.Duration) string { return strconv.FormatInt(d.Nanoseconds(), 10) + "ns" }

// number is as exact as the single precision of OpenXR, down to 10 nm or as much
// of a unit: what does not move is not to seem to.
func number(x float64) string {
	const step = 1e-8
	return strconv.FormatFloat(math.Round(x/step)*step+0, 'g', -1, 32)
}

// unit is a number from -1 to 1, as rounding may have left it; 0 for none.
func unit(x float64) string {
	if math.IsNaN(x) {
		x = 0
	}
	return number(min(max(x, -1), 1))
}
