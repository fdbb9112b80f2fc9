package main

import (
	"errors"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

// coded gives errors of the packages below their exit codes.
func coded(err error) error {
	switch {
	case errors.Is(err, engine.ErrSceneUnknown):
		return exit.WithDefault(exit.Usage, err)
	case errors.Is(err, engine.ErrUnavailable):
		return exit.WithDefault(exit.Unavailable, err)
	case errors.Is(err, api.ErrPortTaken), errors.Is(err, store.ErrInUse):
		return exit.WithDefault(exit.PortTaken, err)
	case errors.Is(err, store.ErrDamaged):
		return exit.WithDefault(exit.BadData, err)
	case errors.Is(err, api.ErrAddress), errors.Is(err, api.ErrExposed), errors.Is(err, store.ErrNotPrivate), errors.Is(err, certs.ErrNotPrivate):
		return exit.WithDefault(exit.Config, err)
	}
	return err
}

// ourVariables picks the program's own out of an environment, by name.
func ourVariables(environ []string) map[string]string {
	ours := map[string]string{}
	for _, variable := range environ {
		if name, value, ok := strings.Cut(variable, "="); ok && strings.HasPrefix(name, "SPACETIME_") {
			ours[name] = value
		}
	}
	return ours
}
