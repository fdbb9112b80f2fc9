package auth

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"
)

const (
	// TicketLifetime is how long a ticket is good for.
	TicketLifetime = 30 * time.Second

	maxTickets          = 1024
	maxTicketsOfSession = 8
	ticketLength        = 43 // characters of 256 bits
)

// ticket lets a browser open a WebSocket, which cannot send a token in a header.
type ticket struct {
	of      Principal
	from    netip.Addr
	expires time.Time
}

type tickets struct {
	mu   sync.Mutex
	open map[[sha256.Size]byte]ticket // by the hash of its text
}

// IssueTicket makes a ticket of 43 characters for p, good once, from the address
// and within [TicketLifetime]. The error is [ErrBusy] while p's session has 8
// that are open, or all have 1024.
func (a *Authority) IssueTicket(p Principal, from netip.Addr) (Secret, error) {
	text := random256()
	now := a.now()
	t := &a.tickets
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prune(now)
	if len(t.open) >= maxTickets || t.of(p.Session) >= maxTicketsOfSession {
		return Secret{}, ErrBusy
	}
	t.open[digest(text)] = ticket{of: p, from: from.Unmap(), expires: now.Add(TicketLifetime)}
	return NewSecret(text), nil
}

// RedeemTicket returns who a ticket is of, with what they may do now. The error
// is always [ErrInvalid]. A ticket is void once it is shown, from wherever.
func (a *Authority) RedeemTicket(text string, from netip.Addr) (Principal, error) {
	if len(text) != ticketLength {
		return Principal{}, ErrInvalid
	}
	shown, known := a.tickets.take(digest(text))
	now := a.now()
	if !known || shown.from != from.Unmap() || !now.Before(shown.expires) || !now.Before(shown.of.Expires) {
		return Principal{}, ErrInvalid
	}
	return a.still(shown.of)
}

// still is p as things stand now.
func (a *Authority) still(p Principal) (Principal, error) {
	a.mu.RLock()
	x, session := a.sessions[p.Session]
	u, user := a.users[p.Subject]
	k, key := a.apiKeys[p.Session]
	a.mu.RUnlock()
	var good bool
	switch {
	case p.Local:
		good = !session
	case isKey(p.Session):
		good = key && a.now().Before(k.Expires)
	default:
		good = session && x.Revoked.IsZero() && a.now().Before(x.Expires) && user && !u.Disabled && Role(u.Role) == p.Role
	}
	if !good {
		return Principal{}, ErrInvalid
	}
	return p, nil
}

func (t *tickets) take(sum [sha256.Size]byte) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown, known := t.open[sum]
	delete(t.open, sum)
	return shown, known
}

func (t *tickets) prune(now time.Time) {
	for sum, one := range t.open {
		if !now.Before(one.expires) {
			delete(t.open, sum)
		}
	}
}

func (t *tickets) of(session string) (n int) {
	for _, one := range t.open {
		if one.of.Session == session {
			n++
		}
	}
	return n
}
