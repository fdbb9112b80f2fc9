package telemetry

import (
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// TestRates holds how often state topics are sampled and sent.
func TestRates(t *testing.T) {
	for _, tt := range []struct {
		name     string
		asked    string // the topic and the rate
		shed     int
		calls    int // in 10 s
		messages int
	}{
		{"frame", `"topics":["frame"]`, 0, 101, 101},
		{"all", `"topics":["*"]`, 0, 101, 101},
		{"frame at 2 Hz", `"topics":["frame"],"max_rate_hz":2`, 0, 101, 21},
		{"frame at 3 Hz", `"topics":["frame"],"max_rate_hz":3`, 0, 101, 31},
		{"frame at 100 Hz", `"topics":["frame"],"max_rate_hz":100`, 0, 101, 101},
		{"frame at 0.1 Hz", `"topics":["frame"],"max_rate_hz":0.1`, 0, 101, 2},
		{"frame while frames are missed", `"topics":["frame"]`, 1, 21, 21},
		{"pose", `"topics":["pose"]`, 0, 301, 301},
		{"pose while frames are missed", `"topics":["pose"]`, 2, 21, 21},
		{"cache", `"topics":["cache"]`, 0, 3, 3},
		{"cache while frames are missed", `"topics":["cache"]`, 1, 3, 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var calls [len(topics)]atomic.Int32
			state := map[string]func() any{}
			for i, topic := range topics {
				state[topic.Name] = func() any { return calls[i].Add(1) }
			}
			inBubble(t, func(o *Options) { o.State = state }, func(t *testing.T, h *clockHouse) {
				h.SetShed(tt.shed)
				g := h.enter(t, "admin")
				after(time.Minute)
				for i := range calls {
					if calls[i].Load() != 0 {
						t.Errorf("%s is sampled for nobody", topics[i].Name)
					}
				}
				g.say(`{"id":1,"type":"subscribe",` + tt.asked + `}`)
				after(10 * time.Second)
				name, _, _ := strings.Cut(tt.name, " ")
				if name == "all" {
					name = "frame"
					if calls[topicNamed("pose")].Load() != 0 {
						t.Error("* stands for pose")
					}
				}
				topic := topicNamed(name)
				messages := g.of(topics[topic].Messages[0])
				if n := calls[topic].Load(); int(n) != tt.calls || len(messages) != tt.messages {
					t.Errorf("%d calls and %d messages, want %d and %d", n, len(messages), tt.calls, tt.messages)
				}
				g.say(`{"id":2,"type":"unsubscribe","topics":["*"]}`)
				before := calls[topic].Load()
				after(time.Minute)
				if n := calls[topic].Load(); n != before {
					t.Errorf("%d more calls for nobody", n-before)
				}
			})
		})
	}
}

// TestSnapshot asserts that a subscriber gets a state topic's value at once, and
// that a good one is not made twice.
func TestSnapshot(t *testing.T) {
	calls := 0
	change := func(o *Options) { o.State = map[string]func() any{"cache": func() any { calls++; return calls }} }
	inBubble(t, change, func(t *testing.T, h *clockHouse) {
		subscribe := `{"id":1,"type":"subscribe","topics":["cache"]}`
		for i, tt := range []struct {
			wait  time.Duration
			value string
		}{{0, "1"}, {4900 * time.Millisecond, "1"}, {200 * time.Millisecond, "2"}} {
			after(tt.wait)
			g := h.enter(t, "admin")
			g.say(subscribe)
			if all := g.all(); len(all) != 3 || all[1].Type != "result" || all[2].Type != "cache.stats" || string(all[2].Data) != tt.value {
				t.Errorf("subscriber %d got %+v, want value %s third", i, all, tt.value)
			}
			g.say(`{"id":2,"type":"unsubscribe","topics":["cache"]}`)
		}
		if n := h.Counters().Conflated; n != 0 {
			t.Errorf("%d old values were sent first", n)
		}
	})
}

func TestPanicOfStateFunction(t *testing.T) {
	change := func(o *Options) {
		o.State = map[string]func() any{"frame": func() any { panic("lost") }, "perf": func() any { return 1 }}
	}
	inBubble(t, change, func(t *testing.T, h *clockHouse) {
		g := h.enter(t, "admin")
		g.say(`{"id":1,"type":"subscribe","topics":["frame","perf"]}`)
		after(9500 * time.Millisecond)
		if n := len(g.of("perf.stats")); n != 10 {
			t.Errorf("%d values of the other topic in 9.5 s, want 10", n)
		}
	})
}

func TestSceneEvents(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		show := func(revision uint64, slug string) {
			h.snapshot.Store(&engine.Snapshot{State: scene.State{Revision: revision, Slug: slug}})
			after(time.Second)
		}
		g := h.enter(t, "admin")
		show(8, "saturn") // nobody listens
		g.say(`{"id":1,"type":"subscribe","topics":["scene"]}`)
		show(8, "saturn")
		show(9, "saturn")
		show(10, "moon")
		g.say(`{"id":2,"type":"unsubscribe","topics":["scene"]}`)
		show(11, "moon")
		g.say(`{"id":3,"type":"subscribe","topics":["scene"]}`)
		after(time.Minute)
		changed, activated := g.of("scene.changed"), g.of("scene.activated")
		if len(changed) != 1 || len(activated) != 1 {
			t.Fatalf("%d changes and %d activations, want one of each", len(changed), len(activated))
		}
		var s Scene
		json.Unmarshal(activated[0].Data, &s)
		if s.Revision != 10 || s.Slug != "moon" || activated[0].Seq != 2 {
			t.Errorf("activated %+v, seq %d", s, activated[0].Seq)
		}
	})
}

// TestSlowReader reads a message in half a second, while more are made.
func TestSlowReader(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		g, err := h.dial(t, "admin")
		if err != nil {
			t.Fatal(err)
		}
		slowly := make(chan int)
		go func() {
			defer close(slowly)
			for {
				time.Sleep(500 * time.Millisecond)
				_, _, err := g.ReadMessage()
				var closed *websocket.CloseError
				if errors.As(err, &closed) {
					slowly <- closed.Code
				}
				if err != nil {
					g.Close()
					return
				}
			}
		}()
		if err := g.WriteMessage(websocket.TextMessage, []byte(`{"id":1,"type":"subscribe","topics":["job"]}`)); err != nil {
			t.Fatal(err)
		}
		other := h.enter(t, "viewer")
		other.say(`{"id":1,"type":"subscribe","topics":["job"]}`)
		after(2 * time.Second)
		var code int
		sent := 0
		for ; code == 0 && sent < 10000; sent++ {
			h.Publish("job.succeeded", sent)
			after(50 * time.Millisecond)
			select {
			case code = <-slowly:
			default:
			}
		}
		if code != 1013 {
			t.Errorf("the slow reader ended with %d, want 1013", code)
		}
		events := other.of("job.succeeded")
		if len(events) != sent {
			t.Errorf("the other got %d of %d", len(events), sent)
		}
		for i, m := range events {
			if late := m.after - events[0].after - time.Duration(i)*50*time.Millisecond; late != 0 {
				t.Fatalf("the other got event %d %v late", i, late)
			}
		}
	})
}
