package scene

import "github.com/go-gl/mathgl/mgl64"

// Pose says where a rigid thing is and how it is turned. Orientation turns the
// thing's own axes (x right, y up, z backward) into those of the frame that
// PositionM is given in.
type Pose struct {
	PositionM   mgl64.Vec3
	Orientation mgl64.Quat
}

// Compose returns the pose, in the frame of p, of a thing that has pose q in
// p's own axes: an eye in the ship becomes an eye in space.
func (p Pose) Compose(q Pose) Pose {
	return Pose{
		PositionM:   p.PositionM.Add(p.Orientation.Rotate(q.PositionM)),
		Orientation: p.Orientation.Mul(q.Orientation),
	}
}

// FOV holds the four angles of a view's pyramid from its axis, in radians.
// Left and Down are negative for a view that looks straight ahead; the pyramid
// need not be symmetric.
type FOV struct {
	LeftRad, RightRad, UpRad, DownRad float64
}

// View is one eye: its pose in ship axes (metres from the seat) and its angles.
type View struct {
	Pose Pose
	FOV  FOV
}
