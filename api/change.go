package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Applied is what every change of the world answers: where it took effect.
type Applied struct {
	Revision uint64 `json:"revision" doc:"Of the state after it."`
	Tick     uint64 `json:"tick" doc:"The first that ran with it."`
	Frame    uint64 `json:"frame" doc:"The first that showed it."`
}

// change is the request of a change of the world, with a body of type B.
type change[B any] struct {
	Condition
	Body B
}

// Condition is the header with which a client says what it means to change. The
// name is exported since huma passes over embedded types of other names.
type Condition struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the state that is meant; the change is refused if the state has changed since." example:"\"42-1207\""`
}

// revision is the revision of the state that is meant; nil is any.
func (c Condition) revision() (*uint64, error) {
	if c.IfMatch == "" || c.IfMatch == "*" {
		return nil, nil
	}
	text, err := strconv.Unquote(c.IfMatch)
	if err == nil {
		number, _, _ := strings.Cut(text, "-")
		if revision, err := strconv.ParseUint(number, 10, 64); err == nil {
			return &revision, nil
		}
	}
	return nil, fmt.Errorf("%w: If-Match is the ETag of one state, such as \"42-1207\"", errMalformed)
}

// changed is the answer to a change of the world.
type changed struct {
	ETag string `header:"ETag"`
	Body Applied
}

// frameTimeout is how long a change waits for the frame.
const frameTimeout = 2 * time.Second

// apply waits for the frame to apply something.
func (s *Server) apply(ctx context.Context, c Condition, do func(ctx context.Context, ifRevision *uint64) (engine.Applied, error)) (*changed, error) {
	revision, err := c.revision()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, frameTimeout)
	defer cancel()
	applied, err := do(ctx, revision)
	if err != nil {
		return nil, tellTag(ctx, err, s.options.Engine.Snapshot().State.Revision)
	}
	return &changed{revisionTag(applied.Revision), Applied(applied)}, nil
}

// tellTag adds the ETag of what is there to the answer that it is not what the
// client meant.
func tellTag(ctx context.Context, err error, revision uint64) error {
	if kindOf(err).status == http.StatusPreconditionFailed {
		exchangeOf(ctx).Header().Set("ETag", revisionTag(revision))
	}
	return err
}

// submit is apply for a command.
func (s *Server) submit(ctx context.Context, c Condition, command scene.Command) (*changed, error) {
	return s.apply(ctx, c, func(ctx context.Context, ifRevision *uint64) (engine.Applied, error) {
		return s.options.Engine.Submit(ctx, engine.Request{Command: command, IfRevision: ifRevision})
	})
}

// sceneChange is the body of PUT /api/v1/scenes/current.
type sceneChange struct {
	Slug   string       `json:"slug" minLength:"1" maxLength:"63" example:"saturn" doc:"Of the scene."`
	Date   *scene.Start `json:"date,omitempty" example:"2026-11-22T00:00:00Z" doc:"When it begins, or \"now\"; the scene's own date when left out."`
	SHA256 string       `json:"sha256,omitempty" pattern:"^[0-9a-f]{64}$" doc:"Of the scene's file, as the list of scenes tells it; the change is refused if the program has read another." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

func (s *Server) putScene(ctx context.Context, in *change[sceneChange]) (*changed, error) {
	exchangeOf(ctx).tell("scene", in.Body.Slug)
	out, err := s.apply(ctx, in.Condition, func(ctx context.Context, ifRevision *uint64) (engine.Applied, error) {
		if err := s.checkPin(in.Body); err != nil {
			return engine.Applied{}, err
		}
		return s.options.Engine.LoadScene(ctx, in.Body.Slug, dateOf(in.Body.Date), ifRevision)
	})
	if errors.Is(err, engine.ErrSceneUnknown) || errors.Is(err, engine.ErrSceneNotAllowed) {
		return nil, errScene // the same whether there is such a scene or not
	}
	return out, err
}

// checkPin tells whether the scene is the one whose file the client knows. One
// that may not be shown is refused before, so that nothing is told of its file.
func (s *Server) checkPin(c sceneChange) error {
	if c.SHA256 == "" {
		return nil
	}
	scenes := s.options.Engine.Scenes()
	found, err := scenes.Find(c.Slug)
	if err != nil {
		return err
	}
	if err := s.options.Engine.Allows(found); err != nil {
		return err
	}
	if scenes.SHA256(c.Slug) != c.SHA256 {
		return errSceneFile
	}
	return nil
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
	Date   *scene.Start `json:"date,omitempty" example:"now" doc:"The simulated date, or \"now\"."`
	Rate   *float64     `json:"rate,omitempty" example:"3600" doc:"Simulated seconds a second; negative runs backwards."`
	Paused *bool        `json:"paused,omitempty"`
}

func (s *Server) patchTime(ctx context.Context, in *change[timeChange]) (*changed, error) {
	c := in.Body
	return s.submit(ctx, in.Condition, scene.SetTime{Date: dateOf(c.Date), Rate: c.Rate, Paused: c.Paused})
}

// cameraChange is the body of PATCH /api/v1/camera. Lengths and angles are text
// with their unit, as in scene files.
type cameraChange struct {
	Place    *scene.PlaceSpec `json:"place,omitempty" doc:"Where to go; left out, the ship stays."`
	Look     *scene.LookSpec  `json:"look,omitempty" doc:"Where to look; left out, as before."`
	Bookmark *int             `json:"bookmark,omitempty" minimum:"1" doc:"Number of a bookmark of the scene that is shown, from 1, to go to instead, at its date if it has one."`
}

func (s *Server) patchCamera(ctx context.Context, in *change[cameraChange]) (*changed, error) {
	if n := in.Body.Bookmark; n != nil {
		if in.Body.Place != nil || in.Body.Look != nil {
			return nil, wrong("body.bookmark", "a bookmark has a place and a look of its own")
		}
		return s.apply(ctx, in.Condition, func(ctx context.Context, ifRevision *uint64) (engine.Applied, error) {
			return s.options.Engine.GoToBookmark(ctx, *n, true, ifRevision)
		})
	}
	command, err := in.Body.command(&s.options.Engine.Snapshot().State)
	if err != nil {
		return nil, err
	}
	return s.submit(ctx, in.Condition, command)
}

// command fills in what was left out: the target is the place's body, or stays;
// the field of view stays; all else is as in a scene file.
func (c *cameraChange) command(now *scene.State) (set scene.SetCamera, _ error) {
	target := now.Target
	if c.Place != nil {
		place, err := c.Place.Place()
		if err != nil {
			return set, wrongKey("body.place", err)
		}
		set.Place, target = &place, place.Body
	}
	if c.Look != nil {
		look, err := c.Look.Look(target, scene.Angle(now.FOVRad))
		if err != nil {
			return set, wrongKey("body.look", err)
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
	return wrong(at, err.Error())
}
