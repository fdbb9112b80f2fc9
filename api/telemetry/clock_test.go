package telemetry

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestPongsKeepAlive(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		g := h.enter(t, "admin")
		after(time.Hour)
		g.expect(0)
	})
}

func TestNoPong(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		var pings atomic.Int32
		g := h.enterAnswering(t, "admin", func(string) error { pings.Add(1); return nil })
		after(44 * time.Second)
		g.expect(0)
		after(2 * time.Second)
		g.expect(codePolicy)
		if n := pings.Load(); n != 2 {
			t.Errorf("%d pings came, want those at 20 s and 40 s", n)
		}
	})
}

func TestExpiry(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		h.allow("short", Client{Subject: "u", Session: "s", Allowed: viewer, Expires: time.Now().Add(90 * time.Second)})
		h.allow("long", Client{Subject: "u", Session: "s", Allowed: viewer, Expires: time.Now().Add(200 * time.Second)})
		ends, stays := h.enter(t, "short"), h.enter(t, "short")
		after(29 * time.Second)
		if n := len(ends.of("expiring")); n != 0 {
			t.Errorf("%d warnings before the last minute", n)
		}
		after(2 * time.Second)
		if w := ends.of("expiring"); len(w) != 1 || w[0].after != 30*time.Second || w[0].ExpiresAt != "2000-01-01T00:01:30.000000Z" {
			t.Errorf("warnings %+v, want one after 30 s", w)
		}
		stays.say(`{"id":1,"type":"reauth","token":"long"}`)
		after(58 * time.Second)
		ends.expect(0)
		after(2 * time.Second)
		ends.expect(4401)
		stays.expect(0)
		after(100 * time.Second)
		if w := stays.of("expiring"); len(w) != 2 || w[1].after != 140*time.Second {
			t.Errorf("warnings %+v, want a second one after 140 s", w)
		}
		stays.expect(0)
		after(20 * time.Second)
		stays.expect(4401)
	})
}

func TestRevoke(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		admin, viewer := h.enter(t, "admin"), h.enter(t, "viewer")
		h.Revoke("")
		h.Revoke("other")
		synctest.Wait()
		admin.expect(0)
		h.Revoke("s1")
		synctest.Wait() // no time passes
		admin.expect(4401)
		viewer.expect(0)
	})
}

// TestRevokedOnTheWay asserts that a session that is revoked after its token was
// looked at, and before it has its connection, does not get one.
func TestRevokedOnTheWay(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		h.Server.options.Authenticate = func(r *http.Request, token string) (Client, error) {
			c, err := h.house.options.Authenticate(r, token)
			h.Revoke(c.Session)
			return c, err
		}
		if _, err := h.dial(t, "admin"); err == nil {
			t.Error("a revoked session gets a connection")
		}
		h.Server.options.Authenticate = h.house.options.Authenticate
		h.enter(t, "admin").expect(0) // Authenticate itself has to know by now
	})
}

func TestScopeLost(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		h.allow("less", Client{Subject: "u1", Session: "s1", Allowed: viewer})
		keeps, loses := h.enter(t, "admin"), h.enter(t, "admin")
		keeps.say(`{"id":1,"type":"subscribe","topics":["job"]}`)
		loses.say(`{"id":1,"type":"subscribe","topics":["audit"]}`)
		for _, g := range []*guest{keeps, loses} {
			g.say(`{"id":2,"type":"reauth","token":"less"}`)
		}
		keeps.expect(0)
		loses.expect(4403)
		keeps.say(`{"id":3,"type":"subscribe","topics":["audit"]}`)
		all := keeps.all()
		if last := all[len(all)-1]; last.Problem == nil || last.Problem.Status != 403 {
			t.Errorf("the scope that was lost still counts: %+v", last)
		}
	})
}

// TestSuperseded asserts that a client that comes again after its network broke
// takes the place of its dead connection, and only of that.
func TestSuperseded(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		dead := h.enterAnswering(t, "admin", func(string) error { return nil })
		for range 3 {
			h.enter(t, "admin")
		}
		if _, err := h.dial(t, "admin"); err == nil {
			t.Fatal("a fifth connection is let in")
		}
		after(26 * time.Second)
		h.enter(t, "admin").expect(0)
		dead.expect(4409)
		if _, err := h.dial(t, "admin"); err == nil {
			t.Error("a connection that answers is superseded")
		}
	})
}

func TestShutdown(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		g := h.enter(t, "admin")
		if err := h.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		g.expect(1001)
		if _, err := h.dial(t, "admin"); err == nil {
			t.Error("a connection is let in after the end")
		}
	})
}

// TestShutdownCutsOff: a client that does not read holds nobody up.
func TestShutdownCutsOff(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		if _, err := h.dial(t, "admin"); err != nil { // and never reads
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		if err := h.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("shut down: %v", err)
		}
		if d := time.Since(began); d != 100*time.Millisecond {
			t.Errorf("it took %v", d)
		}
		after(10 * time.Millisecond)
		if n := h.Counters().Clients; n != 0 {
			t.Errorf("%d clients are left", n)
		}
	})
}

// TestStuckWrite: a message that is not taken within 2 s ends the connection.
func TestStuckWrite(t *testing.T) {
	inBubble(t, nil, func(t *testing.T, h *clockHouse) {
		if _, err := h.dial(t, "admin"); err != nil { // and never reads
			t.Fatal(err)
		}
		after(1900 * time.Millisecond)
		if n := h.Counters().Clients; n != 1 {
			t.Errorf("%d clients after 1.9 s", n)
		}
		after(200 * time.Millisecond)
		if c := h.Counters(); c.Clients != 0 || c.Closes[1013] != 1 {
			t.Errorf("after 2.1 s: %+v", c)
		}
	})
}
