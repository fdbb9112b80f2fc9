package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"
)

// The scene of spheres that programs of several engines draw, so that their
// costs can be compared: spheres spread evenly over directions round the
// camera, stars behind them, two eyes. All of it is a function of counts and
// the number of the frame.
const (
	goldenAngle  = 2.399963229728653
	sphereSlices = 32
	sphereStacks = 32
	starRadius   = 900
	benchFOV     = 100 * math.Pi / 180
	benchNear    = 0.05
	benchFar     = 1000
	benchIPD     = 0.063
)

func frac(x float64) float64 { return x - math.Floor(x) }

// spiral returns the i-th of n directions that are spread evenly over a sphere:
// the axis, and two across it.
func spiral(i, n int) (across, axis, along float64) {
	axis = 1 - 2*(float64(i)+0.5)/float64(n)
	sin, cos := math.Sincos(float64(i) * goldenAngle)
	s := math.Sqrt(1 - axis*axis)
	return s * cos, axis, s * sin
}

// sphereAt is centre and radius of sphere i of n.
func sphereAt(i, n int) mgl32.Vec4 {
	limit := 4.3 * math.Cbrt(float64(n))
	x, y, z := spiral(i, n)
	d := math.Cbrt(64 + (limit*limit*limit-64)*frac(float64(i)*0.7548776662466927))
	return mgl32.Vec4{float32(d * x), float32(d * y), float32(d * z), float32(0.4 + 0.6*frac(float64(i)*0.5698402909980532))}
}

func sphereAlbedo(i int) mgl32.Vec3 {
	share := func(f float64) float32 { return float32(0.4 + 0.6*frac(float64(i)*f)) }
	return mgl32.Vec3{share(0.6180339887), share(0.3247179572), share(0.2451223338)}
}

// sphereBob is how far sphere i is above its place in a frame, when spheres move.
func sphereBob(i, frame int) float32 {
	t := frac(0.07*float64(frame) + 0.13*float64(i))
	return float32(0.2 * math.Min(t, 1-t))
}

// benchStar is position and grey of star i of n.
func benchStar(i, n int) mgl32.Vec4 {
	x, y, z := spiral(i, n)
	grey := 0.3 + 0.7*frac(float64(i)*0.7548776662466927)
	return mgl32.Vec4{float32(starRadius * x), float32(starRadius * y), float32(starRadius * z), float32(grey)}
}

// benchEyes returns the matrices from the scene to clip space of both eyes, in
// one turn of the camera over all frames.
func benchEyes(frame, frames int) [2]mgl32.Mat4 {
	a := 2 * math.Pi * float64(frame) / float64(frames)
	sinA, cosA := math.Sincos(a)
	sinP, cosP := math.Sincos(0.15 * math.Sin(3*a))
	forward := mgl64.Vec3{sinA * cosP, sinP, -cosA * cosP}
	right := mgl64.Vec3{cosA, 0, sinA}
	head := mgl64.Vec3{sinA, 0.3 * math.Sin(2*a), cosA}
	projection := mgl64.Perspective(benchFOV, 1, benchNear, benchFar)
	var eyes [2]mgl32.Mat4
	for i := range eyes {
		at := head.Add(right.Mul(benchIPD * (float64(i) - 0.5)))
		view := mgl64.LookAtV(at, at.Add(forward), right.Cross(forward))
		eyes[i] = single4(projection.Mul4(view))
	}
	return eyes
}

// unitSphere is a mesh of triangles by longitude and latitude, anticlockwise from
// outside.
func unitSphere() (points []mgl32.Vec3, indices []uint16) {
	for stack := range sphereStacks + 1 {
		sinT, cosT := math.Sincos(math.Pi * float64(stack) / sphereStacks)
		for slice := range sphereSlices + 1 {
			sinP, cosP := math.Sincos(2 * math.Pi * float64(slice) / sphereSlices)
			points = append(points, mgl32.Vec3{float32(sinT * cosP), float32(cosT), float32(sinT * sinP)})
		}
	}
	const row = sphereSlices + 1
	for stack := range uint16(sphereStacks) {
		for slice := range uint16(sphereSlices) {
			at := stack*row + slice
			if stack > 0 { // at the poles one of the two triangles is empty
				indices = append(indices, at, at+1, at+row)
			}
			if stack < sphereStacks-1 {
				indices = append(indices, at+1, at+row+1, at+row)
			}
		}
	}
	return points, indices
}
