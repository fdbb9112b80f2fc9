package api

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	_ "embed"
)

//go:embed docs.css
var docsStyle string

//go:embed docs.html
var docsHTML string

var docsPage = template.Must(template.New("docs").Parse(docsHTML))

// docsPolicy lets a browser use the one style that the page has, and nothing else.
var docsPolicy = closedPolicy + "; style-src " + sourceOf(docsStyle)

// closedPolicy lets a page do nothing.
const closedPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// sourceOf is what a Content-Security-Policy calls a style or script in the page.
func sourceOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// docs is what the page tells.
type docs struct {
	Title, Description string
	Style              template.CSS
	Groups             []docsGroup
}

type docsGroup struct {
	Name, Description string
	Routes            []docsRoute
}

type docsRoute struct {
	ID, Method, Path, Summary, Who, Cost string
	Input, Output                        []docsMember
}

// docsMember is a parameter, or a member of a body.
type docsMember struct{ Name, In, Type, Text string }

// makeDocs writes the page for people.
func makeDocs(document *huma.OpenAPI, rows []route) ([]byte, error) {
	d := docs{Title: document.Info.Title + " API", Description: document.Info.Description, Style: template.CSS(docsStyle)}
	for _, tag := range document.Tags {
		group := docsGroup{Name: tag.Name, Description: tag.Description}
		for i := range rows {
			if rt := &rows[i]; rt.tag() == tag.Name {
				group.Routes = append(group.Routes, docsOf(document, rt))
			}
		}
		d.Groups = append(d.Groups, group)
	}
	var page bytes.Buffer
	err := docsPage.Execute(&page, d)
	return page.Bytes(), err
}

func docsOf(document *huma.OpenAPI, rt *route) docsRoute {
	op := operationOf(document, rt)
	d := docsRoute{ID: rt.id, Method: rt.method, Path: rt.path, Summary: rt.summary, Who: rt.who(), Cost: rt.cost()}
	for _, p := range op.Parameters {
		d.Input = append(d.Input, docsMember{p.Name, p.In, typeOf(p.Schema), p.Description})
	}
	if op.RequestBody != nil {
		d.Input = append(d.Input, docsMembers(document, op.RequestBody.Content["application/json"], "body")...)
	}
	if answer := op.Responses[strconv.Itoa(cmp.Or(op.DefaultStatus, http.StatusOK))]; answer != nil {
		d.Output = docsMembers(document, answer.Content["application/json"], "")
	}
	return d
}

// operationOf finds a row's operation in the document.
func operationOf(document *huma.OpenAPI, rt *route) *huma.Operation {
	item := document.Paths[rt.path]
	return map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[rt.method]
}

// docsMembers lists the members of a JSON body.
func docsMembers(document *huma.OpenAPI, media *huma.MediaType, in string) (members []docsMember) {
	if media == nil || media.Schema == nil {
		return nil
	}
	schema := media.Schema
	if schema.Ref != "" {
		schema = document.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		p := schema.Properties[name]
		members = append(members, docsMember{name, in, typeOf(p), p.Description})
	}
	return members
}

func typeOf(s *huma.Schema) string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Items != nil:
		return "list of " + typeOf(s.Items)
	}
	return s.Type
}

// tag is the part of the document that a row belongs to.
func (rt *route) tag() string {
	part, _, _ := strings.Cut(strings.TrimPrefix(rt.path, "/api/v1/"), "/")
	switch part {
	case "auth", "sessions", "users", "api-keys":
		return "identity"
	case "audit", "security", "scene-allowlist":
		return "security"
	case "state", "xr", "scenes", "objects", "time", "camera", "screenshots":
		return "world"
	}
	return "operation"
}

// who says whom the row answers.
func (rt *route) who() string {
	switch rt.access {
	case public:
		return "Answers anybody."
	case local:
		return "Answers anybody on this machine, and others with a credential."
	case signedIn:
		return "Needs a credential."
	}
	return "Needs the scope " + rt.scope.String() + "."
}

// cost says what a request counts against.
func (rt *route) cost() string {
	if rt.lane == health {
		return "Does not count against a quota."
	}
	p := rt.policy()
	return "Counts against the quota " + p.String() + "."
}
