package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/spacetime-vr/spacetime/engine"
)

// The errors of the API itself; those of the engine are its own.
var (
	errMalformed     = errors.New("malformed request")
	errInvalid       = errors.New("invalid value")
	errTooLarge      = errors.New("the body is longer than 64 KiB")
	errMediaType     = errors.New("a body needs the header Content-Type: application/json, and no encoding")
	errForeignHost   = errors.New("foreign host")
	errForeignOrigin = errors.New("foreign origin")
	errUnauthorised  = errors.New("send the header Authorization: Bearer TOKEN; the token's file is named in runtime.json")
	errNoRoute       = errors.New("nothing is at this path")
	errMethod        = errors.New("this path does not know the method; the header Allow lists those it knows")
	errNoScreenshot  = errors.New("no such screenshot; only the last few are kept")
	errLate          = errors.New("no frame was drawn for the screenshot in time")
)

// kind is what an error is to a client.
type kind struct {
	err    error
	status int
	slug   string
	title  string
	retry  bool // whether the same request may do later
}

// kinds is the whole table, first match first. Text that does not come from it
// is never sent.
var kinds = []kind{
	{errMalformed, http.StatusBadRequest, "malformed", "Malformed request", false},
	{errUnauthorised, http.StatusUnauthorized, "unauthorised", "Token missing or wrong", false},
	{errForeignHost, http.StatusForbidden, "foreign-host", "Foreign host", false},
	{errForeignOrigin, http.StatusForbidden, "foreign-origin", "Foreign origin", false},
	{engine.ErrSceneNotAllowed, http.StatusForbidden, "scene-not-allowed", "Scene not allowed", false},
	{errNoRoute, http.StatusNotFound, "not-found", "Not found", false},
	{errNoScreenshot, http.StatusNotFound, "not-found", "Not found", false},
	{engine.ErrSceneUnknown, http.StatusNotFound, "scene-unknown", "Unknown scene", false},
	{errMethod, http.StatusMethodNotAllowed, "method-not-allowed", "Method not allowed", false},
	{engine.ErrStale, http.StatusPreconditionFailed, "stale", "The state has changed", false},
	{errTooLarge, http.StatusRequestEntityTooLarge, "too-large", "Body too large", false},
	{errMediaType, http.StatusUnsupportedMediaType, "media-type", "Not JSON", false},
	{errInvalid, http.StatusUnprocessableEntity, "invalid", "Invalid value", false},
	{engine.ErrInvalid, http.StatusUnprocessableEntity, "invalid", "Invalid value", false},
	{engine.ErrBusy, http.StatusServiceUnavailable, "busy", "Busy", true},
	{engine.ErrNoPicture, http.StatusServiceUnavailable, "no-picture", "No picture", true},
	{engine.ErrNoAnswer, http.StatusGatewayTimeout, "no-answer", "No frame took it in time", false},
	{errLate, http.StatusGatewayTimeout, "no-answer", "No frame took it in time", false},
}

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

// Problem is how every error is told, as application/problem+json.
//
// Source: RFC 9457.
type Problem struct {
	Type     string       `json:"type"` // "/problems/" and the kind
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail,omitempty"`
	Instance string       `json:"instance"` // "urn:request:" and the request's id, as in the log
	Errors   []FieldError `json:"errors,omitempty"`
}

// FieldError says what is wrong with one member of a body.
type FieldError struct {
	Location string `json:"location"` // such as "place.distance"
	Message  string `json:"message"`
}

// memberError is what is wrong with a member of a body.
type memberError struct {
	FieldError
	kind error // errMalformed or errInvalid
}

func (e *memberError) Error() string { return e.Location + ": " + e.Message }
func (e *memberError) Unwrap() error { return e.kind }

// answering makes a net/http handler of one that returns its error.
func (s *Server) answering(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			s.refuse(w, r, err)
		}
	}
}

// refuse answers with the problem that err is. What is internal goes to the log.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	k := kindOf(err)
	id := w.Header().Get(requestID)
	p := Problem{Type: "/problems/" + k.slug, Title: k.title, Status: k.status, Instance: "urn:request:" + id}
	if k.slug == internal.slug {
		s.log.Error("request failed", "request", id, "method", r.Method, "path", r.URL.Path, "cause", err)
	} else {
		p.Detail = err.Error()
	}
	var member *memberError
	if errors.As(err, &member) {
		p.Errors = []FieldError{member.FieldError}
	}
	if k.retry {
		w.Header().Set("Retry-After", "1")
	}
	body, _ := json.Marshal(p) // strings and numbers
	write(w, k.status, "application/problem+json", body)
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
