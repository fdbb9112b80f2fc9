package xr

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// seat is where the ship's origin is in the space that the runtime locates head
// and hands in.
type seat struct {
	standing bool       // the ship's origin is on the floor
	pose     scene.Pose // of the ship's origin
	floorM   float64    // height of the floor in the runtime's space
	pending  []recentre // in the order in which they were told
}

// recentre is a change of the runtime's space that is to come.
type recentre struct {
	at    int64       // from this display time on, by the runtime's clock
	valid bool        // pose holds
	pose  openxr.Pose // the new origin in the space as it was
}

// maxPending bounds the recentrings that wait for their time; runtimes tell of
// one several times.
const maxPending = 16

func newSeat(standing bool) seat {
	return seat{standing: standing, pose: scene.Pose{Orientation: mgl64.QuatIdent()}, pending: make([]recentre, 0, maxPending)}
}

// expect notes a recentring.
func (s *seat) expect(r recentre) {
	if len(s.pending) == maxPending {
		s.pending = s.pending[:maxPending-1]
	}
	s.pending = append(s.pending, r)
}

// reach applies the recentrings that are due for a frame seen at the time
// display. The player's own reset is over with them; what stays is that level is
// level, should the runtime have tilted its space.
func (s *seat) reach(display int64) {
	rest := s.pending[:0]
	for _, r := range s.pending {
		if display < r.at {
			rest = append(rest, r)
			continue
		}
		tilt := mgl64.QuatIdent()
		if r.valid {
			tilt = tiltOf(s.pose.Orientation.Conjugate().Mul(orientation(r.pose.Orientation)))
		}
		s.pose = scene.Pose{Orientation: tilt.Conjugate()}
	}
	s.pending = rest
}

// place returns the pose in the ship of what has pose p in the runtime's space.
func (s *seat) place(p openxr.Pose) scene.Pose {
	q := s.relative(p)
	if s.standing {
		q.PositionM[1] -= s.floorM
	}
	return q
}

// relative returns the pose p relative to that of the seat.
func (s *seat) relative(p openxr.Pose) scene.Pose {
	back := s.pose.Orientation.Conjugate()
	return scene.Pose{
		PositionM:   back.Rotate(position(p).Sub(s.pose.PositionM)),
		Orientation: back.Mul(orientation(p.Orientation)),
	}
}

// reset moves the seat to a head that has pose p in the runtime's space: to its
// eyes, or when standing to the floor below them.
func (s *seat) reset(p openxr.Pose) {
	head := s.relative(p)
	if s.standing {
		head.PositionM[1] = 0
	}
	s.pose = s.pose.Compose(scene.Pose{PositionM: head.PositionM, Orientation: yawOf(head.Orientation)})
}

// view turns a view of the runtime into one of the ship's.
func (s *seat) view(v openxr.View) scene.View {
	return scene.View{Pose: s.place(v.Pose), FOV: scene.FOV{
		LeftRad: float64(v.Left), RightRad: float64(v.Right), UpRad: float64(v.Up), DownRad: float64(v.Down),
	}}
}

// between returns the pose between two eyes.
func between(a, b openxr.Pose) openxr.Pose {
	for i := range a.Position {
		a.Position[i] = (a.Position[i] + b.Position[i]) / 2
	}
	q := mgl64.QuatSlerp(orientation(a.Orientation), orientation(b.Orientation), 0.5)
	a.Orientation = [4]float32{float32(q.V[0]), float32(q.V[1]), float32(q.V[2]), float32(q.W)}
	return a
}

func position(p openxr.Pose) mgl64.Vec3 {
	return mgl64.Vec3{float64(p.Position[0]), float64(p.Position[1]), float64(p.Position[2])}
}

// orientation widens a quaternion of a runtime, whose length is 1 to single
// precision only.
func orientation(q [4]float32) mgl64.Quat {
	wide := mgl64.Quat{W: float64(q[3]), V: mgl64.Vec3{float64(q[0]), float64(q[1]), float64(q[2])}}
	if wide.Len() < 0.5 || math.IsNaN(wide.Len()) {
		return mgl64.QuatIdent() // no orientation at all
	}
	return wide.Normalize()
}

// yawOf returns the turn about the vertical that is in q: its heading. Who looks
// straight up or down heads for where the crown or the chin points.
func yawOf(q mgl64.Quat) mgl64.Quat {
	ahead := q.Rotate(mgl64.Vec3{0, 0, -1})
	if math.Hypot(ahead[0], ahead[2]) < 1e-3 {
		ahead = q.Rotate(mgl64.Vec3{0, -ahead[1], 0})
	}
	return mgl64.QuatRotate(math.Atan2(-ahead[0], -ahead[2]), mgl64.Vec3{0, 1, 0})
}

// tiltOf returns what is left of q without its yaw.
func tiltOf(q mgl64.Quat) mgl64.Quat { return yawOf(q).Conjugate().Mul(q) }
