package scene

import (
	"errors"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Command is a change that somebody asks for: a player's menu, an operator's
// request. Commands are values; the engine applies them between two ticks.
type Command interface {
	// Validate reports what is wrong with the command whatever the state.
	// It is pure, and safe on any goroutine.
	Validate() error
	apply(s *State) error
}

// Apply returns s as c leaves it, with the next revision; or s and an error if
// c cannot be applied.
func Apply(s State, c Command) (State, error) {
	if err := c.Validate(); err != nil {
		return s, err
	}
	next := s
	if err := c.apply(&next); err != nil {
		return s, err
	}
	next.Revision++
	return next, nil
}

// Load starts a scene at a date: the scene's own, or that of the moment for
// one that starts now.
type Load struct {
	Scene *Scene
	Date  astro.Time
}

// Validate implements [Command].
func (c Load) Validate() error {
	if c.Scene == nil {
		return errors.New("no scene given")
	}
	return validateDate(c.Date)
}

func (c Load) apply(s *State) error {
	s.Slug, s.Title, s.Layers = c.Scene.Slug, c.Scene.Title, c.Scene.Layers
	s.Clock = Clock{Anchor: c.Date, AnchorTick: s.Tick, Rate: c.Scene.Rate, Paused: c.Scene.Paused}
	s.Notice, s.Exposure, s.Bookmark = NoticeNone, Exposure{}, 0
	s.settle(c.Scene.Place, c.Scene.Look)
	return nil
}

// settle puts the ship at rest at place, looking as look says.
func (s *State) settle(place Place, look Look) {
	var e astro.Ephemeris
	e.Update(s.Time())
	position := place.position(&e)
	s.Ship = Ship{
		Frame:       place.Body,
		Nearest:     place.Body,
		PositionM:   position,
		Orientation: look.orientation(&e, place.Body, position),
	}
	s.Target = look.Target
	s.FOVRad, s.ZoomPerS = float64(look.FOV), 0
	s.Pilot = Pilot{}
	s.findNearest(&e)
}

// SetTime changes the simulated date and how it runs; nil leaves a thing as it
// is.
type SetTime struct {
	Date   *astro.Time
	Rate   *float64 // simulated seconds a second, -MaxRate to MaxRate
	Paused *bool
}

// Validate implements [Command].
func (c SetTime) Validate() error {
	if c.Date == nil && c.Rate == nil && c.Paused == nil {
		return errors.New("nothing to change: give a date, a rate or paused")
	}
	if c.Rate != nil {
		if err := validateRate(*c.Rate); err != nil {
			return err
		}
	}
	if c.Date != nil {
		return validateDate(*c.Date)
	}
	return nil
}

func (c SetTime) apply(s *State) error {
	s.Clock.rebase(s.Tick)
	s.Notice = NoticeNone
	if c.Date != nil {
		s.Clock.Anchor = *c.Date
	}
	if c.Rate != nil {
		s.Clock.Rate = *c.Rate
	}
	if c.Paused != nil {
		s.Clock.Paused = *c.Paused
	}
	return nil
}

// SetCamera moves the ship and turns it; nil leaves a thing as it is. A place
// alone looks at its body.
type SetCamera struct {
	Place *Place
	Look  *Look
}

// Validate implements [Command].
func (c SetCamera) Validate() error {
	if c.Place == nil && c.Look == nil {
		return errors.New("nothing to change: give a place or a look")
	}
	if c.Place != nil {
		if err := c.Place.Validate(); err != nil {
			return err
		}
	}
	if c.Look != nil {
		return c.Look.Validate()
	}
	return nil
}

func (c SetCamera) apply(s *State) error {
	look := Look{Target: s.Target, Up: UpNorth, FOV: Angle(s.FOVRad)}
	if c.Look != nil {
		look = *c.Look
	}
	if c.Place != nil {
		if c.Look == nil {
			look.Target = c.Place.Body
		}
		s.settle(*c.Place, look)
		return nil
	}
	var e astro.Ephemeris
	e.Update(s.Time())
	s.land(&e)
	s.Pilot.Gaze = Gaze{}
	s.Ship.Orientation = look.orientation(&e, s.Ship.Frame, s.Ship.PositionM)
	s.Ship.TurnRadS = [3]float64{}
	s.Target, s.FOVRad = look.Target, float64(look.FOV)
	return nil
}

// SetLayers shows and hides layers; one that is in both is shown.
type SetLayers struct{ Show, Hide Layers }

// Validate implements [Command].
func (c SetLayers) Validate() error {
	if c.Show|c.Hide == 0 {
		return errors.New("nothing to change: give layers to show or to hide")
	}
	return nil
}

func (c SetLayers) apply(s *State) error {
	s.Layers = s.Layers&^c.Hide | c.Show
	return nil
}

func validateDate(t astro.Time) error {
	if !t.InRange() {
		return astro.ErrRange
	}
	return nil
}
