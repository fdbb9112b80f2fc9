package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/spacetime-vr/spacetime/api/telemetry"
)

func init() {
	huma.ValidateStrictCasing = true // members are spelt as in the document
	huma.NewError = func(status int, message string, _ ...error) huma.StatusError {
		return &Problem{Status: status, Detail: message} // only its type is looked at
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
		x := exchangeOf(ctx.Context())
		return x.server.newProblem(x, status, message, errs)
	}
}

const apiDescription = `What operators and their tools ask and change while the program flies.

Times are RFC 3339 in UTC, lengths metres and angles radians unless a name says otherwise; vectors are on ICRF axes.
Errors are problems of RFC 9457. Every answer tells what is left of the caller's quota.`

// humaConfig switches off what huma would serve by itself: all there is stands in
// the table of routes.
func humaConfig() huma.Config {
	c := huma.DefaultConfig("SpaceTime VR", "1")
	c.Info.Description = apiDescription
	c.Info.Contact = &huma.Contact{Name: "SpaceTime VR", URL: "https://github.com/spacetime-vr/spacetime"}
	c.Info.License = &huma.License{Name: "MIT", Identifier: "MIT"}
	c.CreateHooks = nil // no $schema in answers: it would repeat the Host header
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.RejectUnknownQueryParameters = true
	c.Formats = map[string]huma.Format{"application/json": {Marshal: marshal, Unmarshal: json.Unmarshal}, "json": {Marshal: marshal, Unmarshal: json.Unmarshal}}
	c.Servers = []*huma.Server{{URL: "/", Description: "this program"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "An access token, or an API key."},
	}
	c.Tags = tags
	return c
}

// marshal writes JSON as it is meant for programs: no escapes for HTML.
func marshal(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// tags are the parts of the document, by what routes are about.
var tags = []*huma.Tag{
	{Name: "world", Description: "What is shown: scenes, time, camera, pictures."},
	{Name: "identity", Description: "Who may do what."},
	{Name: "operation", Description: "How the program does."},
	{Name: "security", Description: "What was done, and who is kept out."},
}

// operation is the row in the words of OpenAPI.
func (rt *route) operation() huma.Operation {
	op := huma.Operation{
		OperationID: rt.id, Method: rt.method, Path: rt.path, Summary: rt.summary, Description: rt.who() + " " + rt.cost(),
		Tags: []string{rt.tag()}, Parameters: rt.parameters(), Responses: map[string]*huma.Response{}, Errors: rt.errors(),
		MaxBodyBytes:  maxBody + 1, // huma takes less than that
		DefaultStatus: rt.status,
	}
	switch rt.access {
	case scoped:
		op.Extensions = map[string]any{"x-scope": rt.scope.String()} // security lists scopes for OAuth alone
		op.Security = []map[string][]string{{"bearer": {}}}
	case signedIn:
		op.Security = []map[string][]string{{"bearer": {}}}
	case local:
		op.Security = []map[string][]string{{}, {"bearer": {}}}
	case public:
		op.Security = []map[string][]string{{}}
	}
	return op
}

// answerOf describes an answer: a value's type as JSON, or a media type by name.
func answerOf(registry huma.Registry, status int, of any) *huma.Response {
	if of == nil {
		return &huma.Response{Description: http.StatusText(status)}
	}
	media, schema := "application/json", &huma.Schema{Type: huma.TypeString}
	if name, isName := of.(string); isName {
		media = name
	} else {
		schema = registry.Schema(reflect.TypeOf(of), true, "")
	}
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{media: {Schema: schema}}}
}

// problemAnswer describes the answer with a problem.
func problemAnswer(registry huma.Registry, status int) *huma.Response {
	schema := registry.Schema(reflect.TypeFor[Problem](), true, "")
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}}
}

// served is the document as it is served, made once.
type served struct{ json, yaml, page []byte }

func (s *Server) makeDocument() (served, error) {
	document := s.huma.OpenAPI()
	compact, err := json.Marshal(document)
	if err != nil {
		return served{}, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, compact, "", "  "); err != nil {
		return served{}, err
	}
	yaml, err := document.YAML()
	if err != nil {
		return served{}, err
	}
	page, err := makeDocs(document, s.rows)
	return served{append(indented.Bytes(), '\n'), yaml, page}, err
}

var (
	getOpenAPI     = document("application/json", func(d *served) []byte { return d.json })
	getOpenAPIYAML = document("application/yaml", func(d *served) []byte { return d.yaml })
	getAsyncAPI    = raw{(*Server).asyncAPI, map[int]any{http.StatusOK: "application/json"}}
	getDocs        = raw{(*Server).docs, map[int]any{http.StatusOK: "text/html"}}
)

// document answers with a part of what is served.
func document(media string, of func(*served) []byte) raw {
	return raw{func(s *Server, x *exchange, _ *http.Request) error {
		write(x, http.StatusOK, media, of(&s.documents))
		return nil
	}, map[int]any{http.StatusOK: media}}
}

// asyncAPI describes the telemetry as the OpenAPI document does the routes.
func (s *Server) asyncAPI(x *exchange, _ *http.Request) error {
	write(x, http.StatusOK, "application/json", telemetry.AsyncAPI())
	return nil
}

func (s *Server) docs(x *exchange, _ *http.Request) error {
	x.Header().Set("Content-Security-Policy", docsPolicy)
	write(x, http.StatusOK, "text/html; charset=utf-8", s.documents.page)
	return nil
}

// problemPage says what a kind of error means.
type problemPage struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
}

var getProblem = raw{(*Server).problemPage, map[int]any{http.StatusOK: problemPage{}}}

func (s *Server) problemPage(x *exchange, r *http.Request) error {
	for _, k := range append(slices.Clone(kinds), internal) {
		if k.slug == r.PathValue("slug") {
			return writeJSON(x, http.StatusOK, problemPage{k.problemType(), k.title, k.status})
		}
	}
	return errNotFound
}

// errors lists the status codes of what a row's checks and its handler refuse.
func (rt *route) errors() []int {
	codes := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusTooManyRequests}
	add := func(when bool, code ...int) {
		if when {
			codes = append(codes, code...)
		}
	}
	changes := rt.method != http.MethodGet
	frame := rt.tag() == "world" && changes || strings.HasPrefix(rt.path, screenshotsPath) // what waits for one
	add(rt.lane != health, http.StatusServiceUnavailable)
	add(changes, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	add(strings.Contains(rt.path, "{") || rt.id == "get-checkpoint", http.StatusNotFound)
	add(rt.match || changes && rt.tag() == "world", http.StatusPreconditionFailed)
	add(rt.match, http.StatusPreconditionRequired)
	add(frame, http.StatusGatewayTimeout)
	return codes
}

// parameters describes what stands in the path of a raw handler; huma does so for
// the others.
func (rt *route) parameters() (found []*huma.Param) {
	if _, ok := rt.handler.(raw); !ok {
		return nil
	}
	if rt.id == "get-logs" {
		found = append(found, &huma.Param{Name: lastEventID, In: "header", Description: "Goes on after the record of that id.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	for _, part := range strings.Split(rt.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			found = append(found, &huma.Param{Name: strings.TrimSuffix(name, "}"), In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
		}
	}
	return found
}
