package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// breaks tells what in the OpenAPI document now would break a client that was
// written for the document before. What is added breaks nobody, but where the
// client would have to send it.
//
// It follows the document's own members, not its references: a schema that is
// used for requests and answers is held to both.
func breaks(before, now any) (found []string) {
	b, n := before.(map[string]any), now.(map[string]any)
	old, new := at(b, "paths"), at(n, "paths")
	for _, path := range sortedKeys(old) {
		for method, op := range old[path].(map[string]any) {
			name := strings.ToUpper(method) + " " + path
			after, ok := at(new, path)[method].(map[string]any)
			if !ok {
				found = append(found, name+" is gone")
				continue
			}
			found = append(found, operationBreaks(name, op.(map[string]any), after)...)
		}
	}
	schemas, after := at(b, "components", "schemas"), at(n, "components", "schemas")
	for _, name := range sortedKeys(schemas) {
		if after[name] == nil {
			found = append(found, "the schema "+name+" is gone")
			continue
		}
		found = append(found, schemaBreaks(name, schemas[name].(map[string]any), at(after, name))...)
	}
	return found
}

// operationBreaks compares an operation: its id, rights, parameters and answers.
func operationBreaks(name string, before, now map[string]any) (found []string) {
	for _, member := range []string{"operationId", "x-scope", "security"} {
		if fmt.Sprint(before[member]) != fmt.Sprint(now[member]) {
			found = append(found, fmt.Sprintf("%s: %s was %v and is %v", name, member, before[member], now[member]))
		}
	}
	was := parameters(before)
	for id, p := range parameters(now) {
		old, known := was[id]
		switch required := p["required"] == true; {
		case !known && required, known && required && old["required"] != true:
			found = append(found, name+": "+id+" must be given")
		case known:
			found = append(found, schemaBreaks(name+" "+id, at(old, "schema"), at(p, "schema"))...)
		}
		delete(was, id)
	}
	for id := range was {
		found = append(found, name+": "+id+" is gone")
	}
	for status, answer := range at(before, "responses") {
		after, ok := at(now, "responses")[status].(map[string]any)
		if !ok {
			found = append(found, name+": "+status+" is gone")
			continue
		}
		found = append(found, contentBreaks(name+" "+status, answer.(map[string]any), after)...)
	}
	if before["requestBody"] == nil && at(now, "requestBody")["required"] == true {
		found = append(found, name+": a body must be given")
	}
	return append(found, contentBreaks(name+" body", at(before, "requestBody"), at(now, "requestBody"))...)
}

func contentBreaks(name string, before, now map[string]any) (found []string) {
	for media, content := range at(before, "content") {
		after, ok := at(now, "content")[media].(map[string]any)
		if !ok {
			found = append(found, name+": "+media+" is gone")
			continue
		}
		found = append(found, schemaBreaks(name, at(content.(map[string]any), "schema"), at(after, "schema"))...)
	}
	return found
}

// schemaBreaks compares a schema: members, types, what must be there, and the
// values that are taken.
func schemaBreaks(name string, before, now map[string]any) (found []string) {
	for _, member := range []string{"$ref", "type", "format", "pattern"} {
		if fmt.Sprint(before[member]) != fmt.Sprint(now[member]) {
			found = append(found, fmt.Sprintf("%s: %s was %v and is %v", name, member, before[member], now[member]))
		}
	}
	for _, value := range list(before["enum"]) {
		if !slices.Contains(list(now["enum"]), value) && now["enum"] != nil {
			found = append(found, fmt.Sprintf("%s: %v is no value any more", name, value))
		}
	}
	if before["enum"] == nil && now["enum"] != nil {
		found = append(found, name+": takes listed values alone")
	}
	for _, required := range list(now["required"]) {
		if !slices.Contains(list(before["required"]), required) {
			found = append(found, fmt.Sprintf("%s: %v must be given", name, required))
		}
	}
	for _, required := range list(before["required"]) {
		if !slices.Contains(list(now["required"]), required) {
			found = append(found, fmt.Sprintf("%s: %v may be missing", name, required))
		}
	}
	found = append(found, boundBreaks(name, before, now)...)
	for member, schema := range at(before, "properties") {
		after, ok := at(now, "properties")[member].(map[string]any)
		if !ok {
			found = append(found, name+"."+member+" is gone")
			continue
		}
		found = append(found, schemaBreaks(name+"."+member, schema.(map[string]any), after)...)
	}
	if items := at(before, "items"); len(items) > 0 {
		found = append(found, schemaBreaks(name+"[]", items, at(now, "items"))...)
	}
	return found
}

// boundBreaks tells bounds that are narrower.
func boundBreaks(name string, before, now map[string]any) (found []string) {
	for bound, sign := range map[string]float64{"minimum": 1, "minLength": 1, "minItems": 1, "maximum": -1, "maxLength": -1, "maxItems": -1} {
		after, bounded := now[bound].(float64)
		old, was := before[bound].(float64)
		if bounded && (!was || sign*after > sign*old) {
			found = append(found, fmt.Sprintf("%s: %s is %v", name, bound, after))
		}
	}
	return found
}

// at goes down a document; what is not there is empty.
func at(v map[string]any, path ...string) map[string]any {
	for _, name := range path {
		v, _ = v[name].(map[string]any)
	}
	return v
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func parameters(op map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, p := range list(op["parameters"]) {
		p := p.(map[string]any)
		all[fmt.Sprintf("%v parameter %v", p["in"], p["name"])] = p
	}
	return all
}

// TestBreaks holds the comparison itself to changes of one document.
func TestBreaks(t *testing.T) {
	text := string(serve(t).documents.json)
	for _, tt := range []struct {
		name, old, new string
		want           string // part of what is told; "" for what breaks nobody
	}{
		{"as it is", "", "", ""},
		{"another text", `"summary": "The world now"`, `"summary": "The world as it is"`, ""},
		{"a member more", `"bookmarks": {`, `"stars": {"type": "integer"}, "bookmarks": {`, ""},
		{"an operation gone", `"/api/v1/xr": {`, `"/api/v1/display": {`, "GET /api/v1/xr is gone"},
		{"another id", `"operationId": "get-state"`, `"operationId": "state"`, "operationId was get-state"},
		{"a member gone", `"bookmarks": {`, `"marks": {`, "Scene.bookmarks is gone"},
		{"another type", `"missed": {
            "description": "Periods of the display that passed without a frame.",
            "format": "int64",`, `"missed": {
            "format": "int32",`, "Display.missed: format was int64"},
		{"another scope", `"x-scope": "state:read"`, `"x-scope": "users:read"`, "x-scope was state:read"},
		{"a value gone", `"refresh_token",
              "api_key"`, `"refresh_token"`, "api_key is no value any more"},
		{"a member that must be given", `"required": [
          "grant_type"
        ]`, `"required": ["grant_type", "name"]`, "name must be given"},
		{"fewer at once", `"maximum": 200`, `"maximum": 100`, "maximum is 100"},
		{"a kind of answer gone", `"image/png": {`, `"image/jpeg": {`, "image/png is gone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changed := strings.Replace(text, tt.old, tt.new, 1)
			if tt.old != "" && changed == text {
				t.Fatalf("the document does not hold %s", tt.old)
			}
			var before, now any
			if err := json.Unmarshal([]byte(text), &before); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(changed), &now); err != nil {
				t.Fatal(err)
			}
			got := strings.Join(breaks(before, now), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
