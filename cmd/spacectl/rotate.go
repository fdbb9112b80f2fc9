package main

import (
	"context"

	"github.com/spacetime-vr/spacetime/api"
)

// securityCommand is `spacectl security`.
type securityCommand struct {
	RotateKeys rotateKeysCommand `cmd:"" help:"Sign access tokens with a new key from the next start on."`
}

// rotateKeysCommand is `spacectl security rotate-keys`.
type rotateKeysCommand struct {
	Keep bool `help:"Let tokens of the key before be good until they expire, 15 minutes at most."`
}

func (*rotateKeysCommand) Help() string {
	return `Stop the program before; it must be this user's. Logins go on, as they are renewed,
and so do API keys; end them with spacectl sessions end and spacectl keys remove.

Example:

  spacectl security rotate-keys`
}

func (r *rotateKeysCommand) Run(con *console, n *connection) error {
	paths, err := controlPaths()
	if err != nil {
		return err
	}
	if err := api.RotateKeys(context.Background(), paths, r.Keep); err != nil {
		return databaseError(err)
	}
	return printDone(con, n, map[string]any{"key_file": paths.Key, "kept": r.Keep}, "%s holds a new key; start the program", paths.Key)
}
