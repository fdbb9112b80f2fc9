package api

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// TestRotateKeys: a token of a key that went is refused, of one that stayed not;
// the audit log tells of it, and a running program is left alone.
func TestRotateKeys(t *testing.T) {
	paths := PathsOfControl(host.Paths{State: t.TempDir()})
	open := func() *Control {
		c, err := OpenControl(t.Context(), paths, "test", nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	closed := func(c *Control) {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	c := open()
	token, err := auth.IssueLocal(paths.Key, auth.Admin, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := RotateKeys(t.Context(), paths, false); !errors.Is(err, store.ErrInUse) {
		t.Errorf("of a running program: %v", err)
	}
	closed(c)
	for _, keep := range []bool{true, false} {
		if err := RotateKeys(t.Context(), paths, keep); err != nil {
			t.Fatal(err)
		}
		c := open()
		if _, err := c.auth.Authenticate(token.Reveal()); (err == nil) != keep {
			t.Errorf("keep %t: %v", keep, err)
		}
		closed(c)
		records, err := audit.Newest(paths.Audit, 10)
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, r := range records {
			if r.What == "auth.keys.rotated" {
				told = append(told, r.Details["kept"])
			}
		}
		if want := map[bool]string{true: "true", false: "true false"}[keep]; strings.Join(told, " ") != want {
			t.Errorf("the audit log tells %q, want %q", told, want)
		}
	}
}
