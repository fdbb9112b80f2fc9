package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"runtime/debug"
)

// requestID is the header that names a request, in answers and in the log.
const requestID = "X-Request-Id"

var requestIDPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// requestIDOf takes the client's own id where it is fit to be logged.
func requestIDOf(r *http.Request) string {
	if id := r.Header.Get(requestID); requestIDPattern.MatchString(id) {
		return id
	}
	return rand.Text()
}

// setHeaders sets what every answer has: it is not kept, not guessed at, and
// does nothing if a browser shows it.
func setHeaders(h http.Header, id string) {
	h.Set(requestID, id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
}

// recorder remembers what the log and the metrics want of an answer.
type recorder struct {
	http.ResponseWriter
	route  string // of the table, or "other"
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// noteRoute tells the metrics which row of the table answers.
func noteRoute(w http.ResponseWriter, name string) {
	if rec, ok := w.(*recorder); ok {
		rec.route = name
	}
}

// recovered answers a request whose handler panicked. Answers are written whole
// and last, so none has begun.
func (s *Server) recovered(w http.ResponseWriter, r *http.Request, p any) {
	s.refuse(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}
