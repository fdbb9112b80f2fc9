package api

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// route is one row of the table.
type route struct {
	method, pattern string
	public          bool // answers without a token
	handle          handler
}

// handler answers a request that may be answered. It writes nothing before it
// returns an error.
type handler func(*Server, http.ResponseWriter, *http.Request) error

// routes is all there is. The metrics count by its rows.
var routes = []route{
	{method: "GET", pattern: "/livez", public: true, handle: (*Server).getLive},
	{method: "GET", pattern: "/readyz", public: true, handle: (*Server).getReady},
	{method: "GET", pattern: "/version", public: true, handle: (*Server).getVersion},
	{method: "GET", pattern: "/metrics", handle: (*Server).getMetrics},
	{method: "GET", pattern: "/api/v1/state", handle: (*Server).getState},
	{method: "GET", pattern: "/api/v1/scenes", handle: (*Server).getScenes},
	{method: "PUT", pattern: "/api/v1/scenes/current", handle: (*Server).putScene},
	{method: "PATCH", pattern: "/api/v1/time", handle: (*Server).patchTime},
	{method: "PATCH", pattern: "/api/v1/camera", handle: (*Server).patchCamera},
	{method: "POST", pattern: screenshotsPath, handle: (*Server).postScreenshot},
	{method: "GET", pattern: screenshotsPath + "/{id}", handle: (*Server).getScreenshot},
}

// name is how the metrics call the route.
func (r route) name() string { return r.method + " " + r.pattern }

// resource is the routes of one pattern, by method.
type resource map[string]route

// newMux registers every route of the table, and for all else the answer that
// nothing is there.
func newMux(s *Server) *http.ServeMux {
	byPattern := map[string]resource{}
	for _, r := range routes {
		if byPattern[r.pattern] == nil {
			byPattern[r.pattern] = resource{}
		}
		byPattern[r.pattern][r.method] = r
	}
	mux := http.NewServeMux()
	for pattern, res := range byPattern {
		mux.HandleFunc(pattern, s.answering(func(w http.ResponseWriter, r *http.Request) error {
			return res.serve(s, w, r)
		}))
	}
	mux.HandleFunc("/", s.answering(func(http.ResponseWriter, *http.Request) error { return errNoRoute }))
	return mux
}

// serve is the only way to a handler.
func (res resource) serve(s *Server, w http.ResponseWriter, r *http.Request) error {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // net/http leaves the body out
	}
	found, ok := res[method]
	if !ok {
		w.Header().Set("Allow", res.allow())
		return errMethod
	}
	noteRoute(w, found.name())
	if !found.public {
		if err := s.authorise(w, r); err != nil {
			return err
		}
	}
	return found.handle(s, w, r)
}

// allow lists the methods for the header of that name.
func (res resource) allow() string {
	methods := slices.Collect(maps.Keys(res))
	if _, ok := res[http.MethodGet]; ok {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}
