package auth

import (
	"errors"
	"math/bits"
	"slices"
	"strings"
	"testing"
)

// TestRoles is the whole table, written out: what a role may do must not change
// by accident.
func TestRoles(t *testing.T) {
	const (
		viewer     = "state:read scenes:read simulation:read telemetry:read objects:read cache:read"
		operator   = "state:read scenes:read scenes:activate simulation:read simulation:write screenshots:read screenshots:write telemetry:read pose:read objects:read cache:read"
		maintainer = "state:read scenes:read scenes:activate allowlist:read simulation:read simulation:write screenshots:read screenshots:write " +
			"telemetry:read pose:read metrics:read health:read logs:read objects:read cache:read cache:write"
		admin = "state:read scenes:read scenes:activate allowlist:read allowlist:write simulation:read simulation:write screenshots:read screenshots:write " +
			"telemetry:read pose:read metrics:read health:read sessions:read sessions:write users:read users:write keys:read keys:write audit:read " +
			"security:read security:write logs:read objects:read cache:read cache:write backups:write"
	)
	want := map[Role]string{
		Viewer: viewer, Operator: operator, Maintainer: maintainer, Admin: admin,
		Metrics: "metrics:read health:read", Telemetry: "state:read telemetry:read", "root": "", "": "",
	}
	for role, scopes := range want {
		if got := role.Scopes().String(); got != scopes {
			t.Errorf("%s has %q, want %q", role, got, scopes)
		}
		if parsed, err := ParseRole(string(role)); (err == nil) != (scopes != "") || err == nil && parsed != role {
			t.Errorf("ParseRole(%q) is %q, error %v", role, parsed, err)
		}
	}
	if got := Roles(); !slices.Equal(got, []Role{Admin, Maintainer, Metrics, Operator, Telemetry, Viewer}) {
		t.Errorf("roles %v", got)
	}
	if _, err := ParseRole("root"); !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), "admin, maintainer, metrics") {
		t.Errorf("error %v", err)
	}
}

func TestScopes(t *testing.T) {
	all := Scopes(1<<len(scopeNames) - 1).List()
	if len(all) != len(scopeNames) || all[0] != StateRead || all[len(all)-1] != BackupsWrite {
		t.Fatalf("%d scopes %v, %d names", len(all), all, len(scopeNames))
	}
	var sum Scopes
	for _, s := range all {
		parsed, err := ParseScope(s.String())
		if err != nil || parsed != s || bits.OnesCount64(uint64(s)) != 1 {
			t.Errorf("%v is parsed as %v, error %v", s, parsed, err)
		}
		if sum.Has(s) {
			t.Errorf("%v is there twice", s)
		}
		sum |= Scopes(s)
	}
	if sum != Admin.Scopes() {
		t.Errorf("an admin lacks %v", sum&^Admin.Scopes())
	}
	if got, err := ParseScopes(sum.String()); got != sum || err != nil {
		t.Errorf("%v, error %v", got, err)
	}
	if Scopes(0).Has(0) || sum.Has(1<<63) || sum.Has(0) || Viewer.Scopes().Has(ScenesActivate) || !Viewer.Scopes().Has(ScenesRead) {
		t.Error("Has is wrong")
	}
	for _, text := range []string{"everything", "state:read ", " state:read", "state:read  scenes:read", "STATE:READ", "state:*", "state:read,scenes:read"} {
		if got, err := ParseScopes(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	if got := Scope(3).String(); got != "Scope(0x3)" {
		t.Error(got)
	}
	if got := Scope(1 << 60).String(); got != "Scope(0x1000000000000000)" {
		t.Error(got)
	}
}
