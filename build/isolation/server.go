package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// server is the API, perhaps behind an admission that it does not have itself.
type server struct {
	api   *api.Server
	front *http.Server // nil without an admission
	dir   string
	ended sync.WaitGroup

	address string // where clients go
	token   string
}

// startServer is the only place that knows how the API is started.
func startServer(e *engine.Engine, m *engine.Monitor, a admission) (*server, error) {
	dir, err := os.MkdirTemp("", "isolation-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	system, err := engine.NewSystem()
	if err != nil {
		return nil, err
	}
	paths := host.Paths{Config: dir, State: dir, Cache: dir, Runtime: dir}
	s.api, err = api.New(api.Options{Address: "127.0.0.1:0", Paths: paths, Engine: e, Health: system, Monitor: m, Policy: engine.AnyScene})
	if err != nil {
		return nil, err
	}
	if err := s.api.Listen(); err != nil {
		return nil, err
	}
	token, err := os.ReadFile(paths.Token())
	if err != nil {
		return nil, err
	}
	s.address, s.token = s.api.Address(), strings.TrimSpace(string(token))
	serve := s.api.Serve
	if a.limits() {
		if serve, err = s.admit(a); err != nil {
			return nil, err
		}
	}
	s.ended.Go(func() { _ = serve() })
	return s, nil
}

// admit puts another listener before the API.
func (s *server) admit(a admission) (serve func() error, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	inside := s.address
	s.address = listener.Addr().String()
	s.front = &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 60 * time.Second, MaxHeaderBytes: 12 << 10,
		Handler: a.wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Host = inside
			s.api.ServeHTTP(w, r)
		})),
	}
	return func() error { return s.front.Serve(listener) }, nil
}

func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var err error
	if s.front != nil {
		err = s.front.Shutdown(ctx)
	}
	err = errors.Join(err, s.api.Shutdown(ctx), os.RemoveAll(s.dir))
	s.ended.Wait()
	return err
}

// admission lets requests in before anything looks at them.
type admission struct {
	rate     float64       // a second; 0 is no limit
	inflight int           // at a time, refused at once; 0 is no limit
	lanes    int           // at a time, refused after laneWait; 0 is no limit
	hold     time.Duration // before a refusal is answered, so that its client asks no faster
}

const laneWait = 50 * time.Millisecond

func (a admission) limits() bool { return a.rate > 0 || a.inflight > 0 || a.lanes > 0 }

func (a admission) String() string {
	if !a.limits() {
		return "none"
	}
	return fmt.Sprintf("%g/s, %d in flight, %d lanes, refusals held %v", a.rate, a.inflight, a.lanes, a.hold)
}

// wrap refuses with 429 what is too often and with 503 what is too much.
func (a admission) wrap(next http.Handler) http.Handler {
	bucket := newBucket(a.rate, time.Now)
	slots := make(chan struct{}, max(a.inflight, a.lanes))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/livez" { // who looks after the program must not be shut out
			next.ServeHTTP(w, r)
			return
		}
		if a.rate > 0 && !bucket.take() {
			a.refuse(w, r, http.StatusTooManyRequests)
			return
		}
		if cap(slots) > 0 {
			if !a.enter(slots) {
				a.refuse(w, r, http.StatusServiceUnavailable)
				return
			}
			defer func() { <-slots }()
		}
		next.ServeHTTP(w, r)
	})
}

func (a admission) enter(slots chan struct{}) bool {
	select {
	case slots <- struct{}{}:
		return true
	default:
	}
	if a.lanes == 0 {
		return false
	}
	timeout := time.NewTimer(laneWait)
	defer timeout.Stop()
	select {
	case slots <- struct{}{}:
		return true
	case <-timeout.C:
		return false
	}
}

func (a admission) refuse(w http.ResponseWriter, r *http.Request, status int) {
	if a.hold > 0 {
		select {
		case <-time.After(a.hold):
		case <-r.Context().Done():
		}
	}
	w.Header().Set("Retry-After", "1")
	w.WriteHeader(status)
}

// bucket holds a tenth of a second's requests. It is safe on any goroutine.
type bucket struct {
	rate float64
	now  func() time.Time

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newBucket(rate float64, now func() time.Time) *bucket {
	return &bucket{rate: rate, now: now, tokens: max(1, rate/10), last: now()}
}

func (b *bucket) take() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.tokens = min(b.tokens+b.rate*now.Sub(b.last).Seconds(), max(1, b.rate/10))
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
