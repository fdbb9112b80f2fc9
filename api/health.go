package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine"
)

// Status is how the program does, in the words of health checks.
type Status string

// The program does well; it does, but for parts that it can do without; it does
// not.
const (
	Pass Status = "pass"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Readiness is what /livez, /readyz and /startupz answer.
type Readiness struct {
	Status     Status          `json:"status" enum:"pass,warn,fail"`
	Components []engine.Health `json:"components,omitempty" doc:"Only of /readyz, and what is wrong only for those with the scope health:read."`
}

var healthAnswers = map[int]any{http.StatusOK: Readiness{}, http.StatusServiceUnavailable: Readiness{}}

var (
	getLive    = raw{(*Server).alive, healthAnswers}
	getReady   = raw{(*Server).ready, healthAnswers}
	getStarted = raw{(*Server).startedUp, healthAnswers}
)

// silence is how long the frame may be silent before the program counts as hung.
const silence = 10 * time.Second

// alive fails when a display is being drawn and no frame has come for long.
func (s *Server) alive(x *exchange, _ *http.Request) error {
	now := s.options.Engine.Snapshot()
	return writeHealth(x, Readiness{Status: passIf(!now.Running || engine.Now()-now.At < silence)})
}

func (s *Server) startedUp(x *exchange, _ *http.Request) error {
	return writeHealth(x, Readiness{Status: passIf(s.options.Engine.Snapshot().Frame > 0)})
}

func (s *Server) ready(x *exchange, _ *http.Request) error {
	h := Readiness{Status: Pass, Components: s.options.Components.Health()}
	h.Components = append(h.Components, s.auditHealth())
	for i := range h.Components {
		c := &h.Components[i]
		if !c.OK && h.Status == Pass {
			h.Status = Warn
		}
		if !x.principal.Scopes.Has(auth.HealthRead) {
			c.Detail = "" // may name files
		}
	}
	if !engine.Ready(h.Components) {
		h.Status = Fail
	}
	return writeHealth(x, h)
}

// auditHealth is the audit log as a component. The flight does without: what is
// lost meanwhile is only that anything may be changed.
func (s *Server) auditHealth() engine.Health {
	h := engine.Health{Name: "audit", OK: true}
	if err := s.audit.healthy(); err != nil {
		h.OK, h.Detail = false, err.Error()
	}
	return h
}

func passIf(well bool) Status {
	if well {
		return Pass
	}
	return Fail
}

func writeHealth(x *exchange, h Readiness) error {
	status := http.StatusOK
	if h.Status == Fail {
		status = http.StatusServiceUnavailable
	}
	body, err := json.Marshal(h)
	if err == nil {
		write(x, status, "application/json", body)
	}
	return err
}

type versionAnswer struct{ Body engine.Build }

func (s *Server) getVersion(context.Context, *struct{}) (*versionAnswer, error) {
	return &versionAnswer{engine.ThisBuild()}, nil
}

// probe does nothing; its quota is small enough to be used up in passing.
func (s *Server) probe(context.Context, *struct{}) (*struct{}, error) { return nil, nil }
