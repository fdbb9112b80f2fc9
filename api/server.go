package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/limit"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

var (
	// ErrPortTaken says that another program listens at the address; the text
	// that it is wrapped in says at which, and what to do.
	ErrPortTaken = errors.New("port taken")
	// ErrAddress says that an address is none.
	ErrAddress = errors.New("not an address")
	// ErrExposed says that other machines would reach the server at an address without
	// what has to protect it then.
	ErrExposed = errors.New("other machines could ask")
)

// How long a client may take to send headers, the whole request, and to take
// the answer, and how long a connection may idle.
const (
	headerTimeout  = 5 * time.Second
	requestTimeout = 15 * time.Second
	answerTimeout  = 30 * time.Second
	idleTimeout    = 60 * time.Second
)

// Engine is what the API calls of [engine.Engine]. All of it must be safe on
// any goroutine.
type Engine interface {
	Submit(context.Context, engine.Request) (engine.Applied, error)
	LoadScene(ctx context.Context, slug string, date *astro.Time, ifRevision *uint64) (engine.Applied, error)
	GoToBookmark(ctx context.Context, number int, cut bool, ifRevision *uint64) (engine.Applied, error)
	Allows(*scene.Scene) error
	ShowPanel(*engine.Panel)
	Snapshot() *engine.Snapshot
	Capture() (*engine.Pending, error)
	Scenes() *engine.Scenes
}

// Components is what the API calls of [engine.System], on any goroutine.
type Components interface {
	Health() []engine.Health
}

// Monitor is what the API calls of [engine.Monitor], on any goroutine.
type Monitor interface {
	Stats() engine.Stats
	FrameTimes() engine.Histogram
}

// Options is what a server needs; all of it but Log, and what is said to be
// optional.
type Options struct {
	// Address is where to listen, such as "127.0.0.1:8080", "[::1]:8080" or
	// "localhost:0"; port 0 takes a free one.
	Address string
	// Telemetry is where to serve telemetry, as Address; "" does not.
	Telemetry     string
	Clients       telemetry.Limits // of telemetry; zeros are the defaults
	Network       Network
	Paths         host.Paths // where the instance file goes
	Control       *Control
	Engine        Engine
	Components    Components
	Monitor       Monitor
	Intrusion     Intrusion
	MetricsPublic bool                    // whether this machine may read the metrics without a credential
	Priority      host.Priority           // of the thread of the frame, for the metrics
	LogCounts     func(slog.Level) uint64 // how many records of a level there were, for the metrics; nil: none
	LogRecords    *host.Records           // the log's, for those who read it; nil: none
	Log           *slog.Logger            // nil logs nothing
}

// Server is the API. Its methods are safe on any goroutine; [Server.Listen]
// comes first.
type Server struct {
	options Options
	log     *slog.Logger
	*Control

	guard    guard
	limits   quotas
	lanes    [numLanes]*limit.Lane
	ids      *intrusion.Detector
	watching bool // whether signs are looked at
	alerts   alerts
	cursors  cursors
	meter    *meter
	shots    *shots
	cache    cache
	shown    atomic.Pointer[engine.Panel]
	newest   atomic.Pointer[Pairing] // the pairing code
	encoded  atomic.Pointer[encodedState]

	rows      []route
	mux       *http.ServeMux
	huma      huma.API
	adapter   *adapter
	documents served

	ctx       context.Context // ends with the server
	end       context.CancelFunc
	pause     func(time.Duration) // time.Sleep, or a test's
	answered  atomic.Uint64       // requests, but for probes of health
	shedLevel atomic.Int32

	http        *http.Server
	live        live
	connections limit.Connections
	listener    net.Listener
	instance    *instanceFile
}

// New makes a server that does not listen yet. An address that is none is
// [ErrAddress], one at which others would reach it unprotected [ErrExposed].
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.LogRecords == nil {
		o.LogRecords = host.NewRecords()
	}
	if err := o.checkAddresses(); err != nil {
		return nil, err
	}
	if err := o.Network.prepare(); err != nil {
		return nil, err
	}
	s := &Server{
		options: o, log: o.Log, Control: o.Control,
		limits: newQuotas(), lanes: newLanes(), cursors: newCursors(),
		cache: cache{limit: maxCacheBytes},
		rows:  routes(), mux: http.NewServeMux(), adapter: &adapter{}, pause: time.Sleep,
	}
	s.huma = huma.NewAPI(humaConfig(), s.adapter)
	if err := s.mountRoutes(s.rows); err != nil {
		return nil, err
	}
	var err error
	if s.documents, err = s.makeDocument(); err != nil {
		return nil, fmt.Errorf("describe the API: %w", err)
	}
	s.newLive()
	s.shots = &shots{cache: &s.cache, encoder: s.lanes[heavy], tell: s.live.server.Publish}
	s.ctx, s.end = context.WithCancel(context.Background())
	if err := s.openDetector(o.Intrusion); err != nil {
		return nil, err
	}
	s.connections = limit.Connections{
		Total: limit.MaxConnections, PerAddress: limit.MaxConnectionsPerAddress,
		Rate: limit.New(limit.Connect, time.Now), Banned: s.keptOut,
	}
	errorLog := slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)
	s.meter = newMeter(s, errorLog)
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaders - 4096, // net/http adds 4096 of its own
		ErrorLog:          errorLog,
	}
	s.live.http.ErrorLog = errorLog
	s.http.ConnState, s.live.http.ConnState = s.connections.Track, s.connections.Track
	return s, nil
}

func newLanes() (lanes [numLanes]*limit.Lane) {
	lanes[health] = limit.NewLane(limit.HealthSlots, limit.LightWait)
	lanes[light] = limit.NewLane(limit.LightSlots(runtime.NumCPU()), limit.LightWait)
	lanes[heavy] = limit.NewLane(limit.HeavySlots, heavyWait)
	lanes[streams] = limit.NewLane(maxStreams, 0)
	return lanes
}

// heavyWait is how long one waits for another's password or picture.
const heavyWait = 2 * time.Second

func newCursors() cursors {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return cursors{key}
}

// Listen opens the port, then writes the instance file. A port that another
// program has is ErrPortTaken.
func (s *Server) Listen() error {
	listener, err := s.options.Network.listen(s.options.Address, "the API")
	if err != nil {
		return err
	}
	bound := listener.Addr().(*net.TCPAddr).AddrPort()
	s.guard = s.options.Network.guard(strconv.Itoa(int(bound.Port())))
	if err := s.listenLive(); err != nil {
		return errors.Join(err, listener.Close())
	}
	s.listener = s.connections.Listen(listener)
	if s.instance, err = writeInstance(s.options.Paths, s.instanceAt(bound)); err != nil {
		return errors.Join(err, s.Shutdown(context.Background()))
	}
	return nil
}

// instanceAt says where the server is.
func (s *Server) instanceAt(bound netip.AddrPort) Instance {
	i := Instance{HTTP: s.guard.scheme + fromHere(bound), KeyFile: s.paths.Key, CAFile: s.options.Network.CAFile}
	if at, err := netip.ParseAddrPort(s.TelemetryAddress()); err == nil { // or it is off
		i.Telemetry = strings.Replace(s.guard.scheme, "http", "ws", 1) + fromHere(at) + telemetry.Path
	}
	return i
}

// fromHere is how this machine reaches what listens there: at its own address, where
// that is all that there are, which no certificate has.
func fromHere(at netip.AddrPort) string {
	switch {
	case !at.Addr().IsUnspecified():
		return at.String()
	case at.Addr().Is4():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port()).String()
	}
	return netip.AddrPortFrom(netip.IPv6Loopback(), at.Port()).String()
}

// URL returns how to call the server: by its first name for others, or as this
// machine.
func (s *Server) URL() string { return s.publicURL() }

// Address returns where the server listens, such as "127.0.0.1:8080", or "" when
// it does not.
func (s *Server) Address() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// port is the one that it listens at.
func (s *Server) port() string { return strconv.Itoa(s.listener.Addr().(*net.TCPAddr).Port) }

// exposed tells whether other machines may ask in the clear.
func (s *Server) exposed() bool {
	return (IsFar(s.options.Address) || IsFar(s.options.Telemetry)) && !s.options.Network.TLS()
}

// Serve answers requests until Shutdown, and returns nil then.
func (s *Server) Serve() error {
	defer s.end()
	go s.tend(s.ctx)
	go s.warnExposed(s.ctx)
	ended := make(chan error, 1)
	go func() {
		err := s.serveTelemetry()
		if err != nil {
			s.log.Error("no telemetry any more", "error", err)
		}
		ended <- err
	}()
	err := s.http.Serve(s.options.Network.secure(s.listener))
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the API: %w", err)
	}
	return <-ended
}

// Shutdown takes the instance file away and lets requests end until ctx does.
func (s *Server) Shutdown(ctx context.Context) error {
	s.end()
	if s.listener == nil {
		return s.live.server.Shutdown(ctx)
	}
	var err error
	if s.instance != nil {
		err = s.instance.remove()
	}
	s.live.server.Publish("app.stopping", struct{}{})
	return errors.Join(err, s.shutdownLive(ctx), endServer(ctx, s.http), s.listener.Close())
}

// endServer lets requests end until ctx does, and then cuts them off.
func endServer(ctx context.Context, server *http.Server) error {
	err := server.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	return err
}
