package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Applied is what every change answers: where it took effect.
type Applied struct {
	Revision uint64 `json:"revision"` // of the state after it; the ETag
	Tick     uint64 `json:"tick"`     // the first that ran with it
	Frame    uint64 `json:"frame"`    // the first that showed it
}

// change waits for the frame to apply something, on the condition that the
// header If-Match makes.
func (s *Server) change(w http.ResponseWriter, r *http.Request, apply func(ctx context.Context, ifRevision *uint64) (engine.Applied, error)) error {
	condition, err := ifMatch(r.Header)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), frameTimeout)
	defer cancel()
	applied, err := apply(ctx, condition)
	if err != nil {
		return err
	}
	setRevision(w, applied.Revision)
	return writeJSON(w, http.StatusOK, Applied(applied))
}

// submit is change for a command.
func (s *Server) submit(w http.ResponseWriter, r *http.Request, c scene.Command) error {
	return s.change(w, r, func(ctx context.Context, ifRevision *uint64) (engine.Applied, error) {
		return s.options.Engine.Submit(ctx, engine.Request{Command: c, IfRevision: ifRevision})
	})
}

// ifMatch reads the revision that a change is meant for; nil is any.
func ifMatch(h http.Header) (*uint64, error) {
	values := h.Values("If-Match")
	if len(values) == 0 || len(values) == 1 && values[0] == "*" {
		return nil, nil
	}
	text, err := strconv.Unquote(values[0])
	if err == nil && len(values) == 1 {
		if revision, err := strconv.ParseUint(text, 10, 64); err == nil {
			return &revision, nil
		}
	}
	return nil, fmt.Errorf("%w: If-Match is the ETag of one state, such as \"42\"", errMalformed)
}

// sceneChange is the body of PUT /api/v1/scenes/current.
type sceneChange struct {
	Slug *string      `json:"slug"`
	Date *scene.Start `json:"date"` // or "now"; the scene's own when left out
}

func (s *Server) putScene(w http.ResponseWriter, r *http.Request) error {
	var c sceneChange
	if err := decode(r, &c); err != nil {
		return err
	}
	if c.Slug == nil {
		return wrong(errInvalid, "slug", "a scene is wanted")
	}
	return s.change(w, r, func(ctx context.Context, ifRevision *uint64) (engine.Applied, error) {
		return s.options.Engine.LoadScene(ctx, *c.Slug, s.options.Policy, dateOf(c.Date), ifRevision)
	})
}

// dateOf resolves "now"; nil stays nil.
func dateOf(start *scene.Start) *astro.Time {
	if start == nil {
		return nil
	}
	date := start.At(astro.FromUTC(time.Now()))
	return &date
}

// timeChange is the body of PATCH /api/v1/time; what is left out stays.
type timeChange struct {
	Date   *scene.Start `json:"date"` // or "now"
	Rate   *float64     `json:"rate"` // simulated seconds a second
	Paused *bool        `json:"paused"`
}

func (s *Server) patchTime(w http.ResponseWriter, r *http.Request) error {
	var c timeChange
	if err := decode(r, &c); err != nil {
		return err
	}
	return s.submit(w, r, scene.SetTime{Date: dateOf(c.Date), Rate: c.Rate, Paused: c.Paused})
}

// cameraChange is the body of PATCH /api/v1/camera. Lengths and angles are text
// with their unit, as in scene files.
type cameraChange struct {
	Place *placeChange `json:"place"`
	Look  *lookChange  `json:"look"`
}

type placeChange struct {
	Body          *astro.Body  `json:"body"`
	Distance      scene.Length `json:"distance"` // from the centre; or
	Altitude      scene.Length `json:"altitude"` // over the mean surface
	Toward        *astro.Body  `json:"toward"`
	Angle         scene.Angle  `json:"angle"`
	PositionAngle scene.Angle  `json:"position_angle"`
}

type lookChange struct {
	Target *astro.Body  `json:"target"`
	RA     *scene.Angle `json:"ra"`
	Dec    *scene.Angle `json:"dec"`
	Up     *scene.Up    `json:"up"`
	Roll   scene.Angle  `json:"roll"`
	Right  scene.Angle  `json:"right"`
	Raise  scene.Angle  `json:"raise"`
	FOV    *scene.Angle `json:"fov"`
}

func (s *Server) patchCamera(w http.ResponseWriter, r *http.Request) error {
	var c cameraChange
	if err := decode(r, &c); err != nil {
		return err
	}
	command, err := c.command(&s.options.Engine.Snapshot().State)
	if err != nil {
		return err
	}
	return s.submit(w, r, command)
}

// command fills in what was left out: the target is the place's body, or stays;
// the field of view stays; all else is as in a scene file.
func (c *cameraChange) command(now *scene.State) (scene.SetCamera, error) {
	var set scene.SetCamera
	target := now.Target
	if c.Place != nil {
		if c.Place.Body == nil {
			return set, wrong(errInvalid, "place.body", "a place needs a body")
		}
		target = *c.Place.Body
		set.Place = c.Place.place()
	}
	if c.Look != nil {
		if (c.Look.RA == nil) != (c.Look.Dec == nil) {
			return set, wrong(errInvalid, "look", "ra and dec go together")
		}
		set.Look = c.Look.look(target, scene.Angle(now.FOVRad))
	}
	return set, nil
}

func (c *placeChange) place() *scene.Place {
	toward := astro.Sun
	if *c.Body == astro.Sun {
		toward = astro.Earth
	}
	return &scene.Place{
		Body: *c.Body, Distance: c.Distance, Altitude: c.Altitude,
		Toward: or(c.Toward, toward), Angle: c.Angle, Position: c.PositionAngle,
	}
}

func (c *lookChange) look(target astro.Body, fov scene.Angle) *scene.Look {
	return &scene.Look{
		Target:  or(c.Target, target),
		AtStars: c.RA != nil, RA: or(c.RA, 0), Dec: or(c.Dec, 0),
		Up: or(c.Up, scene.UpNorth), Roll: c.Roll, Right: c.Right, Raise: c.Raise,
		FOV: or(c.FOV, fov),
	}
}

// or is what p points to, or otherwise where p is nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
