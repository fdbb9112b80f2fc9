package api

import (
	"errors"
	"math"
	"net/http"
	"slices"
	"testing"

	"github.com/spacetime-vr/spacetime/engine"
)

func TestState(t *testing.T) {
	f := loaded(t)
	w := f.ask("GET", "/api/v1/state", "")
	if got := w.Header().Get("ETag"); got != `"1"` {
		t.Errorf("ETag %s", got)
	}
	s := answerOf[State](t, w)
	if s.Revision != 1 || s.Frame != 3 || s.Running { // a run of three frames has ended
		t.Errorf("revision %d, frame %d, running %t", s.Revision, s.Frame, s.Running)
	}
	if want := []string{"stars", "bodies", "rings", "glare", "labels"}; !slices.Equal(s.Layers, want) {
		t.Errorf("layers %q", s.Layers)
	}
	if want := (engine.DisplayInfo{Name: "screen", Width: 2, Height: 2, Views: 1, RefreshHz: 60}); s.Display != want {
		t.Errorf("display %+v, want %+v", s.Display, want)
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
	f.ask("PATCH", "/api/v1/camera", `{"look":{"target":"earth"}}`)
	f.draw(t, 1, &painter{})
	s := f.state(t)
	const mPerAU = 149597870700
	if au := s.Target.DistanceM / mPerAU; s.Target.Body.String() != "earth" || s.Ship.Frame.String() != "saturn" || au < 8 || au > 11.2 {
		t.Errorf("%s is %g au away", s.Target.Body, au)
	}
}

// TestStateBeforeAnyFrame is what a client sees that is very early.
func TestStateBeforeAnyFrame(t *testing.T) {
	s := newFixture(t).state(t)
	if s.Revision != 0 || s.Running || s.Scene != (SceneName{}) || s.Display != (engine.DisplayInfo{}) || s.Layers == nil {
		t.Errorf("got %+v", s)
	}
}

// TestStateIsEncodedOncePerSnapshot: a thousand clients cost the frame what one
// does.
func TestStateIsEncodedOncePerSnapshot(t *testing.T) {
	f := loaded(t)
	f.ask("GET", "/api/v1/state", "")
	first := f.encoded.Load()
	f.ask("GET", "/api/v1/state", "")
	if f.encoded.Load() != first {
		t.Error("one snapshot was encoded twice")
	}
	f.draw(t, 4, &painter{})
	if got := f.state(t); f.encoded.Load() == first || got.Frame < 4 {
		t.Errorf("an old snapshot is served: frame %d", got.Frame)
	}
}

// TestStateThatCannotBeWritten: JSON has no NaN.
func TestStateThatCannotBeWritten(t *testing.T) {
	f := newFixture(t)
	broken := *f.engine.Engine.Snapshot()
	broken.State.FOVRad = math.NaN()
	f.engine.snapshot = &broken
	wantProblem(t, f.ask("GET", "/api/v1/state", ""), http.StatusInternalServerError, "internal")
}

func TestScenes(t *testing.T) {
	f := newFixture(t)
	got := answerOf[SceneList](t, f.ask("GET", "/api/v1/scenes", "")).Scenes
	if len(got) != 2 {
		t.Fatalf("got %+v", got)
	}
	moon, saturn := got[0], got[1]
	if moon.Slug != "moon" || moon.Title != "The Moon" || moon.Allowed || moon.Body.String() != "moon" || moon.Target.String() != "earth" || len(moon.Bookmarks) != 0 {
		t.Errorf("got %+v", moon)
	}
	if saturn.Slug != "saturn" || !saturn.Allowed || !slices.Equal(saturn.Bookmarks, []string{"over the north pole"}) {
		t.Errorf("got %+v", saturn)
	}
}

func TestHealthRoutes(t *testing.T) {
	broken := errors.New("open /dev/dri: no")
	for _, tt := range []struct {
		name   string
		health health
		ready  bool
	}{
		{"all well", health{}, true},
		{"optional wrong", health{optional: broken}, true},
		{"required wrong", health{required: broken}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, func(o *Options) { o.Health = tt.health })
			status := http.StatusOK
			if !tt.ready {
				status = http.StatusServiceUnavailable
			}
			w := f.ask("GET", "/readyz", "")
			if got := answerOf[Readiness](t, w); w.Code != status || got.Ready != tt.ready || !slices.Equal(got.Components, tt.health.Health()) {
				t.Errorf("got %d %+v", w.Code, got)
			}
			w = f.ask("GET", "/readyz", "", header("Authorization", ""))
			for _, c := range answerOf[Readiness](t, w).Components {
				if c.Detail != "" {
					t.Errorf("told without a token: %q", c.Detail)
				}
			}
			if w := f.ask("GET", "/livez", ""); w.Code != http.StatusOK || w.Body.String() != `{"live":true}` {
				t.Errorf("livez: %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	f := newFixture(t)
	if got := answerOf[engine.Build](t, f.ask("GET", "/version", "")); got != engine.ThisBuild() {
		t.Errorf("got %+v", got)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	f := newFixture(t)
	if w := f.ask("HEAD", "/api/v1/state", ""); w.Code != http.StatusOK || w.Header().Get("ETag") != `"0"` {
		t.Errorf("got %d", w.Code)
	}
	wantProblem(t, f.ask("HEAD", "/api/v1/state", "", header("Authorization", "")), http.StatusUnauthorized, "unauthorised")
}
