package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

var (
	// ErrPortTaken says that another program listens at the address; the text
	// that it is wrapped in says at which, and what to do.
	ErrPortTaken = errors.New("port taken")
	// ErrAddress says that an address is not one of this machine alone.
	ErrAddress = errors.New("not a loopback address")
)

// How long a client may take to send headers, the whole request, and to take
// the answer, and how long a connection may idle; and how many there may be.
const (
	headerTimeout  = 5 * time.Second
	requestTimeout = 15 * time.Second
	answerTimeout  = 30 * time.Second
	idleTimeout    = 60 * time.Second
	maxConnections = 128
)

// frameTimeout is how long a change waits for the frame.
const frameTimeout = 2 * time.Second

// Engine is what the API calls of [engine.Engine]. All of it must be safe on
// any goroutine.
type Engine interface {
	Submit(context.Context, engine.Request) (engine.Applied, error)
	LoadScene(ctx context.Context, slug string, policy engine.ScenePolicy, date *astro.Time, ifRevision *uint64) (engine.Applied, error)
	Snapshot() *engine.Snapshot
	Capture() (*engine.Pending, error)
	Scenes() *engine.Scenes
}

// Health is what the API calls of [engine.System], on any goroutine.
type Health interface {
	Health() []engine.Health
}

// Monitor is what the API calls of [engine.Monitor], on any goroutine.
type Monitor interface {
	Stats() engine.Stats
	FrameTimes() engine.Histogram
}

// Options is what a server needs; all of it but Log.
type Options struct {
	// Address is where to listen, such as "127.0.0.1:8080", "[::1]:8080" or
	// "localhost:0"; port 0 takes a free one.
	Address string
	Paths   host.Paths // where the token and the instance file go
	Engine  Engine
	Health  Health
	Monitor Monitor
	Policy  engine.ScenePolicy // decides which scenes may be loaded by the API
	Log     *slog.Logger       // nil logs nothing
}

// Server is the API. Its methods are safe on any goroutine; [Server.Listen]
// comes first.
type Server struct {
	options Options
	log     *slog.Logger
	mux     *http.ServeMux
	http    *http.Server
	meter   *meter
	shots   *shots
	encoded atomic.Pointer[encodedState]

	listener    net.Listener
	hosts       []string // what Host may say
	tokenDigest [sha256.Size]byte
	files       *instanceFiles
}

// New makes a server that does not listen yet. An address that is not loopback
// is ErrAddress.
func New(o Options) (*Server, error) {
	if err := CheckAddress(o.Address); err != nil {
		return nil, err
	}
	s := &Server{options: o, log: o.Log, shots: newShots()}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	errorLog := slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)
	s.meter = newMeter(o.Monitor, errorLog)
	s.mux = newMux(s)
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaders - 4096, // net/http adds 4096 of its own
		ErrorLog:          errorLog,
	}
	return s, nil
}

// CheckAddress refuses with [ErrAddress] where the API must not listen: without
// TLS only this machine may ask.
func CheckAddress(address string) error {
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q; give one such as 127.0.0.1:8080", ErrAddress, address)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%w: %q has no port between 0 and 65535", ErrAddress, address)
	}
	if !IsLoopback(name) {
		return fmt.Errorf("%w: %q; without TLS only this machine may ask: give 127.0.0.1, [::1] or localhost", ErrAddress, address)
	}
	return nil
}

// IsLoopback tells whether a host, a name or an address without its port, is
// this machine as nobody else can reach it.
func IsLoopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}

// Listen opens the port, then writes the token and the instance file. A port
// that another program has is ErrPortTaken.
func (s *Server) Listen() error {
	listener, err := net.Listen("tcp", s.options.Address)
	if errors.Is(err, errAddressInUse) {
		return fmt.Errorf("%w: another program listens on %s; end it, or give another address (port 0 takes a free one)", ErrPortTaken, s.options.Address)
	}
	if err != nil {
		return fmt.Errorf("listen for the API: %w", err)
	}
	if err := s.announce(listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	s.listener = limitConnections(listener, maxConnections)
	return nil
}

// announce makes the token and says where the server is.
func (s *Server) announce(addr net.Addr) error {
	bound, err := netip.ParseAddrPort(addr.String())
	if err != nil || !bound.Addr().IsLoopback() { // localhost may be anything in a hosts file
		return fmt.Errorf("%w: %s is %s", ErrAddress, s.options.Address, addr)
	}
	token := newToken()
	s.tokenDigest = sha256.Sum256([]byte(token))
	s.hosts = loopbackHosts(strconv.Itoa(int(bound.Port())))
	s.files, err = writeInstance(s.options.Paths, addr.String(), token)
	return err
}

// newToken returns 256 random bits as text.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Address returns where the server listens, such as "127.0.0.1:8080", or "" when
// it does not.
func (s *Server) Address() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Serve answers requests until Shutdown, and returns nil then.
func (s *Server) Serve() error {
	err := s.http.Serve(s.listener)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve the API: %w", err)
}

// Shutdown takes the two files away and lets requests end until ctx does. It is
// nothing for a server that does not listen.
func (s *Server) Shutdown(ctx context.Context) error {
	if s.listener == nil {
		return nil
	}
	err := s.files.remove()
	s.shots.stop()
	return errors.Join(err, s.http.Shutdown(ctx), s.listener.Close())
}

// ServeHTTP is the one way in.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	rec := &recorder{ResponseWriter: w, route: "other", status: http.StatusOK}
	id := requestIDOf(r)
	setHeaders(rec.Header(), id)
	defer func() {
		if p := recover(); p != nil { // a mistake here must not end the flight
			s.recovered(rec, r, p)
		}
		s.meter.count(rec.route, rec.status)
		s.log.Log(r.Context(), levelOf(r, rec.status), "request", "request", id, "method", r.Method, "path", r.URL.Path,
			"status", rec.status, "took", time.Since(began))
	}()
	s.answering(func(w http.ResponseWriter, r *http.Request) error {
		if err := s.guard(w, r); err != nil {
			return err
		}
		s.mux.ServeHTTP(w, r)
		return nil
	})(rec, r)
}

// levelOf makes changes show in the log and reads not.
func levelOf(r *http.Request, status int) slog.Level {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && status < 300 {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}
