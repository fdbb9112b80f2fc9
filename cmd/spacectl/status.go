package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
)

// statusCommand is `spacectl status`.
type statusCommand struct{}

func (*statusCommand) Help() string {
	return "It ends with 69 when the program is not ready.\n\nExample:\n\n  spacectl status --json"
}

func (*statusCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	ready, err := getReady.do(ctx, c, none) // 503 tells why not
	if err != nil {
		return err
	}
	s, state, err := getState.ask(ctx, c, none)
	if err != nil {
		return err
	}
	var r api.Readiness
	if err := ready.decode(&r); err != nil {
		return err
	}
	if r.Status == "" {
		return c.refused(ready)
	}
	if n.JSON {
		err = printJSON(con.out, map[string]json.RawMessage{"readiness": rawJSON(ready), "state": rawJSON(state)})
	} else {
		err = printTable(con.out, append(stateRows(c.base, &s), componentRows(&r)...))
	}
	return cmp.Or(err, notReady(&r))
}

func stateRows(base string, s *api.State) [][2]string {
	return [][2]string{
		{"program", fmt.Sprintf("%s, %s%s", base, s.Environment, running(s.Running))},
		{"scene", s.Scene.Slug + ": " + s.Scene.Title},
		{"date", s.Time.Date.String() + pace(&s.Time)},
		{"ship", fmt.Sprintf("%s over the surface of %s", distance(s.Ship.HeightM), s.Ship.Frame)},
		{"target", fmt.Sprintf("%s, %s to its centre", s.Target.Body, distance(s.Target.DistanceM))},
		{"layers", strings.Join(s.Layers, ", ")},
		{"display", display(&s.Display)},
		{"frame", fmt.Sprintf("%d, tick %d, revision %d", s.Frame, s.Tick, s.Revision)},
	}
}

func running(is bool) string {
	if is {
		return ", drawing"
	}
	return ", not drawing"
}

func pace(t *api.TimeState) string {
	text := fmt.Sprintf(", %g s a second", t.Rate)
	if t.Paused {
		text = ", paused"
	}
	if t.Notice != "" {
		text += "; " + t.Notice
	}
	return text
}

// distance writes metres in the unit that fits.
func distance(m float64) string {
	const mPerAU = 149597870700 // IAU 2012 resolution B2
	switch {
	case m >= mPerAU/10:
		return fmt.Sprintf("%.6g au", m/mPerAU)
	case m >= 10e3:
		return fmt.Sprintf("%.6g km", m/1e3)
	}
	return fmt.Sprintf("%.4g m", m)
}

func display(d *engine.DisplayInfo) string {
	if d.Name == "" {
		return "none"
	}
	rate := "as fast as it can"
	if d.RefreshHz > 0 {
		rate = fmt.Sprintf("%.4g Hz", d.RefreshHz)
	}
	return fmt.Sprintf("%s, %d×%d, %s, %s", d.Name, d.Width, d.Height, count(d.Views, "view"), rate)
}

func componentRows(r *api.Readiness) (rows [][2]string) {
	for _, c := range r.Components {
		text := "ok"
		if !c.OK {
			text = "wrong"
			if c.Detail != "" { // which takes the scope health:read
				text += ": " + c.Detail
			}
		}
		rows = append(rows, [2]string{c.Name, text})
	}
	return rows
}

// notReady is an error that names what is wrong, unless the program is ready.
func notReady(r *api.Readiness) error {
	if r.Status != api.Fail {
		return nil
	}
	var names []string
	for _, c := range r.Components {
		if c.Required && !c.OK {
			names = append(names, c.Name)
		}
	}
	return exit.With(exit.Unavailable, fmt.Errorf("the program is not ready: %s", strings.Join(names, ", ")))
}

// scenesCommand is `spacectl scenes`.
type scenesCommand struct{}

func (*scenesCommand) Help() string { return "Example:\n\n  spacectl scenes" }

func (*scenesCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	scenes, err := list(context.Background(), c, listScenes)
	if err != nil {
		return err
	}
	return printList(con.out, n.JSON, scenes, nil, func(s api.Scene) []string {
		if !s.Allowed {
			s.Title += " (not allowed here)"
		}
		return []string{s.Slug, s.Title}
	})
}

// versionCommand is `spacectl version`.
type versionCommand struct{}

func (*versionCommand) Help() string { return "Example:\n\n  spacectl version --json" }

// Run tells the own version even when no program runs.
func (*versionCommand) Run(con *console, n *connection) error {
	own := engine.ThisBuild()
	program, err := programVersion(con, n)
	if err != nil && exit.Of(err) != exit.Unavailable {
		return err
	}
	if n.JSON {
		return printJSON(con.out, struct {
			Spacectl engine.Build  `json:"spacectl"`
			Program  *engine.Build `json:"program"` // null when none runs
		}{own, program})
	}
	running := "none runs"
	if program != nil {
		running = program.String()
	}
	return printTable(con.out, [][2]string{{"spacectl", own.String()}, {"program", running}})
}

func programVersion(con *console, n *connection) (*engine.Build, error) {
	c, err := n.open(con)
	if err != nil {
		return nil, err
	}
	b, _, err := getVersion.ask(context.Background(), c, none)
	if err != nil {
		return nil, err
	}
	return &b, nil
}
