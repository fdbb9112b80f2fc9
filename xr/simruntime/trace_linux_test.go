package simruntime

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sample is a head that nods on its way to the right, and a hand that circles.
func sample(i int) Sample {
	s := float64(i) / 100
	pitch, angle := 0.3*math.Sin(5*s), 2*s
	return Sample{
		Time:  time.Duration(i) * 10 * time.Millisecond,
		Head:  Pose{[3]float64{0.2 * s, 1.6, 0}, [4]float64{math.Sin(pitch / 2), 0, 0, math.Cos(pitch / 2)}, true},
		Left:  Pose{[3]float64{-0.2, 1.1, -0.3}, [4]float64{0, 0, 0, 1}, true},
		Right: Pose{[3]float64{0.2 * math.Cos(angle), 1.1 + 0.2*math.Sin(angle), -0.3}, [4]float64{0, math.Sin(s / 2), 0, math.Cos(s / 2)}, true},
		Inputs: []Input{
			{Hand: "right", Component: "trigger/value", X: 0.625},
			{Hand: "right", Component: "a/click", Boolean: true, X: float64(i / 20 % 2)},
			{Hand: "left", Component: "thumbstick", Stick: true, X: math.Sin(s), Y: 1.0000001},
		},
	}
}

// TestTracePlays records two seconds and compares what the runtime plays with
// what was recorded, sample by sample.
func TestTracePlays(t *testing.T) {
	const samples = 200
	file := filepath.Join(t.TempDir(), "trace.sim")
	w, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	trace := NewTrace(w, "Nodding\nand circling.", "oculus/touch_controller")
	for i := range samples {
		if err := trace.Add(sample(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := trace.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := command(t, loaded(t, "input_trace"), fmt.Sprint(samples))
	cmd.Env = append(cmd.Env, "SPACETIME_SIM_SCRIPT="+file, "SPACETIME_SIM_CLOCK=stepped")
	cmd.Stderr = os.Stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	if len(lines) != samples {
		t.Fatalf("%d lines, want %d", len(lines), samples)
	}
	for i, line := range lines {
		comparePoses(t, i, line, sample(i))
	}
}

func comparePoses(t *testing.T, i int, line string, want Sample) {
	t.Helper()
	var head, hand [7]float64
	var headKnown, handKnown int
	var trigger float64
	fields := []any{&headKnown}
	for k := range head {
		fields = append(fields, &head[k])
	}
	fields = append(fields, &handKnown)
	for k := range hand {
		fields = append(fields, &hand[k])
	}
	if _, err := fmt.Sscan(line, append(fields, &trigger)...); err != nil {
		t.Fatalf("line %q: %v", line, err)
	}
	for k := range 7 {
		if k < 3 && (math.Abs(head[k]-want.Head.PositionM[k]) > 1e-5 || math.Abs(hand[k]-want.Right.PositionM[k]) > 1e-5) ||
			k >= 3 && (math.Abs(head[k]-want.Head.Orientation[k-3]) > 1e-5 || math.Abs(hand[k]-want.Right.Orientation[k-3]) > 1e-5) {
			t.Fatalf("sample %d: head %v and hand %v, want %v and %v", i, head, hand, want.Head, want.Right)
		}
	}
	if headKnown != 1 || handKnown != 1 || trigger != 0.625 {
		t.Errorf("sample %d: known %d and %d, trigger %g", i, headKnown, handKnown, trigger)
	}
}

func TestTraceText(t *testing.T) {
	here := Pose{Orientation: [4]float64{0, 0, 0, 1}, Tracked: true}
	there := Pose{PositionM: [3]float64{1, 2, 3}, Orientation: [4]float64{0, 1, 0, 0}, Tracked: true}
	lost := Pose{PositionM: [3]float64{math.NaN()}, Tracked: true}
	var b strings.Builder
	trace := NewTrace(&b, "A title", "khr/simple_controller")
	for _, s := range []Sample{
		{Time: 0, Head: here, Left: here, Inputs: []Input{{Hand: "left", Component: "select/click", Boolean: true, X: 1}}},
		{Time: 10 * time.Millisecond, Head: there, Left: here},
		{Time: 20 * time.Millisecond, Head: lost, Left: there, Inputs: []Input{{Hand: "left", Component: "select/click", Boolean: true}}},
		{Time: 30 * time.Millisecond, Head: here, Left: there},
	} {
		if err := trace.Add(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := trace.Add(Sample{Time: time.Millisecond}); err == nil {
		t.Error("time may go back")
	}
	if err := trace.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `# A title
profile khr/simple_controller
head at 0 0 0 quaternion 0 0 0 1
left at 0 0 0 quaternion 0 0 0 1
right tracking lost
left select/click on
0ns head at 1 2 3 quaternion 0 1 0 0 over 10000000ns
10000000ns left at 1 2 3 quaternion 0 1 0 0 over 10000000ns
20000000ns head tracking lost
20000000ns left select/click off
30000000ns head tracking full
30000000ns head at 0 0 0 quaternion 0 0 0 1
30000000ns exit
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	if err := check(t, b.String()); err != nil {
		t.Error(err)
	}
}
