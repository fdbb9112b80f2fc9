package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// exercise is a run of some features on the bench.
func (b *bench) exercise(t *testing.T, ids ...string) *verification {
	t.Helper()
	var out bytes.Buffer
	c := featuresCommand{Program: "none"}
	v := c.exercises(b.client, &console{out: &out, err: &out}, true)
	v.patience, v.hearing = time.Second, time.Second
	v.list = nil
	for _, f := range theFeatures {
		for _, id := range ids {
			if f.id == id {
				v.list = append(v.list, f)
			}
		}
	}
	v.run(t.Context())
	return v
}

// TestFeatures exercises all that needs no other program, and finds scene and
// time as before.
func TestFeatures(t *testing.T) {
	b := newBench(t)
	var r *featuresReport
	for range 5 { // a busy machine's ticks are late
		v := b.exercise(t, "F1", "F2", "F3", "F4", "F5", "F6", "F7")
		if err := v.restore(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r = reportOf(v, false); r.err() == nil {
			break
		}
	}
	if r.Passed != 7 || r.err() != nil {
		t.Errorf("%v: %+v", r.err(), r.Features)
	}
	got := b.engine.Snapshot().State
	if got.Slug != "saturn" || got.Clock.Rate != 1 || got.Clock.Paused {
		t.Errorf("scene %s, rate %g, paused %t", got.Slug, got.Clock.Rate, got.Clock.Paused)
	}
	if date := got.Time().String(); !strings.HasPrefix(date, "2026-11-22T00:0") {
		t.Errorf("the date is %s", date)
	}
}

func TestFeaturesThatDoNotWork(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct {
		name  string
		fault fault
		id    string
		want  string
	}{
		{"nothing is described", instead("/api/v1/openapi.json", 200, `{"openapi":"3.0.0","paths":{}}`), "F1", "3.0.0"},
		{"anything is there", instead("/api/v1/nothing-is-here", 200, `{}`), "F1", "not there"},
		{"hung", instead("/livez", 503, `{}`), "F1", "503"},
		{"the loop stands still", frozen("/api/v1/state"), "F3", "no frame"},
		{"the time stands still", instead("/api/v1/time", 200, `{"revision":1,"frame":1}`), "F7", "the rate is 1"},
		{"a component is sick", edit("/readyz", `"name":"cache","required":false,"ok":true`, `"name":"cache","required":false,"ok":false`), "F4", "cache"},
		{"no engine", edit("/readyz", `"name":"engine"`, `"name":"motor"`), "F4", "engine is not among"},
		{"no scene may be loaded", when(puts, instead(putScene.path, 403, `{}`)), "F5", "403"},
		{"a scene that is never shown", when(puts, instead(putScene.path, 200, `{"revision":1,"frame":1}`)), "F5", "no frame showed"},
		{"a scene that no frame shows", when(puts, edit(putScene.path, `"frame":`, `"frame":9000000000,"was":`)), "F5", "no frame showed"},
		{"a ship that is nowhere", edit("/api/v1/state", `"frame":"saturn"`, `"frame":"sun"`), "F6", "the ship is at sun"},
		{"a ship below the ground", edit("/api/v1/state", `"position_m":[`, `"position_m":[0,0,0],"was":[`), "F6", "0 m from the centre"},
		{"an Earth that stands still", edit("/api/v1/objects/earth", `"velocity_m_s":[`, `"velocity_m_s":[0,0,0],"was":[`), "F7", "km/s"},
		{"no date", instead("/api/v1/time", 422, `{"title":"t","detail":"no such date"}`), "F7", "no such date"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.fault.Store(&tt.fault)
			v := b.exercise(t, tt.id)
			f := v.Checks[0]
			if f.Status != failed || !strings.Contains(f.Detail, tt.want) {
				t.Errorf("%s is %s with %q, want %q", tt.id, f.Status, f.Detail, tt.want)
			}
			if err := reportOf(v, false).err(); err == nil || !strings.Contains(err.Error(), f.Name) {
				t.Errorf("the report says %v", err)
			}
			b.fault.Store(nil)
			if err := v.restore(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	b.live = silent(t, `{"v":1,"type":"hello","data":{}}`)
	if f := b.exercise(t, "F2").Checks[0]; f.Status != failed || !strings.Contains(f.Detail, "no frame in 1s") {
		t.Errorf("silent telemetry: %+v", f)
	}
}

// TestHook: what is left out is no pass, and no failure.
func TestHook(t *testing.T) {
	b := newBench(t)
	c := featuresCommand{Hook: true, CI: true}
	var out bytes.Buffer
	v := c.exercises(b.client, &console{out: &out, err: &out}, false)
	v.run(t.Context())
	r := reportOf(v, false)
	if r.Passed != 4 || r.Skipped != 4 || r.Failed != 0 || r.err() != nil || v.before != nil {
		t.Errorf("%+v", r)
	}
	if text := out.String(); strings.Count(text, "\n") != 8 || strings.Count(text, "left out by --hook") != 4 || strings.Contains(text, "\x1b") {
		t.Errorf("it prints %q", text)
	}
	out.Reset()
	if err := r.print(&out, true); err != nil {
		t.Fatal(err)
	}
	var read featuresReport
	if err := json.Unmarshal(out.Bytes(), &read); err != nil || read.Skipped != 4 || read.Features[7].Status != skipped {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestSane(t *testing.T) {
	good := func() *api.State {
		s := new(api.State)
		s.Ship.Frame, s.Target.Body = astro.Moon, astro.Earth
		s.Ship.PositionM, s.Ship.HeightM = [3]float64{0, 0, 2e6}, 2e6-astro.Moon.Info().MeanRadiusM
		s.Ship.Orientation = [4]float64{0, 0.6, 0, 0.8}
		return s
	}
	for _, tt := range []struct {
		name  string
		spoil func(*api.State)
		want  string
	}{
		{"as it should be", func(*api.State) {}, ""},
		{"at another body", func(s *api.State) { s.Ship.Frame = astro.Mars }, "at mars"},
		{"looking elsewhere", func(s *api.State) { s.Target.Body = astro.Mars }, "looks at mars"},
		{"not a number", func(s *api.State) { s.Ship.PositionM[0] = math.NaN() }, "NaN m"},
		{"infinitely far", func(s *api.State) { s.Ship.PositionM[0] = math.Inf(1) }, "+Inf m"},
		{"below the ground", func(s *api.State) { s.Ship.PositionM[2] = 1e6 }, "1e+06 m"},
		{"no orientation", func(s *api.State) { s.Ship.Orientation = [4]float64{} }, "quaternion"},
		{"of another height", func(s *api.State) { s.Ship.HeightM = 5 }, "5 m high"},
		{"moving", func(s *api.State) { s.Ship.VelocityMS[1] = 3 }, "3 m/s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := good()
			tt.spoil(s)
			err := sane(s, &api.Scene{Body: astro.Moon, Target: astro.Earth})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// TestRanEvenly has 3 s, which are 270 ticks and 3000 simulated seconds.
func TestRanEvenly(t *testing.T) {
	for _, tt := range []struct {
		ticks                uint64
		simulatedS, tookS, x float64
		want                 string
	}{
		{ticks: 270, simulatedS: 3000, tookS: 3},
		{ticks: 270, simulatedS: 3000, tookS: 3.1},
		{ticks: 270, simulatedS: 3000, tookS: 3.3, want: "ticks in 3.30 s"},
		{ticks: 270, simulatedS: 3, tookS: 3, want: "3.00 simulated seconds"},
		{ticks: 270, simulatedS: -3000, tookS: 3, want: "-3000.00"},
		{ticks: 270, simulatedS: 3010, tookS: 3, want: "3010.00"},
		{ticks: 0, simulatedS: 0, tookS: 3, want: "0 ticks"},
	} {
		var first, last api.State
		first.Tick, last.Tick = 1000, 1000+tt.ticks
		last.Time.Date = first.Time.Date + astro.Time(tt.simulatedS*1e9)
		err := ranEvenly(&first, &last, tt.tookS, figures{})
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}

func TestWentAlong(t *testing.T) {
	var first, last api.State
	first.Ship.PositionM, last.Ship.PositionM = [3]float64{7e6, 0, 0}, [3]float64{7e6, 0, 0.5}
	if err := wentAlong(&first, &last); err != nil {
		t.Error(err)
	}
	if last.Ship.PositionM[1] = 2; wentAlong(&first, &last) == nil {
		t.Error("a ship that moved by 2 m: no error")
	}
	last = first
	if last.Ship.Frame = astro.Mars; wentAlong(&first, &last) == nil {
		t.Error("a ship at another body: no error")
	}
}

// TestOrbits has a circle of one au in a year of 365.25 days, for an hour.
func TestOrbits(t *testing.T) {
	at := func(seconds, radius, speed float64) earthAt {
		w := 2 * math.Pi / (365.25 * 86400)
		sin, cos := math.Sincos(w * seconds)
		return earthAt{
			seconds, mgl64.Vec3{cos, sin, 0}.Mul(radius * mPerAU),
			mgl64.Vec3{-sin, cos, 0}.Mul(w * mPerAU * speed),
		}
	}
	for _, tt := range []struct {
		name string
		b    earthAt
		want string
	}{
		{"round the Sun", at(3600, 1, 1), ""},
		{"0.001 au farther out", at(3600, 1.001, 1), "elsewhere"},
		{"1 % too slow", at(3600, 1, 0.98), "elsewhere"},
		{"not at all", at(0, 1, 1), "elsewhere"},
	} {
		f := figures{}
		err := orbits(at(0, 1, 1), tt.b, f)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, %v", tt.name, err, f)
		}
	}
	for want, a := range map[string]earthAt{"0.9000 au": at(0, 0.9, 1), "1.1000 au": at(0, 1.1, 1), "26.81 km/s": at(0, 1, 0.9), "NaN": at(0, 1, math.NaN())} {
		if err := orbits(a, at(3600, 1, 1), figures{}); err == nil || !strings.Contains(err.Error(), want) && want != "NaN" {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestFeaturesWithoutProgram: nothing runs, and there is nothing to start.
func TestFeaturesWithoutProgram(t *testing.T) {
	home(t)
	r := spacectl("features", "--program", "nowhere/spacetime")
	r.want(t, exit.NoInput, "is not there to be started")
}
