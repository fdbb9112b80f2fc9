package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"github.com/spacetime-vr/spacetime/api/auth"
)

var update = flag.Bool("update", false, "write api/openapi.golden.json anew")

const goldenFile = "openapi.golden.json"

// operations lists what a document has, by route.
func operations(document *huma.OpenAPI) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range document.Paths {
		for method, op := range map[string]*huma.Operation{
			"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete, "HEAD": item.Head, "OPTIONS": item.Options, "TRACE": item.Trace,
		} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

// TestDocumentIsOfTheRoutes: it has an operation for every route, and no other.
func TestDocumentIsOfTheRoutes(t *testing.T) {
	documented := operations(serve(t).huma.OpenAPI())
	for _, row := range routes() {
		if documented[row.name()] == nil {
			t.Errorf("%s is not documented", row.name())
		}
		delete(documented, row.name())
	}
	for name := range documented {
		t.Errorf("%s is documented, and not there", name)
	}
}

var kebab = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// TestOperationsAreWhole: every operation says what it is, who may, and what goes
// wrong.
func TestOperationsAreWhole(t *testing.T) {
	f := serve(t)
	ids := map[string]bool{}
	for name, op := range operations(f.huma.OpenAPI()) {
		if !kebab.MatchString(op.OperationID) || ids[op.OperationID] {
			t.Errorf("%s: id %q", name, op.OperationID)
		}
		ids[op.OperationID] = true
		if op.Summary == "" || op.Description == "" || len(op.Tags) != 1 || op.Security == nil {
			t.Errorf("%s: summary %q, description %q, tags %q, security %v", name, op.Summary, op.Description, op.Tags, op.Security)
		}
		refusals := 0
		for status, answer := range op.Responses {
			if answer.Description == "" {
				t.Errorf("%s: %s is not described", name, status)
			}
			if status[0] != '4' {
				continue
			}
			refusals++
			if answer.Content["application/problem+json"] == nil {
				t.Errorf("%s: %s is no problem", name, status)
			}
		}
		if refusals == 0 {
			t.Errorf("%s is never refused", name)
		}
	}
}

// TestDocumentTellsTheScope of every route, as the table of rights has it.
func TestDocumentTellsTheScope(t *testing.T) {
	documented := operations(serve(t).huma.OpenAPI())
	for _, row := range rights {
		op := documented[row.route]
		scope, _ := op.Extensions["x-scope"].(string)
		if scope != row.scope || row.scope != "" && !strings.Contains(op.Description, row.scope) {
			t.Errorf("%s: tells the scope %q, want %q: %s", row.route, scope, row.scope, op.Description)
		}
		open := slices.ContainsFunc(op.Security, func(s map[string][]string) bool { return len(s) == 0 })
		if want := strings.ContainsRune(row.allowed, nobodyHere); open != want {
			t.Errorf("%s: open to nobody %t, want %t", row.route, open, want)
		}
	}
}

// TestGolden: the document is what the repository says it is. After a change that
// is meant, run go test ./api -run TestGolden -update.
func TestGolden(t *testing.T) {
	got := serve(t).documents.json
	if *update {
		if err := os.WriteFile(goldenFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, golden) {
		return
	}
	var before, now any
	if err := json.Unmarshal(golden, &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &now); err != nil {
		t.Fatal(err)
	}
	for _, broken := range breaks(before, now) {
		t.Errorf("breaks clients: %s", broken)
	}
	t.Error("the document is not the golden one")
}

// TestDocumentIsServed, to this machine, in both forms and to be read.
func TestDocumentIsServed(t *testing.T) {
	f := serve(t)
	for path, media := range map[string]string{
		"/api/v1/openapi.json": "application/json", "/api/v1/openapi.yaml": "application/yaml", "/docs": "text/html; charset=utf-8",
	} {
		w := f.ask("GET", path, "")
		if w.Code != 200 || w.Header().Get("Content-Type") != media || !strings.Contains(w.Body.String(), "SpaceTime VR") {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// TestDocsAreWhole: the page tells of every route, loads nothing from anywhere
// and runs nothing.
func TestDocsAreWhole(t *testing.T) {
	f := serve(t)
	w := f.ask("GET", "/docs", "")
	page := w.Body.String()
	for _, row := range routes() {
		if !strings.Contains(page, row.path) || !strings.Contains(page, `id="`+row.id+`"`) {
			t.Errorf("%s is not on the page", row.name())
		}
	}
	for _, no := range []string{"<script", "http://", "@import", "url(", "<iframe", "<img", "onload="} {
		if strings.Contains(page, no) {
			t.Errorf("the page holds %s", no)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "; style-src 'sha256-") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %s", policy)
	}
}

// TestProblemPages: every kind of error has its page.
func TestProblemPages(t *testing.T) {
	f := serve(t)
	for _, k := range append(slices.Clone(kinds), internal) {
		f.refill()
		if strings.HasPrefix(k.slug, ianaTypes) {
			continue
		}
		got := want[problemPage](t, f.ask("GET", k.problemType(), ""), 200)
		if got.Title != k.title || got.Status != k.status || got.Type != "/problems/"+k.slug {
			t.Errorf("%s: %+v", k.slug, got)
		}
	}
	wantProblem(t, f.ask("GET", "/problems/unheard-of", ""), 404, "not-found")
}

// TestNoSchemaInAnswers: answers do not repeat the Host header.
func TestNoSchemaInAnswers(t *testing.T) {
	f := serve(t)
	w := f.as(t, auth.Viewer, "GET", "/api/v1/time", "", "Host", "localhost:8080")
	if w.Code != 200 || strings.Contains(w.Body.String(), "$schema") || strings.Contains(w.Body.String(), "localhost") || w.Header().Get("Link") != "" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
