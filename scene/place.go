package scene

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// MaxDistanceM is how far from a body a place may be: a thousand astronomical
// units, where a float64 still resolves a centimetre.
const MaxDistanceM = 1000 * astro.AUM

// Place says where to be, by a body and a direction that can be imagined: so
// far from Saturn, 30° away from the line to the Sun. It becomes a position
// only together with a date.
type Place struct {
	Body     astro.Body
	Distance Length // from the centre; or
	Altitude Length // over the mean surface; exactly one is above zero
	// Toward is the body towards which the direction from Body's centre is
	// counted: the Sun for a phase angle.
	Toward astro.Body
	Angle  Angle // away from the direction to Toward, 0 to 180°
	// Position is the position angle about the direction to Toward in which
	// Angle is laid off: 0 is towards Body's north pole, 90° is eastward.
	Position Angle
	// Sunward counts Position from the side of the Sun instead of the pole's.
	Sunward bool
}

// Validate reports the first thing that is wrong, as a [KeyError].
func (p Place) Validate() error {
	d := p.distanceM()
	switch {
	case (p.Distance > 0) == (p.Altitude > 0):
		return &KeyError{"distance", errors.New("a place needs either a distance from the centre or an altitude over the surface, above zero")}
	case p.Body == p.Toward:
		return &KeyError{"toward", fmt.Errorf("a place at %s cannot be counted from the direction to %s itself", p.Body, p.Toward)}
	case !(d >= p.Body.Info().MeanRadiusM*clearance):
		return &KeyError{p.distanceKey(), fmt.Errorf("a distance of %.6g km lies inside %s, whose radius is %.6g km", d/1e3, p.Body, p.Body.Info().MeanRadiusM/1e3)}
	case d > MaxDistanceM:
		return &KeyError{p.distanceKey(), fmt.Errorf("a distance of %.3g au is more than %.0f au", d/astro.AUM, float64(MaxDistanceM/astro.AUM))}
	case !(p.Angle >= 0 && p.Angle <= math.Pi+1e-9):
		return &KeyError{"angle", errors.New("the angle of a place lies between 0 and 180 degrees")}
	case math.IsNaN(float64(p.Position)) || math.IsInf(float64(p.Position), 0):
		return &KeyError{"position_angle", errors.New("the position angle of a place is not a number")}
	}
	return nil
}

func (p Place) distanceKey() string {
	if p.Distance > 0 {
		return "distance"
	}
	return "altitude"
}

func (p Place) distanceM() float64 {
	if p.Distance > 0 {
		return float64(p.Distance)
	}
	return p.Body.Info().MeanRadiusM + float64(p.Altitude)
}

// position returns the place relative to the centre of its body, ICRF, metres.
func (p Place) position(e *astro.Ephemeris) mgl64.Vec3 {
	toward := e.States[p.Toward].PositionM.Sub(e.States[p.Body].PositionM).Normalize()
	pole := e.Pole(p.Body)
	if p.Sunward {
		pole = e.States[astro.Sun].PositionM.Sub(e.States[p.Body].PositionM).Normalize()
	}
	north := perpendicular(pole, toward)
	east := north.Cross(toward)
	sin, cos := math.Sincos(float64(p.Angle))
	sinP, cosP := math.Sincos(float64(p.Position))
	side := north.Mul(cosP).Add(east.Mul(sinP))
	return toward.Mul(cos).Add(side.Mul(sin)).Mul(p.distanceM())
}

// Up names what is overhead in a look.
type Up string

// What may be overhead: the celestial north pole, the pole of the body that is
// looked at, or the zenith of the body that one is at.
const (
	UpNorth  Up = "north"
	UpPole   Up = "pole"
	UpZenith Up = "zenith"
)

// Look says which way to look, and how wide.
type Look struct {
	Target  astro.Body
	AtStars bool  // look at RA and Dec instead of Target
	RA, Dec Angle // ICRF
	Up      Up
	Roll    Angle // about the line of sight, clockwise
	// Right and Raise turn the view away from the target, which so comes to
	// stand left of and below the middle of the picture.
	Right, Raise Angle
	FOV          Angle // vertical field of view, 0.01° to 120°
}

// The field of view of flat displays, and its limits.
const (
	DefaultFOV Angle = 50 * math.Pi / 180
	MinFOV     Angle = 0.01 * math.Pi / 180
	MaxFOV     Angle = 120 * math.Pi / 180
)

// Validate reports the first thing that is wrong, as a [KeyError].
func (l Look) Validate() error {
	for _, a := range [...]struct {
		key   string
		angle Angle
	}{{"ra", l.RA}, {"dec", l.Dec}, {"roll", l.Roll}, {"right", l.Right}, {"raise", l.Raise}} {
		if math.IsNaN(float64(a.angle)) || math.IsInf(float64(a.angle), 0) {
			return &KeyError{a.key, errors.New("an angle of the look is not a number")}
		}
	}
	switch {
	case l.Up != UpNorth && l.Up != UpPole && l.Up != UpZenith:
		return &KeyError{"up", fmt.Errorf("up is %q; it may be %q, %q or %q", l.Up, UpNorth, UpPole, UpZenith)}
	case validateFOV(l.FOV) != nil:
		return &KeyError{"fov", validateFOV(l.FOV)}
	case math.Abs(float64(l.Dec)) > math.Pi/2+1e-9:
		return &KeyError{"dec", errors.New("a declination lies between -90 and 90 degrees")}
	}
	return nil
}

func validateFOV(fov Angle) error {
	if !(fov >= MinFOV && fov <= MaxFOV) {
		return errors.New("the field of view lies between 0.01 and 120 degrees")
	}
	return nil
}

// orientation returns the attitude (ship axes to ICRF) of a ship at position,
// relative to the centre of frame, that looks as l says.
func (l Look) orientation(e *astro.Ephemeris, frame astro.Body, position mgl64.Vec3) mgl64.Quat {
	forward := l.direction(e, frame, position)
	up := mgl64.Vec3{0, 0, 1}
	switch l.Up {
	case UpPole:
		up = e.Pole(l.Target)
	case UpZenith:
		up = position.Normalize()
	}
	turn := mgl64.QuatRotate(-float64(l.Right), mgl64.Vec3{0, 1, 0}).
		Mul(mgl64.QuatRotate(float64(l.Raise), mgl64.Vec3{1, 0, 0})).
		Mul(mgl64.QuatRotate(-float64(l.Roll), mgl64.Vec3{0, 0, 1}))
	return looking(forward, up).Mul(turn).Normalize()
}

func (l Look) direction(e *astro.Ephemeris, frame astro.Body, position mgl64.Vec3) mgl64.Vec3 {
	if l.AtStars {
		sinA, cosA := math.Sincos(float64(l.RA))
		sinD, cosD := math.Sincos(float64(l.Dec))
		return mgl64.Vec3{cosD * cosA, cosD * sinA, sinD}
	}
	eye := e.States[frame].PositionM.Add(position)
	return e.States[l.Target].PositionM.Sub(eye).Normalize()
}

// perpendicular returns the unit vector nearest to v that is normal to the unit
// vector n; any normal one where v and n are parallel.
func perpendicular(v, n mgl64.Vec3) mgl64.Vec3 {
	p := v.Sub(n.Mul(v.Dot(n)))
	if p.Len() < 1e-9 {
		p = mgl64.Vec3{n[1], n[2], n[0]}
		p = p.Sub(n.Mul(p.Dot(n)))
	}
	return p.Normalize()
}

// basis returns the rotation that takes the axes x, y, z to right, up, back.
func basis(right, up, back mgl64.Vec3) mgl64.Quat {
	return mgl64.Mat4ToQuat(mgl64.Mat3FromCols(right, up, back).Mat4()).Normalize()
}
