package engine

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
)

// Sheet is where an overlay hangs before two eyes. It stays in the ship while the head
// turns: writing that moves with the head is hard to read, and is in the way.
type Sheet struct {
	Pose          scene.Pose // of its middle, in ship axes; it faces backward
	Width, Height int        // in pixels of the overlay
	PixelM        float64    // how wide and high one of those is, in metres
}

// The sheet has eight pixels to a degree at two metres, where eyes converge without
// effort. The least em of overlays, 11 pixels, then has capitals of one degree, which
// is what reads well, and rows of menus are 2.6° high, which a hand can point at. Its
// middle is below the line of sight; its edges are within 22° beside and 25° below.
const (
	sheetWidth, sheetHeight = 340, 300
	sheetAheadM             = 2.0
	sheetDownRad            = 6 * math.Pi / 180
	sheetPixelM             = sheetAheadM * math.Pi / 180 / 8
)

// Hit is where a hand of this pose, in ship axes, points to on the sheet: pixels from
// its upper left corner, which may lie beside it. A hand that points away from it hits
// nothing.
func (s *Sheet) Hit(hand scene.Pose) (x, y float64, ok bool) {
	back := s.Pose.Orientation.Conjugate()
	from := back.Rotate(hand.PositionM.Sub(s.Pose.PositionM))
	along := back.Rotate(hand.Orientation.Rotate(mgl64.Vec3{0, 0, -1}))
	if s.PixelM <= 0 || from[2] <= 0 || along[2] > -0.05 {
		return 0, 0, false
	}
	at := from.Add(along.Mul(-from[2] / along[2]))
	return at[0]/s.PixelM + float64(s.Width)/2, float64(s.Height)/2 - at[1]/s.PixelM, true
}

// hanger hangs sheets up: figures ahead of the ship, a menu where the head looks when
// it opens. They stay there until a head has moved away, as one that gets up.
type hanger struct {
	hung, menu bool
	from       mgl64.Vec3 // where the head was
	sheet      Sheet
}

// headReachM is how far a head moves in its seat.
const headReachM = 0.4

func (h *hanger) hang(f *Frame, menu bool) Sheet {
	left, right := &f.Views[0].Pose, &f.Views[1].Pose
	head := left.PositionM.Add(right.PositionM).Mul(0.5)
	if h.hung && h.menu == menu && head.Sub(h.from).Len() < headReachM {
		return h.sheet
	}
	yaw := 0.0
	if ahead := left.Orientation.Rotate(mgl64.Vec3{0, 0, -1}); menu {
		yaw = math.Atan2(-ahead[0], -ahead[2])
	}
	turn := mgl64.QuatRotate(yaw, mgl64.Vec3{0, 1, 0}).Mul(mgl64.QuatRotate(-sheetDownRad, mgl64.Vec3{1, 0, 0}))
	h.hung, h.menu, h.from = true, menu, head
	h.sheet = Sheet{
		Pose:  scene.Pose{PositionM: head.Add(turn.Rotate(mgl64.Vec3{0, 0, -sheetAheadM})), Orientation: turn},
		Width: sheetWidth, Height: sheetHeight, PixelM: sheetPixelM,
	}
	return h.sheet
}
