package auth

import (
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestTicket(t *testing.T) {
	mapped := netip.MustParseAddr("::ffff:192.0.2.10")
	for name, tt := range map[string]struct {
		after time.Duration
		from  netip.Addr
		text  func(string) string
		spoil func(*testing.T, *bench, Principal)
		good  bool
	}{
		"good":           {from: desk, good: true},
		"same as IPv6":   {from: mapped, good: true},
		"just good":      {from: desk, after: TicketLifetime - 1, good: true},
		"late":           {from: desk, after: TicketLifetime},
		"from elsewhere": {from: other},
		"from nowhere":   {},
		"cut":            {from: desk, text: func(s string) string { return s[:42] }},
		"longer":         {from: desk, text: func(s string) string { return s + "A" }},
		"other letters":  {from: desk, text: strings.ToLower},
		"session revoked": {from: desk, spoil: func(t *testing.T, b *bench, p Principal) {
			mustFail(t, "revoke", b.Revoke(t.Context(), p.Session), nil)
		}},
		"user demoted":     {from: desk, spoil: func(t *testing.T, b *bench, p Principal) { mustFail(t, "demote", demote(t, b, p), nil) }},
		"program restarts": {from: desk, spoil: func(t *testing.T, b *bench, _ Principal) { b.restart(t) }},
	} {
		b := newBench(t)
		b.addUser(t, "root", Admin)
		b.addUser(t, "ada", Operator)
		p := b.login(t, "ada").Principal
		ticket, err := b.IssueTicket(p, desk)
		if err != nil || len(ticket.Reveal()) != 43 {
			t.Fatalf("ticket of %d characters, error %v", len(ticket.Reveal()), err)
		}
		if tt.spoil != nil {
			tt.spoil(t, b, p)
		}
		b.clock.forward(tt.after)
		text := ticket.Reveal()
		if tt.text != nil {
			text = tt.text(text)
		}
		got, err := b.RedeemTicket(text, tt.from)
		if tt.good && (err != nil || got != p) || !tt.good && (err != ErrInvalid || got != (Principal{})) {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
		if tt.text != nil {
			continue // it was not shown
		}
		if _, err := b.RedeemTicket(ticket.Reveal(), desk); err != ErrInvalid {
			t.Errorf("%s: shown again: %v", name, err)
		}
	}
}

func demote(t *testing.T, b *bench, p Principal) error {
	_, err := b.UpdateUser(t.Context(), p.Subject, 1, UserChange{Role: to(Viewer)})
	return err
}

// TestTicketOfPrograms: local tokens and API keys get tickets as well.
func TestTicketOfPrograms(t *testing.T) {
	b := newBench(t)
	local, err := b.keys.issueLocal(Admin, time.Minute, b.clock.now())
	mustFail(t, "local token", err, nil)
	key, _, err := b.CreateKey(t.Context(), "recorder", Telemetry, 0)
	mustFail(t, "key", err, nil)
	for name, credential := range map[string]Secret{"local token": local, "key": key} {
		p, err := b.Authenticate(credential.Reveal())
		mustFail(t, name, err, nil)
		ticket, err := b.IssueTicket(p, desk)
		mustFail(t, name, err, nil)
		late, err := b.IssueTicket(p, desk)
		mustFail(t, name, err, nil)
		if got, err := b.RedeemTicket(ticket.Reveal(), desk); err != nil || got != p {
			t.Errorf("%s: %+v, error %v", name, got, err)
		}
		if p.Local {
			err = b.Revoke(t.Context(), p.Session)
		} else {
			err = b.DeleteKey(t.Context(), p.Session)
		}
		mustFail(t, "end of "+name, err, nil)
		_, err = b.RedeemTicket(late.Reveal(), desk)
		mustFail(t, "ticket after the end of "+name, err, ErrInvalid)
	}
}

func TestTicketDoesNotOutliveTheToken(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	p := b.login(t, "ada").Principal
	b.clock.forward(TokenLifetime - 10*time.Second)
	ticket, err := b.IssueTicket(p, desk)
	mustFail(t, "issue", err, nil)
	b.clock.forward(10 * time.Second)
	_, err = b.RedeemTicket(ticket.Reveal(), desk)
	mustFail(t, "redeem", err, ErrInvalid)
}

func TestTicketsAreBounded(t *testing.T) {
	b := newBench(t)
	for i := range maxTickets {
		if _, err := b.IssueTicket(Principal{Session: string(rune('a' + i/maxTicketsOfSession))}, desk); err != nil {
			t.Fatalf("ticket %d: %v", i, err)
		}
	}
	_, err := b.IssueTicket(Principal{Session: "more"}, desk)
	mustFail(t, "one more", err, ErrBusy)
	b.clock.forward(TicketLifetime)
	for range maxTicketsOfSession {
		_, err = b.IssueTicket(Principal{Session: "more"}, desk)
		mustFail(t, "later", err, nil)
	}
	_, err = b.IssueTicket(Principal{Session: "more"}, desk)
	mustFail(t, "a ninth of one session", err, ErrBusy)
	if n := len(b.tickets.open); n != maxTicketsOfSession {
		t.Errorf("%d are kept", n)
	}
}

func TestTicketRace(t *testing.T) {
	b := newBench(t)
	b.addUser(t, "ada", Viewer)
	p := b.login(t, "ada").Principal
	for range 100 {
		ticket, err := b.IssueTicket(p, desk)
		mustFail(t, "issue", err, nil)
		var won atomic.Int32
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := b.RedeemTicket(ticket.Reveal(), desk); err == nil {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("redeemed %d times", won.Load())
		}
	}
}

func FuzzTicket(f *testing.F) {
	b := newBench(f)
	b.addUser(f, "ada", Viewer)
	p := b.login(f, "ada").Principal
	for _, seed := range []string{"", "spacetime.ticket.", random256(), strings.Repeat("\x00", ticketLength)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ticket, err := b.IssueTicket(p, desk)
		mustFail(t, "issue", err, nil)
		if got, err := b.RedeemTicket(text, desk); err != ErrInvalid || got != (Principal{}) {
			t.Errorf("%q: %+v, error %v", text, got, err)
		}
		_, err = b.RedeemTicket(ticket.Reveal(), desk)
		mustFail(t, "redeem", err, nil)
	})
}
