package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// sceneCommand is `spacectl scene`.
type sceneCommand struct{ sceneChange }

// sceneChange is sent as it is, and the program checks it.
type sceneChange struct {
	Slug   string `arg:"" json:"slug" help:"The scene, as 'spacectl scenes' lists it."`
	At     string `placeholder:"TIME" json:"date,omitempty" help:"Date to start at instead of the scene's: 2026-11-22T00:00:00Z, jd2461366.5 (TDB), now."`
	SHA256 string `name:"sha256" placeholder:"HASH" json:"sha256,omitempty" help:"Load it only if its file has this hash, as 'spacectl scenes --json' tells it."`
}

func (*sceneCommand) Help() string {
	return "Example:\n\n  spacectl scene saturn --at 2026-11-22T00:00:00Z"
}

func (s *sceneCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	return c.nameAllowed(change(con, n, c, putScene, s.sceneChange))
}

// nameAllowed adds the scenes that may be shown to the refusal of one that may
// not.
func (c *client) nameAllowed(err error) error {
	var r *refusal
	if !errors.As(err, &r) || r.kind != "scene-not-allowed" {
		return err
	}
	scenes, listErr := list(context.Background(), c, listScenes)
	if listErr != nil {
		return err
	}
	var allowed []string
	for _, s := range scenes {
		if s.Allowed {
			allowed = append(allowed, s.Slug)
		}
	}
	return exit.With(exit.Of(err), fmt.Errorf("that scene may not be shown here; there are %s", cmp.Or(strings.Join(allowed, ", "), "none that may")))
}

// timeCommand is `spacectl time`.
type timeCommand struct {
	Date   string   `placeholder:"TIME" help:"Date to go to: 2026-11-22T00:00:00Z, jd2461366.5 (TDB), now."`
	Rate   *float64 `placeholder:"S" help:"Simulated seconds a second; below zero runs backwards."`
	Pause  bool     `xor:"pause" help:"Stop the time."`
	Resume bool     `xor:"pause" help:"Let the time go on."`
}

func (*timeCommand) Help() string {
	return "Example:\n\n  spacectl time --date now --rate 3600 --resume"
}

// Validate asks for something to change.
func (t *timeCommand) Validate() error {
	if *t == (timeCommand{}) {
		return errors.New("nothing to change: give --date, --rate, --pause or --resume")
	}
	return nil
}

func (t *timeCommand) Run(con *console, n *connection) error {
	body := timeChange{Date: t.Date, Rate: t.Rate}
	if t.Pause || t.Resume {
		body.Paused = &t.Pause
	}
	return openAndChange(con, n, changeTime, body)
}

// timeChange leaves what it has not as it is.
type timeChange struct {
	Date   string   `json:"date,omitempty"`
	Rate   *float64 `json:"rate,omitempty"`
	Paused *bool    `json:"paused,omitempty"`
}

// cameraCommand is `spacectl camera`.
type cameraCommand struct {
	Place    placeFlags `embed:""`
	Look     lookFlags  `embed:""`
	Bookmark int        `placeholder:"N" help:"Go to a bookmark of the scene instead, by its number from 1, as 'spacectl scenes --json' lists them."`
}

// placeFlags is where to be; they are sent as they are, and the program checks
// them.
type placeFlags struct {
	Body          string `group:"Where to be" json:"body,omitempty" placeholder:"BODY" help:"Body to be at."`
	Distance      string `group:"Where to be" json:"distance,omitempty" placeholder:"LENGTH" xor:"distance" help:"How far from its centre: \"600000 km\", \"0.1 au\"."`
	Altitude      string `group:"Where to be" json:"altitude,omitempty" placeholder:"LENGTH" xor:"distance" help:"How high over its mean surface instead."`
	Toward        string `group:"Where to be" json:"toward,omitempty" placeholder:"BODY" help:"Body that angles are counted from: the Sun, or at the Sun the Earth."`
	Angle         string `group:"Where to be" json:"angle,omitempty" placeholder:"ANGLE" help:"How far away from the direction to it: 30deg. That is the phase angle for the Sun."`
	PositionAngle string `group:"Where to be" json:"position_angle,omitempty" placeholder:"ANGLE" help:"To which side: 0deg is over the north pole, 90deg east."`
}

// lookFlags is which way to look.
type lookFlags struct {
	Target string `group:"Which way to look" json:"target,omitempty" placeholder:"BODY" help:"Body to look at: the one to be at, or the one looked at now."`
	RA     string `name:"ra" group:"Which way to look" json:"ra,omitempty" placeholder:"ANGLE" help:"Right ascension to look at instead, with --dec."`
	Dec    string `group:"Which way to look" json:"dec,omitempty" placeholder:"ANGLE" help:"Declination, with --ra."`
	Up     string `group:"Which way to look" json:"up,omitempty" placeholder:"UP" help:"What is overhead: north (of the sky), pole (of the target) or zenith."`
	Roll   string `group:"Which way to look" json:"roll,omitempty" placeholder:"ANGLE" help:"Turn about the line of sight, clockwise."`
	Right  string `group:"Which way to look" json:"right,omitempty" placeholder:"ANGLE" help:"Turn away from the target, to the right."`
	Raise  string `group:"Which way to look" json:"raise,omitempty" placeholder:"ANGLE" help:"Turn away from the target, upward."`
	FOV    string `name:"fov" group:"Which way to look" json:"fov,omitempty" placeholder:"ANGLE" help:"Vertical field of view."`
}

func (*cameraCommand) Help() string {
	return `Example:

  spacectl camera --body saturn --distance "600000 km" --angle 30deg`
}

// Validate asks for something to change.
func (c *cameraCommand) Validate() error {
	if *c == (cameraCommand{}) {
		return errors.New("nothing to change: give --body with --distance or --altitude, or which way to look, or --bookmark")
	}
	return nil
}

func (c *cameraCommand) Run(con *console, n *connection) error {
	body := cameraChange{Bookmark: c.Bookmark}
	if c.Place != (placeFlags{}) {
		body.Place = &c.Place
	}
	if c.Look != (lookFlags{}) {
		body.Look = &c.Look
	}
	return openAndChange(con, n, changeCamera, body)
}

// cameraChange leaves what it has not as it is.
type cameraChange struct {
	Place    *placeFlags `json:"place,omitempty"`
	Look     *lookFlags  `json:"look,omitempty"`
	Bookmark int         `json:"bookmark,omitempty"`
}

func openAndChange[S any](con *console, n *connection, o operation[S, api.Applied], body S) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	return change(con, n, c, o, body)
}

// change asks for a change and says where it took effect.
func change[S any](con *console, n *connection, c *client, o operation[S, api.Applied], body S) error {
	applied, a, err := o.ask(context.Background(), c, body)
	if err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "done in frame %d, revision %d", applied.Frame, applied.Revision)
}
