package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"reflect"
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
	got := medians("json", []row{
		{Late: 3, WakeP99: 1, CPU: 70, Start: 1, Answers: map[string]int{"200": 1}},
		{Late: 1, WakeP99: 9, CPU: 50, Start: 9, Answers: map[string]int{"200": 2, "503": 5}},
		{Late: 2, WakeP99: 4, CPU: 60, Start: 5},
	})
	if got.Name != "json" || got.Late != 2 || got.WakeP99 != 4 || got.CPU != 60 || got.Start != 5 || !maps.Equal(got.Answers, map[string]int{"200": 3, "503": 5}) {
		t.Errorf("got %+v", got)
	}
}

// TestNumbers: every number of a row has a median.
func TestNumbers(t *testing.T) {
	var w row
	for _, number := range numbers {
		*number(&w) = 1
	}
	v := reflect.ValueOf(w)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Float64 && f.Float() != 1 {
			t.Errorf("%s has none", v.Type().Field(i).Name)
		}
	}
}

func TestHeld(t *testing.T) {
	for _, tt := range []struct {
		name   string
		w      row
		broken string
	}{
		{"all at the limit", row{Over: 0.5, LivezMax: 250, LivezNewMax: 250, Growth: 64, Recovery: 5, Goroutines: 5}, ""},
		{"late", row{Over: 0.51}, "late frames"},
		{"health", row{LivezMax: 251}, "health"},
		{"health over a new connection", row{LivezNewMax: 251}, "health over a new connection"},
		{"the same over TLS", row{TLS: true, LivezNewMax: 2000}, ""},
		{"health that failed", row{LivezFailed: 1}, "health refused"},
		{"memory", row{Growth: 65}, "memory"},
		{"recovery", row{Recovery: 5.1}, "recovery"},
		{"goroutines", row{Goroutines: 6}, "goroutines"},
		{"a panic", row{Errors: 1}, "errors"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.w.Name = "attack"
			r := report{Rows: []row{{Name: "idle"}, tt.w}}
			var out strings.Builder
			r.print(&out)
			said := tt.broken == "" && strings.Contains(out.String(), "held: no load") || tt.broken != "" && strings.HasSuffix(out.String(), "attack: NOT HELD: "+tt.broken+"\n")
			if r.held() != (tt.broken == "") || !said {
				t.Errorf("held %v, want broken: %q, in\n%s", r.held(), tt.broken, &out)
			}
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
	want := map[string][]string{
		"normal": {"200", "101"}, "json": {"200", "503"}, "flood": {"401", "503"}, "forged": {"401"}, "slowloris": nil, "slow-read": nil,
		"connections": nil, "big-body": {"422"}, "deep-json": {"400"}, "tls": {"handshake"}, "screenshots": {"202"}, "ws-stall": {"101"},
		"even": {"200"}, "3000/s": {"200", "503"},
	}
	for _, c := range slices.Concat(cases, knee[len(knee)-1:], []load{even}) {
		if c.run == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			to := serve(t, c.secure)
			ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
			defer cancel()
			out := to.attack(ctx, c)
			if out.Connections < c.clients {
				t.Errorf("%d connections of %d clients", out.Connections, c.clients)
			}
			for _, status := range want[c.name] {
				if out.Answers[status] == 0 {
					t.Errorf("answers %v, want some %s", out.Answers, status)
				}
			}
			if want[c.name] == nil && len(out.Answers) > 0 {
				t.Errorf("answers %v, want none", out.Answers)
			}
			if c.name == "normal" && out.Messages == 0 {
				t.Error("no messages")
			}
			if n := to.errors.n.Load(); n > 0 {
				t.Errorf("%d errors", n)
			}
		})
	}
}

// TestHealthAmongMany: that more clients than there may be connections hold theirs
// and ask nothing keeps nobody from asking how the program does.
func TestHealthAmongMany(t *testing.T) {
	to := serve(t, false)
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	slow, _ := find("slowloris")
	held := make(chan outcome)
	go func() { held <- to.attack(ctx, slow) }()
	pause(ctx, 200*time.Millisecond)
	probe, enough := context.WithTimeout(ctx, time.Second)
	defer enough()
	if o := to.probe(probe); o.Failed > 0 || len(o.LivezNew) < 2 {
		t.Errorf("%d of %d probes failed", o.Failed, 2*len(o.LivezNew))
	}
	if o := <-held; o.Connections < slow.clients {
		t.Errorf("%d connections, want at least %d", o.Connections, slow.clients)
	}
}

// TestNoHTTP2: of HTTP/2 and HTTP/1.1 the API chooses HTTP/1.1, so that attacks
// on HTTP/2 meet nothing.
func TestNoHTTP2(t *testing.T) {
	to := serve(t, true)
	config, err := to.tls()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := tls.Dial("tcp", to.Address, config)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got := conn.ConnectionState().NegotiatedProtocol; !slices.Contains(config.NextProtos, "h2") || got != "http/1.1" {
		t.Errorf("of %v it chose %q", config.NextProtos, got)
	}
}

// serve starts a flight and its API for a test.
func serve(t *testing.T, secure bool) *server {
	t.Helper()
	f, err := newFlight(options{scenes: scenes, wait: "absolute", burn: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	s, err := startServer(f, secure)
	if err != nil {
		t.Fatal(err)
	}
	ctx, land := context.WithCancel(context.Background())
	landed := make(chan error)
	go func() { landed <- f.fly(ctx) }()
	t.Cleanup(func() {
		land()
		if err := errors.Join(<-landed, s.stop()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestRun measures one case with client processes and all.
func TestRun(t *testing.T) {
	args := []string{"-scenes", scenes, "-seconds", "0.6", "-repeat", "1", "-rt", "off", "-wait", "pacer", "-burn", "100us", "-json"}
	measured := func(into any, more ...string) {
		t.Helper()
		var out strings.Builder
		if code := run(append(args, more...), &out, io.Discard); code > 1 {
			t.Fatalf("exit %d", code)
		}
		if err := json.Unmarshal([]byte(out.String()), into); err != nil {
			t.Fatal(err)
		}
	}
	var r report
	measured(&r, "-cases", "normal")
	if len(r.Rows) != 1 || r.Rows[0].Answers["200"] < 50 || r.Rows[0].LivezMax == 0 || r.Rows[0].LivezFailed != 0 || r.Rows[0].Errors != 0 || r.Rows[0].Start == 0 {
		t.Errorf("got %+v, want normal with answers", r.Rows)
	}
	measured(&r, "-knee", "-cases", "50/s")
	if len(r.Rows) != 1 || r.Rows[0].AnswerP95 == 0 || r.Rows[0].Answers["200"] < 20 || !r.held() {
		t.Errorf("got %+v, want about 50 answers a second", r.Rows)
	}
	var c cost
	measured(&c, "-cost")
	if c.Ratio <= 0 || c.Bare <= 0 || c.Start <= 0 {
		t.Errorf("cost %+v", c)
	}
	for _, wrong := range [][]string{{"-rt", "maybe"}, {"-wait", "long"}, {"-seconds", "0"}, {"more"}, {"-nonsense"}, {clientArgument, "json"}, {clientArgument, "nobody", "1s"}, {"-scenes", "nowhere", "-rt", "off"}} {
		if code := run(wrong, io.Discard, io.Discard); code != 2 {
			t.Errorf("%q: exit %d, want 2", wrong, code)
		}
	}
}
