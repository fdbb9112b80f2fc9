package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/scene"
)

// allowlist is the scenes that may be shown, as the database has it.
type allowlist struct{ store.AllowList }

var errNotListed = errors.New("this place may not show it")

func (l *allowlist) policy(s *scene.Scene) error {
	if l.Enforced && !slices.Contains(l.Scenes, s.Slug) {
		return errNotListed
	}
	return nil
}

// ScenePolicy is what the allow-list says of a scene; it is an
// [engine.ScenePolicy].
func (c *Control) ScenePolicy(s *scene.Scene) error { return c.allow.Load().policy(s) }

// setAllowlist takes a list over. It is copied to a file: flights beside this one go
// by it, and the database is this process's alone. Where that fails no list is left
// there, which allows them nothing.
func (c *Control) setAllowlist(l store.AllowList) {
	c.allow.Store(&allowlist{l})
	path := c.paths.allowlist(c.environment)
	text, err := json.Marshal(l)
	if err == nil {
		err = host.WritePrivate(path, text)
	}
	if err != nil {
		c.log.Error("a flight beside this one may show nothing", "error", errors.Join(err, os.Remove(path)))
	}
}

// allowlist is the file with the list of an environment.
func (p ControlPaths) allowlist(environment string) string {
	return filepath.Join(filepath.Dir(p.Database), "allowlist-"+url.PathEscape(environment)+".json")
}

// PolicyBeside is the policy of a flight that finds the database in use: it shows what
// the allow-list of the one that has it allows, and nothing where that cannot be read.
func PolicyBeside(paths ControlPaths, environment string) engine.ScenePolicy {
	return func(s *scene.Scene) error {
		var l allowlist
		text, err := os.ReadFile(paths.allowlist(environment))
		if err == nil {
			err = json.Unmarshal(text, &l)
		}
		if err != nil {
			return fmt.Errorf("the allow-list of the flight beside this one is not known: %w", err)
		}
		return l.policy(s)
	}
}
