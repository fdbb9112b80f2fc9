//go:build threats

package threats

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/api/auth"
)

// ticketFor is a good ticket for a WebSocket.
func (p *program) ticketFor(t testing.TB, token string) string {
	t.Helper()
	return p.ask(t, "POST", v1+"/auth/ws-tickets", token, "").want(t, "a ticket", http.StatusCreated).field(t, "ticket")
}

// TestForeignPage is T1 and T3: a page of somebody else in the browser of an
// operator, which even has a token and a ticket, changes and reads nothing.
func TestForeignPage(t *testing.T) {
	for _, origin := range []struct{ name, page, api string }{
		{"same site, another port", "127.0.0.1", "127.0.0.1"},
		{"another name of this machine", "localhost", "127.0.0.1"},
		{"another site", "evil.example", "127.0.0.1"},
		{"another site, by a name of its own", "evil.example", "api.example"},
	} {
		t.Run(origin.name, func(t *testing.T) {
			p := flyHere(t)
			site := listenPage(t, "attack.html", "127.0.0.1:0")
			site.program = p
			admin := p.token(t, auth.Admin)
			tell := map[string]string{
				"api": strings.Replace(p.HTTP, "127.0.0.1", origin.api, 1), "live": strings.Replace(p.Telemetry, "127.0.0.1", origin.api, 1),
				"token": admin, "ticket": p.ticketFor(t, admin),
			}
			before := p.world(t, admin)
			site.open(t, origin.page, tell)
			tried := site.attempts(t)
			table(t, origin.page+" asks "+origin.api, tried)
			if len(tried) < 30 {
				t.Errorf("%d ways were tried, want more than 30", len(tried))
			}
			arrived := 0
			for _, a := range tried {
				if a.Saw != "" {
					t.Errorf("%s: the page sees %q", a.Way, a.Saw)
				}
				arrived += len(a.requests)
				for _, r := range a.requests {
					if !strings.HasSuffix(r, " 403") && !strings.HasSuffix(r, " 421") {
						t.Errorf("%s: %s, want 403 or 421", a.Way, r)
					}
				}
			}
			if arrived < 20 {
				t.Errorf("%d requests arrived: the browser stopped the others, and they prove nothing", arrived)
			}
			if after := p.world(t, admin); after != before {
				t.Errorf("it is %v, it was %v", after, before)
			}
		})
	}
}

// TestListedPage is the other half: the page that the configuration lists may.
func TestListedPage(t *testing.T) {
	site := listenPage(t, "panel.html", "127.0.0.1:0")
	p := flyHere(t, "--cors-origins", "http://localhost:"+site.port())
	site.program = p
	token := p.token(t, auth.Operator)
	site.open(t, "localhost", map[string]string{"api": p.HTTP, "live": p.Telemetry, "token": token})
	tried := site.attempts(t)
	table(t, "a listed page", tried)
	want := map[string]string{
		"read the state": "earthrise-now", "read its ETag": `"`, "show a scene": "200", "watch telemetry by a ticket": "frame.stats by spacetime.telemetry.v1+json",
	}
	if len(tried) != len(want) {
		t.Fatalf("%d ways were tried, want %d", len(tried), len(want))
	}
	for _, a := range tried {
		if !strings.HasPrefix(a.Saw, want[a.Way]) || a.Saw == "" {
			t.Errorf("%s: %q, want %q", a.Way, a.Saw, want[a.Way])
		}
	}
	if got := p.ask(t, "GET", v1+"/scenes/current", token, "").field(t, "slug"); got != "saturn" {
		t.Errorf("it shows %s, want saturn", got)
	}
}

// TestRebinding is T2: the page's name is bound to this machine after the page
// came, so that for the browser the API is the page's own server.
func TestRebinding(t *testing.T) {
	collector := listenPage(t, "", "127.0.0.1:0")
	site := listenPage(t, "rebound.html", "127.0.0.1:0")
	address := site.listener.Addr().String()
	first := flyHere(t)
	home := first.home
	token := first.token(t, auth.Admin)
	live := strings.TrimSuffix(strings.TrimPrefix(first.Telemetry, "ws://"), "/ws/v1/telemetry")
	first.end(t) // its keys stay

	site.open(t, "rebind.example", map[string]string{
		"collector": "http://" + collector.listener.Addr().String(), "live": strings.Replace(first.Telemetry, "127.0.0.1", "rebind.example", 1),
		"token": token, "ticket": strings.Repeat("A", 43),
	})
	site.waitServed(t)
	site.server.Close()
	p := fly(t, home, nil, "--api", address, "--telemetry", live)
	before := p.world(t, p.token(t, auth.Admin))
	collector.mu.Lock()
	collector.program, collector.bound = p, true
	collector.mu.Unlock()

	tried := collector.attempts(t)
	table(t, "a page whose name was bound anew", tried)
	if len(tried) != 8 {
		t.Errorf("%d ways were tried, want 8", len(tried))
	}
	for _, a := range tried {
		if strings.HasPrefix(a.Way, "WebSocket") && a.Saw != "" {
			t.Errorf("%s: the page sees %q", a.Way, a.Saw)
		}
		refused := func(r string) bool { return strings.HasSuffix(r, " 421") }
		if len(a.requests) == 0 || slices.ContainsFunc(a.requests, func(r string) bool { return !refused(r) }) { // Chromium asks twice
			t.Errorf("%s: %v, want 421", a.Way, a.requests)
		}
	}
	if after := p.world(t, p.token(t, auth.Admin)); after.revision != before.revision {
		t.Errorf("it is %v, it was %v", after, before)
	}
	for _, url := range []string{p.HTTP + v1 + "/state", strings.Replace(p.Telemetry, "ws", "http", 1)} {
		for _, host := range []string{"rebind.example", "rebind.example:" + site.port(), "127.0.0.1.nip.example:" + site.port(), "127.0.0.1", "127.0.0.1:1", "localhost.:" + site.port(), "[::ffff:127.0.0.1]:" + site.port(), "0.0.0.0:" + site.port(), "127.1:" + site.port()} {
			r, err := http.NewRequest("GET", url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = host
			r.Header.Set("Origin", "http://"+host)
			r.Header.Set("Authorization", "Bearer "+token)
			r.Header.Set("Connection", "Upgrade")
			r.Header.Set("Upgrade", "websocket")
			if a := send(t, http.DefaultClient, r); a.status != http.StatusMisdirectedRequest {
				t.Errorf("%s with Host %s: %d, want 421", url, host, a.status)
			}
		}
	}
}
