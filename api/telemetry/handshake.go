package telemetry

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// Protocol is the subprotocol that a client has to offer.
	Protocol = "spacetime.telemetry.v1+json"
	// TicketPrefix begins the subprotocol in which a browser sends its ticket. The
	// server never selects it, so it is not echoed.
	TicketPrefix = "spacetime.ticket."
	// HandshakeTimeout bounds the upgrade. A server that is used for nothing else
	// should have it as its ReadHeaderTimeout, too.
	HandshakeTimeout = 3 * time.Second

	ticketLength = 43 // 256 bits in base64url
	sendBuffer   = 64 << 10
	retryAfterS  = "5"
)

// Why a request is not upgraded, with the status that fits.
var (
	// ErrHandshake: the request is not the opening of a WebSocket (400).
	ErrHandshake = errors.New("this is a WebSocket: send the headers of an opening handshake, version 13")
	// ErrProtocol: the subprotocol was not offered (400).
	ErrProtocol = errors.New("offer the subprotocol " + Protocol)
	// ErrQuery: the request has a query, where credentials would get into logs (400).
	ErrQuery = errors.New("this path takes no query; send credentials in the header Authorization or a ticket as a subprotocol")
	// ErrUnauthorised: no credential, two, or a wrong one (401).
	ErrUnauthorised = errors.New("send one valid credential: the header Authorization: Bearer TOKEN, or the subprotocol " + TicketPrefix + "TICKET")
	// ErrForbidden: the client may have no topic at all (403).
	ErrForbidden = errors.New("the credential lacks the scope telemetry:read")
	// ErrBusy: there are too many clients, or the server shuts down (503).
	ErrBusy = errors.New("too many telemetry clients; try again later")
)

// ServeHTTP upgrades the connection and serves it to its end.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := s.open(r)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	defer s.tasks.Done()
	code := codeAbnormal
	defer func() { s.remove(c, code) }()
	if err := c.upgrade(w); err != nil {
		return // answered by refuse, or nobody is there
	}
	code = c.serve()
}

func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.sums.refused.Add(1)
	if errors.Is(err, ErrBusy) {
		w.Header().Set("Retry-After", retryAfterS)
	}
	w.Header().Set("Sec-Websocket-Version", "13")
	s.options.Refuse(w, r, err)
}

// open does all that comes before the upgrade. The client that it returns has
// its place.
func (s *Server) open(r *http.Request) (*client, error) {
	if s.options.Guard != nil {
		if err := s.options.Guard(r); err != nil {
			return nil, err
		}
	}
	protocols := offered(r)
	switch {
	case r.URL.RawQuery != "" || r.URL.ForceQuery:
		return nil, ErrQuery
	case r.Method != http.MethodGet || !websocket.IsWebSocketUpgrade(r):
		return nil, ErrHandshake
	case !protocols.has:
		return nil, ErrProtocol
	}
	identify, err := s.credential(r, protocols.tickets)
	if err != nil {
		return nil, err
	}
	c := newClient(s, r)
	return c, s.check(identify, c.admit)
}

// offer is what of the offered subprotocols matters.
type offer struct {
	has     bool // Protocol
	tickets []string
}

func offered(r *http.Request) (o offer) {
	for _, line := range r.Header.Values("Sec-Websocket-Protocol") {
		for name := range strings.SplitSeq(line, ",") {
			name = strings.TrimSpace(name)
			o.has = o.has || name == Protocol
			if ticket, ok := strings.CutPrefix(name, TicketPrefix); ok {
				o.tickets = append(o.tickets, ticket)
			}
		}
	}
	return o
}

// credential finds the one credential of a request and returns how to check it.
func (s *Server) credential(r *http.Request, tickets []string) (func() (Client, error), error) {
	headers := r.Header.Values("Authorization")
	if len(headers)+len(tickets) != 1 {
		return nil, ErrUnauthorised
	}
	if len(tickets) == 1 {
		if !isTicket(tickets[0]) {
			return nil, ErrUnauthorised
		}
		return func() (Client, error) { return s.options.Redeem(tickets[0], addressOf(r)) }, nil
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, ErrUnauthorised
	}
	return func() (Client, error) { return s.options.Authenticate(r, token) }, nil
}

func isTicket(t string) bool {
	const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return len(t) == ticketLength && strings.Trim(t, base64url) == ""
}

// addressOf is the remote address, the zero Addr where there is none.
func addressOf(r *http.Request) netip.Addr {
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	return from.Addr().Unmap().WithZone("")
}

// check has identify say who a client is and hands that to use, under the
// server's lock. A session that is revoked in between is not let in.
func (s *Server) check(identify func() (Client, error), use func(Client) error) error {
	s.mu.Lock()
	s.checking++
	s.mu.Unlock()
	defer func() {
		s.checking--
		if s.checking == 0 {
			clear(s.revoked)
		}
		s.mu.Unlock()
	}()
	who, err := s.identifyThenLock(identify)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnauthorised, err)
	case s.revoked[who.Session], !who.Expires.IsZero() && !time.Now().Before(who.Expires):
		return ErrUnauthorised
	}
	return use(who)
}

// identifyThenLock holds the lock when it returns, and when identify panics.
func (s *Server) identifyThenLock(identify func() (Client, error)) (Client, error) {
	defer s.mu.Lock()
	return identify()
}

// topicsOf is what a client may have of what the server has.
func (s *Server) topicsOf(who *Client) (may topicSet) {
	for i := range topics {
		if s.offered.has(i) && who.Allowed(topics[i].Name) {
			may |= 1 << i
		}
	}
	return may
}

// admit gives a client a place, or ErrBusy. The server's lock is held.
func (c *client) admit(who Client) error {
	s := c.server
	if s.topicsOf(&who) == 0 {
		return ErrForbidden
	}
	principal, address := 0, 0
	var silent *client
	for _, other := range s.clients {
		if other.from == c.from {
			address++
		}
		if other.who.Load().Subject != who.Subject || other.superseded {
			continue
		}
		principal++
		if who.Session != "" && other.who.Load().Session == who.Session && other.silent() {
			silent = other
		}
	}
	limits := s.options.Limits
	if s.closed || len(s.clients) >= limits.Clients || address >= limits.PerAddress {
		return ErrBusy
	}
	if principal >= limits.PerPrincipal {
		if silent == nil {
			return ErrBusy
		}
		silent.superseded = true
		silent.stop(codeSuperseded, "the same session connected again")
	}
	c.who.Store(&who)
	s.clients = append(s.clients, c)
	s.tasks.Add(1)
	return nil
}

// upgrade makes the connection a WebSocket. It has answered when it fails.
func (c *client) upgrade(w http.ResponseWriter) error {
	s := c.server
	upgrader := websocket.Upgrader{
		HandshakeTimeout: HandshakeTimeout,
		ReadBufferSize:   1024,                                     // a message of 4 KiB takes four reads; few are that long
		WriteBufferSize:  4096,                                     // what is longer is sent in two writes
		CheckOrigin:      func(*http.Request) bool { return true }, // Guard's
		Error: func(w http.ResponseWriter, r *http.Request, _ int, reason error) {
			s.refuse(w, r, fmt.Errorf("%w (%w)", ErrHandshake, reason))
		},
	}
	conn, err := upgrader.Upgrade(&hijacked{ResponseWriter: w}, c.request, http.Header{"Sec-Websocket-Protocol": {Protocol}})
	if err != nil {
		return err
	}
	setSendBuffer(conn.NetConn())
	s.mu.Lock()
	c.conn = conn
	s.mu.Unlock()
	return nil
}
