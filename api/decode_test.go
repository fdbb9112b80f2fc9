package api

import (
	"net/http"
	"strings"
	"testing"
)

// TestBodiesAreReadStrictly has every way in which a body can be wrong. The
// location is that of RFC 9457's errors, where one member is to blame.
func TestBodiesAreReadStrictly(t *testing.T) {
	const (
		scenes = "/api/v1/scenes/current"
		time   = "/api/v1/time"
		camera = "/api/v1/camera"
	)
	deep := strings.Repeat("[", 20000) + strings.Repeat("]", 20000)
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		kind, location, detail   string // detail: a part of it
	}{
		{"nothing", "PATCH", time, "", 400, "malformed", "", "ends too early"},
		{"blanks", "PATCH", time, " \n", 400, "malformed", "", "ends too early"},
		{"cut off", "PATCH", time, `{"rate":1`, 400, "malformed", "", "ends too early"},
		{"cut off in a value", "PATCH", time, `{"rate":`, 400, "malformed", "", "ends too early"},
		{"cut off in a name", "PATCH", time, `{"ra`, 400, "malformed", "", "ends too early"},
		{"cut off within", "PATCH", camera, `{"place":{`, 400, "malformed", "", "ends too early"},
		{"not JSON", "PATCH", time, `rate=1`, 400, "malformed", "", "not JSON"},
		{"comma at the end", "PATCH", time, `{"rate":1,}`, 400, "malformed", "", "not JSON"},
		{"wrong bracket", "PATCH", time, `{"rate":1]`, 400, "malformed", "", "not JSON"},
		{"NaN", "PATCH", time, `{"rate":NaN}`, 400, "malformed", "", "not JSON"},
		{"name without quotes", "PATCH", time, `{rate:1}`, 400, "malformed", "", "not JSON"},
		{"not UTF-8", "PATCH", time, "{\"date\":\"\xff\"}", 400, "malformed", "", "UTF-8"},
		{"two values", "PATCH", time, `{"rate":1}{"rate":2}`, 400, "malformed", "", "more than one"},
		{"text after", "PATCH", time, `{"rate":1} x`, 400, "malformed", "", "more than one"},
		{"given twice", "PATCH", time, `{"rate":1,"rate":2}`, 400, "malformed", "rate", "given twice"},
		{"given twice within", "PATCH", camera, `{"look":{"fov":"40deg","fov":"50deg"}}`, 400, "malformed", "look.fov", "given twice"},
		{"too deep", "PATCH", time, `{"rate":` + deep + `}`, 400, "malformed", "", "depth"},
		{"an array", "PATCH", time, `[1]`, 422, "invalid", "", "object is wanted"},
		{"a number", "PATCH", time, `1`, 422, "invalid", "", "object is wanted"},
		{"null", "PATCH", time, `null`, 422, "invalid", "", "object is wanted"},
		{"unknown member", "PATCH", time, `{"speed":1}`, 422, "invalid", "speed", "there are date, rate, paused"},
		{"wrong case", "PATCH", time, `{"Rate":1}`, 422, "invalid", "Rate", "unknown member"},
		{"field's own name", "PATCH", camera, `{"place":{"PositionAngle":"1deg"}}`, 422, "invalid", "place.PositionAngle", "unknown member"},
		{"unknown member within", "PATCH", camera, `{"place":{"body":"mars","height":"1 km"}}`, 422, "invalid", "place.height", "unknown member"},
		{"null for a value", "PATCH", time, `{"rate":null}`, 422, "invalid", "rate", "null"},
		{"null for an object", "PATCH", camera, `{"place":null}`, 422, "invalid", "place", "object is wanted"},
		{"text for a number", "PATCH", time, `{"rate":"1"}`, 422, "invalid", "rate", "a number is wanted, not a string"},
		{"number for text", "PATCH", time, `{"date":2026}`, 422, "invalid", "date", "a string is wanted, not a number"},
		{"number for a body", "PATCH", camera, `{"place":{"body":3,"distance":"1 au"}}`, 422, "invalid", "place.body", "a string is wanted, not a number"},
		{"number for a yes", "PATCH", time, `{"paused":1}`, 422, "invalid", "paused", "a bool is wanted, not a number"},
		{"object for text", "PUT", scenes, `{"slug":{}}`, 422, "invalid", "slug", "a string is wanted, not a object"},
		{"array for an object", "PATCH", camera, `{"look":[]}`, 422, "invalid", "look", "object is wanted"},
		{"number too large", "PATCH", time, `{"rate":1e999}`, 422, "invalid", "rate", "out of range"},
		{"number without unit", "PATCH", camera, `{"look":{"fov":"30"}}`, 422, "invalid", "look.fov", "not an angle"},
		{"unknown body", "PATCH", camera, `{"look":{"target":"plutto"}}`, 422, "invalid", "look.target", "pluto"},
		{"no date", "PATCH", time, `{"date":"tomorrow"}`, 422, "invalid", "date", "tomorrow"},
		{"date out of range", "PATCH", time, `{"date":"1799-12-31T00:00:00Z"}`, 422, "invalid", "date", "1800-01-01"},
		{"rate out of range", "PATCH", time, `{"rate":1.1e7}`, 422, "invalid", "", "1e+07"},
		{"no change of time", "PATCH", time, `{}`, 422, "invalid", "", "nothing to change"},
		{"no change of camera", "PATCH", camera, `{}`, 422, "invalid", "", "nothing to change"},
		{"place without body", "PATCH", camera, `{"place":{"distance":"1 au"}}`, 422, "invalid", "place.body", "needs a body"},
		{"place without distance", "PATCH", camera, `{"place":{"body":"mars"}}`, 422, "invalid", "", "either a distance"},
		{"place in the ground", "PATCH", camera, `{"place":{"body":"mars","distance":"3000 km"}}`, 422, "invalid", "", "inside mars"},
		{"half a direction", "PATCH", camera, `{"look":{"ra":"10deg"}}`, 422, "invalid", "look.ra", "go together"},
		{"unknown up", "PATCH", camera, `{"look":{"up":"left"}}`, 422, "invalid", "", "zenith"},
		{"no slug", "PUT", scenes, `{}`, 422, "invalid", "slug", "a scene is wanted"},
		{"body where none is", "POST", screenshotsPath, `{"eye":"left"}`, 422, "invalid", "eye", "unknown member"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			p := wantProblem(t, f.ask(tt.method, tt.path, tt.body, header("Content-Type", "application/json")), tt.status, tt.kind)
			if !strings.Contains(p.Detail, tt.detail) {
				t.Errorf("detail %q, want %q in it", p.Detail, tt.detail)
			}
			if got := len(p.Errors) == 1 && p.Errors[0].Location == tt.location; got != (tt.location != "") {
				t.Errorf("errors %+v, want one of %q", p.Errors, tt.location)
			}
			if revision := f.engine.Engine.Snapshot().State.Revision; revision != 0 {
				t.Errorf("the state is at revision %d", revision)
			}
		})
	}
}

// TestBodyThatBreaksOff: the connection ends before the length that was
// announced.
func TestBodyThatBreaksOff(t *testing.T) {
	f := newFixture(t)
	w := f.ask("PATCH", "/api/v1/time", `{"rate":1}`, func(r *http.Request) {
		r.Body = http.NoBody
		r.ContentLength = 10
	})
	wantProblem(t, w, http.StatusBadRequest, "malformed")
}
