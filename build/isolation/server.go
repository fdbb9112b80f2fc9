package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// server is the API as the program serves it, new for each case, so that no case
// finds the quotas of another used up.
type server struct {
	target
	api     *api.Server
	control *api.Control
	dir     string
	ended   sync.WaitGroup
	errors  errorCount
	took    time.Duration // to start
}

// numKeys is how many may ask: together, each within what it may, as often as
// the API answers at all.
const numKeys = 10

// startServer is the only place that knows how the API is started.
func startServer(f *flight, secure bool) (s *server, err error) {
	s = &server{}
	if s.dir, err = os.MkdirTemp("", "isolation-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	paths := host.Paths{Config: s.dir, State: s.dir, Cache: s.dir, Runtime: s.dir, Pictures: s.dir}
	if err := s.prepare(api.PathsOfControl(paths), secure); err != nil {
		return s, err
	}
	began := engine.Now()
	if err := s.open(f, paths); err != nil {
		return s, err
	}
	s.took = engine.Now() - began
	s.Address, s.Telemetry = s.api.Address(), s.api.TelemetryAddress()
	s.ended.Go(func() { _ = s.api.Serve() })
	return s, nil
}

// prepare makes credentials, and the certificate if one is wanted.
func (s *server) prepare(paths api.ControlPaths, secure bool) error {
	if secure {
		s.Folder = filepath.Join(s.dir, "certs")
		if _, err := certs.Folder(s.Folder).Init([]string{"127.0.0.1", "localhost"}, time.Now()); err != nil {
			return err
		}
	}
	ctx := context.Background()
	db, err := store.Open(paths.Database)
	if err != nil {
		return err
	}
	keys, err := auth.OpenKeys(paths.Key)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	authority, err := auth.Open(ctx, db, keys, time.Now)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	for i := range numKeys {
		key, _, err := authority.CreateKey(ctx, fmt.Sprintf("client-%d", i), auth.Operator, 0)
		if err != nil {
			return errors.Join(err, db.Close())
		}
		s.Keys = append(s.Keys, key.Reveal())
	}
	token, err := auth.IssueLocal(paths.Key, auth.Operator, auth.TokenLifetime)
	s.Token = token.Reveal()
	return errors.Join(err, db.Close())
}

// open opens the API as the program does, but for more telemetry clients.
func (s *server) open(f *flight, paths host.Paths) (err error) {
	if s.control, err = api.OpenControl(context.Background(), api.PathsOfControl(paths), "test", nil); err != nil {
		return err
	}
	f.engine.SetScenePolicy(s.control.ScenePolicy)
	system, err := engine.NewSystem()
	if err != nil {
		return err
	}
	o := api.Options{
		Address: "127.0.0.1:0", Telemetry: "127.0.0.1:0",
		Clients: telemetry.Limits{Clients: 64, PerPrincipal: 8, PerAddress: 8},
		Paths:   paths, Control: s.control, Engine: f.engine, Components: system, Monitor: f.monitor,
		Log: slog.New(&s.errors),
	}
	if s.Folder != "" {
		file := certs.Folder(s.Folder).Server()
		o.Network.Certificates = certs.Source{Cert: file, Key: file}
	}
	if s.api, err = api.New(o); err != nil {
		return err
	}
	return s.api.Listen()
}

func (s *server) stop() (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if s.api != nil {
		_ = s.api.Shutdown(ctx) // connections that never end are cut
	}
	s.ended.Wait()
	if s.control != nil {
		err = s.control.Close()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// errorCount is a log that counts what went wrong in the API itself, panics above
// all, and shows the first of it.
type errorCount struct{ n atomic.Int64 }

// Enabled implements [slog.Handler].
func (*errorCount) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }

// Handle implements [slog.Handler].
func (c *errorCount) Handle(_ context.Context, r slog.Record) error {
	if c.n.Add(1) > 1 { // one tells enough
		return nil
	}
	text := r.Message
	r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
	_, err := fmt.Fprintln(os.Stderr, "isolation: the API:", text)
	return err
}

// WithAttrs implements [slog.Handler].
func (c *errorCount) WithAttrs([]slog.Attr) slog.Handler { return c }

// WithGroup implements [slog.Handler].
func (c *errorCount) WithGroup(string) slog.Handler { return c }
