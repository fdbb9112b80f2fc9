package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// requestID is the header that names a request, in answers, in the log and in the
// audit log.
const requestID = "X-Request-Id"

var requestIDPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestIDOf takes the client's own id where it is fit to be logged.
func requestIDOf(r *http.Request) string {
	if id := r.Header.Get(requestID); id != "" && requestIDPattern.MatchString(id) {
		return id
	}
	return runID + strconv.FormatUint(requestNumber.Add(1), 10)
}

// A request's own id is the run's and its number in it.
var (
	runID         = rand.Text()[:12] + "-"
	requestNumber atomic.Uint64
)

// exchange is one request and the answer to it, on the way through the checks.
// It belongs to the goroutine of the request.
type exchange struct {
	http.ResponseWriter
	server     *Server
	id         string
	from       netip.Addr
	route      *route            // nil until it is found
	credential bool              // whether one was sent
	principal  auth.Principal    // the zero value before one is known, and of anybody
	status     int               // of the answer; 0 before there is one
	held       *bytes.Buffer     // the body of an answer that waits to be sent; nil sends at once
	slug       string            // of the problem that the answer is; "" for none
	replayed   bool              // whether the answer is that of an earlier request
	note       map[string]string // what the handler adds to the record in the audit log
}

func (s *Server) newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{ResponseWriter: w, server: s, id: requestIDOf(r)}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		x.from = peer.Addr().Unmap()
	}
	return x
}

// WriteHeader implements [http.ResponseWriter].
func (x *exchange) WriteHeader(status int) {
	x.status = status
	if x.held == nil {
		x.ResponseWriter.WriteHeader(status)
	}
}

// Write implements [http.ResponseWriter].
func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	if x.held != nil {
		return x.held.Write(p)
	}
	return x.ResponseWriter.Write(p)
}

// Unwrap is for [http.ResponseController].
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// hold keeps the answer back until release, so that what comes after the handler
// can still refuse.
func (x *exchange) hold() { x.held = &bytes.Buffer{} }

// release sends what was held. That the client is gone by then is no error.
func (x *exchange) release() {
	body := x.held
	x.held = nil
	if x.status == 0 {
		x.status = http.StatusOK
	}
	x.ResponseWriter.WriteHeader(x.status)
	_, _ = x.ResponseWriter.Write(body.Bytes())
}

// drop forgets what was held, for another answer.
func (x *exchange) drop() { x.held, x.status = nil, 0 }

// tell adds a detail to the record in the audit log. It is never a secret.
func (x *exchange) tell(name, value string) {
	if x.note == nil {
		x.note = map[string]string{}
	}
	x.note[name] = value
}

type exchangeKey struct{}

// withExchange makes the exchange known to handlers that are given a context.
func withExchange(r *http.Request, x *exchange) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

func exchangeOf(ctx context.Context) *exchange { return ctx.Value(exchangeKey{}).(*exchange) }

// routeName is how the metrics call the route.
func (x *exchange) routeName() string {
	if x.route == nil {
		return "other"
	}
	return x.route.name()
}

// The headers of every answer: it is not kept, not guessed at, and does nothing
// if a browser shows it. The slices are shared and never changed.
var (
	noStore    = []string{"no-store"}
	noSniff    = []string{"nosniff"}
	noContent  = []string{"default-src 'none'; frame-ancestors 'none'"}
	sameOrigin = []string{"same-origin"}
	noReferrer = []string{"no-referrer"}
)

// strictTransport is for two years, as browsers ask for their lists.
var strictTransport = []string{"max-age=63072000"}

func setHeaders(h http.Header, r *http.Request, id string) {
	h[requestID] = []string{id}
	if r.TLS != nil && !isAddress(r.Host) {
		h["Strict-Transport-Security"] = strictTransport
	}
	h["Cache-Control"] = noStore
	h["X-Content-Type-Options"] = noSniff
	h["Content-Security-Policy"] = noContent
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Referrer-Policy"] = noReferrer
}

// isAddress tells whether a Host is an address, which no browser keeps to TLS.
func isAddress(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}
