package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// TestMain lets the program start itself as a client process here too.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == clientArgument {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

const scenes = "../../assets/scenes"

func TestJudge(t *testing.T) {
	const ms = time.Millisecond
	frame := func(slot int, late, took time.Duration) record {
		due := time.Hour + time.Duration(slot)*period
		return record{due, due + late, due + late + took}
	}
	for _, tt := range []struct {
		name   string
		frames []record
		late   float64 // percent
		max    float64 // ms
	}{
		{"none at all", nil, 100, 0},
		{"all in time", []record{frame(0, 0, 3*ms), frame(1, 2*ms, 3*ms), frame(2, 8*ms, 3*ms), frame(3, 0, 11*ms)}, 0, 8},
		{"one ends late", []record{frame(0, 0, 3*ms), frame(1, 9*ms, 3*ms), frame(2, 1*ms, 3*ms), frame(3, 0, 3*ms)}, 25, 9},
		{"one begins late, the next period has none", []record{frame(0, 0, 3*ms), frame(1, 15*ms, 3*ms), frame(3, 0, 3*ms)}, 50, 15},
		{"three periods without any", []record{frame(0, 0, 3*ms), frame(4, 0, 3*ms)}, 60, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var w row
			w.judge(tt.frames)
			if w.Late != tt.late || w.WakeMax != tt.max {
				t.Errorf("%g %% late, at most %g ms; want %g and %g", w.Late, w.WakeMax, tt.late, tt.max)
			}
		})
	}
}

func TestMedians(t *testing.T) {
	got := medians([]row{
		{Late: 3, WakeP99: 1, CPU: 70, Answers: map[string]int{"200": 1}},
		{Late: 1, WakeP99: 9, CPU: 50, Answers: map[string]int{"200": 2, "503": 5}},
		{Late: 2, WakeP99: 4, CPU: 60},
	})
	if got.Late != 2 || got.WakeP99 != 4 || got.CPU != 60 || !maps.Equal(got.Answers, map[string]int{"200": 3, "503": 5}) {
		t.Errorf("got %+v", got)
	}
}

func TestHeld(t *testing.T) {
	for _, tt := range []struct {
		late float64
		held bool
		sign string
	}{{1.5, true, "held: "}, {1.51, false, "1.51!"}} {
		r := report{Rows: []row{{Name: "idle", Late: 1}, {Name: "json", Late: tt.late}, {Name: "tls", Absent: "none", Late: 0}}}
		var out strings.Builder
		r.print(&out)
		if r.held() != tt.held || !strings.Contains(out.String(), tt.sign) || !strings.Contains(out.String(), "tls: not measured: none") {
			t.Errorf("%g %% beside 1: held %v, want %v, and %q in\n%s", tt.late, r.held(), tt.held, tt.sign, &out)
		}
	}
}

func TestBucket(t *testing.T) {
	now := time.Now()
	b := newBucket(100, func() time.Time { return now })
	let := func() (n int) {
		for b.take() {
			n++
		}
		return n
	}
	if n := let(); n != 10 {
		t.Errorf("a full bucket of 100/s lets %d in, want a tenth of a second's", n)
	}
	now = now.Add(30 * time.Millisecond)
	if n := let(); n != 3 {
		t.Errorf("after 30 ms it lets %d in, want 3", n)
	}
	now = now.Add(time.Hour)
	if n := let(); n != 10 {
		t.Errorf("after an hour it lets %d in, want 10", n)
	}
}

// TestAdmission fills the admission with one request that does not end.
func TestAdmission(t *testing.T) {
	for _, tt := range []struct {
		name string
		a    admission
		want int
	}{
		{"none", admission{}, 200},
		{"rate", admission{rate: 0.001}, 429},
		{"in flight", admission{inflight: 1}, 503},
		{"lanes", admission{lanes: 1}, 503},
		{"two lanes", admission{lanes: 2}, 200},
		{"held", admission{inflight: 1, hold: time.Millisecond}, 503},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entered, leave := make(chan bool), make(chan bool)
			h := tt.a.wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/stay" {
					entered <- true
					<-leave
				}
			}))
			ask := func(path string) int {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				return w.Code
			}
			go ask("/stay")
			<-entered
			if got := ask("/"); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
			if got := ask("/livez"); got != 200 {
				t.Errorf("livez got %d", got)
			}
			leave <- true
		})
	}
}

// TestAbsolute: frames are due on one grid, whole periods that were slept
// through are left out, and a wait does not end before its time.
func TestAbsolute(t *testing.T) {
	a := newAbsolute(rateHz)
	origin := a.next
	for i := range 12 {
		if i == 6 {
			time.Sleep(3 * period)
		}
		late := engine.Now() - a.next
		due := a.wait()
		if (due-origin)%a.period != 0 {
			t.Fatalf("frame %d is due %v after the first, which are no whole periods", i, due-origin)
		}
		if woke := engine.Now(); woke < due {
			t.Errorf("frame %d was begun %v early", i, due-woke)
		}
		if i == 6 && due-origin < 9*a.period {
			t.Errorf("after a sleep of three periods (%v late) the next is due %v after the first", late, due-origin)
		}
	}
}

// TestLoads runs each load for a moment against the API and wants of it the
// answers that it is made for.
func TestLoads(t *testing.T) {
	to := serve(t, admission{})
	want := map[string][]string{
		"steady": {"200"}, "json": {"200"}, "flood": {"401"}, "slowloris": nil, "slow-read": nil, "connections": nil,
		"big-body": {"422"}, "deep-json": {"422"}, "screenshots": {"202"},
	}
	for _, c := range cases {
		if c.run == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			c.clients = 2
			out := to.attack(ctx, c)
			if out.Connections < c.clients {
				t.Errorf("%d connections of %d clients", out.Connections, c.clients)
			}
			for _, status := range want[c.name] {
				if out.Answers[status] == 0 {
					t.Errorf("answers %v, want some %s", out.Answers, status)
				}
			}
			if len(want[c.name]) == 0 && len(out.Answers) > 0 {
				t.Errorf("answers %v, want none", out.Answers)
			}
		})
	}
}

// TestFront: what the admission lets in reaches the API under its own name.
func TestFront(t *testing.T) {
	to := serve(t, admission{rate: 50, inflight: 1, lanes: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	flat := cases[slices.IndexFunc(cases, func(c load) bool { return c.name == "json" })]
	out := to.attack(ctx, flat)
	if n := out.Answers["200"]; n < 5 || n > 40 || out.Answers["429"] == 0 {
		t.Errorf("answers %v, want about 25 times 200, the others 429", out.Answers)
	}
}

// serve starts a flight and its API for a test.
func serve(t *testing.T, a admission) target {
	t.Helper()
	f, err := newFlight(options{scenes: scenes, wait: "absolute", burn: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s, err := startServer(f.engine, f.monitor, a)
	if err != nil {
		t.Fatal(err)
	}
	ctx, land := context.WithCancel(context.Background())
	landed := make(chan error)
	go func() { landed <- f.fly(ctx) }()
	t.Cleanup(func() {
		_ = s.stop() // connections that never end are cut
		land()
		if err := <-landed; err != nil {
			t.Error(err)
		}
	})
	return target{s.address, s.token}
}

// TestRun measures one case with client processes and all.
func TestRun(t *testing.T) {
	args := []string{"-scenes", scenes, "-seconds", "0.3", "-repeat", "1", "-cases", "steady,tls", "-rt", "off", "-wait", "pacer", "-burn", "100us"}
	var out strings.Builder
	if code := run(append(args, "-json"), &out, io.Discard); code > 1 {
		t.Fatalf("exit %d", code)
	}
	var r report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 3 || r.Rows[1].Answers["200"] < 20 || r.Rows[1].LivezMax == 0 || r.Rows[1].LivezFailed != 0 || r.Rows[2].Absent == "" {
		t.Errorf("got %+v, want idle, steady with answers, tls absent", r.Rows)
	}
	for _, wrong := range [][]string{{"-rt", "maybe"}, {"-wait", "long"}, {"-seconds", "0"}, {"more"}, {"-nonsense"}, {clientArgument, "json"}, {clientArgument, "nobody", "127.0.0.1:1", "1s"}, {"-scenes", "nowhere", "-rt", "off"}} {
		if code := run(wrong, io.Discard, io.Discard); code != 2 {
			t.Errorf("%q: exit %d, want 2", wrong, code)
		}
	}
}
