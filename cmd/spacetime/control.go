package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/certs"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// needsAPI tells whether the program ends where the API cannot be served: without
// a display there is no other way to steer it.
func (f *flight) needsAPI() bool {
	return f.command.APIRequired || f.screen.headless && !f.screen.inHeadset && f.command.API != settings.APIOff
}

// controlComponent keeps identities, the allow-list of scenes and the audit log.
// It is there before the first scene is loaded, and without the API too: the list
// may forbid the scene. The one reason to fly without it is that another flight of
// the same user has it.
func (f *flight) controlComponent() engine.Component {
	return engine.Component{
		Name: "control plane", Required: true,
		Start: func(ctx context.Context) (err error) {
			f.parts.control, err = api.OpenControl(ctx, api.PathsOfControl(f.paths), f.command.Server.Environment, f.log.Logger)
			err = api.Owner(f.paths, err)
			if errors.Is(err, store.ErrInUse) && !f.needsAPI() && f.command.Server.Environment == settings.Local {
				f.log.Warn("another flight runs already; this one has no API", "error", err)
				return nil
			}
			if errors.Is(err, store.ErrInUse) && f.command.Server.Environment == settings.Local && !f.command.APIRequired {
				return fmt.Errorf("%w, or fly beside it with --api off", err)
			}
			return err
		},
		Check: func() error {
			if f.parts.control == nil {
				return errTwoFlights
			}
			return f.parts.control.Check()
		},
		Stop: func(context.Context) error {
			if f.parts.control == nil {
				return nil
			}
			return f.parts.control.Close()
		},
	}
}

var errTwoFlights = errors.New("another flight has it")

// apiComponent serves the API and telemetry.
func (f *flight) apiComponent() engine.Component {
	ended := make(chan error, 1)
	return engine.Component{
		Name: "API", Required: f.needsAPI() || f.exposed(), Needs: []string{"engine", "frame monitor", "control plane"},
		Start: func(context.Context) error {
			if f.command.API == settings.APIOff {
				return errors.New("switched off")
			}
			if f.parts.control == nil {
				return errTwoFlights
			}
			if err := f.listen(); err != nil {
				if !f.needsAPI() {
					f.log.Warn("flying without the API", "error", err)
				}
				return err
			}
			go func() {
				defer f.crashes.Recover(exit.Crash)
				ended <- f.parts.api.Serve()
			}()
			if err := f.parts.api.Greet(); err != nil {
				f.log.Error("no pairing code", "error", err)
			}
			return nil
		},
		Stop: func(ctx context.Context) error { return errors.Join(f.parts.api.Shutdown(ctx), <-ended) },
	}
}

// exposed tells whether other machines are meant to reach the API: what is wrong
// with that must be seen.
func (f *flight) exposed() bool {
	return api.IsFar(f.command.API) || api.IsFar(f.command.Server.Telemetry)
}

func (f *flight) listen() error {
	server, err := api.New(f.apiOptions())
	if err != nil {
		return err
	}
	if err := server.Listen(); err != nil {
		return err
	}
	f.parts.api = server
	f.log.OnLine(server.PublishLogLine)
	return nil
}

// network says how others reach the API.
func (c *flyCommand) network() api.Network {
	s := &c.Server
	return api.Network{
		Hosts: s.AllowedHosts, Origins: s.CORSOrigins, Insecure: s.AllowInsecureLAN,
		Certificates: certs.Source{Cert: s.TLSCert, Key: s.TLSKey, ClientCA: s.TLSClientCA, TLS12: s.TLSMin == "1.2"},
	}
}

// checkAddresses refuses, before anything is opened, what the server would refuse.
func (c *flyCommand) checkAddresses() error {
	n := c.network()
	var err error
	if c.API != settings.APIOff {
		err = n.Check("api", c.API)
	}
	if err == nil && c.Server.Telemetry != settings.APIOff {
		err = n.Check("telemetry", c.Server.Telemetry)
	}
	return err
}

// apiOptions says the settings in the API's words.
func (f *flight) apiOptions() api.Options {
	s := &f.command.Server
	o := api.Options{
		Address: f.command.API, Telemetry: s.Telemetry, Paths: f.paths,
		Control: f.parts.control, Engine: f.parts.engine, Components: f.parts.system, Monitor: f.parts.monitor,
		Intrusion: api.Intrusion{Mode: s.IDS, Allow: s.IDSAllowCIDRs}, MetricsPublic: s.MetricsPublic,
		Priority: f.priority, Log: f.log.Logger, LogCounts: f.log.Count, LogRecords: f.log.Records(),
		Network: f.command.network(),
	}
	o.Network.Certificates.Failed = func(err error) { f.log.Error("certificate", "error", err) }
	o.Network.Certificates.Expiring = f.expiring
	if s.Telemetry == settings.APIOff {
		o.Telemetry = ""
	}
	if ours := certs.Folder(filepath.Join(f.paths.Config, "certs")); s.TLSCert == ours.Server() {
		o.Network.CAFile = ours.CA()
	}
	return o
}

// expiring warns of the certificate's end.
func (f *flight) expiring(left time.Duration) {
	f.log.Warn("the certificate ends", "days_left", int(left.Hours()/24))
	if f.parts.api != nil { // it is told at the start too, before anybody listens
		f.parts.api.PublishExpiring(left)
	}
}

// where says how to steer the program: the API's address, and telemetry's.
func (f *flight) where() string {
	a := f.parts.api
	if a == nil || a.Address() == "" {
		return ""
	}
	line := "; API " + a.URL()
	if at := a.TelemetryAddress(); at != "" {
		line += ", telemetry " + at
	}
	if p, open := a.Pairing(); open {
		line += fmt.Sprintf("\nNobody has an account here yet. To make one, within %d minutes:\n  spacectl login --pair %s --name YOUR-NAME", p.ExpiresIn/60, p.Code)
	}
	return line
}
