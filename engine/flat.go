package engine

import (
	"math"

	"github.com/spacetime-vr/spacetime/scene"
)

// maxSideRad bounds the angle from the middle of a flat view to its side.
const maxSideRad = 1.5

// FlatFOV returns the angles of a view straight ahead that is verticalRad high
// in a picture of width by height square pixels. Where the picture is so wide
// that its sides would come to a right angle, the view is less high.
func FlatFOV(verticalRad float64, width, height int) scene.FOV {
	up := math.Tan(verticalRad / 2)
	right := up * float64(width) / float64(height)
	if most := math.Tan(maxSideRad); right > most {
		up, right = up*most/right, most
	}
	u, r := math.Atan(up), math.Atan(right)
	return scene.FOV{LeftRad: -r, RightRad: r, UpRad: u, DownRad: -u}
}
