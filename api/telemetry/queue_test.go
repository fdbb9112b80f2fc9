package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// made encodes a message that the test is sure of.
func made(t interface{ Fatal(...any) }, kind string, data any) *message {
	m, err := encode(topicOf[kind], kind, data, noon)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pull reads the next message of a queue; its type is empty if there is none.
func pull(t interface{ Fatal(...any) }, q *queue, now time.Time) (m got, slow bool) {
	text, _, slow := q.next(now, nil)
	if len(text) > 0 {
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(string(text), err)
		}
	}
	return m, slow
}

// TestQueueTellsEveryLoss asserts, for any course of events, that a client that
// adds up seq and gaps knows of every event, and gets the others in order.
func TestQueueTellsEveryLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue(&sums{})
		q.wanted = allTopics
		now := noon
		pushed, states, seen, lost := 0, 0, 0, 0
		seq, lastState := uint64(0), 0
		take := func() bool {
			m, _ := pull(t, q, now)
			switch m.Type {
			case "":
				return false
			case "gap":
				if m.FromSeq != seq+1 || m.ToSeq < m.FromSeq || !slices.Equal(m.Topics, []string{"job"}) {
					t.Fatalf("gap %+v after seq %d", m, seq)
				}
				lost += int(m.ToSeq - m.FromSeq + 1)
				seq = m.ToSeq
				return true
			}
			var n int
			json.Unmarshal(m.Data, &n)
			if m.Seq != seq+1 {
				t.Fatalf("seq %d after %d, without a gap", m.Seq, seq)
			}
			seq = m.Seq
			if m.Type == "frame.stats" {
				if n <= lastState {
					t.Fatalf("state %d after %d", n, lastState)
				}
				lastState = n
				return true
			}
			if n != seen+lost {
				t.Fatalf("event %d, want %d", n, seen+lost)
			}
			seen++
			return true
		}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			now = now.Add(time.Minute) // never slow
			q.aboveSince = time.Time{}
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				for range rapid.IntRange(1, 150).Draw(t, "pushes") {
					q.push(made(t, "job.succeeded", pushed), now)
					pushed++
				}
			case 1:
				states++
				q.push(made(t, "frame.stats", states), now)
			case 2:
				for range rapid.IntRange(1, 100).Draw(t, "takes") {
					take()
				}
			}
			if q.count > maxQueued || q.bytes > maxQueuedBytes {
				t.Fatalf("%d events of %d bytes wait", q.count, q.bytes)
			}
		}
		for take() {
		}
		if seen+lost != pushed || q.bytes != 0 || q.sums.dropped.Load() != uint64(lost) {
			t.Fatalf("%d seen and %d told lost of %d; %d bytes left, %d counted", seen, lost, pushed, q.bytes, q.sums.dropped.Load())
		}
	})
}

func TestQueueBounds(t *testing.T) {
	q := newQueue(&sums{})
	q.wanted = allTopics
	big := made(t, "job.succeeded", strings.Repeat("x", 16000))
	for range 30 {
		q.push(big, noon)
	}
	if q.count != maxQueuedBytes/big.size() || q.bytes > 256<<10 {
		t.Errorf("%d messages of %d bytes wait, %d in all", q.count, big.size(), q.bytes)
	}
	q = newQueue(&sums{})
	q.wanted = allTopics
	for i := range 65 {
		q.push(made(t, "job.succeeded", i), noon)
	}
	gap, _ := pull(t, q, noon)
	first, _ := pull(t, q, noon)
	if gap.Type != "gap" || gap.FromSeq != 1 || gap.ToSeq != 1 || first.Seq != 2 || string(first.Data) != "1" {
		t.Errorf("after 65 events comes %+v, then %+v", gap, first)
	}
}

func TestSlow(t *testing.T) {
	event := made(t, "job.succeeded", 1)
	fill := func(q *queue, n int, now time.Time) {
		for range n {
			q.push(event, now)
		}
	}
	gaps := func(every time.Duration, n int) func(*queue) time.Time {
		return func(q *queue) time.Time {
			now := noon
			fill(q, maxQueued, now)
			for i := range n {
				if i > 0 {
					now = now.Add(every)
				}
				q.aboveSince = time.Time{} // the other rule
				fill(q, 1, now)            // a gap
				for range 2 {              // told of, and room for none
					q.next(now, nil)
				}
				fill(q, 1, now)
			}
			return now
		}
	}
	for _, tt := range []struct {
		name string
		run  func(*queue) time.Time
		slow bool
	}{
		{"nothing", func(*queue) time.Time { return noon }, false},
		{"3 gaps at once", gaps(0, 3), false},
		{"4 gaps at once", gaps(0, 4), true},
		{"4 gaps in 9.9 s", gaps(3300*time.Millisecond, 4), true},
		{"4 gaps in 10.2 s", gaps(3400*time.Millisecond, 4), false},
		{"40 gaps, one in 3.4 s", gaps(3400*time.Millisecond, 40), false},
		{"half full for an hour", func(q *queue) time.Time {
			fill(q, maxQueued/2, noon)
			q.next(noon.Add(time.Minute), nil)
			fill(q, 1, noon.Add(time.Hour))
			return noon.Add(time.Hour)
		}, false},
		{"above half for 9.9 s", func(q *queue) time.Time {
			fill(q, maxQueued/2+1, noon)
			now := noon.Add(9900 * time.Millisecond)
			fill(q, 1, now)
			return now
		}, false},
		{"above half for 10 s", func(q *queue) time.Time {
			fill(q, maxQueued/2+1, noon)
			now := noon.Add(10 * time.Second)
			fill(q, 1, now)
			return now
		}, true},
		{"above half, seen by the writer", func(q *queue) time.Time {
			fill(q, maxQueued/2+3, noon)
			now := noon.Add(10 * time.Second)
			q.next(now, nil)
			return now
		}, true},
		{"above half of the bytes for 10 s", func(q *queue) time.Time {
			big := made(t, "job.succeeded", strings.Repeat("x", 16000))
			for range 9 {
				q.push(big, noon)
			}
			q.push(event, noon.Add(10*time.Second))
			return noon.Add(10 * time.Second)
		}, true},
		{"twice above half for 6 s", func(q *queue) time.Time {
			now := noon
			for range 2 {
				fill(q, maxQueued/2+3, now)
				now = now.Add(6 * time.Second)
				for q.count > 0 {
					q.next(now, nil)
				}
			}
			return now
		}, false},
		{"65 answers not taken", func(q *queue) time.Time {
			for range maxReplies + 1 {
				q.reply([]byte("{}"))
			}
			return noon
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := newQueue(&sums{})
			q.wanted = allTopics
			if _, _, slow := q.next(tt.run(q), nil); slow != tt.slow {
				t.Errorf("slow is %v, want %v", slow, tt.slow)
			}
		})
	}
}

// TestLatestWins asserts that a state topic has one place.
func TestLatestWins(t *testing.T) {
	q := newQueue(&sums{})
	q.wanted = allTopics
	for i := range 1000 {
		q.push(made(t, "frame.stats", i), noon)
		q.push(made(t, "perf.stats", -i), noon)
	}
	for _, want := range []string{"frame.stats 1 999", "perf.stats 2 -999", " 0 "} {
		m, _ := pull(t, q, noon)
		if got := fmt.Sprintf("%s %d %s", m.Type, m.Seq, m.Data); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if n := q.sums.conflated.Load(); n != 1998 {
		t.Errorf("%d values were replaced, want 1998", n)
	}
}

func TestUnsubscribeKeepsTheOthers(t *testing.T) {
	q := newQueue(&sums{})
	q.wanted = allTopics
	for i := range 40 { // turns the ring over
		q.push(made(t, "job.succeeded", i), noon)
		q.next(noon, nil)
	}
	for i := range 30 {
		q.push(made(t, "job.succeeded", i), noon)
		q.push(made(t, "log.written", i), noon)
	}
	q.push(made(t, "frame.stats", 0), noon)
	q.unsubscribe(1, 1<<topicOf["job.queued"]|1<<topicOf["frame.stats"])
	if text, _, _ := q.next(noon, nil); !bytes.Contains(text, []byte(`"ok":true`)) {
		t.Errorf("the answer is %s", text)
	}
	for i := range 30 {
		m, _ := pull(t, q, noon)
		if m.Type != "log.written" || m.Seq != uint64(41+i) || string(m.Data) != fmt.Sprint(i) {
			t.Fatalf("got %+v at %d", m, i)
		}
	}
	if m, _ := pull(t, q, noon); m.Type != "" || q.bytes != 0 {
		t.Errorf("%+v and %d bytes are left", m, q.bytes)
	}
}

// TestPushAllocatesNothing: the cost of a client does not grow with messages.
func TestPushAllocatesNothing(t *testing.T) {
	q := newQueue(&sums{})
	q.wanted = allTopics
	state, event := made(t, "frame.stats", 1), made(t, "job.succeeded", 1)
	buf := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(1000, func() {
		q.push(state, noon)
		q.push(event, noon)
		q.next(noon, buf)
		q.next(noon, buf)
	}); n != 0 {
		t.Errorf("%g allocations, want 0", n)
	}
}
