package main

import (
	"testing"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// TestOnlyLogin: where no program runs, the one login elsewhere is meant; of two
// none is.
func TestOnlyLogin(t *testing.T) {
	home(t)
	keep := func(url string) {
		t.Helper()
		l := &login{URL: url, Name: "anna", RefreshToken: "a", AccessToken: "b"}
		if err := l.save(); err != nil {
			t.Fatal(err)
		}
	}
	spacectl("status").want(t, exit.Unavailable, "no running program is found")
	keep("https://127.0.0.2.invalid:1")
	spacectl("status").want(t, exit.Unavailable, "https://127.0.0.2.invalid:1")
	keep("https://other.invalid:1")
	spacectl("status").want(t, exit.Unavailable, "no running program is found")
}

// TestNobody: who has nothing to log in with is told to log in, where there is
// something to log in at.
func TestNobody(t *testing.T) {
	s := scriptedServer(t, map[string]scripted{"GET /livez": ok(`{"status":"pass"}`)})
	home(t)
	spacectl("verify", s.URL).want(t, exit.NotPermitted, "nobody is logged in at "+s.URL)
	s.Close()
	spacectl("verify", s.URL).want(t, exit.Unavailable, "nothing answers at "+s.URL)
}
