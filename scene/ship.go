package scene

import (
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

const (
	// turnRateRadS is the rate of turn at full deflection: 60° a second, the
	// "standard" comfort rate.
	turnRateRadS = math.Pi / 3
	// speedPerSecond is the speed at full deflection, as a share of the height
	// over the nearest surface: space is too large for one speed.
	speedPerSecond = 0.5
	// minSpeedMS lets a ship leave the ground.
	minSpeedMS = 10.0
	// responseS is the time constant with which speed follows the controls.
	responseS = 0.25
	// clearance keeps the ship out of the ground, as a share of the radius.
	clearance = 1.0005
)

// Ship is the player's vessel. Position and velocity are relative to the centre
// of Frame, on ICRF axes; the ship goes along with that body.
type Ship struct {
	Frame       astro.Body
	Nearest     astro.Body // whose surface is nearest, as of the last survey
	PositionM   mgl64.Vec3
	VelocityMS  mgl64.Vec3
	Orientation mgl64.Quat // ship axes to ICRF
	TurnRadS    mgl64.Vec3 // angular velocity on ship axes
}

// After returns the ship carried dt onward along its motion: straight, and
// turning at a constant rate.
func (s Ship) After(dt time.Duration) Ship {
	s.PositionM = s.PositionM.Add(s.VelocityMS.Mul(dt.Seconds()))
	s.Orientation = s.turned(dt)
	return s
}

// turned is the ship's orientation dt later.
func (s *Ship) turned(dt time.Duration) mgl64.Quat {
	rate := s.TurnRadS.Len()
	if rate == 0 {
		return s.Orientation
	}
	return s.Orientation.Mul(mgl64.QuatRotate(rate*dt.Seconds(), s.TurnRadS.Mul(1/rate))).Normalize()
}

// HeightM is the distance from the mean surface of the ship's frame, at least 0.
func (s Ship) HeightM() float64 {
	return math.Max(0, s.PositionM.Len()-s.Frame.Info().MeanRadiusM)
}

// Throttle multiplies the speed that the sticks ask for, in quarters of a decade:
// -4 is a tenth, 4 is ten times as much.
type Throttle int8

// throttles holds 10^(i/4), for i from -4 on.
var throttles = [...]float64{0.1, 0.1778, 0.3162, 0.5623, 1, 1.778, 3.162, 5.623, 10}

const maxThrottle Throttle = 4

// Factor returns what the speed is multiplied by, 0.1 to 10.
func (t Throttle) Factor() float64 { return throttles[t+maxThrottle] }

func (t Throttle) add(steps Throttle) Throttle {
	return max(-maxThrottle, min(maxThrottle, t+steps))
}

// blend is the share of a change that takes effect in a tick.
var blend = 1 - math.Exp(-tickPeriod.Seconds()/responseS)

// steer sets the motion that in asks for, reached smoothly: speeds that grow with
// the height over the ground, and turns as fast as the view is wide.
func (s *State) steer(in *Input) {
	ship := &s.Ship
	switch s.Pilot.Course {
	case CourseFree:
		speed := math.Max(minSpeedMS, s.heightM()*speedPerSecond) * s.Throttle.Factor()
		want := ship.Orientation.Rotate(mgl64.Vec3(in.Move)).Mul(speed)
		ship.VelocityMS = approach(ship.VelocityMS, want, 1e-3*minSpeedMS)
	case CourseOrbit:
		s.changeOrbit(in)
	}
	turn := turnRateRadS * math.Min(1, s.FOVRad/float64(DefaultFOV))
	ship.TurnRadS = approach(ship.TurnRadS, mgl64.Vec3(in.Turn).Mul(turn), 1e-5*turn)
	s.zoom(in.Zoom)
}

// approach takes v a tick nearer to want, and to rest if that is wanted and near.
func approach(v, want mgl64.Vec3, still float64) mgl64.Vec3 {
	v = v.Add(want.Sub(v).Mul(blend))
	if want == (mgl64.Vec3{}) && v.Len() < still {
		return want
	}
	return v
}

// zoomPerS is how much the field of view changes in a second at most, in powers
// of e.
const zoomPerS = 1.0

// zoom changes the field of view by an axis that points in above zero.
func (s *State) zoom(axis float64) {
	s.ZoomPerS += (-axis*zoomPerS - s.ZoomPerS) * blend
	if axis == 0 && math.Abs(s.ZoomPerS) < 1e-4 {
		s.ZoomPerS = 0
	}
	if s.ZoomPerS != 0 {
		s.FOVRad = zoomed(s.FOVRad, s.ZoomPerS, tickPeriod)
	}
}

// zoomed is the field of view after dt.
func zoomed(fovRad, perS float64, dt time.Duration) float64 {
	return math.Max(float64(MinFOV), math.Min(float64(MaxFOV), fovRad*math.Exp(perS*dt.Seconds())))
}

// What the sticks do to an orbit at full deflection, in a second.
const (
	orbitDistancePerS = 0.7 // powers of e
	orbitTiltRadS     = 0.5 // of the plane about the line to the ship
	orbitRateRadS2    = 0.1
	maxOrbitRadS      = 2 * math.Pi / 10
)

// changeOrbit lets the sticks change the distance, the plane and the speed. The
// plane turns about the line from the body to the ship.
func (s *State) changeOrbit(in *Input) {
	c, dt := &s.Pilot.Circle, tickPeriod.Seconds()
	height := s.Ship.PositionM.Len()/s.Pilot.Body.Info().MeanRadiusM - clearance
	room := math.Max(height, 1e-3) / (height + clearance) // slower near to the ground
	s.Ship.PositionM = s.Ship.PositionM.Mul(math.Exp(in.Move[2] * orbitDistancePerS * room * s.Throttle.Factor() * dt))
	if in.Move[1] != 0 {
		axis := s.Ship.PositionM.Normalize()
		c.Normal = perpendicular(mgl64.QuatRotate(in.Move[1]*orbitTiltRadS*dt, axis).Rotate(c.Normal), axis)
	}
	c.RateRadS = math.Max(-maxOrbitRadS, math.Min(maxOrbitRadS, c.RateRadS+in.Move[0]*orbitRateRadS2*dt))
	s.Ship.VelocityMS = c.Normal.Mul(c.RateRadS).Cross(s.Ship.PositionM)
}
