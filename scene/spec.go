package scene

import (
	"errors"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// PlaceSpec is a [Place] as people write it, in scene files and in requests:
// lengths and angles as text with their unit, and what is left out by default.
type PlaceSpec struct {
	Body     *astro.Body `toml:"body" json:"body,omitempty"`
	Distance Length      `toml:"distance" json:"distance,omitempty"`
	Altitude Length      `toml:"altitude" json:"altitude,omitempty"`
	Toward   *astro.Body `toml:"toward" json:"toward,omitempty"`
	Angle    Angle       `toml:"angle" json:"angle,omitempty"`
	Position Angle       `toml:"position_angle" json:"position_angle,omitempty"`
	Sunward  bool        `toml:"sunward" json:"sunward,omitempty"`
}

// LookSpec is a [Look] as people write it.
type LookSpec struct {
	Target *astro.Body `toml:"target" json:"target,omitempty"`
	RA     *Angle      `toml:"ra" json:"ra,omitempty"`
	Dec    *Angle      `toml:"dec" json:"dec,omitempty"`
	Up     *Up         `toml:"up" json:"up,omitempty"`
	Roll   Angle       `toml:"roll" json:"roll,omitempty"`
	Right  Angle       `toml:"right" json:"right,omitempty"`
	Raise  Angle       `toml:"raise" json:"raise,omitempty"`
	FOV    *Angle      `toml:"fov" json:"fov,omitempty"`
}

// KeyError is a value that is well formed but wrong; Key is what it is called in
// a [PlaceSpec] or a [LookSpec].
type KeyError struct {
	Key string
	Err error
}

func (e *KeyError) Error() string { return e.Err.Error() }
func (e *KeyError) Unwrap() error { return e.Err }

// Place is what is meant, or a [KeyError]. Directions count from the Sun unless
// it is told otherwise, and at the Sun from Earth.
func (s *PlaceSpec) Place() (Place, error) {
	if s.Body == nil {
		return Place{}, &KeyError{"body", errors.New("a place needs a body")}
	}
	toward := astro.Sun
	if *s.Body == astro.Sun {
		toward = astro.Earth
	}
	p := Place{
		Body: *s.Body, Distance: s.Distance, Altitude: s.Altitude,
		Toward: or(s.Toward, toward), Angle: s.Angle, Position: s.Position, Sunward: s.Sunward,
	}
	return p, p.Validate()
}

// Look is what is meant, or a [KeyError]. Target and fov count where the spec
// has none.
func (s *LookSpec) Look(target astro.Body, fov Angle) (Look, error) {
	if (s.RA == nil) != (s.Dec == nil) {
		return Look{}, &KeyError{"ra", errors.New("ra and dec go together")}
	}
	l := Look{
		Target: or(s.Target, target), AtStars: s.RA != nil, RA: or(s.RA, 0), Dec: or(s.Dec, 0),
		Up: or(s.Up, UpNorth), Roll: s.Roll, Right: s.Right, Raise: s.Raise, FOV: or(s.FOV, fov),
	}
	return l, l.Validate()
}

// or is what p points to, or otherwise where p is nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
