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
	// over the surface of the ship's frame: space is too large for one speed.
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
	PositionM   mgl64.Vec3
	VelocityMS  mgl64.Vec3
	Orientation mgl64.Quat // ship axes to ICRF
	TurnRadS    mgl64.Vec3 // angular velocity on ship axes
}

// After returns the ship carried dt onward along its motion: straight, and
// turning at a constant rate.
func (s Ship) After(dt time.Duration) Ship {
	sec := dt.Seconds()
	s.PositionM = s.PositionM.Add(s.VelocityMS.Mul(sec))
	if rate := s.TurnRadS.Len(); rate > 0 {
		turn := mgl64.QuatRotate(rate*sec, s.TurnRadS.Mul(1/rate))
		s.Orientation = s.Orientation.Mul(turn).Normalize()
	}
	return s
}

// HeightM is the distance from the mean surface of the ship's frame, at least 0.
func (s Ship) HeightM() float64 {
	return math.Max(0, s.PositionM.Len()-s.Frame.Info().MeanRadiusM)
}

// steer sets the motion that in asks for: speeds that grow with the height over
// the ground, reached smoothly.
func (s *Ship) steer(in *Input, dt time.Duration) {
	speed := math.Max(minSpeedMS, s.HeightM()*speedPerSecond)
	want := s.Orientation.Rotate(mgl64.Vec3(in.Move)).Mul(speed)
	blend := 1 - math.Exp(-dt.Seconds()/responseS)
	s.VelocityMS = s.VelocityMS.Add(want.Sub(s.VelocityMS).Mul(blend))
	s.TurnRadS = s.TurnRadS.Add(mgl64.Vec3(in.Turn).Mul(turnRateRadS).Sub(s.TurnRadS).Mul(blend))
	if in.Move == [3]float64{} && s.VelocityMS.Len() < 1e-3*minSpeedMS {
		s.VelocityMS = mgl64.Vec3{}
	}
	if in.Turn == [3]float64{} && s.TurnRadS.Len() < 1e-5 {
		s.TurnRadS = mgl64.Vec3{}
	}
}

// keepOut lifts the ship to the surface of its frame where its motion would
// have taken it below.
func (s *Ship) keepOut() {
	floor := s.Frame.Info().MeanRadiusM * clearance
	if r := s.PositionM.Len(); r < floor && r > 0 {
		s.PositionM = s.PositionM.Mul(floor / r)
		s.VelocityMS = mgl64.Vec3{}
	}
}
