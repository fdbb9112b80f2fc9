package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

// TestRequests holds each command line to the request that it makes.
func TestRequests(t *testing.T) {
	for _, tt := range []struct{ line, method, path, body string }{
		{"scene saturn", "PUT", "/api/v1/scenes/current", `{"slug":"saturn"}`},
		{"scene saturn --at jd2451545.0", "PUT", "/api/v1/scenes/current", `{"slug":"saturn","date":"jd2451545.0"}`},
		{"time --pause", "PATCH", "/api/v1/time", `{"paused":true}`},
		{"time --resume", "PATCH", "/api/v1/time", `{"paused":false}`},
		{"time --rate 0", "PATCH", "/api/v1/time", `{"rate":0}`},
		{"time --rate -86400 --date now", "PATCH", "/api/v1/time", `{"date":"now","rate":-86400}`},
		{"camera --body mars --distance 1e6km", "PATCH", "/api/v1/camera", `{"place":{"body":"mars","distance":"1e6km"}}`},
		{"camera --fov 20deg", "PATCH", "/api/v1/camera", `{"look":{"fov":"20deg"}}`},
		{"camera --bookmark 3", "PATCH", "/api/v1/camera", `{"bookmark":3}`},
		{
			"camera --body moon --altitude 110km --toward earth --angle 105deg --position-angle -90deg --target earth --up zenith --roll 1deg --right 2deg --raise -2deg",
			"PATCH", "/api/v1/camera",
			`{"place":{"body":"moon","altitude":"110km","toward":"earth","angle":"105deg","position_angle":"-90deg"},` +
				`"look":{"target":"earth","up":"zenith","roll":"1deg","right":"2deg","raise":"-2deg"}}`,
		},
		{"camera --ra 101.3deg --dec -16.7deg", "PATCH", "/api/v1/camera", `{"look":{"ra":"101.3deg","dec":"-16.7deg"}}`},
	} {
		t.Run(tt.line, func(t *testing.T) {
			s := scriptedServer(t, map[string]scripted{tt.method + " " + tt.path: done})
			r := spacectl(strings.Fields(tt.line)...)
			if r.want(t, exit.OK, ""); r.out != "done in frame 1042, revision 7\n" {
				t.Errorf("prints %q", r.out)
			}
			want := request{tt.method, tt.path, tt.body, asAdmin, "application/json", ""}
			if len(s.asked) != 1 || s.asked[0] != want {
				t.Errorf("asked %+v, want %+v", s.asked, want)
			}
			if r := spacectl(append(strings.Fields(tt.line), "--json")...); r.out != done.body+"\n" {
				t.Errorf("with --json prints %q", r.out)
			}
		})
	}
}

func TestCommandLinesThatAreWrong(t *testing.T) {
	s := scriptedServer(t, nil)
	for line, want := range map[string]string{
		"":                         "expected one of",
		"fly":                      "fly",
		"scene":                    "slug",
		"status --bogus":           "--bogus",
		"time":                     "nothing to change",
		"time --rate fast":         "--rate",
		"time --pause --resume":    "together",
		"camera":                   "nothing to change",
		"camera --body":            "--body",
		"shot":                     "--output",
		"status --url ftp://[::1]": "not an address",
		"camera --body mars --distance 1km --altitude 1km": "together",
	} {
		spacectl(strings.Fields(line)...).want(t, exit.Usage, want)
	}
	if len(s.asked) != 0 {
		t.Errorf("asked %+v", s.asked)
	}
}

// TestHelp: every command explains itself, with an example that the grammar
// takes.
func TestHelp(t *testing.T) {
	top := spacectl("--help")
	if top.want(t, exit.OK, ""); !strings.Contains(top.out, "spacectl scene saturn") {
		t.Errorf("prints %s", top.out)
	}
	commands := leaves(t)
	if len(commands) < 40 {
		t.Errorf("there are %d commands", len(commands))
	}
	for _, name := range commands {
		r := spacectl(append(strings.Fields(name), "--help")...)
		r.want(t, exit.OK, "")
		_, example, found := strings.Cut(r.out, "Example:\n\n    spacectl "+name)
		if !found || !strings.Contains(r.out, "--json") || !strings.Contains(top.out, "  "+name+" ") {
			t.Errorf("%s: no example, or no --json: %s", name, r.out)
		}
		line, _, _ := strings.Cut(example, "\n")
		home(t)
		t.Chdir(t.TempDir())
		args := append(strings.Fields(name), words(line)...)
		if r := spacectl(args...); r.code == exit.Usage && !strings.Contains(r.err, "password") {
			t.Errorf("the example %q: %s", args, r.err)
		}
	}
}

// leaves are the commands that do something, by their paths.
func leaves(t *testing.T) (paths []string) {
	t.Helper()
	var g grammar
	parser, err := kong.New(&g, kong.Name("spacectl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		paths = append(paths, strings.TrimPrefix(strings.Join(strings.Fields(leaf.FullPath()), " "), "spacectl "))
	}
	return paths
}

// words splits as a shell does, with double quotes.
func words(line string) (list []string) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			list = append(list, part)
			continue
		}
		list = append(list, strings.Fields(part)...)
	}
	return list
}

// TestRefusals: what the program says is told in one line, with a code that
// scripts can go by.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		answer scripted
		code   int
		text   string
	}{
		{problem(400, "malformed"), exit.Usage, "malformed"},
		{problem(401, "send the header"), exit.NotPermitted, "start it anew"},
		{problem(403, "foreign origin"), exit.NotPermitted, "foreign origin"},
		{problem(403, "the credential lacks a scope: scenes:activate"), exit.NotPermitted, "scenes:activate; the role operator has it"},
		{kindly(403, "scene-not-allowed", "that scene may not be shown here"), exit.NotPermitted, "not be shown here; there are saturn, sun"},
		{problem(421, "foreign host"), exit.Config, "spacectl lan enable --host"},
		{problem(412, "it has changed since"), exit.Failure, "look at it, then try again"},
		{scripted{429, `{"title":"too much"}`, map[string]string{"Retry-After": "7"}}, exit.Unavailable, "too much; try again in 7s"},
		{problem(404, "unknown scene"), exit.Usage, "unknown scene"},
		{problem(422, "body: unknown body \"plutto\""), exit.Usage, "spacectl: unknown body \"plutto\""},
		{problem(422, "body.days: expected number >= 1"), exit.Usage, "spacectl: days: expected number >= 1"},
		{problem(503, "the command queue is full"), exit.Unavailable, "queue is full"},
		{problem(504, "no frame"), exit.Unavailable, "no frame"},
		{problem(500, ""), exit.Failure, "title"},
		{problem(422, "two\nlines \x1b[31mred"), exit.Usage, "two lines  [31mred"},
		{scripted{500, "<html>", nil}, exit.Failure, "unexpected answer: 500 Internal Server Error"},
		{ok("<html>"), exit.Failure, "not understood"},
	} {
		t.Run(fmt.Sprint(tt.answer.status, tt.text), func(t *testing.T) {
			scriptedServer(t, map[string]scripted{"PUT /api/v1/scenes/current": tt.answer, "GET /api/v1/scenes": ok(
				`{"items":[{"slug":"moon","allowed":false},{"slug":"saturn","allowed":true},{"slug":"sun","allowed":true}]}`)})
			spacectl("scene", "moon").want(t, tt.code, tt.text)
		})
	}
}

// TestEveryCommandIsRefused: no command goes on without the right to.
func TestEveryCommandIsRefused(t *testing.T) {
	refused := problem(401, "")
	scriptedServer(t, map[string]scripted{
		"GET /readyz": ok(`{"status":"pass","components":[]}`), "GET /api/v1/state": refused, "GET /api/v1/scenes": refused,
		"PUT /api/v1/scenes/current": refused, "PATCH /api/v1/time": refused, "PATCH /api/v1/camera": refused,
		"POST /api/v1/screenshots": refused,
	})
	file := filepath.Join(t.TempDir(), "shot.png")
	for _, line := range []string{"status", "scenes", "scene x", "time --pause", "camera --fov 1deg", "shot -o " + file} {
		spacectl(strings.Fields(line)...).want(t, exit.NotPermitted, "instance.key")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a file was written")
	}
}

// TestNoProgram: nothing runs, or what ran has ended without a word.
func TestNoProgram(t *testing.T) {
	lines := []string{"status", "scenes", "scene x", "time --pause", "camera --fov 1deg", "shot -o x.png"}
	dir := home(t)
	for _, line := range lines {
		spacectl(strings.Fields(line)...).want(t, exit.Unavailable, "no running program is found")
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	announce(t, dir, gone.URL)
	for _, line := range lines {
		spacectl(strings.Fields(line)...).want(t, exit.Unavailable, "process 4711")
	}
	if r := spacectl("version"); r.code != exit.OK || !strings.Contains(r.out, "none runs") {
		t.Errorf("version: %+v", r)
	}
	if r := spacectl("version", "--json"); r.code != exit.OK || !strings.Contains(r.out, `"program":null`) {
		t.Errorf("version: %+v", r)
	}
	write(t, filepath.Join(dir, "runtime.json"), "{")
	spacectl("status").want(t, exit.BadData, "runtime.json")
	spacectl("version").want(t, exit.BadData, "runtime.json")
}

// TestWhereFrom: a flag counts before the environment, the environment before
// the instance file.
func TestWhereFrom(t *testing.T) {
	answers := map[string]scripted{"PATCH /api/v1/time": done}
	mine := scriptedServer(t, answers)
	other := &script{answers: answers}
	other.Server = httptest.NewServer(other)
	defer other.Close()
	token := filepath.Join(t.TempDir(), "token")
	write(t, token, "ANOTHER")

	spacectl("time", "--pause", "--url", other.URL).want(t, exit.NotPermitted, "spacectl login --url "+other.URL)
	spacectl("time", "--pause", "--url", other.URL, "--token-file", token).want(t, exit.OK, "")
	t.Setenv("SPACECTL_URL", other.URL)
	t.Setenv("SPACECTL_TOKEN_FILE", token)
	spacectl("time", "--pause").want(t, exit.OK, "")
	spacectl("time", "--pause", "--url", mine.URL).want(t, exit.OK, "")
	t.Setenv("SPACECTL_TOKEN_FILE", "")
	spacectl("time", "--pause", "--url", mine.URL).want(t, exit.OK, "")
	var tokens []string
	for _, r := range append(other.asked, mine.asked...) {
		tokens = append(tokens, r.token)
	}
	// The first only asked whether anybody is there, and showed nothing.
	if got, want := fmt.Sprint(tokens), "[ Bearer ANOTHER Bearer ANOTHER Bearer ANOTHER local admin 60]"; got != want || len(mine.asked) != 2 {
		t.Errorf("sent %s, want %s", got, want)
	}
}

// TestTokenGoesNowhereElse: not over the network, not after a redirect, not to a
// proxy.
func TestTokenGoesNowhereElse(t *testing.T) {
	s := scriptedServer(t, nil)
	elsewhere := &script{}
	elsewhere.Server = httptest.NewServer(elsewhere)
	defer elsewhere.Close()
	t.Setenv("HTTP_PROXY", elsewhere.URL)
	t.Setenv("http_proxy", elsewhere.URL)
	s.answers = map[string]scripted{"PATCH /api/v1/time": {http.StatusTemporaryRedirect, elsewhere.URL + "/api/v1/time", nil}}
	spacectl("time", "--pause").want(t, exit.Failure, "unexpected answer: 307")
	for _, url := range []string{"http://192.168.1.2:8080", "http://example.org", "http://localhost.evil.example:8080", "http://127.0.0.1@evil.example", "http://user@127.0.0.1:8080"} {
		spacectl("time", "--pause", "--url", url).want(t, exit.Usage, url)
		t.Setenv("SPACECTL_URL", url)
		spacectl("time", "--pause").want(t, exit.Config, url)
		t.Setenv("SPACECTL_URL", "")
	}
	announce(t, home(t), "http://example.org:8080")
	spacectl("time", "--pause").want(t, exit.BadData, "http://example.org:8080")
	if len(elsewhere.asked) != 0 {
		t.Errorf("asked %+v", elsewhere.asked)
	}
}

func TestAnswerThatBreaksOff(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "{")
	}))
	defer s.Close()
	announce(t, home(t), s.URL)
	spacectl("scenes").want(t, exit.IO, "broke off")
}

// TestProgramThatHangs: the wait for an answer has an end, and says so.
func TestProgramThatHangs(t *testing.T) {
	hangs := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	defer s.Close()
	defer close(hangs)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Millisecond, errNoAnswer)
	defer cancel()
	_, err := clientAt(t, s.URL, "").do(ctx, nowhere)
	if exit.Of(err) != exit.Unavailable || !strings.HasSuffix(err.Error(), ": there is no answer in 10s") {
		t.Errorf("ended with %v", err)
	}
}

func TestTokenFiles(t *testing.T) {
	s := scriptedServer(t, nil)
	missing := filepath.Join(t.TempDir(), "none")
	spacectl("status", "--token-file", missing).want(t, exit.NoInput, missing)
	spacectl("status", "--token-file", t.TempDir()).want(t, exit.IO, "is a directory")
	dir := home(t)
	announce(t, dir, s.URL)
	keyFile := filepath.Join(dir, "instance.key")
	if err := os.Chmod(keyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		spacectl("status").want(t, exit.Failure, "instance.key")
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	spacectl("status").want(t, exit.NoInput, "instance.key")
}

const stateJSON = `{"environment":"museum","revision":3,"tick":900,"frame":1042,"running":true,"scene":{"slug":"saturn","title":"Saturn"},` +
	`"time":{"date":"2026-11-22T00:00:00Z","rate":60,"paused":false},` +
	`"ship":{"frame":"saturn","position_m":[6e8,0,0],"velocity_m_s":[0,0,0],"height_m":541768000,"orientation":[1,0,0,0]},` +
	`"target":{"body":"earth","distance_m":1353000000000},"layers":["stars","bodies"],"fov_rad":0.7,` +
	`"display":{"name":"window","width":1280,"height":720,"views":1,"refresh_hz":59.94}}`

func TestStatus(t *testing.T) {
	const well = `{"status":"warn","components":[{"name":"renderer","required":true,"ok":true},{"name":"headset","required":false,"ok":false,"detail":"none is there"}]}`
	const wrong = `{"status":"fail","components":[{"name":"renderer","required":true,"ok":false,"detail":"shader"}]}`
	s := scriptedServer(t, map[string]scripted{"GET /api/v1/state": ok(stateJSON), "GET /readyz": ok(well)})
	r := spacectl("status")
	r.want(t, exit.OK, "")
	want := "program   " + s.URL + ", museum, drawing\n" + `scene     saturn: Saturn
date      2026-11-22T00:00:00Z, 60 s a second
ship      541768 km over the surface of saturn
target    earth, 9.04425 au to its centre
layers    stars, bodies
display   window, 1280×720, 1 view, 59.94 Hz
frame     1042, tick 900, revision 3
renderer  ok
headset   wrong: none is there
`
	if r.out != want {
		t.Errorf("prints\n%swant\n%s", r.out, want)
	}
	if r := spacectl("status", "--json"); r.out != `{"readiness":`+well+`,"state":`+stateJSON+"}\n" {
		t.Errorf("prints %s", r.out)
	}
	s.answers["GET /readyz"] = scripted{503, wrong, nil}
	r = spacectl("status")
	if r.want(t, exit.Unavailable, "not ready: renderer"); !strings.Contains(r.out, "wrong: shader") {
		t.Errorf("prints %s", r.out)
	}
	for _, path := range []string{"GET /readyz", "GET /api/v1/state"} {
		was := s.answers[path]
		s.answers[path] = ok("[]")
		spacectl("status").want(t, exit.Failure, "not understood")
		s.answers[path] = was
	}
}

func TestTexts(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{distance(12), "12 m"},
		{distance(9999), "9999 m"},
		{distance(384400e3), "384400 km"},
		{distance(149597870700), "1 au"},
		{pace(&api.TimeState{Rate: 1, Paused: true, Notice: "at the end"}), ", paused; at the end"},
		{display(&engine.DisplayInfo{}), "none"},
		{display(&engine.DisplayInfo{Name: "offscreen", Width: 8, Height: 4, Views: 2}), "offscreen, 8×4, 2 views, as fast as it can"},
		{running(false), ", not drawing"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestScenes(t *testing.T) {
	const list = `{"items":[{"slug":"moon","title":"The Moon","body":"moon","target":"earth","allowed":false,"bookmarks":[],"sha256":"00"},` +
		`{"slug":"saturn","title":"Saturn","body":"saturn","target":"saturn","allowed":true,"bookmarks":["x"],"sha256":"11"}]}`
	s := scriptedServer(t, map[string]scripted{"GET /api/v1/scenes": ok(list)})
	if r := spacectl("scenes"); r.out != "moon    The Moon (not allowed here)\nsaturn  Saturn\n" {
		t.Errorf("prints %q", r.out)
	}
	if r := spacectl("scenes", "--json"); r.out != list+"\n" {
		t.Errorf("prints %q", r.out)
	}
	s.answers["GET /api/v1/scenes"] = ok("{")
	spacectl("scenes").want(t, exit.Failure, "not understood")
}

func TestVersion(t *testing.T) {
	scriptedServer(t, map[string]scripted{"GET /version": ok(`{"version":"1.2.3","commit":"abc","build_date":"2026-11-22","go":"go1.26","platform":"windows/amd64"}`)})
	if r := spacectl("version"); !strings.Contains(r.out, "program   SpaceTime VR 1.2.3 (commit abc, built 2026-11-22, go1.26, windows/amd64)") {
		t.Errorf("prints %q", r.out)
	}
	if r := spacectl("version", "--json"); !strings.Contains(r.out, `"program":{"version":"1.2.3"`) || !json.Valid([]byte(r.out)) {
		t.Errorf("prints %q", r.out)
	}
}
