package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
)

// The errors of the API itself; those of the engine and of the packages below are
// their own.
var (
	errMalformed     = errors.New("malformed request")
	errInvalid       = errors.New("invalid value")
	errTooLarge      = errors.New("the body is longer than 64 KiB")
	errMediaType     = errors.New("a body needs the header Content-Type: application/json (or application/merge-patch+json for PATCH), and no encoding")
	errForeignHost   = errors.New("foreign host")
	errForeignOrigin = errors.New("foreign origin")
	errUnauthorised  = errors.New("send the header Authorization: Bearer TOKEN with a token or an API key that is valid now")
	errScope         = errors.New("the credential lacks a scope")
	errNoRoute       = errors.New("nothing is at this path")
	errNotFound      = errors.New("nothing of that name")
	errMethod        = errors.New("this path does not know the method; the header Allow lists those it knows")
	errScene         = errors.New("that scene may not be shown here; GET /api/v1/scenes lists those that may")
	errSceneFile     = errors.New("the program has read another file for that scene; GET /api/v1/scenes tells its sha256")
	errNoSession     = errors.New("an API key has no session to end; remove the key instead")
	errNoScreenshot  = errors.New("no such screenshot; only the last few are kept")
	errLate          = errors.New("no frame was drawn for the screenshot in time")
	errQuota         = errors.New("too many requests")
	errSaturated     = errors.New("more is asked than the frame can spare now")
	errMatchMissing  = errors.New("this change needs the header If-Match with the ETag of what it changes")
	errStale         = errors.New("it has changed since; the header ETag tells what it is now")
	errAudit         = errors.New("the audit log cannot be written, so nothing may change")
	errStore         = errors.New("the database cannot be written, so nothing may change")
	errKeyMalformed  = errors.New("Idempotency-Key is 16 to 64 letters, digits, dashes and underscores")
	errKeySecret     = errors.New("what answers with a secret is not repeated; leave Idempotency-Key out")
	errKeyReused     = errors.New("this Idempotency-Key was used for another request")
	errKeyRunning    = errors.New("the first request with this Idempotency-Key is still running")
	errCursor        = errors.New("the cursor is not one of this list")
)

// kind is what an error is to a client.
type kind struct {
	err    error
	status int
	slug   string
	title  string
	retry  bool              // whether the same request may do later
	sign   *intrusion.Signal // what it is a sign of; nil for nothing
}

// kinds is the whole table, first match first. Text that does not come from it
// is never sent.
var kinds = []kind{
	{err: errCursor, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: errKeyMalformed, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: errKeySecret, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: errMalformed, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request", sign: new(intrusion.Malformed)},
	{err: errLogin, status: http.StatusUnauthorized, slug: "unauthorised", title: "Credential missing or wrong", sign: new(intrusion.BadCredentials)},
	{err: telemetry.ErrUnauthorised, status: http.StatusUnauthorized, slug: "unauthorised", title: "Credential missing or wrong"},
	{err: telemetry.ErrHandshake, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: telemetry.ErrProtocol, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: telemetry.ErrQuery, status: http.StatusBadRequest, slug: "malformed", title: "Malformed request"},
	{err: telemetry.ErrForbidden, status: http.StatusForbidden, slug: "insufficient-scope", title: "Not among the caller's rights"},
	{err: telemetry.ErrBusy, status: http.StatusServiceUnavailable, slug: reducedCapacity, title: "Busy", retry: true},
	{err: errUnauthorised, status: http.StatusUnauthorized, slug: "unauthorised", title: "Credential missing or wrong"},
	{err: errForeignOrigin, status: http.StatusForbidden, slug: "foreign-origin", title: "Foreign origin", sign: new(intrusion.BadHost)},
	{err: errScope, status: http.StatusForbidden, slug: "insufficient-scope", title: "Not among the caller's rights", sign: new(intrusion.ScopeProbing)},
	{err: errScene, status: http.StatusForbidden, slug: "scene-not-allowed", title: "Scene not allowed"},
	{err: errSceneFile, status: http.StatusConflict, slug: "scene-differs", title: "Another scene file"},
	{err: errNoRoute, status: http.StatusNotFound, slug: "not-found", title: "Not found"},
	{err: errNotFound, status: http.StatusNotFound, slug: "not-found", title: "Not found"},
	{err: errNoScreenshot, status: http.StatusNotFound, slug: "not-found", title: "Not found"},
	{err: errMethod, status: http.StatusMethodNotAllowed, slug: "method-not-allowed", title: "Method not allowed"},
	{err: auth.ErrLastAdmin, status: http.StatusConflict, slug: "conflict", title: "Not as things are"},
	{err: store.ErrExists, status: http.StatusConflict, slug: "conflict", title: "Not as things are"},
	{err: errNoSession, status: http.StatusConflict, slug: "conflict", title: "Not as things are"},
	{err: errKeyRunning, status: http.StatusConflict, slug: "still-running", title: "Still running", retry: true},
	{err: errStale, status: http.StatusPreconditionFailed, slug: "stale", title: "It has changed"},
	{err: engine.ErrStale, status: http.StatusPreconditionFailed, slug: "stale", title: "It has changed"},
	{err: errTooLarge, status: http.StatusRequestEntityTooLarge, slug: "too-large", title: "Body too large", sign: new(intrusion.Malformed)},
	{err: errMediaType, status: http.StatusUnsupportedMediaType, slug: "media-type", title: "Not JSON"},
	{err: errForeignHost, status: http.StatusMisdirectedRequest, slug: "foreign-host", title: "Foreign host", sign: new(intrusion.BadHost)},
	{err: errKeyReused, status: http.StatusUnprocessableEntity, slug: "key-reused", title: "Idempotency-Key used before"},
	{err: errInvalid, status: http.StatusUnprocessableEntity, slug: "invalid", title: "Invalid value"},
	{err: engine.ErrInvalid, status: http.StatusUnprocessableEntity, slug: "invalid", title: "Invalid value"},
	{err: auth.ErrValue, status: http.StatusUnprocessableEntity, slug: "invalid", title: "Invalid value"},
	{err: errMatchMissing, status: http.StatusPreconditionRequired, slug: "match-missing", title: "If-Match missing"},
	{err: errQuota, status: http.StatusTooManyRequests, slug: quotaExceeded, title: "Too many requests", retry: true},
	{err: auth.ErrThrottled, status: http.StatusTooManyRequests, slug: quotaExceeded, title: "Too many requests", retry: true},
	{err: errSaturated, status: http.StatusServiceUnavailable, slug: reducedCapacity, title: "Busy", retry: true},
	{err: auth.ErrBusy, status: http.StatusServiceUnavailable, slug: reducedCapacity, title: "Busy", retry: true},
	{err: engine.ErrBusy, status: http.StatusServiceUnavailable, slug: reducedCapacity, title: "Busy", retry: true},
	{err: errAudit, status: http.StatusServiceUnavailable, slug: "read-only", title: "Nothing may change now", retry: true},
	{err: errStore, status: http.StatusServiceUnavailable, slug: "read-only", title: "Nothing may change now", retry: true},
	{err: engine.ErrNoPicture, status: http.StatusServiceUnavailable, slug: "no-picture", title: "No picture", retry: true},
	{err: engine.ErrNoAnswer, status: http.StatusGatewayTimeout, slug: "no-answer", title: "No frame took it in time"},
	{err: errLate, status: http.StatusGatewayTimeout, slug: "no-answer", title: "No frame took it in time"},
}

// The two problem types that have a registered meaning.
//
// Source: draft-ietf-httpapi-ratelimit-headers, section on problem types.
const (
	ianaTypes       = "https://iana.org/assignments/http-problem-types#"
	quotaExceeded   = ianaTypes + "quota-exceeded"
	reducedCapacity = ianaTypes + "temporary-reduced-capacity"
)

// internal is the kind of all that the table does not know: a mistake of ours,
// of which the client sees nothing and the log everything.
var internal = kind{status: http.StatusInternalServerError, slug: "internal", title: "Internal error"}

func kindOf(err error) kind {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k
		}
	}
	return internal
}

// problemType is the URI of a kind: the server's own page about it, or IANA's.
func (k kind) problemType() string {
	if strings.HasPrefix(k.slug, ianaTypes) {
		return k.slug
	}
	return "/problems/" + k.slug
}

// Problem is how every error is told, as application/problem+json.
//
// Source: RFC 9457.
type Problem struct {
	Type     string       `json:"type" example:"/problems/stale" doc:"What kind of error; the page says more."`
	Title    string       `json:"title" example:"It has changed" doc:"The kind in words."`
	Status   int          `json:"status" example:"412" doc:"The status code again."`
	Detail   string       `json:"detail,omitempty" doc:"What is wrong here."`
	Instance string       `json:"instance" example:"urn:request:K3BZ7A2M" doc:"The request's id, as in the log."`
	Errors   []FieldError `json:"errors,omitempty" doc:"What is wrong with single members."`
	Violated []string     `json:"violated-policies,omitempty" doc:"The quotas that are used up."`
}

// FieldError says what is wrong with one member of a request.
type FieldError struct {
	Location string `json:"location" example:"body.place.distance"`
	Message  string `json:"message" example:"expected string"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements [huma.StatusError].
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements [huma.ContentTypeFilter].
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// memberError is what is wrong with members of a request.
type memberError struct{ fields []FieldError }

func (e *memberError) Error() string { return e.fields[0].Location + ": " + e.fields[0].Message }
func (e *memberError) Unwrap() error { return errInvalid }

// wrong says what is wrong with one member.
func wrong(at, message string) error { return &memberError{[]FieldError{{at, message}}} }

// problemOf turns an error into what the client is told, and tells everybody else
// who wants to know: the log of what is internal, the intrusion detection of what
// is a sign.
func (s *Server) problemOf(x *exchange, err error) *Problem {
	k := kindOf(err)
	p := &Problem{Type: k.problemType(), Title: k.title, Status: k.status, Instance: "urn:request:" + x.id}
	if k.slug == internal.slug {
		s.log.Error("request failed", "request", x.id, "route", x.routeName(), "cause", err)
	} else {
		p.Detail = err.Error()
	}
	var member *memberError
	if errors.As(err, &member) {
		p.Errors = member.fields
	}
	var quota *quotaError
	if errors.As(err, &quota) {
		p.Violated = []string{quota.policy}
	}
	if k.retry && x.Header().Get("Retry-After") == "" {
		x.Header().Set("Retry-After", retryAfter(err))
	}
	if k.status == http.StatusUnauthorized {
		x.Header().Set("WWW-Authenticate", challenge(x))
	}
	x.slug = strings.TrimPrefix(k.slug, ianaTypes)
	if errors.Is(err, auth.ErrThrottled) {
		s.log.Warn("passwords are guessed", "address", x.from)
		s.alert(Alert{Kind: "signal", Address: x.from.String(), Reason: "passwords guessed", Monitored: true})
	}
	if k.sign != nil {
		s.suspect(x, *k.sign, p.Detail)
	}
	if p.Type == quotaExceeded || p.Type == reducedCapacity {
		s.pause(holdBack)
	}
	return p
}

// retryAfter is how many seconds to wait, where the error does not say: until the
// next moment.
func retryAfter(err error) string {
	var throttled *auth.ThrottledError
	if errors.As(err, &throttled) {
		return strconv.Itoa(int(math.Ceil(throttled.RetryAfter.Seconds())))
	}
	return "1"
}

// challenge says what credential is wanted, as RFC 6750 has it.
func challenge(x *exchange) string {
	if x.credential {
		return `Bearer realm="spacetime", error="invalid_token"`
	}
	return `Bearer realm="spacetime"`
}

// holdBack is how long a refusal waits that says "too much": a client that asks
// on and on then costs its connection and nothing else. At once it could be
// refused tens of thousands of times a second, which takes the frame's cores.
const holdBack = 100 * time.Millisecond

// refuse answers with the problem that err is.
func (s *Server) refuse(x *exchange, err error) {
	p := s.problemOf(x, err)
	body, _ := json.Marshal(p) // strings and numbers
	write(x, p.Status, "application/problem+json", body)
}

// newProblem is what huma calls for what it finds wrong itself. It never repeats
// the value that was sent, which may be a secret.
func (s *Server) newProblem(x *exchange, status int, message string, errs []error) huma.StatusError {
	switch status {
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return s.problemOf(x, validationError(message, errs))
	case http.StatusRequestEntityTooLarge:
		return s.problemOf(x, errTooLarge)
	}
	return s.problemOf(x, fmt.Errorf("%d %s: %w", status, message, errors.Join(errs...)))
}

func validationError(message string, errs []error) error {
	var fields []FieldError
	for _, err := range errs {
		var detailed huma.ErrorDetailer
		if errors.As(err, &detailed) {
			d := detailed.ErrorDetail()
			fields = append(fields, FieldError{d.Location, d.Message})
		}
	}
	if len(fields) == 0 {
		return fmt.Errorf("%w: %s", errMalformed, message)
	}
	return &memberError{fields}
}

// write sends a whole answer. That the client is gone by then is no error.
func write(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// writeJSON sends v.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err == nil {
		write(w, status, "application/json", body)
	}
	return err
}
