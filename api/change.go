package api

import (
	"context"
	"errors"
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
	Place *scene.PlaceSpec `json:"place"`
	Look  *scene.LookSpec  `json:"look"`
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
func (c *cameraChange) command(now *scene.State) (set scene.SetCamera, _ error) {
	target := now.Target
	if c.Place != nil {
		place, err := c.Place.Place()
		if err != nil {
			return set, wrongKey("place", err)
		}
		set.Place, target = &place, place.Body
	}
	if c.Look != nil {
		look, err := c.Look.Look(target, scene.Angle(now.FOVRad))
		if err != nil {
			return set, wrongKey("look", err)
		}
		set.Look = &look
	}
	return set, nil
}

// wrongKey says which member of a member of the body is wrong.
func wrongKey(at string, err error) error {
	var key *scene.KeyError
	if errors.As(err, &key) {
		at += "." + key.Key
	}
	return wrong(errInvalid, at, err.Error())
}
