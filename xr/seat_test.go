package xr

import (
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

func at(x, y, z float32, turned openxr.Pose) openxr.Pose {
	turned.Position = [3]float32{x, y, z}
	return turned
}

// headed is a pose that is turned left, level.
func headed(yawDeg float64) mgl64.Quat {
	return mgl64.QuatRotate(yawDeg*math.Pi/180, mgl64.Vec3{0, 1, 0})
}

func checkPose(t *testing.T, what string, got scene.Pose, positionM mgl64.Vec3, orientation mgl64.Quat) {
	t.Helper()
	if got.PositionM.Sub(positionM).Len() > 1e-6 || !got.Orientation.OrientationEqualThreshold(orientation, 1e-6) {
		t.Errorf("%s: %v, want %v %v", what, got, positionM, orientation)
	}
}

// After a reset the head is at the seat and looks ahead, but is as inclined as
// it was: the floor stays level.
func TestReset(t *testing.T) {
	s := newSeat(false)
	head := at(1, 0.3, -2, pointing(30, 20))
	s.reset(head)
	checkPose(t, "the head", s.place(head), mgl64.Vec3{}, mgl64.QuatRotate(20*math.Pi/180, mgl64.Vec3{1, 0, 0}))
	// A metre before it, as the eyes go.
	ahead := headed(30).Rotate(mgl64.Vec3{0, 0, -1})
	p := at(1+float32(ahead[0]), 0.3, -2+float32(ahead[2]), pointing(30, 0))
	checkPose(t, "ahead", s.place(p), mgl64.Vec3{0, 0, -1}, mgl64.QuatIdent())
	// Again, from there: resets add up.
	s.reset(p)
	checkPose(t, "ahead after another reset", s.place(p), mgl64.Vec3{}, mgl64.QuatIdent())
}

// Standing, the origin is on the floor, whatever the head does.
func TestResetStanding(t *testing.T) {
	s := newSeat(true)
	s.floorM = -1.6 // LOCAL is at the eyes
	head := at(1, 0.1, -2, pointing(90, 0))
	s.reset(head)
	checkPose(t, "the head", s.place(head), mgl64.Vec3{0, 1.7, 0}, mgl64.QuatIdent())
}

func TestYaw(t *testing.T) {
	for _, tt := range []struct{ yaw, pitch, want float64 }{
		{0, 0, 0}, {30, 0, 30}, {-100, 40, -100}, {179, -60, 179}, {70, 90, 70}, {70, -90, 70}, // straight up and down
	} {
		p := pointing(tt.yaw, tt.pitch)
		if got := yawOf(orientation(p.Orientation)); !got.OrientationEqualThreshold(headed(tt.want), 1e-3) {
			t.Errorf("yaw %g, pitch %g: %v, want %g", tt.yaw, tt.pitch, got, tt.want)
		}
	}
}

// A recentring of the runtime takes the place of the player's, at its time, and
// a space that it tilted is put level.
func TestReach(t *testing.T) {
	s := newSeat(false)
	s.reset(at(1, 0, 0, pointing(45, 0)))
	before := s.pose
	s.expect(recentre{at: 100})
	s.expect(recentre{at: 200, valid: true, pose: pointing(60, 10)}) // tilted by 10 degrees
	s.reach(99)
	if s.pose != before {
		t.Error("applied before its time")
	}
	s.reach(150)
	checkPose(t, "after the first", s.place(at(0, 0, 0, pointing(0, 0))), mgl64.Vec3{}, mgl64.QuatIdent())
	s.reach(200)
	up := s.place(at(0, 0, 0, pointing(0, -10))).Orientation.Rotate(mgl64.Vec3{0, 1, 0}) // what is upright there
	if up.Sub(mgl64.Vec3{0, 1, 0}).Len() > 1e-6 {
		t.Errorf("up is %v", up)
	}
	if len(s.pending) != 0 {
		t.Errorf("%d are left", len(s.pending))
	}
	for range 3 * maxPending {
		s.expect(recentre{at: 300})
	}
	if len(s.pending) != maxPending {
		t.Errorf("%d wait, want %d", len(s.pending), maxPending)
	}
}

// What a runtime says of orientations may be less than right.
func TestOrientation(t *testing.T) {
	nan := float32(math.NaN())
	for _, q := range [][4]float32{{}, {nan, 0, 0, 1}, {0, 0, 0, 0.999}} {
		if got := orientation(q); !got.ApproxEqualThreshold(mgl64.QuatIdent(), 1e-9) {
			t.Errorf("%v: %v", q, got)
		}
	}
}

// The runtime's recentring, told several times and for later, leaves the player
// looking ahead from the seat.
func TestRecentreByRuntime(t *testing.T) {
	for _, steps := range [][]string{
		{"0.1s recentre"},
		{"0.1s recentre unposed"},
		{"0.1s recentre after 100ms", "0.12s recentre after 100ms", "0.13s recentre after 200ms"},
	} {
		report := simulate(t, append([]string{"head at 1 1.5 2 turn 40 10 0"}, steps...)...)
		f := fly(t, Options{})
		f.draws(2)
		if apart := eyes(f).PositionM.Len(); apart < 1 {
			t.Errorf("%v: %g m from the seat before", steps, apart)
		}
		f.until("recentring", 5*time.Second, func() bool { return f.frame.Render && eyes(f).PositionM.Len() < 1e-3 })
		if yaw := yawOf(eyes(f).Orientation); !yaw.OrientationEqualThreshold(mgl64.QuatIdent(), 1e-3) {
			t.Errorf("%v: heading %v", steps, yaw)
		}
		if up := eyes(f).Orientation.Rotate(mgl64.Vec3{0, 1, 0}); math.Abs(up[1]-math.Cos(10*math.Pi/180)) > 1e-4 {
			t.Errorf("%v: the crown points to %v", steps, up)
		}
		f.draws(20) // the last of the announcements
		f.land()
		if f.stats.Recentred != len(steps) {
			t.Errorf("%v: recentred %d times", steps, f.stats.Recentred)
		}
		checkReport(t, report)
	}
}

// The player's own: both sticks, held.
func TestRecentreByPlayer(t *testing.T) {
	report := simulate(t, "head at 1 1.5 2 turn 40 0 0", "0.1s left thumbstick/click on", "0.1s right thumbstick/click on")
	f := fly(t, Options{})
	f.draws(1)
	start := f.timing.DisplayTime
	f.until("recentring", 5*time.Second, func() bool { return f.frame.Render && eyes(f).PositionM.Len() < 1e-3 })
	if took := f.timing.DisplayTime - start; took < holdToRecentre || took > holdToRecentre+300*time.Millisecond {
		t.Errorf("recentred after %v", took)
	}
	checkPose(t, "the eyes", eyes(f), mgl64.Vec3{}, mgl64.QuatIdent())
	f.land()
	checkReport(t, report)
}

// The player resets the seat, then the runtime recentres: the later one counts,
// not the sum of both.
func TestRecentreByBoth(t *testing.T) {
	simulate(t, "head at 1 1.5 2 turn 40 0 0", "0.3s recentre")
	f := fly(t, Options{})
	f.draws(2)
	f.display.Recentre()
	f.draws(2)
	checkPose(t, "the eyes after the player's", eyes(f), mgl64.Vec3{}, mgl64.QuatIdent())
	f.until("the runtime's", 5*time.Second, func() bool { return f.display.Stats().Recentred == 2 })
	f.draws(5)
	checkPose(t, "the eyes after the runtime's", eyes(f), mgl64.Vec3{}, mgl64.QuatIdent())
}

// While the head is not tracked the eyes stay where they were.
func TestTrackingLost(t *testing.T) {
	simulate(t, "head at 1 1.5 2 turn 40 0 0", "0.2s head tracking lost", "0.3s head at 9 9 9 turn 0 0 0")
	f := fly(t, Options{})
	f.draws(2)
	before := eyes(f)
	f.until("loss of tracking", 5*time.Second, func() bool { return f.display.Stats().Untracked > 20 })
	if !f.frame.Render {
		t.Error("nothing is drawn")
	}
	checkPose(t, "the eyes", eyes(f), before.PositionM, before.Orientation)
}

// eyes returns the middle of the views of the last frame.
func eyes(f *flight) scene.Pose {
	l, r := f.frame.Views[0].Pose, f.frame.Views[1].Pose
	return scene.Pose{PositionM: l.PositionM.Add(r.PositionM).Mul(0.5), Orientation: l.Orientation}
}

// Standing, eyes are as high as they are over the floor, with the runtime's
// space on the floor and without.
func TestStanding(t *testing.T) {
	for _, without := range [][]string{nil, {extLocalFloor}} {
		report := simulate(t, "head at 0 1.75 0")
		f := fly(t, Options{Standing: true, Without: without})
		f.draws(3)
		if h := eyes(f).PositionM[1]; math.Abs(h-1.75) > 1e-5 {
			t.Errorf("without %v: eyes at %g m, want 1.75", without, h)
		}
		f.land()
		checkReport(t, report)
	}
}
