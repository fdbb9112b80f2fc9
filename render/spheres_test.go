package render

import (
	"math"
	"runtime"
	"testing"

	"github.com/go-gl/mathgl/mgl32"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// TestSphereScene has values that follow from the scene's formulas by hand.
func TestSphereScene(t *testing.T) {
	points, indices := unitSphere()
	if len(points) != 1089 || len(indices) != 3*1984 {
		t.Errorf("%d points and %d triangles, want 1089 and 1984", len(points), len(indices)/3)
	}
	for i := 0; i < len(indices); i += 3 {
		a, b, c := points[indices[i]], points[indices[i+1]], points[indices[i+2]]
		if normal := b.Sub(a).Cross(c.Sub(a)); normal.Dot(a.Add(b).Add(c)) <= 0 {
			t.Fatalf("triangle %d is seen from inside", i/3)
		}
	}
	// Sphere 0 of 1: axis 0, angle 0, distance 4 (the cube root of 64), radius 0.4.
	if got := sphereAt(0, 1); got.Sub(mgl32.Vec4{4, 0, 0, 0.4}).Len() > 1e-5 {
		t.Errorf("sphere 0 of 1 is at %v", got)
	}
	for i := range 1000 {
		s := sphereAt(i, 1000)
		if d := float64(s.Vec3().Len()); d < 4-1e-4 || d > 43+1e-4 || s[3] < 0.4 || s[3] >= 1 {
			t.Fatalf("sphere %d of 1000: %v, at %g", i, s, d)
		}
		if a := sphereAlbedo(i); a[0] < 0.4 || a[0] >= 1 || a[2] < 0.4 || a[2] >= 1 {
			t.Fatalf("albedo of sphere %d: %v", i, a)
		}
		if bob := sphereBob(i, 7); bob < 0 || bob > 0.1 {
			t.Fatalf("sphere %d is lifted by %g", i, bob)
		}
		if s := benchStar(i, 1000); math.Abs(float64(s.Vec3().Len())-900) > 0.01 || s[3] < 0.3 || s[3] >= 1 {
			t.Fatalf("star %d: %v", i, s)
		}
	}
	if sphereBob(0, 5) != float32(0.2*0.35) {
		t.Errorf("sphere 0 in frame 5 is lifted by %g, want 0.07", sphereBob(0, 5))
	}
}

// TestBenchEyes: in frame 0 the head is at (0, 0, 1) and looks along -z; a turn
// ends where it began.
func TestBenchEyes(t *testing.T) {
	eyes := benchEyes(0, 60)
	ahead := eyes[0].Mul4x1(mgl32.Vec4{-0.0315, 0, -9, 1})
	if math.Abs(float64(ahead[0])) > 1e-5 || math.Abs(float64(ahead[3])-10) > 1e-4 {
		t.Errorf("what is 10 ahead of the left eye is at %v", ahead)
	}
	edge := eyes[1].Mul4x1(mgl32.Vec4{0.0315 + 10*float32(math.Tan(50*math.Pi/180)), 0, -9, 1})
	if x := edge[0] / edge[3]; math.Abs(float64(x)-1) > 1e-5 {
		t.Errorf("50° to the right of the right eye is at %g, want the edge", x)
	}
	if again := benchEyes(60, 60); !again[0].ApproxEqualThreshold(eyes[0], 1e-5) {
		t.Error("a full turn does not end where it began")
	}
}

func TestSpheres(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ctx, err := offscreen.OpenContext()
	if err != nil {
		t.Fatal(err)
	}
	defer ctx.Close()
	s, err := NewSpheres(ctx, assets.FS, 50, 200, 64)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Draw(0, 60, false)
	still := s.Picture()
	lit := map[bool]int{}
	for y := range still.Height {
		for x := range still.Width {
			p := still.Pix[4*(y*still.Width+x):]
			if p[0] > 0 {
				lit[x >= still.Width/2]++
			}
			if p[3] != 255 {
				t.Fatal("the picture is not opaque")
			}
		}
	}
	if l, r := lit[false], lit[true]; l < 200 || r < 200 || math.Abs(float64(l-r)) > 0.1*float64(l) {
		t.Errorf("%d pixels are lit for the left eye and %d for the right", l, r)
	}
	s.Draw(30, 60, true)
	if moved := s.Picture(); string(moved.Pix) == string(still.Pix) {
		t.Error("half a turn later the picture is the same")
	}
	if c := s.Counts(); c.Draws != 2 || c.Triangles != 2*50*1984 || c.UploadBytes != 50*16+128 {
		t.Errorf("counts %+v", c)
	}
	frame := 0
	if n := testing.AllocsPerRun(20, func() { s.Draw(frame, 60, true); frame++ }); n != 0 {
		t.Errorf("%v allocations a frame, want 0", n)
	}
	s.Finish()
}
