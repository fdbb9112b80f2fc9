package auth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Role is what somebody is; it decides the scopes.
type Role string

// The roles of people, each with all that the one before it has, and two of
// programs.
const (
	Viewer     Role = "viewer"     // looks
	Operator   Role = "operator"   // runs the exhibit: what is shown, and when
	Maintainer Role = "maintainer" // keeps the installation working
	Admin      Role = "admin"      // decides who may do what
	Metrics    Role = "metrics"    // a Prometheus server
	Telemetry  Role = "telemetry"  // a recorder on the WebSocket
)

// Decoy is what API keys are that nobody is meant to use: hidden where only a
// thief looks, they tell of the theft. It is no role of a caller.
const Decoy Role = "decoy"

// What each role of people has beyond the one before it.
var (
	viewerScopes     = set(StateRead, ScenesRead, ObjectsRead, SimulationRead, TelemetryRead, CacheRead)
	operatorScopes   = viewerScopes | set(ScenesActivate, SimulationWrite, ScreenshotsRead, ScreenshotsWrite, PoseRead)
	maintainerScopes = operatorScopes | set(AllowListRead, MetricsRead, HealthRead, LogsRead, CacheWrite)
	adminScopes      = maintainerScopes | set(AllowListWrite, SessionsRead, SessionsWrite, UsersRead, UsersWrite,
		KeysRead, KeysWrite, AuditRead, SecurityRead, SecurityWrite, BackupsWrite)
)

var scopesOfRole = map[Role]Scopes{
	Viewer:     viewerScopes,
	Operator:   operatorScopes,
	Maintainer: maintainerScopes,
	Admin:      adminScopes,
	Metrics:    set(MetricsRead, HealthRead),
	Telemetry:  set(StateRead, TelemetryRead),
}

// ParseRole finds a role by its name.
func ParseRole(name string) (Role, error) {
	if _, ok := scopesOfRole[Role(name)]; ok {
		return Role(name), nil
	}
	var known []string
	for _, role := range Roles() {
		known = append(known, string(role))
	}
	return "", fmt.Errorf("%w: no role is called %q, there are %s", ErrValue, name, strings.Join(known, ", "))
}

// Roles returns every role, by name.
func Roles() []Role { return slices.Sorted(maps.Keys(scopesOfRole)) }

// Scopes is what the role may do; nothing for one that is unknown.
func (r Role) Scopes() Scopes { return scopesOfRole[r] }

// ofPeople tells whether a user may have the role.
func (r Role) ofPeople() bool { return r.Scopes() != 0 && r != Metrics && r != Telemetry }
