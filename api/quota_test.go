package api

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/limit"
	"github.com/spacetime-vr/spacetime/engine"
)

// TestQuotaHeaders: every answer that counts tells what is left, whatever it is.
func TestQuotaHeaders(t *testing.T) {
	f := serve(t)
	for _, row := range rights {
		method, path, _ := strings.Cut(row.route, " ")
		probe := path == "/livez" || path == "/readyz" || path == "/startupz"
		for _, headers := range [][]string{
			{"Authorization", "Bearer " + f.token(t, auth.Admin)}, {"Authorization", "Bearer " + f.token(t, auth.Metrics)}, {"Authorization", "Bearer wrong"}, {},
		} {
			f.refill()
			h := f.ask(method, concrete(path), row.body, headers...).Header()
			policy, left := h.Get("RateLimit-Policy"), h.Get("RateLimit")
			if credential := len(headers) > 0 && headers[1] == "Bearer wrong"; probe && !credential {
				if policy != "" {
					t.Errorf("%s counts against %s", row.route, policy)
				}
				continue
			}
			name, _, _ := strings.Cut(policy, ";")
			if name == "" || !strings.HasPrefix(left, name+";r=") {
				t.Errorf("%s %.16q: RateLimit-Policy %q, RateLimit %q", row.route, headers, policy, left)
			}
		}
	}
	for _, path := range []string{"/nowhere", "/api/v1/auth/pair"} {
		if h := f.ask("GET", path, "").Header(); h.Get("RateLimit") == "" {
			t.Errorf("%s tells no quota: %v", path, h)
		}
	}
}

// TestQuotas: as many requests as the policy has are served, and the next is told
// when to come again. The numbers are those of the specification.
func TestQuotas(t *testing.T) {
	for _, tt := range []struct {
		name, method, path, body string
		role                     auth.Role
		quota                    int
		window                   time.Duration
	}{
		{"read", "GET", "/api/v1/time", "", "viewer", 40, 2 * time.Second},
		{"write", "PATCH", "/api/v1/time", `{"rate":2}`, "operator", 10, 2 * time.Second},
		{"screenshot", "POST", "/api/v1/screenshots", "", "operator", 6, time.Minute},
		{"login", "POST", "/api/v1/auth/token", `{}`, "", 5, time.Minute},
		{"login", "POST", "/api/v1/auth/pair", `{}`, "", 5, time.Minute},
		{"anonymous", "GET", "/version", "", "", 20, 2 * time.Second},
		{"anonymous", "GET", "/nowhere", "", "", 20, 2 * time.Second},
		{"anonymous", "GET", "/api/v1/state", "", "", 20, 2 * time.Second},
		{"probe", "GET", "/api/v1/limits/probe", "", "viewer", 5, 10 * time.Second},
	} {
		t.Run(tt.name+" "+tt.path, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := serve(t)
				if tt.name == "screenshot" {
					f.engine.err = engine.ErrNoPicture // no frame comes that would take them
				}
				headers := []string{}
				if tt.role != "" {
					headers = append(headers, "Authorization", "Bearer "+f.token(t, tt.role))
				}
				policy := fmt.Sprintf("%q;q=%d;w=%d", tt.name, tt.quota, tt.window/time.Second)
				for i := range tt.quota {
					h := f.ask(tt.method, tt.path, tt.body, headers...)
					if got, want := h.Header().Get("RateLimit"), fmt.Sprintf("%q;r=%d;t=", tt.name, tt.quota-1-i); h.Code == 429 || !strings.HasPrefix(got, want) || h.Header().Get("RateLimit-Policy") != policy {
						t.Fatalf("request %d: %d RateLimit %s, want %s, policy %s", i, h.Code, got, want, h.Header().Get("RateLimit-Policy"))
					}
				}
				revision := f.revision()
				w := f.ask(tt.method, tt.path, tt.body, headers...)
				p := wantProblem(t, w, http.StatusTooManyRequests, quotaExceeded)
				if len(p.Violated) != 1 || p.Violated[0] != tt.name {
					t.Errorf("violated %q", p.Violated)
				}
				wait, err := strconv.Atoi(w.Header().Get("Retry-After"))
				if err != nil || wait < 1 || time.Duration(wait)*time.Second > tt.window*6/5 {
					t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
				}
				if f.revision() != revision {
					t.Error("the world was changed all the same")
				}
				time.Sleep(time.Duration(wait) * time.Second) // of the bubble
				if w := f.ask(tt.method, tt.path, tt.body, headers...); w.Code == 429 {
					t.Errorf("too early after the wait that was told")
				}
			})
		})
	}
}

// TestQuotasAreOfTheCaller: nobody uses up what is another's.
func TestQuotasAreOfTheCaller(t *testing.T) {
	f := serve(t)
	a, _, err := f.auth.CreateKey(t.Context(), "a", auth.Viewer, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := f.auth.CreateKey(t.Context(), "b", auth.Viewer, 0)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(key auth.Secret, from string) int {
		return f.ask("GET", "/api/v1/limits/probe", "", "Authorization", "Bearer "+key.Reveal(), "From", from).Code
	}
	for range probeQuota.Quota {
		ask(a, afar)
	}
	if got := ask(a, "198.51.100.9:1"); got != 429 {
		t.Errorf("the same caller from elsewhere: %d", got)
	}
	if got := ask(b, afar); got != 204 {
		t.Errorf("another caller from there: %d", got)
	}
	for range 30 {
		f.ask("GET", "/api/v1/state", "", "Authorization", "Bearer wrong", "From", afar)
	}
	if got := f.ask("GET", "/api/v1/time", "", "Authorization", "Bearer "+a.Reveal(), "From", "198.51.100.9:1").Code; got != 200 {
		t.Errorf("a wrong credential from elsewhere keeps its owner out: %d", got)
	}
	if got := f.ask("GET", "/version", "", "From", "[2001:db8:1:2::1]:1").Code; got != 401 {
		t.Errorf("an address of its own: %d", got)
	}
}

// TestLoginsAreOfTheAddress: trying passwords from one place is slowed down, also
// for other names, and not elsewhere.
func TestLoginsAreOfTheAddress(t *testing.T) {
	f := serve(t)
	login := func(name, from string) int {
		return f.ask("POST", "/api/v1/auth/token", `{"grant_type":"refresh_token","refresh_token":"`+name+`"}`, "From", from).Code
	}
	for i := range limit.Login.Quota {
		if got := login(fmt.Sprint(i), afar); got != 401 {
			t.Fatalf("try %d: %d", i, got)
		}
	}
	if got := login("another", afar); got != 429 {
		t.Errorf("the sixth: %d", got)
	}
	if got := login("another", "198.51.100.9:1"); got != 401 {
		t.Errorf("from elsewhere: %d", got)
	}
	if got := login("another", "[2001:db8::1]:1"); got != 401 {
		t.Errorf("from IPv6: %d", got)
	}
}

// TestThrottledLogin: after five wrong passwords the name is closed to the
// address for a while that is told.
func TestThrottledLogin(t *testing.T) {
	f := serve(t)
	f.admin(t, "POST", "/api/v1/users", `{"name":"anna","password":"correct horse battery","role":"admin"}`)
	body := func(password string) string {
		return `{"grant_type":"password","name":"anna","password":"` + password + `"}`
	}
	for range 5 {
		f.refill()
		wantProblem(t, f.ask("POST", "/api/v1/auth/token", body("wrong horse battery")), 401, "unauthorised")
	}
	f.refill()
	w := f.ask("POST", "/api/v1/auth/token", body("correct horse battery"))
	wantProblem(t, w, 429, quotaExceeded)
	if wait, err := strconv.Atoi(w.Header().Get("Retry-After")); err != nil || wait < 2 {
		t.Errorf("Retry-After %q, want the time that is left", w.Header().Get("Retry-After"))
	}
}

// TestSaturation: when all together ask for more than the frame can spare, who
// asks is told so, and probes still answer.
func TestSaturation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := serve(t)
		token := f.token(t, auth.Viewer)
		for i := range limit.Global.Quota {
			f.ask("GET", "/nowhere", "", "From", fmt.Sprintf("198.51.100.%d:1", i%250))
		}
		w := f.ask("GET", "/api/v1/state", "", "Authorization", "Bearer "+token)
		wantProblem(t, w, 503, reducedCapacity)
		if w.Header().Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
		}
		for _, path := range []string{"/livez", "/readyz"} {
			if w := f.ask("GET", path, ""); w.Code != 200 {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		time.Sleep(time.Second) // of the bubble
		if w := f.ask("GET", "/api/v1/state", "", "Authorization", "Bearer "+token); w.Code != 200 {
			t.Errorf("a second later: %d", w.Code)
		}
	})
}

// TestLanes: a lane that is full refuses after its wait, and probes have one of
// their own.
func TestLanes(t *testing.T) {
	for name, tt := range map[string]struct {
		lane               lane
		method, path, body string
		wait               time.Duration
	}{
		"light": {light, "GET", "/api/v1/state", "", 50 * time.Millisecond},
		"heavy": {heavy, "GET", "/api/v1/audit/records", "", 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := serve(t)
				for range f.lanes[tt.lane].Counts().Slots {
					leave, ok := f.lanes[tt.lane].Enter(t.Context())
					if !ok {
						t.Fatal("full")
					}
					defer leave()
				}
				began := time.Now()
				w := f.as(t, auth.Admin, tt.method, tt.path, tt.body)
				wantProblem(t, w, 503, reducedCapacity)
				if took := time.Since(began); took != tt.wait || w.Header().Get("Retry-After") == "" {
					t.Errorf("refused after %v, want %v; Retry-After %q", took, tt.wait, w.Header().Get("Retry-After"))
				}
				began = time.Now()
				if w := f.ask("GET", "/livez", ""); w.Code != 200 || time.Since(began) != 0 {
					t.Errorf("a probe: %d after %v", w.Code, time.Since(began))
				}
			})
		})
	}
}

// TestLaneSlots: one password or picture at a time, two probes.
func TestLaneSlots(t *testing.T) {
	lanes := newLanes()
	if h, x := lanes[health].Counts().Slots, lanes[heavy].Counts().Slots; h != 2 || x != 1 {
		t.Errorf("health has %d slots, heavy %d; want 2 and 1", h, x)
	}
	slow := map[string]bool{
		"pair": true, "create-token": true, "create-user": true, "change-user": true, "list-audit": true, "verify-audit": true,
	}
	for _, row := range routes() {
		if (row.lane == heavy) != slow[row.id] {
			t.Errorf("%s is in lane %s", row.id, laneNames[row.lane])
		}
	}
}
