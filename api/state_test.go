package api

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

func TestState(t *testing.T) {
	f := loaded(t)
	w := f.admin(t, "GET", "/api/v1/state", "")
	if got := w.Header().Get("ETag"); !strings.HasPrefix(got, `"1-`) {
		t.Errorf("ETag %s", got)
	}
	s := want[State](t, w, 200)
	if s.Revision != 1 || s.Frame != 3 || s.Running { // a run of three frames has ended
		t.Errorf("revision %d, frame %d, running %t", s.Revision, s.Frame, s.Running)
	}
	if layers := []string{"stars", "bodies", "rings", "glare", "labels", "air", "milky-way", "hud"}; !slices.Equal(s.Layers, layers) {
		t.Errorf("layers %q", s.Layers)
	}
	if expected := (engine.DisplayInfo{Name: "screen", Width: 2, Height: 2, Views: 1, RefreshHz: 60}); s.Display != expected {
		t.Errorf("display %+v, want %+v", s.Display, expected)
	}
	if math.Abs(s.FOVRad-math.Pi/4) > 1e-12 {
		t.Errorf("field of view %g", s.FOVRad)
	}
	// 600 000 km from Saturn's centre, whose mean radius is 58 232 km (IAU 2015).
	if s.Ship.Frame.String() != "saturn" || s.Target.Body != s.Ship.Frame || math.Abs(s.Target.DistanceM-6e8) > 1 {
		t.Errorf("ship %+v, target %+v", s.Ship, s.Target)
	}
	p, q := s.Ship.PositionM, s.Ship.Orientation
	if d := math.Hypot(math.Hypot(p[0], p[1]), p[2]); math.Abs(d-6e8) > 1 || math.Abs(s.Ship.HeightM-(6e8-58232e3)) > 1 {
		t.Errorf("position %g m from the centre, %g m high", d, s.Ship.HeightM)
	}
	if n := q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3]; math.Abs(n-1) > 1e-12 || s.Ship.VelocityMS != [3]float64{} {
		t.Errorf("orientation %v, velocity %v", q, s.Ship.VelocityMS)
	}
}

// TestStateFromAfar: the target is not where the ship is. Saturn is 9.0 to 10.1
// au from the Sun and Earth 0.98 to 1.02 (their perihelia and aphelia).
func TestStateFromAfar(t *testing.T) {
	f := loaded(t)
	f.admin(t, "PATCH", "/api/v1/camera", `{"look":{"target":"earth"}}`)
	f.draw(t, 1, &painter{})
	s := f.state(t)
	const mPerAU = 149597870700
	if au := s.Target.DistanceM / mPerAU; s.Target.Body.String() != "earth" || s.Ship.Frame.String() != "saturn" || au < 8 || au > 11.2 {
		t.Errorf("%s is %g au away", s.Target.Body, au)
	}
}

// TestStateBeforeAnyFrame is what a client sees that is very early.
func TestStateBeforeAnyFrame(t *testing.T) {
	s := serve(t).state(t)
	if s.Revision != 1 || s.Running || s.Scene != (SceneName{"saturn", "Saturn"}) || s.Environment != "test" || s.Display != (engine.DisplayInfo{}) || s.Layers == nil {
		t.Errorf("got %+v", s)
	}
}

// TestStateIsEncodedOncePerSnapshot: a thousand clients cost the frame what one
// does.
func TestStateIsEncodedOncePerSnapshot(t *testing.T) {
	f := loaded(t)
	f.admin(t, "GET", "/api/v1/state", "")
	first := f.encoded.Load()
	f.admin(t, "GET", "/api/v1/state", "")
	if f.encoded.Load() != first {
		t.Error("one snapshot was encoded twice")
	}
	f.draw(t, 4, &painter{})
	time.Sleep(statePeriod)
	f.draw(t, 1, &painter{})
	if got := f.state(t); f.encoded.Load() == first || got.Frame < 5 {
		t.Errorf("an old snapshot is served: frame %d", got.Frame)
	}
	f.admin(t, "PATCH", "/api/v1/time", `{"rate":9}`)
	f.draw(t, 1, &painter{})
	if got := f.state(t); got.Time.Rate != 9 {
		t.Errorf("a change does not show at once: %+v", got.Time)
	}
}

// TestStateThatCannotBeWritten: JSON has no NaN.
func TestStateThatCannotBeWritten(t *testing.T) {
	f := serve(t)
	broken := *f.engine.Engine.Snapshot()
	broken.State.FOVRad = math.NaN()
	f.engine.snapshot = &broken
	wantProblem(t, f.admin(t, "GET", "/api/v1/state", ""), http.StatusInternalServerError, "internal")
}

// TestUnchanged: who has the state is told that it is the same, in few bytes.
func TestUnchanged(t *testing.T) {
	f := loaded(t)
	tag := f.admin(t, "GET", "/api/v1/state", "").Header().Get("ETag")
	w := f.admin(t, "GET", "/api/v1/state", "", "If-None-Match", tag)
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Errorf("%d %s, ETag %s", w.Code, w.Body, w.Header().Get("ETag"))
	}
	if w := f.admin(t, "GET", "/api/v1/state", "", "If-None-Match", `"0-0"`); w.Code != http.StatusOK {
		t.Errorf("another's: %d", w.Code)
	}
	if w := f.admin(t, "PATCH", "/api/v1/time", `{"rate":7}`, "If-Match", tag); w.Code != http.StatusOK {
		t.Errorf("the state's ETag is not taken for a change: %d %s", w.Code, w.Body)
	}
	f.draw(t, 1, &painter{})
	if w := f.admin(t, "GET", "/api/v1/state", "", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("after a change: %d", w.Code)
	}
}
