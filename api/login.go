package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
)

// Tokens is what a login gives.
type Tokens struct {
	AccessToken  string `json:"access_token" doc:"For the header Authorization: Bearer."`
	TokenType    string `json:"token_type" enum:"Bearer"`
	ExpiresIn    int    `json:"expires_in" doc:"Seconds until the access token ends." example:"900"`
	RefreshToken string `json:"refresh_token,omitempty" doc:"For the next pair; good once. API keys get none."`
	Scope        string `json:"scope" example:"state:read scenes:read"`
}

type tokensAnswer struct{ Body Tokens }

func tokensOf(t auth.Tokens) Tokens {
	return Tokens{
		AccessToken: t.Access.Reveal(), TokenType: "Bearer", ExpiresIn: int(time.Until(t.Principal.Expires).Seconds()),
		RefreshToken: t.Refresh.Reveal(), Scope: t.Principal.Scopes.String(),
	}
}

type pairRequest struct {
	Body struct {
		Code     string `json:"code" pattern:"^[0-9]{8}$" example:"31415926" doc:"That the program shows."`
		Name     string `json:"name" minLength:"1" maxLength:"63" example:"anna" doc:"Of the new account."`
		Password string `json:"password" minLength:"12" maxLength:"1024" doc:"Of the new account." format:"password"`
	}
}

func (s *Server) pair(ctx context.Context, in *pairRequest) (*tokensAnswer, error) {
	x := exchangeOf(ctx)
	tokens, err := s.auth.Pair(ctx, in.Body.Code, in.Body.Name, in.Body.Password)
	if err != nil {
		s.burnt(x)
		return nil, s.credentialError(err)
	}
	x.tell("name", in.Body.Name)
	x.principal = tokens.Principal
	s.hide(s.shown.Load())
	return &tokensAnswer{tokensOf(tokens)}, nil
}

// burnt tells of a pairing code that wrong tries have voided, and takes it from
// the view.
func (s *Server) burnt(x *exchange) {
	shown := s.shown.Load()
	if shown == nil || s.auth.PairingOpen() {
		return
	}
	s.hide(shown)
	s.log.Warn("the pairing code is void after wrong tries; spacectl pair shows another", "address", x.from)
	s.alert(Alert{Kind: "signal", Address: x.from.String(), Reason: "pairing code guessed", Monitored: true})
}

// tokenRequest asks for tokens in one of three ways.
type tokenRequest struct {
	Body struct {
		GrantType    string `json:"grant_type" enum:"password,refresh_token,api_key" doc:"What is given for the tokens."`
		Name         string `json:"name,omitempty" maxLength:"63" doc:"For password."`
		Password     string `json:"password,omitempty" maxLength:"1024" doc:"For password." format:"password"`
		RefreshToken string `json:"refresh_token,omitempty" maxLength:"256" doc:"For refresh_token."`
		APIKey       string `json:"api_key,omitempty" maxLength:"256" doc:"For api_key."`
	}
}

func (s *Server) createToken(ctx context.Context, in *tokenRequest) (*tokensAnswer, error) {
	var tokens auth.Tokens
	var err error
	x := exchangeOf(ctx)
	switch in.Body.GrantType {
	case "password":
		if s.auth.Knows(in.Body.Name) { // else it may be a password, typed in the wrong field
			x.tell("name", in.Body.Name)
		}
		tokens, err = s.auth.Login(ctx, in.Body.Name, in.Body.Password, x.from)
	case "refresh_token":
		tokens, err = s.auth.Refresh(ctx, in.Body.RefreshToken)
	default:
		if tokens, err = s.auth.LoginKey(in.Body.APIKey); err != nil {
			s.stolen(x, in.Body.APIKey)
		}
	}
	x.tell("grant", in.Body.GrantType)
	if err != nil {
		return nil, s.credentialError(err)
	}
	x.principal = tokens.Principal
	return &tokensAnswer{tokensOf(tokens)}, nil
}

// errLogin is the one answer to every wrong name, password, code and token.
var errLogin = fmt.Errorf("%w: wrong, or no longer good", errUnauthorised)

func (s *Server) credentialError(err error) error {
	if errors.Is(err, auth.ErrInvalid) {
		return errLogin
	}
	return s.stored(err)
}

func (s *Server) logout(ctx context.Context, _ *struct{}) (*struct{}, error) {
	err := s.auth.Revoke(ctx, exchangeOf(ctx).principal.Session)
	if errors.Is(err, store.ErrNotFound) {
		return nil, errNoSession
	}
	return nil, s.stored(err)
}

// unwritable is what a failed write to the database is to a client.
func (s *Server) unwritable(err error) error {
	if !errors.Is(err, context.Canceled) { // the client went before it was its turn: nothing is wrong
		s.log.Error("database", "error", err)
	}
	return errStore
}

// Caller is who asks, as GET /api/v1/auth/session answers.
type Caller struct {
	Subject string    `json:"subject"`
	Name    string    `json:"name"`
	Role    auth.Role `json:"role"`
	Scopes  []string  `json:"scopes"`
	Session string    `json:"session"`
	Expires time.Time `json:"expires" doc:"Of the credential."`
}

type sessionAnswer struct{ Body Caller }

func (s *Server) getOwnSession(ctx context.Context, _ *struct{}) (*sessionAnswer, error) {
	p := exchangeOf(ctx).principal
	c := Caller{Subject: p.Subject, Name: p.Name, Role: p.Role, Scopes: []string{}, Session: p.Session, Expires: p.Expires}
	for _, scope := range p.Scopes.List() {
		c.Scopes = append(c.Scopes, scope.String())
	}
	return &sessionAnswer{c}, nil
}

// Ticket opens one WebSocket.
type Ticket struct {
	Ticket    string `json:"ticket" doc:"To be offered as the subprotocol spacetime.ticket.TICKET, from the same address."`
	ExpiresIn int    `json:"expires_in" doc:"Seconds." example:"30"`
}

type ticketCreated struct{ Body Ticket }

func (s *Server) createTicket(ctx context.Context, _ *struct{}) (*ticketCreated, error) {
	x := exchangeOf(ctx)
	ticket, err := s.auth.IssueTicket(x.principal, x.from)
	if err != nil {
		return nil, err
	}
	return &ticketCreated{Ticket{ticket.Reveal(), int(auth.TicketLifetime.Seconds())}}, nil
}

type pairingRequest struct {
	Body struct {
		Role auth.Role `json:"role" enum:"viewer,operator,maintainer,admin" doc:"Of the account that the code is for."`
	}
}

// Pairing is a code with which somebody makes an account.
type Pairing struct {
	Code      string `json:"code" example:"31415926"`
	URL       string `json:"url" doc:"Where it is good; the view shows it as a QR code."`
	ExpiresIn int    `json:"expires_in" doc:"Seconds." example:"300"`
}

type pairingCreated struct{ Body Pairing }

func (s *Server) createPairingCode(ctx context.Context, in *pairingRequest) (*pairingCreated, error) {
	exchangeOf(ctx).tell("role", string(in.Body.Role))
	p, err := s.OpenPairing(in.Body.Role)
	if err != nil {
		return nil, err
	}
	return &pairingCreated{p}, nil
}

// Session is a login that is not over.
type Session struct {
	ID       string    `json:"id"`
	Subject  string    `json:"subject"`
	Name     string    `json:"name"`
	Role     auth.Role `json:"role"`
	Local    bool      `json:"local" doc:"Whether it is that of a token made from the instance's key file."`
	Created  time.Time `json:"created,omitzero"`
	LastUsed time.Time `json:"last_used,omitzero"`
	Expires  time.Time `json:"expires"`
}

// getSessions lists the caller's own sessions, and everybody's for who may see
// those.
func (s *Server) getSessions(ctx context.Context, in *pageRequest) (*pageAnswer[Session], error) {
	p := exchangeOf(ctx).principal
	foreign := func(x auth.Session) bool { return !p.Scopes.Has(auth.SessionsRead) && !owns(p, x) }
	id := func(x auth.Session) string { return x.ID }
	return page(s, "sessions", slices.DeleteFunc(s.auth.Sessions(), foreign), id, in, func(x auth.Session) Session { return Session(x) })
}

// namedSession is the request for a session.
type namedSession struct {
	ID string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,62}$" example:"session-gq3dombs"`
}

// owns tells whether a session is the caller's. Local tokens are nobody's: each
// has its own.
func owns(p auth.Principal, x auth.Session) bool {
	return x.ID == p.Session || !x.Local && x.Subject == p.Subject
}

// deleteSession ends a session. Of others' sessions, who may not end them is not
// told whether there is one.
func (s *Server) deleteSession(ctx context.Context, in *namedSession) (*struct{}, error) {
	x := exchangeOf(ctx)
	x.tell("session", in.ID)
	own := func(o auth.Session) bool { return o.ID == in.ID && owns(x.principal, o) }
	if !x.principal.Scopes.Has(auth.SessionsWrite) && !slices.ContainsFunc(s.auth.Sessions(), own) {
		return nil, errNotFound
	}
	return nil, s.stored(s.auth.Revoke(ctx, in.ID))
}

var getJWKS = raw{(*Server).jwks, map[int]any{http.StatusOK: "application/jwk-set+json"}}

func (s *Server) jwks(x *exchange, _ *http.Request) error {
	write(x, http.StatusOK, "application/jwk-set+json", s.auth.JWKS())
	return nil
}

// stored gives errors of the database the meaning that they have for a client.
func (s *Server) stored(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound):
		return errNotFound
	case errors.Is(err, store.ErrStale):
		return errStale
	case kindOf(err).status != http.StatusInternalServerError:
		return err
	}
	return s.unwritable(err)
}
