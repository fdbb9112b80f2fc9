package auth

import (
	"fmt"
	"math/bits"
	"strings"
)

// Scope is one permission; each has a bit of its own.
type Scope uint64

// Scopes is a set of permissions.
type Scopes uint64

// The scopes. Their order is not kept anywhere: tokens and the database have
// names.
const (
	StateRead Scope = 1 << iota
	ScenesRead
	ScenesActivate
	AllowListRead
	AllowListWrite
	SimulationRead
	SimulationWrite
	ScreenshotsRead
	ScreenshotsWrite
	TelemetryRead
	PoseRead
	MetricsRead
	HealthRead
	SessionsRead
	SessionsWrite
	UsersRead
	UsersWrite
	KeysRead
	KeysWrite
	AuditRead
	SecurityRead
	SecurityWrite
	LogsRead
	ObjectsRead
	CacheRead
	CacheWrite
	BackupsWrite
)

// scopeNames in the order of the bits.
var scopeNames = [...]string{
	"state:read",
	"scenes:read", "scenes:activate",
	"allowlist:read", "allowlist:write",
	"simulation:read", "simulation:write",
	"screenshots:read", "screenshots:write",
	"telemetry:read", "pose:read", "metrics:read", "health:read",
	"sessions:read", "sessions:write",
	"users:read", "users:write",
	"keys:read", "keys:write",
	"audit:read",
	"security:read", "security:write",
	"logs:read",
	"objects:read",
	"cache:read", "cache:write",
	"backups:write",
}

// ParseScope finds a scope by its name.
func ParseScope(name string) (Scope, error) {
	for i, known := range scopeNames {
		if name == known {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("no scope is called %q", name)
}

// String is the name, such as "state:read".
func (s Scope) String() string {
	i := bits.TrailingZeros64(uint64(s))
	if bits.OnesCount64(uint64(s)) != 1 || i >= len(scopeNames) {
		return fmt.Sprintf("Scope(%#x)", uint64(s))
	}
	return scopeNames[i]
}

// ParseScopes reads names separated by single spaces, RFC 6749 section 3.3.
func ParseScopes(names string) (Scopes, error) {
	var all Scopes
	if names == "" {
		return 0, nil
	}
	for name := range strings.SplitSeq(names, " ") {
		one, err := ParseScope(name)
		if err != nil {
			return 0, err
		}
		all |= Scopes(one)
	}
	return all, nil
}

// Has tells whether the scope is in the set.
func (s Scopes) Has(one Scope) bool { return one != 0 && Scopes(one)&^s == 0 }

// List returns the scopes of the set, in the order of the constants.
func (s Scopes) List() []Scope {
	var all []Scope
	for rest := s; rest != 0; rest &= rest - 1 {
		all = append(all, Scope(rest&-rest))
	}
	return all
}

// String is the names, separated by spaces.
func (s Scopes) String() string {
	var names []string
	for _, one := range s.List() {
		names = append(names, one.String())
	}
	return strings.Join(names, " ")
}

func set(all ...Scope) (s Scopes) {
	for _, one := range all {
		s |= Scopes(one)
	}
	return s
}
