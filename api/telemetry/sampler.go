package telemetry

import (
	"context"
	"fmt"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

const (
	// shedPeriod is the time between two values of a state topic while the frame
	// has to be spared.
	shedPeriod = time.Second / 2
	// scenePeriod is how often the snapshot is compared with the one before.
	scenePeriod = time.Second / 10
	// idle is how long the sampler sleeps when nobody listens; a subscription
	// wakes it.
	idle = time.Hour
)

func (s *Server) wakeSampler() {
	select {
	case s.wake <- struct{}{}:
	default: // it is about to look
	}
}

// sample calls the functions of the state topics when they are due.
func (s *Server) sample(ctx context.Context) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	var next [len(topics)]time.Time
	var scene sceneWatch
	var nextScene time.Time
	for ctx.Err() == nil {
		now := time.Now()
		wait := idle
		for i := range topics {
			f := s.options.State[topics[i].Name]
			if f == nil || !topics[i].State() || s.watched[i].Load() == 0 {
				continue
			}
			if !now.Before(next[i]) {
				next[i] = nextDue(next[i], now, s.period(i))
				s.sampleTopic(i, f)
			}
			wait = min(wait, next[i].Sub(now))
		}
		switch {
		case s.options.Snapshot == nil:
		case s.watched[sceneTopic].Load() == 0:
			scene = sceneWatch{}
		default:
			if !now.Before(nextScene) {
				nextScene = nextDue(nextScene, now, scenePeriod)
				scene.look(s, s.options.Snapshot())
			}
			wait = min(wait, nextScene.Sub(now))
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-ctx.Done():
		}
	}
}

// period is the time between two values of a state topic now.
func (s *Server) period(topic int) time.Duration {
	if s.shed.Load() > 0 {
		return max(topics[topic].period(), shedPeriod)
	}
	return topics[topic].period()
}

// sampleTopic sends what f returns. A function that panics costs its value.
func (s *Server) sampleTopic(topic int, f func() any) {
	defer func() {
		if p := recover(); p != nil {
			s.sums.unencodable.Add(1)
			s.options.Log.Error("telemetry state function panicked", "topic", topics[topic].Name, "panic", fmt.Sprint(p))
		}
	}()
	if data := f(); data != nil {
		s.send(topic, topics[topic].Messages[0], data)
	}
}

// snapshotTo gives a new subscriber the latest values that are still good; what
// is older the sampler, which is woken, makes anew.
func (s *Server) snapshotTo(c *client, set topicSet) {
	now := time.Now()
	s.mu.Lock()
	for i, m := range s.latest {
		if m != nil && set.has(i) && now.Sub(m.at) < s.period(i) {
			c.queue.push(m, now)
		}
	}
	s.mu.Unlock()
	s.wakeSampler()
}

// sceneTopic is the place of the topic scene.
var sceneTopic = topicNamed("scene")

// sceneWatch makes events of what changes between two snapshots.
type sceneWatch struct{ last *engine.Snapshot }

func (w *sceneWatch) look(s *Server, now *engine.Snapshot) {
	last := w.last
	w.last = now
	switch {
	case last == nil || now.State.Revision == last.State.Revision:
	case now.State.Slug != last.State.Slug:
		s.Publish("scene.activated", sceneOf(now))
	default:
		s.Publish("scene.changed", sceneOf(now))
	}
}
