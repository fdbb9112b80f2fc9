package api

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// Control is what the control plane keeps between runs: who may do what, which
// scenes may be shown, what was done. It is there before the first scene is
// loaded, and whether anybody listens or not. Its methods are safe on any
// goroutine.
type Control struct {
	store *store.Store
	auth  *auth.Authority
	audit ledger
	paths ControlPaths
	log   *slog.Logger
	allow atomic.Pointer[allowlist]
	first bool // whether the instance is new

	environment  string
	onCheckpoint atomic.Pointer[func(audit.Checkpoint)] // nil: nobody listens
}

// ControlPaths is where an instance keeps what its control plane knows. All of it
// is for the user alone.
type ControlPaths struct {
	Database string // SQLite
	Key      string // signs access tokens; who can read it may do anything
	AuditKey string // signs the audit log
	Audit    string // the audit log's folder
}

// PathsOfControl returns where the program of these folders keeps it.
func PathsOfControl(p host.Paths) ControlPaths {
	folder := filepath.Join(p.State, "control")
	return ControlPaths{
		Database: filepath.Join(folder, "control.db"),
		Key:      filepath.Join(folder, "instance.key"),
		AuditKey: filepath.Join(folder, "audit.key"),
		Audit:    filepath.Join(p.State, "audit"),
	}
}

// OpenControl opens it, with the allow-list of that environment, and makes it at
// the first start. While another process has it, it is [store.ErrInUse]. Close it
// after the server.
func OpenControl(ctx context.Context, paths ControlPaths, environment string, log *slog.Logger) (*Control, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	c := &Control{paths: paths, environment: environment, log: log}
	if err := c.open(ctx); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Control) open(ctx context.Context) (err error) {
	if c.store, err = store.Open(c.paths.Database); err != nil {
		return err
	}
	if l := c.store.Layout(); l.Kept != "" {
		c.log.Info("the database has a new layout; what it was is kept", "before", l.Before, "now", l.Now, "copy", l.Kept)
	}
	_, missing := os.Stat(c.paths.Key)
	c.first = errors.Is(missing, fs.ErrNotExist)
	keys, err := auth.OpenKeys(c.paths.Key)
	if err != nil {
		return err
	}
	if c.auth, err = auth.Open(ctx, c.store, keys, time.Now); err != nil {
		return err
	}
	key, err := openAuditKey(c.paths.AuditKey)
	if err != nil {
		return err
	}
	if c.audit.log, c.audit.missing = audit.Open(c.paths.Audit, key, audit.Options{OnCheckpoint: c.checkpointed}); c.audit.missing != nil {
		c.log.Error("nothing may change until the audit log is in order", "error", c.audit.missing)
	}
	list, err := c.store.AllowList(ctx, c.environment)
	c.setAllowlist(list)
	c.listen()
	c.note(audit.Record{What: "app.started"})
	c.prune(ctx)
	return err
}

// listen writes to the audit log what the identities tell.
func (c *Control) listen() {
	tell := func(what string) func(auth.Principal) {
		return func(p auth.Principal) { c.note(audit.Record{Who: whoIs(p), What: what, Security: true}) }
	}
	c.auth.OnLocal(tell("auth.local-token.used"))
	c.auth.OnReuse(tell("auth.refresh-token.reused"))
}

// checkpointed tells whoever listens of a new checkpoint of the audit log.
func (c *Control) checkpointed(point audit.Checkpoint) {
	if tell := c.onCheckpoint.Load(); tell != nil {
		(*tell)(point)
	}
}

// note writes what the program did itself to the audit log. Nobody waits for an
// answer, so that the log tells of a failure.
func (c *Control) note(r audit.Record) {
	r.Where = "local"
	ctx, cancel := context.WithTimeout(context.Background(), recordTimeout)
	defer cancel()
	if err := c.audit.append(ctx, r); err != nil && c.audit.missing == nil {
		c.log.Error("audit log", "error", err)
	}
}

func whoIs(p auth.Principal) audit.Who {
	return audit.Who{Subject: p.Subject, Name: p.Name, Session: p.Session}
}

// What is kept of requests that may be sent again, and of bans that are over.
const (
	keepRequests = 24 * time.Hour
	maxRequests  = 5000
	keepBans     = 24 * time.Hour
	maxBans      = 10_000
)

// prune forgets what is old. That it fails costs only space.
func (c *Control) prune(ctx context.Context) {
	now := time.Now()
	err := errors.Join(
		c.store.PruneRequests(ctx, now.Add(-keepRequests), maxRequests),
		c.store.PruneBans(ctx, now.Add(-keepBans), maxBans),
	)
	if err != nil {
		c.log.Warn("the database cannot forget what is old", "error", err)
	}
}

// Check returns what keeps it from being changed, or nil.
func (c *Control) Check() error { return errors.Join(c.audit.healthy(), c.store.Healthy()) }

// Close ends the use of it: the audit log is signed, the database free.
func (c *Control) Close() error {
	var errs []error
	if c.audit.log != nil {
		c.note(audit.Record{What: "app.stopping"})
		errs = append(errs, c.audit.log.Close())
	}
	if c.store != nil {
		errs = append(errs, c.store.Close())
	}
	return errors.Join(errs...)
}

// ledger is the audit log, or why there is none: it was tampered with, say. Then
// nothing may change, and what is there can still be read.
type ledger struct {
	log     *audit.Log
	missing error
}

func (l *ledger) healthy() error {
	if l.log == nil {
		return l.missing
	}
	return l.log.Healthy()
}

func (l *ledger) append(ctx context.Context, r audit.Record) error {
	if l.log == nil {
		return l.missing
	}
	return l.log.Append(ctx, r)
}

// openAuditKey reads the seed of an Ed25519 key, or makes one.
func openAuditKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		var seed [ed25519.SeedSize]byte
		_, _ = rand.Read(seed[:]) // never fails
		text = []byte(hex.EncodeToString(seed[:]) + "\n")
		err = host.WritePrivate(path, text)
	}
	if err == nil {
		err = store.CheckPrivate(path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the audit log's key: %w", err)
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is %w: not the audit log's key; restore it, or move it and the log away to begin another", path, store.ErrDamaged)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// AuditKey returns the key with which what the audit log signs is checked.
func AuditKey(path string) (ed25519.PublicKey, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	key, err := openAuditKey(path)
	if err != nil {
		return nil, err
	}
	return key.Public().(ed25519.PublicKey), nil
}

// Paired tells whether somebody has an account.
func (c *Control) Paired() bool { return c.auth.Paired() }
