package api

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/limit"
	"github.com/spacetime-vr/spacetime/api/telemetry"
)

// live is the telemetry's listener. It has its own port, so that a flood of one
// never waits behind the other.
type live struct {
	server   *telemetry.Server
	http     *http.Server
	guard    guard
	listener net.Listener // nil where telemetry is off
}

// newLive makes the telemetry's server; it does not listen yet.
func (s *Server) newLive() {
	s.live.server = telemetry.New(telemetry.Options{
		Guard:        func(r *http.Request) error { return s.live.guard.check(r) },
		Refuse:       func(w http.ResponseWriter, r *http.Request, err error) { s.refuseLive(s.newExchange(w, r), r, err) },
		Authenticate: s.client,
		Redeem:       s.redeem,
		Snapshot:     s.options.Engine.Snapshot,
		State: map[string]func() any{
			"frame":   telemetry.FrameState(s.options.Monitor),
			"perf":    telemetry.PerfState(s.options.Monitor),
			"pose":    telemetry.PoseState(s.options.Engine.Snapshot),
			"cache":   func() any { return s.cache.now() },
			"objects": func() any { return s.bodiesNow() },
		},
		Limits: s.options.Clients,
		Log:    s.log,
	})
	s.auth.OnRevoke(s.live.server.Revoke)
	s.onCheckpoint.Store(new(func(point audit.Checkpoint) { s.live.server.Publish("audit.checkpoint.created", point) }))
	s.live.http = &http.Server{
		Handler:           http.HandlerFunc(s.serveLive),
		ReadHeaderTimeout: telemetry.HandshakeTimeout,
		ReadTimeout:       requestTimeout, // until the upgrade, which has deadlines of its own
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaders - 4096, // net/http adds 4096 of its own
	}
}

// serveLive is the way in on the telemetry's port, which has one path.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == telemetry.Path {
		s.live.server.ServeHTTP(w, r)
		return
	}
	x := s.newExchange(w, r)
	err := s.live.guard.check(r)
	if err == nil {
		err = s.count(x, limit.Anonymous, limit.AddressKey(x.from))
	}
	if err == nil {
		err = errNoRoute
	}
	s.refuseLive(x, r, err)
}

// refuseLive refuses a request at the telemetry's port, which the log tells of.
// What is wrong with a credential is not told.
func (s *Server) refuseLive(x *exchange, r *http.Request, err error) {
	began := time.Now()
	setHeaders(x.Header(), r, x.id)
	if errors.Is(err, telemetry.ErrUnauthorised) {
		err = telemetry.ErrUnauthorised
	}
	s.refuse(x, err)
	s.logRequest(x, r, time.Since(began))
}

// client says who a credential of a WebSocket is of. Wrong ones count as on the
// other port.
func (s *Server) client(r *http.Request, credential string) (telemetry.Client, error) {
	x := s.newExchange(nil, r)
	if quota := s.limits.peek(limit.Anonymous, limit.AddressKey(x.from)); !quota.Allowed {
		return telemetry.Client{}, errQuota
	}
	p, err := s.auth.Authenticate(credential)
	if err != nil {
		s.wrongCredential(x, credential)
		s.limits.take(limit.Anonymous, limit.AddressKey(x.from))
		return telemetry.Client{}, err
	}
	return clientOf(p), nil
}

func (s *Server) redeem(ticket string, from netip.Addr) (telemetry.Client, error) {
	p, err := s.auth.RedeemTicket(ticket, from)
	if err != nil {
		x := &exchange{server: s, from: from}
		s.suspect(x, intrusion.BadCredentials, ticket)
		return telemetry.Client{}, err
	}
	return clientOf(p), nil
}

func clientOf(p auth.Principal) telemetry.Client {
	return telemetry.Client{
		Subject: p.Subject, Session: p.Session, Expires: p.Expires,
		Allowed: func(topic string) bool { return p.Scopes.Has(scopeOfTopic[topic]) },
	}
}

// scopeOfTopic is the right that each topic takes; none is a right that nobody
// has.
var scopeOfTopic = func() map[string]auth.Scope {
	all := map[string]auth.Scope{}
	for _, topic := range telemetry.Topics() {
		if scope, err := auth.ParseScope(topic.Scope); err == nil {
			all[topic.Name] = scope
		}
	}
	return all
}()

// listenLive opens the telemetry's port, if it is wanted.
func (s *Server) listenLive() error {
	if s.options.Telemetry == "" {
		return nil
	}
	listener, err := s.options.Network.listen(s.options.Telemetry, "telemetry")
	if err != nil {
		return err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	s.live.guard = s.options.Network.guard(strconv.Itoa(port))
	s.live.guard.origins = append(s.live.guard.origins[:len(s.live.guard.origins):len(s.live.guard.origins)], s.guard.own()...)
	s.live.listener = s.connections.Listen(listener)
	return nil
}

// serveTelemetry serves the telemetry's port until Shutdown.
func (s *Server) serveTelemetry() error {
	if s.live.listener == nil {
		return nil
	}
	err := s.live.http.Serve(s.options.Network.secure(s.live.listener))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve telemetry: %w", err)
}

// shutdownLive ends all WebSockets, and then the port.
func (s *Server) shutdownLive(ctx context.Context) error {
	err := s.live.server.Shutdown(ctx)
	if s.live.listener == nil {
		return err
	}
	return errors.Join(err, endServer(ctx, s.live.http), s.live.listener.Close())
}

// TelemetryAddress returns where telemetry is served, or "" where it is not.
func (s *Server) TelemetryAddress() string {
	if s.live.listener == nil {
		return ""
	}
	return s.live.listener.Addr().String()
}

// PublishExpiring tells who listens that the certificate ends before long.
func (s *Server) PublishExpiring(left time.Duration) {
	s.live.server.Publish("cert.expiring", struct {
		LeftS float64 `json:"left_s"`
	}{left.Seconds()})
}

// maxLine is how much of a line of the log telemetry carries, in bytes.
const maxLine = 4 << 10

// PublishLogLine hands a line of the program's log to who may read it. It is safe
// on any goroutine and logs nothing: the log waits for it.
func (s *Server) PublishLogLine(line string) {
	line = line[:min(len(line), maxLine)]
	s.live.server.Publish("log.written", struct {
		Line string `json:"line"`
	}{line})
}
