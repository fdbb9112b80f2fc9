package api

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/audit"
)

// TestPages walks a list page by page, whatever their length: everything comes
// once, in order.
func TestPages(t *testing.T) {
	f := serve(t)
	whole := want[Page[Object]](t, f.admin(t, "GET", "/api/v1/objects?limit=200", ""), 200)
	if len(whole.Items) < 10 || whole.Next != "" {
		t.Fatalf("%d objects, next %q", len(whole.Items), whole.Next)
	}
	for _, limit := range []int{1, 2, 3, 7, len(whole.Items) - 1, len(whole.Items), 200} {
		var all []Object
		path := fmt.Sprintf("/api/v1/objects?limit=%d", limit)
		for pages := 0; ; pages++ {
			w := f.admin(t, "GET", path, "")
			p := want[Page[Object]](t, w, 200)
			all = append(all, p.Items...)
			link := w.Header().Get("Link")
			if p.Next == "" {
				if link != "" {
					t.Errorf("the last page links to %s", link)
				}
				break
			}
			if len(p.Items) != limit || link != fmt.Sprintf(`<?limit=%d&cursor=%s>; rel="next"`, limit, p.Next) || pages > len(whole.Items) {
				t.Fatalf("limit %d: %d items, Link %s", limit, len(p.Items), link)
			}
			path = fmt.Sprintf("/api/v1/objects?limit=%d&cursor=%s", limit, p.Next)
		}
		if fmt.Sprint(all) != fmt.Sprint(whole.Items) {
			t.Errorf("limit %d: %d items, or in another order", limit, len(all))
		}
	}
}

// TestCursors: what was not given out by this list is refused.
func TestCursors(t *testing.T) {
	f := serve(t)
	cursor := want[Page[Object]](t, f.admin(t, "GET", "/api/v1/objects?limit=1", ""), 200).Next
	other := want[Page[Scene]](t, f.admin(t, "GET", "/api/v1/scenes?limit=1", ""), 200).Next
	if cursor == "" || other == "" {
		t.Fatal("no cursors")
	}
	data, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	bad := []string{
		other, "x", "AAAA", cursor + "A", cursor[1:], cursor[:len(cursor)-1], strings.ToUpper(cursor), "%00", "..%2f", cursor + "=",
		base64.RawURLEncoding.EncodeToString(append(data, "mars"...)), serve(t).cursors.seal("objects", "mars"),
	}
	for i := range data {
		data[i] ^= 1
		bad = append(bad, base64.RawURLEncoding.EncodeToString(data))
		data[i] ^= 1
	}
	for _, c := range bad {
		w := f.admin(t, "GET", "/api/v1/objects?cursor="+c, "")
		p := wantProblem(t, w, 400, "malformed")
		if len(c) > 4 && strings.Contains(p.Detail, c) {
			t.Errorf("%s is repeated", c)
		}
	}
	wantProblem(t, f.admin(t, "GET", "/api/v1/objects?cursor="+strings.Repeat("A", 513), ""), 422, "invalid")
}

// TestEveryListIsOne: all take limit and cursor, and answer items.
func TestEveryListIsOne(t *testing.T) {
	f := serve(t)
	for _, path := range []string{"/sessions", "/users", "/api-keys", "/scenes", "/objects", "/audit/records", "/security/bans", "/security/alerts"} {
		p := want[Page[map[string]any]](t, f.admin(t, "GET", "/api/v1"+path+"?limit=1", ""), 200)
		if p.Items == nil || len(p.Items) > 1 {
			t.Errorf("%s: %v", path, p.Items)
		}
		wantProblem(t, f.admin(t, "GET", "/api/v1"+path+"?limit=0", ""), 422, "invalid")
		wantProblem(t, f.admin(t, "GET", "/api/v1"+path+"?cursor=AAAA", ""), 400, "malformed")
	}
}

// TestAuditPages: the log is read in order, without gaps.
func TestAuditPages(t *testing.T) {
	f := serve(t)
	for i := range 7 {
		f.admin(t, "PATCH", "/api/v1/time", fmt.Sprintf(`{"rate":%d}`, i))
	}
	path, next := "/api/v1/audit/records?limit=3", 1.0
	for path != "" {
		p := want[Page[map[string]any]](t, f.admin(t, "GET", path, ""), 200)
		for _, record := range p.Items {
			number, ok := record["number"].(float64)
			if !ok {
				number, ok = record["n"].(float64)
			}
			if !ok || number != next {
				t.Fatalf("got %v, want number %g", record, next)
			}
			next++
		}
		path = ""
		if p.Next != "" {
			path = "/api/v1/audit/records?limit=3&cursor=" + p.Next
		}
	}
	if next < 9 {
		t.Errorf("%g records", next-1)
	}
}

// TestAuditTellsTags: of a change the log has what was changed and what it became;
// of a refused one nothing that the client made up.
func TestAuditTellsTags(t *testing.T) {
	f := serve(t)
	body := `{"enforced":true,"scenes":["saturn"]}`
	f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", `"1"`)
	f.admin(t, "PUT", "/api/v1/scene-allowlist", body, "If-Match", `"1"`)
	all := want[Page[audit.Record]](t, f.admin(t, "GET", "/api/v1/audit/records?limit=200", ""), 200).Items
	var got []string
	for _, r := range all {
		if r.What == "allowlist.change" {
			got = append(got, r.Result, r.Before, r.After)
		}
	}
	if want := []string{"ok", `"1"`, `"2"`, "stale", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestNewestAudit: the newest records come at once, in the order of the log.
func TestNewestAudit(t *testing.T) {
	f := serve(t)
	for range 5 {
		f.admin(t, "POST", "/api/v1/cache/purge", `{}`)
	}
	all := want[Page[audit.Record]](t, f.admin(t, "GET", "/api/v1/audit/records?limit=200", ""), 200).Items
	got := want[Page[audit.Record]](t, f.admin(t, "GET", "/api/v1/audit/records?limit=3&newest=true", ""), 200)
	n := uint64(len(all)) + 1 // the second request is another local token, which is told of
	if n < 6 || got.Next != "" || len(got.Items) != 3 || got.Items[0].Number != n-2 || got.Items[2].Number != n {
		t.Errorf("of %d records got %+v", n, got)
	}
	next := want[Page[audit.Record]](t, f.admin(t, "GET", "/api/v1/audit/records?limit=1", ""), 200).Next
	wantProblem(t, f.admin(t, "GET", "/api/v1/audit/records?newest=true&cursor="+next, ""), 400, "malformed")
}
