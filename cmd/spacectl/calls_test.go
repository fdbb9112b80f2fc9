package main

import (
	"encoding"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// called is an operation without its types.
type called struct {
	id, method, path string
	sends, answers   reflect.Type
}

func (o operation[S, A]) called() called {
	return called{o.id, o.method, o.path, reflect.TypeFor[S](), reflect.TypeFor[A]()}
}

// allCalled are the operations of calls.go, which TestNothingElseIsCalled counts.
func allCalled() (all []called) {
	for _, o := range []interface{ called() called }{
		getLive, getReady, getVersion, getMetrics, getOpenAPI, getLogs, probeLimit,
		getState, getDisplay, getObject, listScenes, getScene, getCurrentScene, putScene, changeTime, changeCamera, createScreenshot, getScreenshot,
		createToken, pairAccount, logout, getSession, createPairing, listUsers, createUser, changeUser, deleteUser,
		listKeys, createKey, deleteKey, listSessions, deleteSession,
		listBans, createBan, deleteBan, listAlerts, getAllowlist, putAllowlist, listAudit, getCheckpoint, verifyAudit, createBackup, getCache, purgeCache,
	} {
		all = append(all, o.called())
	}
	return all
}

// document is what is read of the API's OpenAPI document.
type document struct {
	Paths      map[string]map[string]documented
	Components struct{ Schemas map[string]*schema }
}

type documented struct {
	OperationID string
	RequestBody struct{ Content map[string]media }
	Responses   map[string]struct{ Content map[string]media }
}

type media struct{ Schema *schema }

// schema is one of JSON. Type is a string, or several.
type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties any
}

func readDocument(t *testing.T) *document {
	t.Helper()
	text, err := os.ReadFile("../../api/openapi.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

// TestCallsAreDocumented holds every call to what the API says of itself.
func TestCallsAreDocumented(t *testing.T) {
	d := readDocument(t)
	for _, o := range allCalled() {
		for _, fault := range d.faults(&o) {
			t.Errorf("%s: %s", o.id, fault)
		}
	}
}

// faults is in what a call is not as documented.
func (d *document) faults(o *called) []string {
	is, ok := d.Paths[o.path][strings.ToLower(o.method)]
	if !ok || is.OperationID != o.id {
		return []string{fmt.Sprintf("%s %s is %q", o.method, o.path, is.OperationID)}
	}
	sent := is.RequestBody.Content["application/json"].Schema
	if sent != nil && o.sends == reflect.TypeFor[nothing]() {
		return []string{"request is missing"}
	}
	return append(d.unfit("request", o.sends, sent, true), d.unfit("answer", o.answers, is.answer(), false)...)
}

// answer is the JSON of success, nil where there is none.
func (is *documented) answer() *schema {
	for status, r := range is.Responses {
		if s := r.Content["application/json"].Schema; status[0] == '2' && s != nil {
			return s
		}
	}
	return nil
}

// unfit lists where a Go type is not as the schema. What is sent must have what is
// required even where it is empty.
func (d *document) unfit(where string, t reflect.Type, s *schema, sent bool) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeFor[nothing]() || t == reflect.TypeFor[raw]() {
		return nil
	}
	if s != nil && s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if s == nil {
		return []string{where + " is not documented"}
	}
	kind := kindOf(t)
	if !s.is(kind) {
		return []string{fmt.Sprintf("%s is %s (%v), documented is %v", where, kind, t, s.Type)}
	}
	switch {
	case kind == "array":
		return d.unfit(where+"[]", t.Elem(), s.Items, sent)
	case kind == "object" && t.Kind() == reflect.Struct:
		return d.unfitMembers(where, t, s, sent)
	}
	return nil
}

// is tells whether the schema has a kind of JSON.
func (s *schema) is(kind string) bool {
	several, _ := s.Type.([]any)
	return s.Type == kind || slices.Contains(several, any(kind))
}

func (d *document) unfitMembers(where string, t reflect.Type, s *schema, sent bool) (faults []string) {
	always := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue
		}
		at := where + "." + name
		if s.Properties[name] == nil {
			faults = append(faults, at+" is not documented")
			continue
		}
		always[name] = options == ""
		faults = append(faults, d.unfit(at, f.Type, s.Properties[name], sent)...)
	}
	for _, name := range s.Required {
		if sent && !always[name] {
			faults = append(faults, where+"."+name+" is required, and may be missing")
		}
	}
	return faults
}

// kindOf is what kind of JSON a Go type is written as.
func kindOf(t reflect.Type) string {
	switch {
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return "string"
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Marshaler]()):
		return "of its own"
	}
	switch k := t.Kind(); {
	case k == reflect.String, k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return "string"
	case k == reflect.Bool:
		return "boolean"
	case k >= reflect.Int && k <= reflect.Uint64:
		return "integer"
	case k == reflect.Float32 || k == reflect.Float64:
		return "number"
	case k == reflect.Slice || k == reflect.Array:
		return "array"
	}
	return "object"
}

// TestUndocumentedCalls: the comparison finds each kind of difference.
func TestUndocumentedCalls(t *testing.T) {
	d := readDocument(t)
	for _, tt := range []struct {
		call interface{ called() called }
		want string
	}{
		{operation[nothing, nothing]{"get-sate", "GET", "/api/v1/state"}, `GET /api/v1/state is "get-state"`},
		{operation[nothing, nothing]{"get-state", "PUT", "/api/v1/state"}, `PUT /api/v1/state is ""`},
		{operation[nothing, nothing]{"get-state", "GET", "/api/v1/stat"}, `GET /api/v1/stat is ""`},
		{operation[struct {
			Date int `json:"date"`
		}, nothing]{"change-time", "PATCH", "/api/v1/time"}, "request.date is integer (int), documented is string"},
		{operation[struct {
			When string `json:"when"`
		}, nothing]{"change-time", "PATCH", "/api/v1/time"}, "request.when is not documented"},
		{operation[struct {
			Name     string `json:"name"`
			Password string `json:"password"`
		}, nothing]{"create-user", "POST", "/api/v1/users"}, "request.role is required, and may be missing"},
		{operation[struct {
			Slug string `json:"slug,omitempty"`
		}, nothing]{"put-scene", "PUT", "/api/v1/scenes/current"}, "request.slug is required, and may be missing"},
		{operation[struct {
			Look struct {
				Fov string `json:"fow"`
			} `json:"look"`
		}, nothing]{"change-camera", "PATCH", "/api/v1/camera"}, "request.look.fow is not documented"},
		{operation[struct{}, nothing]{"get-state", "GET", "/api/v1/state"}, "request is not documented"},
		{operation[nothing, nothing]{"put-scene", "PUT", "/api/v1/scenes/current"}, "request is missing"},
		{operation[nothing, struct {
			Items []struct {
				Slug bool `json:"slug"`
			} `json:"items"`
		}]{"list-scenes", "GET", "/api/v1/scenes"}, "answer.items[].slug is boolean (bool), documented is string"},
		{operation[nothing, struct{}]{"get-metrics", "GET", "/metrics"}, "answer is not documented"},
	} {
		o := tt.call.called()
		if got := strings.Join(d.faults(&o), "; "); got != tt.want {
			t.Errorf("%s: %q, want %q", o.id, got, tt.want)
		}
	}
}

// TestNothingElseIsCalled: the API's paths are in calls.go alone, where the test
// above has all operations, and requests are made by the client alone.
func TestNothingElseIsCalled(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if file != "calls.go" && strings.Contains(string(text), `"/api/v1/`) {
			t.Errorf("%s has a path of its own", file)
		}
		if file != "client.go" && strings.Contains(string(text), "http.NewRequest") {
			t.Errorf("%s makes requests of its own", file)
		}
	}
	if n := operationsIn(t, "calls.go"); n != len(allCalled()) {
		t.Errorf("calls.go has %d operations, and the test %d", n, len(allCalled()))
	}
}

// operationsIn counts the literals of three elements, which operations alone are.
func operationsIn(t *testing.T, file string) (n int) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(node ast.Node) bool {
		if v, ok := node.(*ast.CompositeLit); ok && len(v.Elts) == 3 {
			n++
		}
		return true
	})
	return n
}
