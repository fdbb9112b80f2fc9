package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"os"
	slashed "path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// uncalled are the operations of the API that no command asks for, or only in tests
// with a real server, which refuses what is wrong; and why.
var uncalled = map[string]string{
	"create-pairing-code": "of a real server",
	"get-cache":           "of a real server",
	"get-session":         "of a real server",
	"logout":              "of a real server",
	"pair":                "of a real server",

	"create-ticket":    "for browsers, which cannot send a token to telemetry",
	"get-asyncapi":     "for generators of clients",
	"get-docs":         "for browsers",
	"get-keys":         "for servers that check tokens of this one",
	"get-openapi-yaml": "as get-openapi",
	"get-pair":         "for browsers",
	"get-problem":      "for who reads a problem",
	"get-started":      "for supervisors; ready tells more",
	"get-time":         "in the state",
	"get-camera":       "in the state",
	"get-user":         "in the list",
	"list-objects":     "object by object",
}

// TestMain holds what the tests had spacectl ask, and what they answered in the
// program's stead, to the API's document: spacectl is the client of that document.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	for _, problem := range slices.Sorted(maps.Keys(theContract.wrong)) {
		fmt.Println("contract:", problem)
		code = 1
	}
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		for _, o := range theContract.operations {
			if _, left := uncalled[o.ID]; left == theContract.asked[o.ID] {
				fmt.Printf("contract: %s is asked for in a test: %t; is in uncalled: %t\n", o.ID, !left, left)
				code = 1
			}
		}
	}
	os.Exit(code)
}

// contract is the API's document, and what was found to be against it.
type contract struct {
	operations []operation
	schemas    map[string]*schema

	mu    sync.Mutex
	asked map[string]bool // by operation id
	wrong map[string]bool
}

type operation struct {
	ID           string `json:"operationId"`
	method, path string
	Parameters   []struct{ Name, In string }
	RequestBody  struct{ Content map[string]media }
	Responses    map[string]struct{ Content map[string]media }
}

type media struct{ Schema *schema }

// schema is as much of JSON Schema as huma writes.
type schema struct {
	Ref                  string `json:"$ref"`
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties any
}

var theContract = readContract()

func readContract() *contract {
	data, err := os.ReadFile("../../api/openapi.golden.json")
	if err != nil {
		panic(err)
	}
	var document struct {
		Paths      map[string]map[string]operation
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(data, &document); err != nil {
		panic(err)
	}
	c := &contract{schemas: document.Components.Schemas, asked: map[string]bool{}, wrong: map[string]bool{}}
	for path, methods := range document.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			c.operations = append(c.operations, o)
		}
	}
	return c
}

// request holds what is asked to the document.
func (c *contract) request(r *http.Request, body []byte) {
	if strings.Contains(r.URL.Path, "nothing-is-here") {
		return // asked to see the 404
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.find(r)
	if o == nil {
		c.wrong[fmt.Sprintf("%s %s is no operation", r.Method, r.URL.Path)] = true
		return
	}
	c.asked[o.ID] = true
	for name := range r.URL.Query() {
		if !o.has(name, "query") {
			c.wrong[fmt.Sprintf("%s has no parameter %q", o.ID, name)] = true
		}
	}
	if r.Header.Get("If-Match") != "" && !o.has("If-Match", "header") {
		c.wrong[o.ID+" knows no If-Match"] = true
	}
	takes := o.RequestBody.Content["application/json"].Schema
	if (takes != nil) != (len(body) > 0) {
		c.wrong[fmt.Sprintf("%s takes a body: %t", o.ID, takes != nil)] = true
	} else if takes != nil {
		c.compare(o.ID+"'s request", takes, body, true)
	}
}

// answer holds a test's answer to the document: it may leave out what does not
// matter there, and has nothing that the program would not say.
func (c *contract) answer(r *http.Request, status int, body string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if o := c.find(r); o != nil && json.Valid([]byte(body)) {
		if gives := o.Responses[fmt.Sprint(status)].Content["application/json"].Schema; gives != nil {
			c.compare(o.ID+"'s answer", gives, []byte(body), false)
		}
	}
}

// find returns the operation of a request; a path that is written out comes before
// one with a parameter.
func (c *contract) find(r *http.Request) (found *operation) {
	for i := range c.operations {
		o := &c.operations[i]
		pattern := o.path
		for _, p := range o.Parameters {
			pattern = strings.ReplaceAll(pattern, "{"+p.Name+"}", "*")
		}
		if ok, _ := slashed.Match(pattern, r.URL.EscapedPath()); ok && o.method == r.Method && (found == nil || !strings.Contains(pattern, "*")) {
			found = o
		}
	}
	return found
}

func (o *operation) has(name, in string) bool {
	return slices.ContainsFunc(o.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == in })
}

// compare wants every member to be one of the schema's and, where all of it is
// there, those that must be.
func (c *contract) compare(what string, s *schema, text []byte, whole bool) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		c.wrong[what+" is no JSON"] = true
		return
	}
	c.match(what, s, v, whole)
}

func (c *contract) match(what string, s *schema, v any, whole bool) {
	if name, isRef := strings.CutPrefix(s.Ref, "#/components/schemas/"); isRef {
		s = c.schemas[name]
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if s.Items != nil {
				c.match(what, s.Items, item, whole)
			}
		}
	case map[string]any:
		if s.Properties == nil {
			return
		}
		for name, member := range v {
			if of := s.Properties[name]; of != nil {
				c.match(what+"."+name, of, member, whole)
			} else {
				c.wrong[fmt.Sprintf("%s has no member %q", what, name)] = true
			}
		}
		for _, name := range s.Required {
			if _, ok := v[name]; whole && !ok {
				c.wrong[fmt.Sprintf("%s lacks %q", what, name)] = true
			}
		}
	}
}
