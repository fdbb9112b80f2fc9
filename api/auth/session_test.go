package auth

import (
	"testing"
	"time"
)

func TestLogin(t *testing.T) {
	b := newBench(t)
	ada := b.addUser(t, "Ada", Operator)
	tokens := b.login(t, "aDa")
	p, err := b.Authenticate(tokens.Access.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	want := Principal{
		Subject: ada.ID, Name: "ada", Role: Operator, Scopes: Operator.Scopes(), Session: p.Session,
		Expires: time.Date(2026, 11, 22, 22, 0, 44, 0, time.UTC),
	}
	if !p.Expires.Equal(want.Expires) {
		t.Errorf("expires %v, want %v", p.Expires, want.Expires)
	}
	p.Expires = want.Expires
	if p != want || tokens.Principal != want || p.Session == "" {
		t.Errorf("token of %+v\nlogin says %+v\nwant %+v", p, tokens.Principal, want)
	}
}
