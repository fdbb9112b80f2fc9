package api

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"pgregory.net/rapid"

	"github.com/spacetime-vr/spacetime/scene"
)

// TestEveryOperation sends each operation what its schema describes, and what it
// nearly describes: it answers as documented, and never with a mistake of ours.
func TestEveryOperation(t *testing.T) {
	f := serve(t)
	document := f.huma.OpenAPI()
	for _, row := range routes() {
		op := operationOf(document, &row)
		t.Run(row.id, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				f.refill()
				path, body := row.path, ""
				query := url.Values{}
				for _, p := range op.Parameters {
					switch v := anyText(rt, p.Name, p.Schema); p.In {
					case "path":
						path = strings.Replace(path, "{"+p.Name+"}", url.PathEscape(v), 1)
					case "query":
						if rapid.Bool().Draw(rt, "give "+p.Name) {
							query.Set(p.Name, v)
						}
					}
				}
				if op.RequestBody != nil {
					data, err := json.Marshal(anyValue(rt, document, op.RequestBody.Content["application/json"].Schema, 0))
					if err != nil {
						rt.Fatal(err)
					}
					body = string(data)
				}
				if len(query) > 0 {
					path += "?" + query.Encode()
				}
				headers := []string{"If-Match", rapid.SampledFrom([]string{`"1"`, `"2"`, "*", "x", `"x"`}).Draw(rt, "If-Match")}
				w := f.as(t, "admin", row.method, path, body, headers...)
				answer := op.Responses[fmt.Sprint(w.Code)]
				media, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
				switch {
				case w.Code == 500:
					rt.Fatalf("%s %s: %s\n%s", path, body, w.Body, f.log)
				case answer == nil:
					rt.Fatalf("%s %s: %d is not documented: %s", path, body, w.Code, w.Body)
				case w.Body.Len() > 0 && answer.Content[media] == nil:
					rt.Fatalf("%s %s: %d is %s, which is not documented", path, body, w.Code, media)
				case strings.HasSuffix(media, "json") && !json.Valid(w.Body.Bytes()):
					rt.Fatalf("%s %s: %s", path, body, w.Body)
				}
				f.log.Reset()
			})
		})
	}
}

// anyText is a parameter: what its schema takes, or anything.
func anyText(t *rapid.T, name string, s *huma.Schema) string {
	if rapid.IntRange(0, 3).Draw(t, name+" is odd") == 0 {
		return rapid.StringN(1, 20, -1).Draw(t, name)
	}
	if s.Type == huma.TypeInteger {
		return fmt.Sprint(rapid.IntRange(-1, 201).Draw(t, name))
	}
	return rapid.StringMatching(`[a-z0-9][a-z0-9-]{0,8}`).Draw(t, name)
}

// anyValue is a value of a schema, or one that is wrong in one place in ten.
func anyValue(t *rapid.T, document *huma.OpenAPI, s *huma.Schema, depth int) any {
	if s.Ref != "" {
		s = document.Components.Schemas.SchemaFromRef(s.Ref)
	}
	if rapid.IntRange(0, 9).Draw(t, "wrong") == 0 || depth > 4 {
		return rapid.SampledFrom([]any{nil, true, -1, 1.5, "", "\u202e", []any{}, map[string]any{}, map[string]any{"x": nil}, 1e300, strings.Repeat("a", 2000)}).Draw(t, "any")
	}
	if len(s.Enum) > 0 {
		return rapid.SampledFrom(s.Enum).Draw(t, "enum")
	}
	switch s.Type {
	case huma.TypeObject:
		v := map[string]any{}
		for _, name := range sortedKeys(s.Properties) {
			if rapid.IntRange(0, 3).Draw(t, "give "+name) > 0 {
				v[name] = anyValue(t, document, s.Properties[name], depth+1)
			}
		}
		return v
	case huma.TypeArray:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			list = append(list, anyValue(t, document, s.Items, depth+1))
		}
		return list
	case huma.TypeInteger:
		return rapid.Int64().Draw(t, "integer")
	case huma.TypeNumber:
		return rapid.Float64Range(-1e12, 1e12).Draw(t, "number")
	case huma.TypeBoolean:
		return rapid.Bool().Draw(t, "boolean")
	}
	known := []string{"saturn", "moon", "mars", "100 km", "30deg", "now", "2026-11-22T00:00:00Z", "anna", "correct horse battery", "203.0.113.9", "zenith", "12345678"}
	return rapid.OneOf(rapid.SampledFrom(known), rapid.String()).Draw(t, "text")
}

// checkChange sends a body and checks what holds for every one: an answer of few
// kinds, in JSON, and never a command that would break the world.
func checkChange(t *testing.T, f *fixture, path string, body []byte) {
	t.Helper()
	f.engine.command = nil
	w := f.admin(t, "PATCH", path, string(body), "Content-Type", "application/json")
	if w.Code != 200 && w.Code != 400 && w.Code != 413 && w.Code != 415 && w.Code != 422 || !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%q: %d %s", body, w.Code, w.Body)
	}
	if w.Code != 200 {
		return
	}
	if !json.Valid(body) {
		t.Fatalf("%q is not JSON, and was taken", body)
	}
	before := f.engine.Engine.Snapshot().State
	after, err := scene.Apply(before, f.engine.command)
	if err != nil {
		t.Fatalf("%q: was taken, yet %v", body, err)
	}
	if n := after.Ship.Orientation.Len(); math.Abs(n-1) > 1e-9 {
		t.Errorf("%q: orientation of length %g", body, n)
	}
	if d := after.Ship.PositionM.Len(); math.IsNaN(d) || d > scene.MaxDistanceM*(1+1e-9) {
		t.Errorf("%q: %g m from %s", body, d, after.Ship.Frame)
	}
	if !after.Time().InRange() || !(math.Abs(after.Clock.Rate) <= scene.MaxRate) || !(after.FOVRad > 0 && after.FOVRad < math.Pi) {
		t.Errorf("%q: clock %+v, field of view %g", body, after.Clock, after.FOVRad)
	}
}

func FuzzTime(f *testing.F) {
	for _, body := range []string{
		`{"date":"2026-11-22T00:00:00Z","rate":-3600,"paused":true}`, `{"date":"now"}`, `{"date":"jd2451545.0"}`,
		`{"rate":1e7}`, `{"rate":1e-320}`, `{"rate":"1"}`, `{"paused":null}`, `{"rate":1,"rate":2}`, `{"ra\u0074e":1}`,
		`{"date":"2099-12-31T23:59:60Z"}`, `{`, `[]`, "\xef\xbb\xbf{}", `{"rate":1}{}`,
	} {
		f.Add([]byte(body))
	}
	fix := serve(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkChange(t, fix, "/api/v1/time", body) })
}

func FuzzCamera(f *testing.F) {
	for _, body := range []string{
		`{"place":{"body":"saturn","distance":"1.2e6 km","toward":"sun","angle":"30deg","position_angle":"-90°"}}`,
		`{"place":{"body":"moon","altitude":"110 km"},"look":{"target":"earth","up":"zenith","roll":"1rad","right":"-2deg","raise":"2deg","fov":"22deg"}}`,
		`{"look":{"ra":"101.287deg","dec":"-16.716deg","up":"pole"}}`, `{"look":{"target":"sun"}}`, `{"look":{"roll":"1e300rad"}}`,
		`{"place":{"body":"sun","distance":"1000au","angle":"180deg"}}`, `{"place":{"body":"pluto","distance":"inf km"}}`,
		`{"place":{},"look":{}}`, `{"place":{"body":"mars","distance":"1e308au"}}`, `{"look":null}`,
	} {
		f.Add([]byte(body))
	}
	fix := serve(f)
	f.Fuzz(func(t *testing.T, body []byte) { checkChange(t, fix, "/api/v1/camera", body) })
}

// FuzzCursor: only what was sealed opens, and as what it was.
func FuzzCursor(f *testing.F) {
	c := newCursors()
	sealed := map[string]string{}
	for _, after := range []string{"", "mars", "a\x00b", strings.Repeat("x", 300)} {
		sealed[c.seal("objects", after)] = after
		f.Add(c.seal("objects", after))
	}
	f.Add(c.seal("scenes", "mars"))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		after, err := c.open("objects", cursor)
		if was, ours := sealed[cursor]; cursor != "" && (err == nil) != ours || after != was {
			t.Errorf("%q opens as %q, %v", cursor, after, err)
		}
	})
}

// FuzzJSON: what passes the check is one JSON value to encoding/json too, and
// written anew it is the same to the check.
func FuzzJSON(f *testing.F) {
	for _, body := range []string{`{}`, `{"a":1,"a":2}`, `{"a":{"b":[1,2,{"c":null}]}}`, `[[[[]]]]`, `1e999`, `"\ud800"`, "\"\xff\"", `{} {}`, ``, `nul`, `{"a":`, `]`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		err := checkJSON(body)
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(string(body)))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%q passes, yet %v", body, err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("%q is more than one value", body)
		}
		again, err := json.Marshal(v)
		if err != nil || checkJSON(again) != nil {
			t.Fatalf("%q passes, %q does not: %v", body, again, err)
		}
		if fingerprint(body) != fingerprint(again) {
			t.Fatalf("%q and %q mean the same, and are told apart", body, again)
		}
	})
}

// FuzzCredential: nobody gets in with what was not given out.
func FuzzCredential(f *testing.F) {
	fix := serve(f)
	token := fix.token(f, "admin")
	parts := strings.Split(token, ".")
	for _, seed := range []string{"", "Bearer ", "Basic YTpi", "Bearer " + parts[0] + "." + parts[1] + ".", "Bearer eyJhbGciOiJub25lIn0." + parts[1] + ".", "Bearer stk_x", "bearer a b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		fix.refill()
		w := fix.ask("GET", "/api/v1/state", "", "Authorization", header)
		if strings.TrimSpace(header) != "Bearer "+token && w.Code != 401 {
			t.Errorf("%q: %d %s", header, w.Code, w.Body)
		}
		if len(header) > 20 && strings.Contains(w.Body.String(), header[8:]) {
			t.Errorf("%q is repeated", header)
		}
	})
}
