package telemetry

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

// Path is where the server is meant to be mounted.
const Path = "/ws/v1/telemetry"

// Client is who is at the other end of a connection.
type Client struct {
	Subject string    // the principal: connections are counted by it
	Session string    // what [Server.Revoke] names; may be empty
	Expires time.Time // the connection ends then; zero is never
	// Allowed tells whether the client has the scope of a topic.
	Allowed func(topic string) bool
}

// Options are what a server needs of its surroundings. All functions are called
// on any goroutine.
type Options struct {
	// Guard refuses a request for its Host and Origin, before all else. It may be nil.
	Guard func(*http.Request) error
	// Refuse answers a request that is not upgraded. The error wraps one of this
	// package's or is Guard's. Retry-After and Sec-WebSocket-Version are set already.
	Refuse func(http.ResponseWriter, *http.Request, error)
	// Authenticate checks a bearer credential: of the header, or of a reauth
	// message on the connection that r opened.
	Authenticate func(r *http.Request, credential string) (Client, error)
	// Redeem uses up a ticket that was made for a client at the address from.
	Redeem func(ticket string, from netip.Addr) (Client, error)
	// Snapshot is [engine.Engine.Snapshot]. From it come the messages
	// scene.activated and scene.changed.
	Snapshot func() *engine.Snapshot
	// State returns the data of each state topic. A function is called on one
	// goroutine at a time, at its topic's rate, while somebody listens. A state
	// topic without a function is offered to nobody.
	State  map[string]func() any
	Limits Limits
	Log    *slog.Logger // nil logs nothing
}

// Limits bound how many clients there are; a zero is the default.
type Limits struct {
	Clients      int // 32
	PerPrincipal int // 4
	PerAddress   int // 8: of an IPv4 address or an IPv6 /64
}

// Server serves clients. Make one with [New], end it with [Server.Shutdown].
type Server struct {
	options Options
	offered topicSet
	sums    sums
	shed    atomic.Int32
	watched [len(topics)]atomic.Int32 // how many clients want each topic
	wake    chan struct{}             // of capacity one: the sampler has to look
	cancel  context.CancelFunc
	tasks   sync.WaitGroup // the sampler and the clients

	mu       sync.Mutex
	closed   bool
	clients  []*client // from before the upgrade on
	latest   [len(topics)]*message
	checking int             // credentials that are being checked
	revoked  map[string]bool // sessions that were revoked while some were
	closes   map[int]uint64  // connections that ended, by code
}

// New makes a server and starts its sampler.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits.Clients = orDefault(o.Limits.Clients, 32)
	o.Limits.PerPrincipal = orDefault(o.Limits.PerPrincipal, 4)
	o.Limits.PerAddress = orDefault(o.Limits.PerAddress, 8)
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{options: o, cancel: cancel, wake: make(chan struct{}, 1), revoked: map[string]bool{}, closes: map[int]uint64{}}
	for i := range topics {
		if !topics[i].State() || o.State[topics[i].Name] != nil {
			s.offered |= 1 << i
		}
	}
	s.tasks.Go(func() { s.sample(ctx) })
	return s
}

func orDefault(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// Publish sends a message to all who listen to its topic; kind is one of the
// types in the catalogue, any other is a programmer's mistake. It encodes data
// at once, unless nobody listens, and never waits for a client. It is not for
// the frame's thread: it allocates.
func (s *Server) Publish(kind string, data any) {
	topic, ok := topicOf[kind]
	if !ok {
		panic("telemetry: no topic has messages of the type " + kind)
	}
	if s.watched[topic].Load() > 0 {
		s.send(topic, kind, data)
	}
}

func (s *Server) send(topic int, kind string, data any) {
	now := time.Now()
	m, err := encode(topic, kind, data, now)
	if err != nil {
		s.sums.unencodable.Add(1) // and no line in the log, which may be what is sent
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if topics[topic].State() {
		s.latest[topic] = m
	}
	for _, c := range s.clients {
		c.queue.push(m, now)
	}
}

// Revoke ends the connections of a session, with code 4401.
func (s *Server) Revoke(session string) {
	if session == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.checking > 0 {
		s.revoked[session] = true
	}
	for _, c := range s.clients {
		if c.who.Load().Session == session {
			c.stop(codeExpired, "the session was revoked")
		}
	}
}

// SetShed tells how much the program has to spare the frame: above 0, state
// topics come twice a second at most.
func (s *Server) SetShed(level int) {
	s.shed.Store(int32(level))
	s.wakeSampler()
}

// Shutdown ends all connections with code 1001 and waits until they are gone.
// When ctx ends first it cuts them off, waits no more, and returns ctx's error.
func (s *Server) Shutdown(ctx context.Context) error {
	s.cancel()
	s.mu.Lock()
	s.closed = true
	for _, c := range s.clients {
		c.stop(codeGoingAway, "the server shuts down")
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.tasks.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clients {
		c.cut()
	}
	return ctx.Err()
}

// Counters are sums since the start, but for Clients.
type Counters struct {
	Clients     int            // connected now
	Sent        uint64         // messages
	SentBytes   uint64         // of messages, without frames
	Conflated   uint64         // values of state topics that a newer one replaced
	Dropped     uint64         // events that found a queue full
	Gaps        uint64         // runs of dropped events
	Unencodable uint64         // messages that were too long or no JSON
	Refused     uint64         // requests that were not upgraded
	Closes      map[int]uint64 // connections that ended, by code; 0 is any other
}

// sums are what Counters reads without a lock.
type sums struct {
	sent, bytes, conflated, dropped, gaps, unencodable, refused atomic.Uint64
}

// Counters reads the counters.
func (s *Server) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Counters{
		Clients: len(s.clients), Closes: map[int]uint64{},
		Sent: s.sums.sent.Load(), SentBytes: s.sums.bytes.Load(), Conflated: s.sums.conflated.Load(),
		Dropped: s.sums.dropped.Load(), Gaps: s.sums.gaps.Load(),
		Unencodable: s.sums.unencodable.Load(), Refused: s.sums.refused.Load(),
	}
	for code, n := range s.closes {
		c.Closes[code] = n
	}
	return c
}

// remove forgets a client, whose connection ended with code.
func (s *Server) remove(c *client, code int) {
	s.watch(c.queue.close(), -1)
	s.mu.Lock()
	s.clients = slices.DeleteFunc(s.clients, func(other *client) bool { return other == c })
	if !slices.Contains(closeCodes[:], code) {
		code = 0 // a client may make up any
	}
	s.closes[code]++
	s.mu.Unlock()
}

// watch notes that one client more (or less, by -1) wants the topics.
func (s *Server) watch(set topicSet, by int32) {
	for i := range topics {
		if set.has(i) {
			s.watched[i].Add(by)
		}
	}
}
