package api

import (
	"net/http"
	"testing"
	"time"
)

// TestRefusalsWait: a server as New makes it holds back what it refuses because
// there is too much, and nothing else.
func TestRefusalsWait(t *testing.T) {
	f := serve(t)
	fresh, err := New(f.options)
	if err != nil {
		t.Fatal(err)
	}
	f.pause = fresh.pause
	ask := func() (status int, took time.Duration) {
		began := time.Now()
		return f.ask("GET", "/api/v1/state", "").Code, time.Since(began)
	}
	if status, took := ask(); status != http.StatusUnauthorized || took > holdBack/2 {
		t.Errorf("the first was answered %d after %v, want 401 at once", status, took)
	}
	for range 1000 { // until the address has used up what it may ask
		status, took := ask()
		if status == http.StatusUnauthorized {
			continue
		}
		if status != http.StatusTooManyRequests || took < holdBack {
			t.Errorf("too much was answered %d after %v, want 429 after %v", status, took, holdBack)
		}
		return
	}
	t.Error("nothing was refused")
}
