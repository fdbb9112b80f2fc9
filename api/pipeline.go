package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/limit"
)

// ServeHTTP is the one way in.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	x := s.newExchange(w, r)
	setHeaders(x.Header(), r, x.id)
	defer s.finish(x, r, began)
	if err := s.enter(x, r); err != nil {
		s.refuse(x, err)
		return
	}
	if !s.guard.share(x, r) {
		s.mux.ServeHTTP(x, r)
	}
}

// enter holds a request to what is asked of all, before anybody's rights are
// looked at: that a page of somebody else did not send it, that the frame can
// spare the time, and its shape.
func (s *Server) enter(x *exchange, r *http.Request) error {
	if err := s.guard.check(r); err != nil {
		return err
	}
	if !isProbe(r.URL.Path) && !s.limits.take(limit.Global, limit.Everybody).Allowed {
		return errSaturated
	}
	return checkShape(x, r)
}

// isProbe tells the paths of health, which answer also when nothing else does.
func isProbe(path string) bool {
	return path == "/livez" || path == "/readyz" || path == "/startupz"
}

// finish answers for a handler that panicked, counts and logs.
func (s *Server) finish(x *exchange, r *http.Request, began time.Time) {
	if p := recover(); p != nil { // a mistake here must not end the flight
		x.drop()
		s.refuse(x, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
	}
	took := time.Since(began)
	s.meter.count(x, took)
	if x.route == nil || x.route.lane != health {
		s.answered.Add(1)
	}
	s.logRequest(x, r, took)
}

// logRequest writes a line about an answered request. The path is logged as it
// was sent: escaped, it can neither break a line nor turn the direction of one.
func (s *Server) logRequest(x *exchange, r *http.Request, took time.Duration) {
	if level := levelOf(r, x.status); s.log.Enabled(r.Context(), level) {
		s.log.Log(r.Context(), level, "request", "request", x.id, "method", r.Method, "path", r.URL.EscapedPath(),
			"status", x.status, "subject", x.principal.Subject, "took", took)
	}
}

// levelOf makes changes show in the log and reads not.
func levelOf(r *http.Request, status int) slog.Level {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && status < 300 {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// serveRoute takes a request through the checks that its row asks for, to its
// handler.
func (s *Server) serveRoute(m *mounted, x *exchange, r *http.Request) error {
	for _, check := range []func(*exchange, *http.Request) error{s.authenticate, s.countCaller, s.checkScope} {
		if err := check(x, r); err != nil {
			return err
		}
	}
	leave, ok := s.lanes[m.lane].Enter(r.Context())
	if !ok {
		return errSaturated
	}
	defer leave()
	if m.action == "" && r.ContentLength == 0 {
		serveRead(m, x, r)
		return nil
	}
	body, err := takeBody(r)
	if err != nil {
		return err
	}
	if m.action == "" {
		m.serve(x, r)
		return nil
	}
	return s.serveChange(m, x, r, body)
}

// authenticate finds out who asks. The answer is the same whatever is wrong with
// a credential, and who sends wrong ones is slowed down by address: nobody can
// lock anybody else out.
func (s *Server) authenticate(x *exchange, r *http.Request) error {
	credential, given, err := credentialOf(r)
	x.credential = given
	switch {
	case err != nil:
		return s.unknown(x)
	case !given && s.open(x):
		return nil
	case !given:
		return s.unknown(x)
	}
	if quota := s.limits.peek(limit.Anonymous, limit.AddressKey(x.from)); !quota.Allowed {
		return exhausted(x, quota)
	}
	x.principal, err = s.auth.Authenticate(credential)
	if err != nil {
		s.wrongCredential(x, credential)
		return s.unknown(x)
	}
	return nil
}

// open tells whether the row answers somebody without a credential.
func (s *Server) open(x *exchange) bool {
	switch {
	case x.route.access == public:
		return true
	case !x.from.IsLoopback():
		return false
	}
	return x.route.access == local || x.route.scope == auth.MetricsRead && s.options.MetricsPublic
}

// unknown refuses who is nobody that is known, and counts it against the address:
// else one that asks without end would use up what all have together.
func (s *Server) unknown(x *exchange) error {
	if err := s.count(x, limit.Anonymous, limit.AddressKey(x.from)); err != nil {
		return err
	}
	return errUnauthorised
}

// wrongCredential tells the intrusion detection of a credential that is no good:
// one that was made up weighs more than one that was mistyped or is over.
func (s *Server) wrongCredential(x *exchange, credential string) {
	switch {
	case s.stolen(x, credential):
	case s.auth.Forged(credential):
		s.suspect(x, intrusion.ForgedToken, credential)
	default:
		s.suspect(x, intrusion.BadCredentials, credential)
	}
}

// credentialOf reads the header Authorization.
func credentialOf(r *http.Request) (credential string, given bool, err error) {
	values := r.Header["Authorization"]
	if len(values) == 0 {
		return "", false, nil
	}
	scheme, credential, _ := strings.Cut(values[0], " ")
	if len(values) != 1 || !strings.EqualFold(scheme, "Bearer") || credential == "" {
		return "", true, errUnauthorised
	}
	return credential, true, nil
}

// checkScope asks whether the caller has the right that the row names.
func (s *Server) checkScope(x *exchange, _ *http.Request) error {
	if x.route.access != scoped || x.principal.Scopes.Has(x.route.scope) || !x.credential {
		return nil // who has no credential is here because the row is open
	}
	return fmt.Errorf("%w: %s", errScope, x.route.scope)
}

// takeBody reads the whole body, checks that it is sound JSON, and puts it back
// for the handler.
func takeBody(r *http.Request) ([]byte, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	var read bytes.Buffer // bounded by checkShape
	read.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	_, err := read.ReadFrom(r.Body)
	body := read.Bytes()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: the body ended early", errMalformed)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, checkJSON(body)
}

// serveChange serves what changes something: on its condition, once, and not
// without a record of it.
func (s *Server) serveChange(m *mounted, x *exchange, r *http.Request, body []byte) error {
	if m.match && r.Header.Get("If-Match") == "" {
		return errMatchMissing
	}
	if err := s.audit.healthy(); err != nil {
		return errAudit
	}
	x.hold()
	defer func() {
		if p := recover(); p != nil { // what was done until then is recorded all the same
			_ = s.record(r, x, internal.slug)
			panic(p)
		}
	}()
	err := s.once(m, x, r, body)
	if err == nil {
		err = s.record(r, x, x.result())
	}
	if err != nil {
		x.drop()
		return err
	}
	x.release()
	return nil
}

// result is what the audit log says became of a request.
func (x *exchange) result() string {
	switch {
	case x.replayed:
		return "replayed"
	case x.status >= http.StatusBadRequest:
		return x.slug
	}
	return "ok"
}

// Recorded is the data of the telemetry's message audit.recorded: what an
// [audit.Record] has before the log has given it a place.
type Recorded struct {
	Who     audit.Who         `json:"who,omitzero"`
	What    string            `json:"what"`
	Where   string            `json:"where,omitempty"`
	Result  string            `json:"result,omitempty"`
	Request string            `json:"request,omitempty"`
	Before  string            `json:"before,omitempty"`
	After   string            `json:"after,omitempty"`
	Details map[string]string `json:"details,omitempty"`
}

// recordTimeout is how long a request waits for the audit log's disk.
const recordTimeout = 5 * time.Second

// record writes what was done, or refused, to the audit log, and tells those who
// listen.
func (s *Server) record(req *http.Request, x *exchange, result string) error {
	who := whoIs(x.principal)
	who.Address = x.from.String()
	r := audit.Record{
		Who: who, What: x.route.action, Where: x.route.name(), Result: result, Request: x.id, Details: x.note,
		Security: x.route.tag() != "world",
	}
	if result == "ok" { // a tag that does not fit is whatever the client sent
		r.Before, r.After = req.Header.Get("If-Match"), x.Header().Get("ETag")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.Context()), recordTimeout)
	defer cancel()
	if err := s.audit.append(ctx, r); err != nil {
		s.log.Error("audit log", "error", err)
		return errAudit
	}
	s.live.server.Publish("audit.recorded", Recorded{r.Who, r.What, r.Where, r.Result, r.Request, r.Before, r.After, r.Details})
	switch {
	case result == "ok", result == "replayed":
	case r.What == "auth.login":
		s.live.server.Publish("auth.login.failed", map[string]string{"name": x.note["name"], "address": who.Address})
	case r.What == "scene.activate":
		s.live.server.Publish("scene.refused", map[string]string{"scene": x.note["scene"], "result": result})
	}
	return nil
}
