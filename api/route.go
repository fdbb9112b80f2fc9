package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/limit"
)

// route is one row of the table of routes: a method at a path, who may call it,
// what it costs, and what answers.
type route struct {
	method, path string
	id           string // of the operation, in the OpenAPI document
	summary      string
	access       access
	scope        auth.Scope   // the right that it takes, where access is scoped
	quota        limit.Policy // that it counts against; none means that of reads
	lane         lane         // where its handler runs
	action       string       // what the audit log calls it; "" for what changes nothing
	secret       bool         // whether the answer holds a secret, which is never repeated
	match        bool         // whether If-Match must be given
	status       int          // of its first answer; 0 is 200, or 204 of an answer without a body
	handler      handler
	called       string // its name, once somebody has asked; the server does before it serves
}

// access says whom a route answers. The zero value answers those that have the
// route's scope, and a row without one is refused at the start.
type access uint8

const (
	scoped   access = iota // whoever has the scope
	signedIn               // whoever has a credential
	local                  // whoever is on this machine, else as signedIn
	public                 // anybody
)

// handler is what answers a route: mount registers it with the document, under
// an operation that says all that the table knows.
type handler interface {
	mount(s *Server, op huma.Operation) http.HandlerFunc
}

// typed is a handler whose input and output are structs, as huma reads, checks,
// writes and documents them.
type typed[I, O any] func(*Server, context.Context, *I) (*O, error)

func (t typed[I, O]) mount(s *Server, op huma.Operation) http.HandlerFunc {
	huma.Register(s.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := t(s, ctx, in)
		if err != nil {
			return nil, s.problemOf(exchangeOf(ctx), err)
		}
		return out, nil
	})
	return s.adapter.last
}

// adapter is a huma adapter that keeps the handler that was registered last, for
// its row of the table: the table is the only way to it.
type adapter struct{ last http.HandlerFunc }

// Handle implements [huma.Adapter].
func (a *adapter) Handle(op *huma.Operation, handle func(huma.Context)) {
	a.last = func(w http.ResponseWriter, r *http.Request) {
		handle(humago.NewContext(op, withExchange(r, w.(*exchange)), w))
	}
}

// ServeHTTP implements [huma.Adapter]; nobody calls it.
func (a *adapter) ServeHTTP(http.ResponseWriter, *http.Request) {}

// raw is a handler that writes its answer itself, whole and last: what is asked
// for often, and what is not JSON.
type raw struct {
	handle func(*Server, *exchange, *http.Request) error
	// answers says what it answers with, by status code: a value of the type that
	// is written as JSON, or the name of another media type.
	answers map[int]any
}

func (h raw) mount(s *Server, op huma.Operation) http.HandlerFunc {
	document := s.huma.OpenAPI()
	registry := document.Components.Schemas
	for _, status := range append(op.Errors, http.StatusUnprocessableEntity, http.StatusInternalServerError) {
		op.Responses[fmt.Sprint(status)] = problemAnswer(registry, status)
	}
	for status, of := range h.answers {
		op.Responses[fmt.Sprint(status)] = answerOf(registry, status, of)
	}
	document.AddOperation(&op)
	return func(w http.ResponseWriter, r *http.Request) {
		x := w.(*exchange)
		err := noQuery(r)
		if err == nil {
			err = h.handle(s, x, r)
		}
		if err != nil {
			s.refuse(x, err)
		}
	}
}

// noQuery refuses a query, which no raw handler reads; huma sees to the others.
func noQuery(r *http.Request) error {
	if r.URL.RawQuery != "" {
		return wrong("query", "this path takes none")
	}
	return nil
}

// resource is the routes of one path, by method.
type resource map[string]*mounted

// mounted is a route that answers.
type mounted struct {
	*route
	serve http.HandlerFunc
}

// mountRoutes registers every row of the table, and for all else the answer that
// nothing is there. A row that does not say whom it answers is an error.
func (s *Server) mountRoutes(rows []route) error {
	byPath := map[string]resource{}
	for i := range rows {
		row := &rows[i]
		if row.access == scoped && row.scope == 0 {
			return fmt.Errorf("%s declares no scope", row.name())
		}
		if byPath[row.path] == nil {
			byPath[row.path] = resource{}
		}
		byPath[row.path][row.method] = &mounted{row, row.handler.mount(s, row.operation())}
	}
	for path, res := range byPath {
		s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveResource(res, w.(*exchange), r) })
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.serveNothing(w.(*exchange), r) })
	return nil
}

// serveResource is the only way to a handler.
func (s *Server) serveResource(res resource, x *exchange, r *http.Request) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // net/http leaves the body out
	}
	found, ok := res[method]
	if !ok {
		x.Header().Set("Allow", res.allow())
		err := s.count(x, limit.Anonymous, limit.AddressKey(x.from))
		if err == nil {
			err = errMethod
		}
		s.refuse(x, err)
		return
	}
	x.route = found.route
	if err := s.serveRoute(found, x, r); err != nil {
		s.refuse(x, err)
	}
}

// serveNothing answers where no route is. It costs as much as a read, so that
// paths cannot be tried faster than those are.
func (s *Server) serveNothing(x *exchange, r *http.Request) {
	if err := s.count(x, limit.Anonymous, limit.AddressKey(x.from)); err != nil {
		s.refuse(x, err)
		return
	}
	if intrusion.IsScannerPath(r.URL.Path) {
		s.suspect(x, intrusion.ScannerPath, r.URL.Path)
	}
	s.refuse(x, errNoRoute)
}

// allow lists the methods for the header of that name.
func (res resource) allow() string {
	var methods []string
	for m := range res {
		methods = append(methods, m)
	}
	if res[http.MethodGet] != nil {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// name is how the metrics and the audit log call the route.
func (rt *route) name() string {
	if rt.called == "" {
		rt.called = rt.method + " " + rt.path
	}
	return rt.called
}
