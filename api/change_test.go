package api

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func (f *fixture) state(t testing.TB) State {
	t.Helper()
	return want[State](t, f.admin(t, "GET", "/api/v1/state", ""), http.StatusOK)
}

// loaded is a fixture of which three frames were drawn.
func loaded(t testing.TB) *fixture {
	t.Helper()
	f := serve(t)
	f.draw(t, 3, &painter{})
	return f
}

// changes has a right body for each change of the world.
var changes = map[string]string{
	"PUT /api/v1/scenes/current": `{"slug":"saturn"}`,
	"PATCH /api/v1/time":         `{"rate":1}`,
	"PATCH /api/v1/camera":       `{"place":{"body":"mars","altitude":"1000 km"}}`,
}

func TestPutScene(t *testing.T) {
	f := serve(t)
	w := f.admin(t, "PUT", "/api/v1/scenes/current", `{"slug":"saturn"}`)
	if got, expected := want[Applied](t, w, 200), (Applied{Revision: 2, Tick: 0, Frame: 1}); got != expected {
		t.Errorf("got %+v, want %+v", got, expected)
	}
	if got := w.Header().Get("ETag"); got != `"2"` {
		t.Errorf("ETag %s", got)
	}
	f.draw(t, 1, &painter{})
	if got := f.state(t); got.Scene != (SceneName{"saturn", "Saturn"}) || got.Time.Date.String() != "2026-11-22T00:00:00Z" || !got.Time.Paused {
		t.Errorf("got %+v", got)
	}
}

func TestPutSceneAtDate(t *testing.T) {
	for date, want := range map[string]string{
		"1969-07-20T20:17:40Z": "1969-07-20T20:17:40Z",
		"jd2451545.0":          "2000-01-01T11:58:56Z", // TDB-UTC was 64.184 s
	} {
		f := serve(t)
		if w := f.admin(t, "PUT", "/api/v1/scenes/current", fmt.Sprintf(`{"slug":"saturn","date":%q}`, date)); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", date, w.Code, w.Body)
		}
		f.draw(t, 1, &painter{})
		if got := f.state(t).Time.Date.String(); got != want {
			t.Errorf("%s: got %s, want %s", date, got, want)
		}
	}
}

func TestPatchTime(t *testing.T) {
	f := loaded(t)
	f.admin(t, "PATCH", "/api/v1/time", `{"date":"2030-01-01T00:00:00Z"}`)
	f.admin(t, "PATCH", "/api/v1/time", `{"rate":-3600.5}`)
	f.draw(t, 1, &painter{})
	got := f.state(t)
	if got.Time.Date.String() != "2030-01-01T00:00:00Z" || got.Time.Rate != -3600.5 || !got.Time.Paused || got.Revision != 3 {
		t.Errorf("got %+v", got.Time)
	}
	f.admin(t, "PATCH", "/api/v1/time", `{"date":"now","paused":false,"rate":0}`)
	f.draw(t, 1, &painter{})
	got = f.state(t)
	if age := time.Since(got.Time.Date.UTC()); age < 0 || age > time.Minute || got.Time.Paused {
		t.Errorf("now is %v ago, paused %t", age, got.Time.Paused)
	}
}

// TestPatchCamera: what is given is taken, what is left out stays or is as in a
// scene file.
func TestPatchCamera(t *testing.T) {
	rad := func(deg float64) scene.Angle { return scene.Angle(deg * math.Pi / 180) }
	for _, tt := range []struct {
		body string
		want scene.SetCamera
	}{
		{
			`{"place":{"body":"mars","distance":"1.2e6 km"}}`,
			scene.SetCamera{Place: &scene.Place{Body: astro.Mars, Distance: 1.2e9, Toward: astro.Sun}},
		},
		{
			`{"place":{"body":"sun","altitude":"0.5au","angle":"90deg","position_angle":"-45deg"}}`,
			scene.SetCamera{Place: &scene.Place{Body: astro.Sun, Altitude: 0.5 * 149597870700, Toward: astro.Earth, Angle: rad(90), Position: rad(-45)}},
		},
		{
			`{"place":{"body":"moon","altitude":"110 km","toward":"earth"},"look":{"up":"zenith","raise":"-2deg"}}`,
			scene.SetCamera{
				Place: &scene.Place{Body: astro.Moon, Altitude: 110e3, Toward: astro.Earth},
				Look:  &scene.Look{Target: astro.Moon, Up: scene.UpZenith, Raise: rad(-2), FOV: rad(45)},
			},
		},
		{
			`{"look":{}}`,
			scene.SetCamera{Look: &scene.Look{Target: astro.Saturn, Up: scene.UpNorth, FOV: rad(45)}},
		},
		{
			`{"look":{"target":"titan","roll":"10deg","right":"1deg","fov":"5deg","up":"pole"}}`,
			scene.SetCamera{Look: &scene.Look{Target: astro.Titan, Up: scene.UpPole, Roll: rad(10), Right: rad(1), FOV: rad(5)}},
		},
		{
			`{"look":{"ra":"101.287deg","dec":"-16.716deg"}}`,
			scene.SetCamera{Look: &scene.Look{Target: astro.Saturn, AtStars: true, RA: rad(101.287), Dec: rad(-16.716), Up: scene.UpNorth, FOV: rad(45)}},
		},
	} {
		t.Run(tt.body, func(t *testing.T) {
			f := loaded(t)
			if w := f.admin(t, "PATCH", "/api/v1/camera", tt.body); w.Code != http.StatusOK {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			got := f.engine.command.(scene.SetCamera)
			if (got.Place == nil) != (tt.want.Place == nil) || (got.Look == nil) != (tt.want.Look == nil) {
				t.Fatalf("got %+v, want %+v", got, tt.want)
			}
			if got.Place != nil && *got.Place != *tt.want.Place {
				t.Errorf("place %+v, want %+v", *got.Place, *tt.want.Place)
			}
			if got.Look != nil {
				wantLook(t, *got.Look, *tt.want.Look)
			}
		})
	}
}

// TestBookmark: the only one of the scene is gone to, and no other.
func TestBookmark(t *testing.T) {
	f := loaded(t)
	if w := f.admin(t, "PATCH", "/api/v1/camera", `{"bookmark":1}`); w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	s := f.engine.Snapshot().State
	if pole := s.Ship.PositionM.Normalize().Dot(astro.OrientationAt(astro.Saturn, s.Time()).Rotate(mgl64.Vec3{0, 0, 1})); s.Bookmark != 1 || pole < 0.88 {
		t.Errorf("bookmark %d, %.3f of the way to the pole", s.Bookmark, pole)
	}
	for _, body := range []string{`{"bookmark":2}`, `{"bookmark":0}`, `{"bookmark":1,"look":{}}`} {
		wantProblem(t, f.admin(t, "PATCH", "/api/v1/camera", body), http.StatusUnprocessableEntity, "invalid")
	}
}

// wantLook compares angles to 1e-12: they went through degrees.
func wantLook(t *testing.T, got, want scene.Look) {
	t.Helper()
	pairs := []struct{ got, want *scene.Angle }{
		{&got.RA, &want.RA},
		{&got.Dec, &want.Dec},
		{&got.Roll, &want.Roll},
		{&got.Right, &want.Right},
		{&got.Raise, &want.Raise},
		{&got.FOV, &want.FOV},
	}
	for _, p := range pairs {
		if math.Abs(float64(*p.got-*p.want)) < 1e-12 {
			*p.got = *p.want
		}
	}
	if got != want {
		t.Errorf("look %+v, want %+v", got, want)
	}
}

func TestIfMatch(t *testing.T) {
	for _, tt := range []struct {
		value  []string
		status int
	}{
		{nil, 200},
		{[]string{"*"}, 200},
		{[]string{`"1"`}, 200},
		{[]string{`"0"`}, 412},
		{[]string{`"2"`}, 412},
		{[]string{"1"}, 400},
		{[]string{`W/"1"`}, 400},
		{[]string{`"1", "2"`}, 400},
		{[]string{`"-1"`}, 400},
		{[]string{`"18446744073709551616"`}, 400},
		{[]string{`""`}, 400},
	} {
		for name, body := range changes {
			t.Run(fmt.Sprint(tt.value, name), func(t *testing.T) {
				f := loaded(t) // revision 1
				method, path, _ := strings.Cut(name, " ")
				var headers []string
				for _, value := range tt.value {
					headers = append(headers, "+If-Match", value)
				}
				w := f.admin(t, method, path, body, headers...)
				if w.Code != tt.status {
					t.Fatalf("status %d %s, want %d", w.Code, w.Body, tt.status)
				}
				f.draw(t, 1, &painter{})
				if got, want := f.state(t).Revision, map[int]uint64{200: 2, 400: 1, 412: 1}[tt.status]; got != want {
					t.Errorf("revision %d, want %d", got, want)
				}
			})
		}
	}
}

// TestEngineErrors: what the engine answers is told in one way, by every route
// that asks it.
func TestEngineErrors(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		kind   string
		retry  string
	}{
		{engine.ErrBusy, 503, reducedCapacity, "1"},
		{engine.ErrNoAnswer, 504, "no-answer", ""},
		{fmt.Errorf("%w: revision 1 is now 2", engine.ErrStale), 412, "stale", ""},
		{fmt.Errorf("%w: too far", engine.ErrInvalid), 422, "invalid", ""},
		{engine.ErrNoPicture, 503, "no-picture", "1"},
	} {
		for _, name := range []string{"PUT /api/v1/scenes/current", "PATCH /api/v1/time", "PATCH /api/v1/camera", "POST /api/v1/screenshots"} {
			t.Run(fmt.Sprint(tt.kind, name), func(t *testing.T) {
				f := serve(t)
				f.engine.err = tt.err
				method, path, _ := strings.Cut(name, " ")
				w := f.admin(t, method, path, changes[name])
				if p := wantProblem(t, w, tt.status, tt.kind); p.Detail != tt.err.Error() {
					t.Errorf("detail %q", p.Detail)
				}
				if got := w.Header().Get("Retry-After"); got != tt.retry {
					t.Errorf("Retry-After %q, want %q", got, tt.retry)
				}
			})
		}
	}
}

// TestChangesWaitTwoSeconds, and no longer than the client does.
func TestChangesWaitTwoSeconds(t *testing.T) {
	for name, body := range changes {
		f := serve(t)
		method, path, _ := strings.Cut(name, " ")
		f.admin(t, method, path, body)
		if f.engine.wait < 1900*time.Millisecond || f.engine.wait > 2*time.Second {
			t.Errorf("%s: %v", name, f.engine.wait)
		}
		gone, cancel := context.WithCancel(t.Context())
		r := httptest.NewRequest(method, path, strings.NewReader(body)).WithContext(gone)
		r.Host, r.RemoteAddr = testHost, "127.0.0.1:1"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+f.token(t, auth.Operator))
		f.engine.before = cancel
		f.send(r)
		if !f.engine.gone {
			t.Errorf("%s: goes on without the client", name)
		}
	}
}
