package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine/host"
)

func TestGo(t *testing.T) {
	b := newBench(t)
	revision := b.engine.Snapshot().State.Revision
	c := verifyCommand{Environment: "test", Scene: "saturn", Window: watched}
	v := b.goes(t, func() *verification { return c.verification(b.client) })
	if v.err() != nil || len(v.Checks) != 9 {
		t.Fatalf("%v: %+v", v.err(), v.Checks)
	}
	for _, r := range v.Checks {
		if r.Status != passed || !r.Critical || r.Detail == "" {
			t.Errorf("%+v", r)
		}
	}
	if f := v.Checks[5].Figures; f["missed"] != 0.0 || f["refresh_hz"] != float64(pacedHz) || v.PacedHz <= 0 {
		t.Errorf("V6 measured %+v", f)
	}
	if v.Environment != "test" || v.Scene != "saturn" {
		t.Errorf("%+v", v)
	}
	if got := b.engine.Snapshot().State; got.Revision != revision || got.Slug != "saturn" {
		t.Errorf("verifying changed the state: revision %d, before %d, scene %s", got.Revision, revision, got.Slug)
	}
	if d := v.Checks[4].Detail; !strings.Contains(d, "vulcan") {
		t.Errorf("V5 did not try the scene that is not listed: %s", d)
	}
}

// watched is how long the frames of the bench are watched, long enough for several.
const watched = 400 * time.Millisecond

// TestGoMissed has a display that misses every second frame, as the engine counts
// them: V6 is not GO by that alone, however busy the machine is.
func TestGoMissed(t *testing.T) {
	b := newBench(t)
	b.display.skips.Store(true)
	for b.engine.Snapshot().Frame < 10 { // those before are of a display that was on time
		time.Sleep(period)
	}
	v := verifyCommand{Window: watched}.only(b.client, "V6")
	v.run(t.Context())
	wantFinding(t, v, "V6", "missed (50.0 %)")
}

func anonymous(r *http.Request) bool { return r.Header.Get("Authorization") == "" }
func puts(r *http.Request) bool      { return r.Method == http.MethodPut }

// TestNoGo plants a fault in each check's way, and wants that check to be why.
func TestNoGo(t *testing.T) {
	const (
		state, probe, current = "/api/v1/state", "/api/v1/limits/probe", "/api/v1/scenes/current"
		limits                = `"probe";q=5;w=10`
	)
	notListed := `{"type":"/problems/scene-not-allowed","title":"t","status":403}`
	b := newBench(t)
	for _, tt := range []struct {
		name    string
		fault   fault
		command verifyCommand
		id      string
		want    string
	}{
		{"hung", instead("/livez", 503, `{"status":"fail"}`), verifyCommand{}, "V1", "503"},
		{"health that is none", instead("/livez", 200, `{"status":"warn"}`), verifyCommand{}, "V1", "warn"},
		{"another program", instead("/livez", 200, `<html>`), verifyCommand{}, "V1", "not understood"},
		{"a component is sick", edit("/readyz", `"name":"engine","required":true,"ok":true`, `"name":"engine","required":true,"ok":false,"detail":"no frame"`), verifyCommand{}, "V2", "engine: no frame"},
		{"one that can be done without is", edit("/readyz", `"name":"cache","required":false,"ok":true`, `"name":"cache","required":false,"ok":false`), verifyCommand{}, "V2", "cache"},
		{"only a warning", edit("/readyz", `"status":"pass"`, `"status":"warn"`), verifyCommand{}, "V2", "warn"},
		{"not ready", instead("/readyz", 503, `{"status":"fail"}`), verifyCommand{}, "V2", "503"},
		{"another environment", nil, verifyCommand{Environment: "production"}, "V2", `"production"`},
		{"not drawing", edit(state, `"running":true`, `"running":false`), verifyCommand{}, "V2", "no frames"},
		{"another scene", nil, verifyCommand{Scene: "moon"}, "V3", "saturn is loaded, not moon"},
		{"none", edit(current, `"slug":"saturn"`, `"slug":""`), verifyCommand{}, "V3", "no scene"},
		{"one that is not listed", edit("/api/v1/scenes/saturn", `"allowed":true`, `"allowed":false`), verifyCommand{Scene: "saturn"}, "V3", "allow-list"},
		{"open to all", when(anonymous, instead(state, 200, `{}`)), verifyCommand{}, "V4", "200"},
		{"refuses with another code", when(anonymous, instead(state, 403, `{}`)), verifyCommand{}, "V4", "403"},
		{"does not say how", without(state, "Www-Authenticate"), verifyCommand{}, "V4", "WWW-Authenticate"},
		{"shows any scene", when(puts, instead(current, 200, `{}`)), verifyCommand{}, "V5", "200"},
		{"knows no such scene", when(puts, instead(current, 404, `{}`)), verifyCommand{}, "V5", "404"},
		{"would have shown it", when(puts, instead(current, 412, `{}`)), verifyCommand{}, "V5", "412"},
		{"403 for another reason", when(puts, instead(current, 403, strings.Replace(notListed, "scene-not-allowed", "foreign-origin", 1))), verifyCommand{}, "V5", "not since"},
		{"refuses and shows it all the same", reloading(b, notListed), verifyCommand{}, "V5", "changed meanwhile"},
		{"no frames in the metrics", edit("/metrics", "spacetime_frames_total", "frames_total"), verifyCommand{}, "V6", "lack"},
		{"a headless that claims 90", edit("/api/v1/xr", `"refresh_hz":20`, `"refresh_hz":90`), verifyCommand{}, "V6", "declares 90"},
		{"one that claims to be slow", edit("/api/v1/xr", `"refresh_hz":20`, `"refresh_hz":1`), verifyCommand{}, "V6", "declares 1 "},
		{"one that declares nothing", edit("/api/v1/xr", `"refresh_hz":20`, `"refresh_hz":0`), verifyCommand{}, "V6", "no rate"},
		{"frozen", frozen("/metrics"), verifyCommand{}, "V6", "no frame was drawn"},
		{"no limit", instead(probe, 204, "", "RateLimit-Policy", limits, "RateLimit", limits), verifyCommand{}, "V7", "none was refused"},
		{"a limit that tells nothing", instead(probe, 204, ""), verifyCommand{}, "V7", "RateLimit"},
		{"no time to come again", without(probe, "Retry-After"), verifyCommand{}, "V7", "Retry-After"},
		{"busy instead", instead(probe, 503, "", "RateLimit-Policy", limits, "RateLimit", limits), verifyCommand{}, "V7", "503"},
		{"errors in the log", edit("/metrics", logRecords+`{level="error"} 0`, logRecords+`{level="error"} 3`), verifyCommand{}, "V9", "3 errors"},
		{"a log that is not counted", edit("/metrics", logRecords, "other"), verifyCommand{}, "V9", "not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.fault.Store(nil)
			if tt.fault != nil {
				b.fault.Store(&tt.fault)
			}
			tt.command.Window = watched
			v := tt.command.only(b.client, tt.id)
			v.run(t.Context())
			wantFinding(t, v, tt.id, tt.want)
		})
	}
}

// TestUnknown: who lacks a right learns that nothing is known, and what fails
// besides is still why it is NO-GO.
func TestUnknown(t *testing.T) {
	lacks := instead("/metrics", 403, `{"type":"/problems/insufficient-scope","title":"t","status":403,"detail":"the credential lacks a scope: metrics:read"}`)
	for _, tt := range []struct {
		environment, verdict string
		code                 int
	}{{"test", unsure, exit.NotPermitted}, {"production", goesNo, exit.Failure}} {
		b := newBench(t)
		b.fault.Store(&lacks)
		c := verifyCommand{Environment: tt.environment, Window: 50 * time.Millisecond}
		v := c.verification(b.client)
		v.list = slices.DeleteFunc(slices.Clone(v.list), func(c check) bool { return c.id != "V2" && c.id != "V6" })
		v.run(t.Context())
		last := v.Checks[len(v.Checks)-1]
		if v.Verdict != tt.verdict || exit.Of(v.err()) != tt.code || last.Status != unknown || !strings.Contains(last.Detail, "metrics:read") {
			t.Errorf("%s: %s, %v, %+v", tt.environment, v.Verdict, v.err(), v.Checks)
		}
	}
}

// TestUnknownWhereStatusesAreJudged: a right that is lacking is no answer of the
// allow-list, of the credentials, or of the limit.
func TestUnknownWhereStatusesAreJudged(t *testing.T) {
	b := newBench(t)
	const lacks = `{"type":"/problems/insufficient-scope","title":"t","status":403,"detail":"the credential lacks a scope: scenes:activate"}`
	for id, f := range map[string]fault{
		"V4": when(func(r *http.Request) bool { return !anonymous(r) }, instead(getState.path, 403, lacks)),
		"V5": when(puts, instead(putScene.path, 403, lacks)),
		"V7": instead(probeLimit.path, 403, lacks, "RateLimit-Policy", "x", "RateLimit", "x"),
	} {
		b.fault.Store(&f)
		v := verifyCommand{}.only(b.client, id)
		if v.run(t.Context()); v.Verdict != unsure || !strings.HasSuffix(v.Checks[0].Detail, "scenes:activate; the role operator has it, and spacectl token show tells yours") {
			t.Errorf("%s: %s, %+v", id, v.Verdict, v.Checks)
		}
	}
}

// wantFinding wants a check to have failed, or not to have been made, and a
// NO-GO that names it.
func wantFinding(t *testing.T, v *verification, id, want string) {
	t.Helper()
	for _, r := range v.Checks {
		if r.ID != id {
			continue
		}
		if r.Status == passed || !strings.Contains(r.Detail, want) {
			t.Errorf("%s is %s with %q, want %q", id, r.Status, r.Detail, want)
		}
		if v.Verdict != goesNo || v.err() == nil || !strings.Contains(v.err().Error(), id) {
			t.Errorf("the verdict is %s: %v", v.Verdict, v.err())
		}
		return
	}
	if id != "" {
		t.Errorf("%s was not made: %+v", id, v.Checks)
	}
}

// reloading refuses a scene and shows another one meanwhile.
func reloading(b *bench, refusal string) fault {
	return when(puts, func(w http.ResponseWriter, r *http.Request, _ func() *httptest.ResponseRecorder) bool {
		if _, err := b.engine.LoadScene(r.Context(), "saturn", nil, nil); err != nil {
			refusal = err.Error()
		}
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, refusal)
		return true
	})
}

// TestAllowListThatIsOpen: a program that would show what its list does not have
// is found out, and shows nothing.
func TestAllowListThatIsOpen(t *testing.T) {
	b := newBench(t)
	lists := edit("/api/v1/scenes", `"moon","allowed":true`, `"moon","allowed":false`)
	b.fault.Store(&lists)
	v := verifyCommand{}.only(b.client, "V5")
	v.run(t.Context())
	wantFinding(t, v, "V5", "the scene moon is answered with 412")
	if got := b.engine.Snapshot().State.Slug; got != "saturn" {
		t.Errorf("it shows %s", got)
	}
}

// TestJudge has the figures of a window of one second on displays of all kinds.
func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name           string
		display        string
		hz             float64
		frames, missed float64
		want           string // in the error; "" is on time
	}{
		{"headset on time", "Quest 3", 90, 90, 0, ""},
		{"headset, one late in 200", "Quest 3", 200, 199, 1, ""},
		{"headset, 2 % late", "Quest 3", 90, 88, 2, "2.2 %"},
		{"window on time", "window", 60, 60, 0, ""},
		{"half the rate, told", "Quest 3", 90, 45, 45, "50.0 %"},
		{"half the rate, not told", "offscreen", 90, 45, 0, "do not fit"},
		{"85 of 90", "offscreen", 90, 85, 0, "do not fit"},
		{"faster than it says", "offscreen", 90, 1000, 0, "do not fit"},
		{"no rate", "offscreen", 0, 1000, 0, "declares no rate"},
		{"none", "window", 60, 0, 0, "no frame"},
		{"none, all late", "window", 60, 0, 60, "no frame"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pacing{windowS: 1, frames: tt.frames, missed: tt.missed, fps: tt.frames, meanS: math.NaN()}
			p.display.Name, p.display.RefreshHz = tt.display, tt.hz
			detail, err := p.judge()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%q, %v, want %q", detail, err, tt.want)
			}
			if tt.display == headless && err == nil && !strings.Contains(detail, "headless") {
				t.Errorf("a headless display is not called so: %q", detail)
			}
		})
	}
}

// silent is a telemetry server that says some things at once, and no more.
func silent(t *testing.T, texts ...string) string {
	t.Helper()
	s := httptest.NewServer(says(texts))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "http", "ws", 1)
}

func says(texts []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		up := websocket.Upgrader{Subprotocols: []string{telemetry.Protocol}}
		conn, err := up.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for _, text := range texts {
			conn.WriteMessage(websocket.TextMessage, []byte(text))
		}
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
	})
}

// TestInterrupted: what the user does not wait for has not failed.
func TestInterrupted(t *testing.T) {
	b := newBench(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	v := verifyCommand{Window: time.Minute}.only(b.client, "V6")
	v.run(ctx)
	if r := v.Checks[0]; r.Status != skipped || r.Detail != "interrupted" {
		t.Errorf("%+v", r)
	}
}

func TestNoGoForTelemetry(t *testing.T) {
	b := newBench(t)
	for _, tt := range []struct{ name, at, want string }{
		{"not there", "ws://" + closedPort(t), "refused"},
		{"not telemetry", strings.Replace(b.base, "http", "ws", 1) + "/livez", "it answers 200"},
		{"silent", silent(t), "no hello"},
		{"not hello", silent(t, `{"v":1,"type":"gap"}`), "not hello"},
		{"no frame", silent(t, recorded[0]), "no frame in 500ms"},
		{"no frame since", silent(t, recorded[0], recorded[1]), "no frame in 500ms"},
		{"none in each message", silent(t, recorded[0], recorded[1], `{"v":1,"type":"frame.stats","data":{"frames":0}}`), "no frame in 500ms"},
		{"no figures", silent(t, recorded[0], `{"v":1,"type":"frame.stats","data":{"frames":"many"}}`), "not understood"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.live = tt.at
			v := verifyCommand{Window: time.Millisecond}.only(b.client, "V8")
			v.hearing = 500 * time.Millisecond
			v.run(t.Context())
			wantFinding(t, v, "V8", tt.want)
		})
	}
}

// only is a verification of one check.
func (c verifyCommand) only(p *client, id string) *verification {
	v := c.verification(p)
	for _, k := range append(theChecks, extendedChecks...) {
		if k.id == id {
			v.list = []check{k}
		}
	}
	return v
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	return l.Addr().String()
}

// TestNobodyThere: one check fails, and nothing else can be looked at.
func TestNobodyThere(t *testing.T) {
	c := verifyCommand{Window: time.Millisecond, Soak: time.Millisecond}
	v := c.verification(clientAt(t, "http://"+closedPort(t), ""))
	v.run(t.Context())
	for i, r := range v.Checks {
		want := skipped
		if i == 0 {
			want = failed
		}
		if r.Status != want {
			t.Errorf("%s is %s, want %s", r.ID, r.Status, want)
		}
	}
	if len(v.wrong()) != len(theChecks) {
		t.Errorf("NO-GO for %v", v.wrong())
	}
}

func TestExtended(t *testing.T) {
	b := newBench(t)
	c := verifyCommand{Soak: time.Second}
	before := b.engine.Snapshot().State.Clock.Rate
	for _, id := range []string{"E1", "E2"} {
		b.goes(t, func() *verification { return c.only(b.client, id) })
	}
	if got := b.engine.Snapshot().State.Clock.Rate; got != before {
		t.Errorf("the rate of time is %g, was %g", got, before)
	}
	ignores := fault(instead("/api/v1/time", 200, `{"revision":1}`))
	b.fault.Store(&ignores)
	v := c.only(b.client, "E1")
	v.run(t.Context())
	wantFinding(t, v, "E1", "does not show")
	fails := fault(instead("/api/v1/state", 500, `{}`))
	b.fault.Store(&fails)
	v = c.only(b.client, "E2")
	v.run(t.Context())
	wantFinding(t, v, "E2", "no answer")
}

func TestJudgeSoak(t *testing.T) {
	ms := func(n, each int) (all []time.Duration) {
		for range n {
			all = append(all, time.Duration(each)*time.Millisecond)
		}
		return all
	}
	for _, tt := range []struct {
		name  string
		took  []time.Duration
		wrong int
		want  string
	}{
		{"well", ms(300, 5), 0, ""},
		{"5 % slow", append(ms(285, 5), ms(15, 900)...), 0, ""},
		{"6 % slow", append(ms(282, 5), ms(18, 900)...), 0, "900ms"},
		{"one of 300 failed", ms(299, 5), 1, ""},
		{"two of 300 failed", ms(298, 5), 2, "2 of 300"},
		{"none came", nil, 3, "no answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			detail, err := judgeSoak(tt.took, tt.wrong, "500", figures{})
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%q, %v, want %q", detail, err, tt.want)
			}
		})
	}
}

// TestVerdictOnPaper holds the lines for people and the object for programs.
func TestVerdictOnPaper(t *testing.T) {
	v := &verification{
		Verdict: goesNo, URL: "http://127.0.0.1:8080", Version: "1.2.3", Environment: "test", PacedHz: 49.9,
		Checks: []finding{
			{ID: "V1", Name: "health", Critical: true, Status: passed, Detail: "200", TookS: 0.012},
			{ID: "V6", Name: "frames on time", Critical: true, Status: skipped, Detail: "no rate\x1b[31m", TookS: 5},
		},
	}
	if got, want := v.Checks[0].line(0), "V1  pass health               0.01s  200"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := v.Checks[1].line(0), "V6  skip frames on time       5.00s  no rate [31m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	var text, object strings.Builder
	if err := v.print(&text, false); err != nil {
		t.Fatal(err)
	}
	if want := "\nNO-GO   http://127.0.0.1:8080, version 1.2.3, environment test, headless, paced at 49.9 Hz\n"; text.String() != want {
		t.Errorf("got %q, want %q", text.String(), want)
	}
	if err := v.print(&object, true); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Verdict string
		PacedHz float64 `json:"paced_hz"`
		Checks  []struct{ ID, Status string }
	}
	if err := json.Unmarshal([]byte(object.String()), &read); err != nil || read.Verdict != "NO-GO" || read.PacedHz != 49.9 || read.Checks[1].Status != "skipped" {
		t.Errorf("%v: %s", err, object.String())
	}
}

func TestLiveBeside(t *testing.T) {
	for base, want := range map[string]string{
		"http://127.0.0.1:8080":           "ws://127.0.0.1:8081/ws/v1/telemetry",
		"https://planetarium.local:18080": "wss://planetarium.local:18081/ws/v1/telemetry",
		"http://[::1]:8080":               "ws://[::1]:8081/ws/v1/telemetry",
	} {
		if got, err := liveBeside(base); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", base, got, err, want)
		}
	}
	if _, err := liveBeside("http://x"); err == nil {
		t.Error("no port: no error")
	}
}

// TestVerifyCommand goes through the command line.
func TestVerifyCommand(t *testing.T) {
	for _, args := range []string{"verify --window 0s", "verify --rounds -1", "verify --phase soon", "verify --every=0s"} {
		var out, errs bytes.Buffer
		if code := run(strings.Fields(args), &console{out: &out, err: &errs, wait: pause}); code != exit.Usage || errs.Len() == 0 {
			t.Errorf("%s ends with %d: %s", args, code, errs.String())
		}
	}
	u := url.URL{Scheme: "http", Host: closedPort(t)}
	t.Setenv("HOME", t.TempDir())
	key := t.TempDir() + "/token"
	if err := host.WritePrivate(key, []byte("x\n")); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"verify", u.String(), "--token-file", key, "--window", "1ms"}, &console{out: &out, err: &errs, wait: pause})
	if code != exit.Failure || !strings.Contains(errs.String(), "NO-GO: V1 health") || !strings.Contains(out.String(), "FAIL health") {
		t.Errorf("ends with %d:\n%s%s", code, out.String(), errs.String())
	}
}
