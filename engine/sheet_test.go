package engine

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
)

func headAt(position mgl64.Vec3, yawDeg, pitchDeg float64) *Frame {
	turn := mgl64.QuatRotate(mgl64.DegToRad(yawDeg), mgl64.Vec3{0, 1, 0}).Mul(mgl64.QuatRotate(mgl64.DegToRad(pitchDeg), mgl64.Vec3{1, 0, 0}))
	f := &Frame{ViewCount: 2}
	for i := range 2 {
		side := turn.Rotate(mgl64.Vec3{0.0315 * float64(2*i-1), 0, 0})
		f.Views[i].Pose = scene.Pose{PositionM: position.Add(side), Orientation: turn}
	}
	return f
}

// TestHangs: figures hang ahead of the ship, 6° below the eyes, two metres away, whichever
// way the head looks; a menu before the head as it was when it opened, level; both stay
// while the head moves in its seat, and come along when it gets up.
func TestHangs(t *testing.T) {
	var h hanger
	ahead := mgl64.Vec3{0, -0.20906, -1.98904} // 2 m at 6° below
	left := mgl64.Vec3{-1.98904, -0.20906, 0}
	for i, tt := range []struct {
		head       mgl64.Vec3
		yaw, pitch float64
		menu       bool
		want       mgl64.Vec3
	}{
		{mgl64.Vec3{}, 30, -10, false, ahead},
		{mgl64.Vec3{0.2, 0.1, -0.2}, -60, 20, false, ahead},
		{mgl64.Vec3{}, 90, -40, true, left},
		{mgl64.Vec3{0.1, 0, 0.1}, 0, 0, true, left},
		{mgl64.Vec3{0.1, 0, 0.1}, 0, 0, false, ahead.Add(mgl64.Vec3{0.1, 0, 0.1})},
		{mgl64.Vec3{0, 1.7, 0}, 0, 0, false, ahead.Add(mgl64.Vec3{0, 1.7, 0})},
	} {
		s := h.hang(headAt(tt.head, tt.yaw, tt.pitch), tt.menu)
		if off := s.Pose.PositionM.Sub(tt.want).Len(); off > 1e-4 {
			t.Errorf("%d: hangs at %.4f, want %.4f", i, s.Pose.PositionM, tt.want)
		}
		if right := s.Pose.Orientation.Rotate(mgl64.Vec3{1, 0, 0}); math.Abs(right[1]) > 1e-9 {
			t.Errorf("%d: it is not level, %v", i, right)
		}
		if s.Width != 340 || s.Height != 300 || math.Abs(s.PixelM-0.0043633) > 1e-7 {
			t.Errorf("%d: %+v", i, s)
		}
	}
}

// TestHit: a hand hits what it points at.
func TestHit(t *testing.T) {
	var h hanger
	s := h.hang(headAt(mgl64.Vec3{}, 0, 0), false)
	towards := func(hand, at mgl64.Vec3) scene.Pose {
		return scene.Pose{PositionM: hand, Orientation: mgl64.QuatBetweenVectors(mgl64.Vec3{0, 0, -1}, at.Sub(hand).Normalize())}
	}
	hand := mgl64.Vec3{0.2, -0.3, -0.3}
	for _, at := range [][2]float64{{170, 150}, {0, 0}, {340, 300}, {20, 280}, {-50, 400}} {
		place := s.Pose.PositionM.Add(s.Pose.Orientation.Rotate(mgl64.Vec3{(at[0] - 170) * s.PixelM, (150 - at[1]) * s.PixelM, 0}))
		x, y, ok := s.Hit(towards(hand, place))
		if !ok || math.Abs(x-at[0]) > 1e-6 || math.Abs(y-at[1]) > 1e-6 {
			t.Errorf("at %v it hits %.3f, %.3f, %t", at, x, y, ok)
		}
	}
	for name, hand := range map[string]scene.Pose{
		"away":          towards(hand, mgl64.Vec3{0, 0, 5}),
		"along it":      towards(hand, hand.Add(mgl64.Vec3{1, 0, 0})),
		"from behind":   towards(mgl64.Vec3{0, 0, -4}, mgl64.Vec3{0, 0, -2}),
		"from behind 2": towards(mgl64.Vec3{0, 0, -4}, mgl64.Vec3{0, 0, -6}),
	} {
		if x, y, ok := s.Hit(hand); ok {
			t.Errorf("%s: it hits %g, %g", name, x, y)
		}
	}
	if _, _, ok := (&Sheet{}).Hit(towards(hand, mgl64.Vec3{0, 0, -2})); ok {
		t.Error("no sheet is hit")
	}
}
