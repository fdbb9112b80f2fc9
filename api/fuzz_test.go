package api

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
)

// change sends a body and checks what holds for every one: an answer of few
// kinds, in JSON, and never a command that would break the world.
func checkChange(t *testing.T, f *fixture, path string, body []byte) {
	t.Helper()
	f.engine.command = nil
	w := f.ask("PATCH", path, string(body), header("Content-Type", "application/json"))
	if !slices.Contains([]int{200, 400, 413, 422}, w.Code) || !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%q: %d %s", body, w.Code, w.Body)
	}
	if w.Code != http.StatusOK {
		return
	}
	if !json.Valid(body) {
		t.Fatalf("%q is not JSON, and was taken", body)
	}
	before := f.engine.Engine.Snapshot().State
	after, err := scene.Apply(before, f.engine.command)
	if err != nil {
		t.Fatalf("%q: was taken, yet %v", body, err)
	}
	if n := after.Ship.Orientation.Len(); math.Abs(n-1) > 1e-9 {
		t.Errorf("%q: orientation of length %g", body, n)
	}
	if d := after.Ship.PositionM.Len(); math.IsNaN(d) || d > scene.MaxDistanceM*(1+1e-9) {
		t.Errorf("%q: %g m from %s", body, d, after.Ship.Frame)
	}
	if !after.Time().InRange() || !(math.Abs(after.Clock.Rate) <= scene.MaxRate) {
		t.Errorf("%q: clock %+v", body, after.Clock)
	}
	if !(after.FOVRad > 0 && after.FOVRad < math.Pi) {
		t.Errorf("%q: field of view %g", body, after.FOVRad)
	}
}

func FuzzTime(f *testing.F) {
	for _, body := range []string{
		`{"date":"2026-11-22T00:00:00Z","rate":-3600,"paused":true}`, `{"date":"now"}`, `{"date":"jd2451545.0"}`,
		`{"rate":1e7}`, `{"rate":1e-320}`, `{"rate":"1"}`, `{"paused":null}`, `{"rate":1,"rate":2}`, `{"ra\u0074e":1}`,
		`{"date":"2099-12-31T23:59:60Z"}`, `{`, `[]`, "\xef\xbb\xbf{}", `{"rate":1}{}`,
	} {
		f.Add([]byte(body))
	}
	fix := newFixture(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkChange(t, fix, "/api/v1/time", body) })
}

func FuzzCamera(f *testing.F) {
	for _, body := range []string{
		`{"place":{"body":"saturn","distance":"1.2e6 km","toward":"sun","angle":"30deg","position_angle":"-90°"}}`,
		`{"place":{"body":"moon","altitude":"110 km"},"look":{"target":"earth","up":"zenith","roll":"1rad","right":"-2deg","raise":"2deg","fov":"22deg"}}`,
		`{"look":{"ra":"101.287deg","dec":"-16.716deg","up":"pole"}}`, `{"look":{"target":"sun"}}`, `{"look":{"roll":"1e300rad"}}`,
		`{"place":{"body":"sun","distance":"1000au","angle":"180deg"}}`, `{"place":{"body":"pluto","distance":"inf km"}}`,
		`{"place":{},"look":{}}`, `{"place":{"body":"mars","distance":"1e308au"}}`, `{"look":null}`,
	} {
		f.Add([]byte(body))
	}
	fix := newFixture(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkChange(t, fix, "/api/v1/camera", body) })
}
