package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// shownIn is a flight that has begun in a scene.
func shownIn(t *testing.T, slug string) scene.Flight {
	t.Helper()
	scenes, err := readScenes(assets.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(scenes)
	if _, err := e.LoadScene(context.Background(), slug, nil, nil); err != nil {
		t.Fatal(err)
	}
	state := e.Snapshot().State
	return state.Flight()
}

// TestKeptFlights: three are kept, the latest that can be read counts, and of those
// that cannot the first is told.
func TestKeptFlights(t *testing.T) {
	paths := host.Paths{State: t.TempDir()}
	if f, err := readFlight(paths); f != nil || err != nil {
		t.Fatalf("of no files: %v, %v", f, err)
	}
	for _, slug := range []string{"test-pattern", "earthrise", "saturn", "jupiter-moons"} {
		if err := saveFlight(paths, shownIn(t, slug)); err != nil {
			t.Fatal(err)
		}
	}
	corrupt := func(n int) {
		if err := os.WriteFile(flightPath(paths, n), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		spoil       func()
		slug, wrong string
	}{
		{func() {}, "jupiter-moons", ""},
		{func() { corrupt(0) }, "saturn", "flight-0.json: unexpected end of JSON input"},
		{func() { _ = os.Remove(flightPath(paths, 0)) }, "saturn", ""},
		{func() { corrupt(1) }, "earthrise", "flight-1.json: unexpected end of JSON input"},
		{func() { corrupt(2) }, "", "flight-1.json: unexpected end of JSON input"},
	} {
		tt.spoil()
		f, err := readFlight(paths)
		slug, wrong := "", ""
		if f != nil {
			slug = f.Slug
		}
		if err != nil {
			wrong = err.Error()
		}
		if slug != tt.slug || !strings.HasSuffix(wrong, tt.wrong) || (wrong == "") != (tt.wrong == "") {
			t.Errorf("%q, %q; want %q, %q", slug, wrong, tt.slug, tt.wrong)
		}
	}
}

// TestResumes: who goes on where the last flight ended, and who does not.
func TestResumes(t *testing.T) {
	for _, tt := range []struct {
		name     string
		args     string
		headless bool
		kept     string // the scene of the flight
		refused  string // by the list of this place
		want     bool
		told     string
	}{
		{"plainly", "", false, "saturn", "", true, ""},
		{"a scene", "--scene=saturn", false, "saturn", "", false, ""},
		{"a date", "--at=now", false, "saturn", "", false, ""},
		{"a body", "--target=mars", false, "saturn", "", false, ""},
		{"anew", "--fresh", false, "saturn", "", false, ""},
		{"not wanted", "--no-resume", false, "saturn", "", false, ""},
		{"nobody looks", "", true, "saturn", "", false, ""},
		{"not allowed", "", false, "saturn", "saturn", false, "scene not allowed"},
		{"gone", "", false, "of-last-year", "", false, "unknown scene"},
		{"corrupt", "", false, "", "", false, "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := new(bytes.Buffer)
			f := resuming(t, log, strings.Fields(tt.args)...)
			f.screen.headless = tt.headless
			kept := shownIn(t, "saturn")
			kept.Slug = tt.kept
			if err := saveFlight(f.paths, kept); err != nil {
				t.Fatal(err)
			}
			if tt.kept == "" {
				_ = os.WriteFile(flightPath(f.paths, 0), []byte("?"), 0o600)
			}
			f.parts.engine.SetScenePolicy(func(s *scene.Scene) error {
				if s.Slug == tt.refused {
					return errors.New("not on the list")
				}
				return nil
			})
			if got := f.resume(context.Background()); got != tt.want {
				t.Errorf("resumes: %t\n%s", got, log)
			}
			if got := f.parts.engine.Snapshot().State.Slug; (got == "saturn") != tt.want {
				t.Errorf("shows %q", got)
			}
			if tt.told != "" && strings.Count(log.String(), tt.told) != 1 || tt.told == "" && strings.Contains(log.String(), "level=WARN") {
				t.Errorf("told: %s", log)
			}
		})
	}
}

// resuming is a flight that is about to begin, in a window.
func resuming(t *testing.T, log *bytes.Buffer, args ...string) *flight {
	t.Helper()
	s, errs, err := settingsOf(t, "", args...)
	if err != nil || errs != "" {
		t.Fatal(err, errs)
	}
	scenes, err := readScenes(assets.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	paths := host.Paths{State: t.TempDir()}
	f := &flight{command: &flyCommand{Settings: *s}, paths: paths, screen: new(screen)}
	f.log = &host.Log{Logger: slog.New(slog.NewTextHandler(log, nil))}
	f.cockpit = newCockpit(s, paths, f.log.Logger, func() {})
	f.parts.engine = engine.New(scenes)
	return f
}

// TestBeginsAtTarget: --target begins where a trip to it arrives: it fills 0.45 of the
// picture's height, the Sun 0.14, lit from 30 to 45° beside.
func TestBeginsAtTarget(t *testing.T) {
	for _, tt := range []struct {
		target string
		share  float64
	}{{"mars", 0.45}, {"titan", 0.45}, {"sun", 0.14}} {
		f := resuming(t, new(bytes.Buffer), "--target="+tt.target, "--at=2026-11-22T00:00:00Z")
		first, err := resolveStart(f.command.At, f.command.Target)
		if err != nil {
			t.Fatal(err)
		}
		if err := begin(context.Background(), f.parts.engine, "saturn", first); err != nil {
			t.Fatal(err)
		}
		s := f.parts.engine.Snapshot().State
		radius := s.Ship.Frame.Info().MeanRadiusM
		share := math.Tan(math.Asin(radius/s.Ship.PositionM.Len())) / math.Tan(s.FOVRad/2)
		if s.Target.Info().Name != tt.target || s.Ship.Frame != s.Target || math.Abs(share/tt.share-1) > 1e-6 {
			t.Errorf("%s: begins at %s with %s as the target, which fills %.3f", tt.target, s.Ship.Frame, s.Target, share)
		}
		there := s.Arrival(s.Target)
		if phase := float64(there.Place.Angle) * degreesPerRad; tt.target != "sun" && (phase < 30 || phase > 45) {
			t.Errorf("%s: begins at a phase of %.1f°", tt.target, phase)
		}
		if again, err := scene.Apply(s, there); err != nil || again.Ship.PositionM.Sub(s.Ship.PositionM).Len() > 1e-6*s.Ship.PositionM.Len() {
			t.Errorf("%s: %v; a trip would arrive at %v, it begins at %v", tt.target, err, again.Ship.PositionM, s.Ship.PositionM)
		}
	}
}
