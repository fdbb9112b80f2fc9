package scene

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// at puts the ship so far from a body, away from its planet or from the Sun, at
// rest, with a turned view.
func (s *State) at(t testing.TB, body astro.Body, distanceM float64) {
	t.Helper()
	toward := body.Info().Parent
	next, err := Apply(*s, SetCamera{
		Place: &Place{Body: body, Distance: Length(distanceM), Toward: toward, Angle: math.Pi},
		Look:  &Look{AtStars: true, RA: 2, Dec: 0.5, Roll: 1, Up: UpNorth, FOV: DefaultFOV},
	})
	if err != nil {
		t.Fatal(err)
	}
	*s = next
}

// movedM is how far a ship is from where it was, from the Sun: exactly, where float64
// resolves no millimetre.
func movedM(e *astro.Ephemeris, before, after *Ship) float64 {
	sum := 0.0
	for i := range 3 {
		d := new(big.Float).SetPrec(200)
		for _, part := range []float64{
			after.PositionM[i], e.States[after.Frame].PositionM[i], -before.PositionM[i], -e.States[before.Frame].PositionM[i],
		} {
			d.Add(d, big.NewFloat(part))
		}
		v, _ := d.Float64()
		sum += v * v
	}
	return math.Sqrt(sum)
}

// TestFrameChanges: a ship goes along with the body in whose sphere of influence it is,
// and neither its place nor its motion nor its view jumps when that is another. The
// spheres are Hill's: 61 500 km of the Moon, 1.5 million km of Earth (Hamilton & Burns
// 1992), and 30 radii of bodies whose own is less.
func TestFrameChanges(t *testing.T) {
	const km = 1e3
	for _, tt := range []struct {
		frame     astro.Body // that it was in
		body      astro.Body // near to which it is
		distanceM float64
		want      astro.Body
	}{
		{astro.Earth, astro.Moon, 50_000 * km, astro.Moon},
		{astro.Moon, astro.Moon, 50_000 * km, astro.Moon},
		{astro.Moon, astro.Moon, 68_000 * km, astro.Moon},   // it stays with it for another 15 %,
		{astro.Earth, astro.Moon, 68_000 * km, astro.Earth}, // and comes to it later
		{astro.Moon, astro.Moon, 75_000 * km, astro.Earth},
		{astro.Sun, astro.Earth, 1_400_000 * km, astro.Earth},
		{astro.Earth, astro.Earth, 2_000_000 * km, astro.Sun},
		{astro.Mars, astro.Phobos, 300 * km, astro.Phobos},
		{astro.Phobos, astro.Phobos, 500 * km, astro.Mars},
		{astro.Sun, astro.Charon, 5_000 * km, astro.Charon},
		{astro.Sun, astro.Neptune, 100_000 * km, astro.Neptune},
		{astro.Neptune, astro.Pluto, 1e9 * km, astro.Sun},
	} {
		s := loaded(t)
		s.Clock.Rate = 1
		s.at(t, tt.body, tt.distanceM)
		e := s.sky()
		s.Clock.Paused = true // another frame now is no other motion
		s.reframe(&e, tt.frame)
		s.Clock.Paused = false
		s.Ship.VelocityMS = mgl64.Vec3{100, -200, 300}
		before := s.Ship
		s.survey(&e)
		if s.Ship.Frame != tt.want {
			t.Errorf("%s, %.0f km from %s: goes along with %s, want %s", tt.frame, tt.distanceM/km, tt.body, s.Ship.Frame, tt.want)
		}
		if moved := movedM(&e, &before, &s.Ship); moved > 1e-3 {
			t.Errorf("from %s to %s it jumps by %g m", before.Frame, s.Ship.Frame, moved)
		}
		if turned := angleBetween(before.Orientation, s.Ship.Orientation); turned > 1e-6 {
			t.Errorf("from %s to %s it turns by %g rad", before.Frame, s.Ship.Frame, turned)
		}
		motion := func(ship *Ship) mgl64.Vec3 { return e.States[ship.Frame].VelocityMS.Add(ship.VelocityMS) }
		if change := motion(&s.Ship).Sub(motion(&before)).Len(); change > 1e-6 {
			t.Errorf("from %s to %s its motion changes by %g m/s", before.Frame, s.Ship.Frame, change)
		}
	}
}

// TestFliesAcrossFrames: flown out of the Moon's sphere and Earth's into the Sun's, what
// is drawn has no jump: from one frame to the next the ship moves as its speed says.
func TestFliesAcrossFrames(t *testing.T) {
	s := loaded(t)
	s.Clock.Rate = 1
	s.at(t, astro.Moon, 50_000e3)
	frames := []astro.Body{s.Ship.Frame}
	forward := s.Ship.Orientation.Conjugate().Rotate(s.Ship.PositionM.Normalize())
	in := Input{Move: forward}
	for range 30 * TickRate {
		before := s.Ship
		e := s.sky()
		Step(&s, &in)
		if s.Ship.Frame == before.Frame {
			continue
		}
		frames = append(frames, s.Ship.Frame)
		next := s.sky()
		from := e.States[before.Frame].PositionM.Add(before.PositionM)
		moved := next.States[s.Ship.Frame].PositionM.Add(s.Ship.PositionM).Sub(from).Len()
		speed := e.States[before.Frame].VelocityMS.Add(before.VelocityMS).Len()
		if most := 1.1 * (speed + before.VelocityMS.Len()) / TickRate; moved > most {
			t.Errorf("from %s to %s it moves %g m in a tick, want at most %g", before.Frame, s.Ship.Frame, moved, most)
		}
		if turned := angleBetween(before.Orientation, s.Ship.Orientation); turned > 1e-6 {
			t.Errorf("from %s to %s it turns by %g rad", before.Frame, s.Ship.Frame, turned)
		}
	}
	if want := []astro.Body{astro.Moon, astro.Earth, astro.Sun}; !slices.Equal(frames, want) {
		t.Errorf("it went along with %v, want %v", frames, want)
	}
}

// orbiting is a ship on an orbit about the Moon at ten radii.
func orbiting(t testing.TB, periodS float64) State {
	t.Helper()
	s := loaded(t)
	s.Clock.Paused = true
	s.at(t, astro.Moon, 17_374e3)
	s, err := Apply(s, Orbit{Body: astro.Moon, PeriodS: periodS})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func steps(s *State, seconds float64, in Input) {
	for range int(seconds * TickRate) {
		Step(s, &in)
	}
}

// TestOrbit: a round takes as long as was asked for, 90 s otherwise, at the same
// distance, with the body in the middle of the view.
func TestOrbit(t *testing.T) {
	for _, tt := range []struct {
		periodS, rateRadS float64
	}{{0, 0.0698132}, {90, 0.0698132}, {-30, -0.2094395}, {10, 0.6283185}} {
		s := orbiting(t, tt.periodS)
		if got := s.Pilot.Circle.RateRadS; math.Abs(got-tt.rateRadS) > 1e-7 {
			t.Errorf("a period of %g s is %g rad/s, want %g", tt.periodS, got, tt.rateRadS)
		}
		start := s.Ship.PositionM
		period := math.Abs(2 * math.Pi / tt.rateRadS)
		steps(&s, period/4, Input{})
		if a := separation(start, s.Ship.PositionM); math.Abs(a-90) > 1.5 {
			t.Errorf("a quarter of %g s goes round by %.2f°", tt.periodS, a)
		}
		steps(&s, period*3/4, Input{})
		if off := s.Ship.PositionM.Sub(start).Len() / 17_374e3; off > 0.02 || math.Abs(s.Ship.PositionM.Len()/17_374e3-1) > 1e-9 {
			t.Errorf("after %g s it is %g of the distance off, %g m away", tt.periodS, off, s.Ship.PositionM.Len())
		}
		if aside := separation(ahead(&s), s.Ship.PositionM.Mul(-1)); aside > 1e-5 {
			t.Errorf("the Moon is %g° off the middle", aside)
		}
	}
}

// TestOrbitBySticks: forward comes nearer, back goes away, sideways changes the speed, up
// and down tilt the plane about the line to the ship, and a stick that turns looks away
// without leaving the orbit.
func TestOrbitBySticks(t *testing.T) {
	for _, tt := range []struct {
		name      string
		throttle  Throttle
		move      [3]float64
		distanceM float64 // after two seconds
		rateRadS  float64
		tiltDeg   float64
	}{
		{"at rest", 0, [3]float64{}, 17_374e3, 0.0698132, 0},
		{"forward", 0, [3]float64{2: -1}, 5.594e6, 0.0698132, 0},
		{"back", 0, [3]float64{2: 1}, 65.14e6, 0.0698132, 0},
		{"gently back", 0, [3]float64{2: 0.5}, 33.22e6, 0.0698132, 0},
		{"a tenth of back", -maxThrottle, [3]float64{2: 1}, 19.72e6, 0.0698132, 0},
		{"right", 0, [3]float64{0: 1}, 17_374e3, 0.2698132, 0},
		{"left, through rest", 0, [3]float64{0: -1}, 17_374e3, -0.1301868, 0},
		{"up", 0, [3]float64{1: 1}, 17_374e3, 0.0698132, 57.3},
		{"half down", 0, [3]float64{1: -0.5}, 17_374e3, 0.0698132, 28.65},
	} {
		s := orbiting(t, 0)
		s.Throttle = tt.throttle
		normal := s.Pilot.Circle.Normal
		steps(&s, 2, Input{Move: tt.move})
		c := &s.Pilot.Circle
		if d := s.Ship.PositionM.Len(); math.Abs(d/tt.distanceM-1) > 0.005 {
			t.Errorf("%s: %.5g m away, want %.5g", tt.name, d, tt.distanceM)
		}
		if math.Abs(c.RateRadS-tt.rateRadS) > 1e-6 {
			t.Errorf("%s: %g rad/s, want %g", tt.name, c.RateRadS, tt.rateRadS)
		}
		if tilt := separation(normal, c.Normal); math.Abs(tilt-tt.tiltDeg) > 0.5 {
			t.Errorf("%s: the plane tilts by %.2f°, want %.2f°", tt.name, tilt, tt.tiltDeg)
		}
		if math.Abs(c.Normal.Dot(s.Ship.PositionM.Normalize())) > 1e-9 || s.Pilot.Course != CourseOrbit {
			t.Errorf("%s: the ship left the plane, or the course, %s", tt.name, s.Pilot.Course)
		}
		if speed, want := s.Ship.VelocityMS.Len(), math.Abs(c.RateRadS)*s.Ship.PositionM.Len(); math.Abs(speed/want-1) > 1e-6 {
			t.Errorf("%s: %g m/s, want %g", tt.name, speed, want)
		}
	}
	s := orbiting(t, 0)
	steps(&s, 10, Input{Move: [3]float64{0: 1, 2: -1}})
	if d := s.Ship.PositionM.Len(); s.Pilot.Circle.RateRadS != 2*math.Pi/10 || d < 1.0005*1737.4e3-1 || d > 1.01*1737.4e3 {
		t.Errorf("as near and as fast as it can, it is %g m from the centre at %g rad/s", d, s.Pilot.Circle.RateRadS)
	}
	steps(&s, 1, Input{Turn: [3]float64{1: 1}})
	if aside := separation(ahead(&s), s.Ship.PositionM.Mul(-1)); s.Pilot.Course != CourseOrbit || aside < 30 {
		t.Errorf("turned away, it looks %.0f° aside on course %s", aside, s.Pilot.Course)
	}
}

// TestFind: what somebody types finds what they mean, the likeliest first.
func TestFind(t *testing.T) {
	for _, tt := range []struct {
		typed string
		limit int
		want  string
	}{
		{"ence", 3, "enceladus"},
		{"  EARTH ", 3, "earth"},
		{"m", 4, "mercury moon mars mimas"},
		{"mar", 9, "mars"},
		{"mars", 9, "mars"},
		{"titan", 9, "titan titania"},
		{"titani", 9, "titania"},
		{"on", 6, "moon dione hyperion oberon triton charon"},
		{"jupter", 9, "jupiter"},   // one too few
		{"jupiiter", 9, "jupiter"}, // one too many
		{"jupitar", 9, "jupiter"},  // a wrong one
		{"strun", 9, ""},           // two mistakes
		{"satrun", 9, "saturn"},    // two swapped
		{"mx", 9, ""},              // too little to tell a mistake
		{"vulcan", 9, ""},
		{"ü", 9, ""},
		{"sun", 0, ""},
		{"sun", -1, ""},
		{"", 3, "sun mercury venus"},
	} {
		var names []string
		for _, m := range Find(tt.typed, tt.limit) {
			names = append(names, m.Body.Info().Name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%q finds %q, want %q", tt.typed, got, tt.want)
		}
	}
	if all := Find("", 1000); len(all) != int(astro.NumBodies) {
		t.Errorf("nothing finds %d bodies, want all %d", len(all), astro.NumBodies)
	}
	for b := range astro.NumBodies { // every body by as few letters as tell it from those before
		name := b.Info().Name
		if found := Find(name, 1); len(found) != 1 || found[0] != (Match{b, Same}) {
			t.Errorf("%q finds %v", name, found)
		}
	}
}

// TestReadout: what is to be read is what there is. Light takes 499.004784 s for an
// astronomical unit of 149 597 870.7 km (IAU 2012).
func TestReadout(t *testing.T) {
	s := loaded(t)
	s, err := Apply(s, SetCamera{
		Place: &Place{Body: astro.Sun, Distance: astro.AUM, Toward: astro.Earth, Angle: math.Pi},
		Look:  &Look{Target: astro.Sun, Up: UpNorth, FOV: 0.5},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Clock = Clock{Anchor: date(t, "2026-11-22T00:00:00Z"), AnchorTick: s.Tick, Rate: -3600, Paused: true}
	s.Throttle, s.Exposure = 2, Exposure{EV: -1.5}
	s.Ship.VelocityMS = mgl64.Vec3{3e3, 0, 4e3}
	var w World
	w.Carry(&s, 0)
	r := w.Readout
	want := Readout{
		Date: date(t, "2026-11-22T00:00:00Z"), Rate: -3600, Paused: true, Target: astro.Sun, Frame: astro.Sun, Nearest: astro.Sun,
		SpeedMS: 5000, Throttle: 3.162, FOVRad: 0.5, Exposure: Exposure{EV: -1.5},
		DistanceM: r.DistanceM, LightS: r.LightS, HeightM: r.HeightM,
	}
	if r != want {
		t.Errorf("reads %+v\nwant %+v", r, want)
	}
	surface := 149_597_870_700.0 - 695_700_000
	if math.Abs(r.DistanceM-surface) > 1 || math.Abs(r.HeightM-surface) > 1 || math.Abs(r.LightS-499.004784) > 1e-6 {
		t.Errorf("the Sun is %.0f m and %.6f s away, its surface is %.0f m below; want %.0f m and 499.004784 s", r.DistanceM, r.LightS, r.HeightM, surface)
	}
}

// TestReadoutOfPilots: of what the pilot does.
func TestReadoutOfPilots(t *testing.T) {
	read := func(s *State) Readout {
		var w World
		w.Carry(s, 0)
		return w.Readout
	}
	s := orbiting(t, 90)
	Step(&s, &Input{})
	r := read(&s)
	if r.Course != CourseOrbit || r.CourseTo != astro.Moon || !r.Watching || r.Watched != astro.Moon || math.Abs(r.SpeedMS-17_374e3*0.0698132) > 10 {
		t.Errorf("on an orbit it reads %+v", r)
	}
	if math.Abs(r.HeightM-(17_374e3-1737.4e3)) > 1 || r.TripShare != 0 {
		t.Errorf("on an orbit it reads %+v", r)
	}
	s, err := Apply(s, Travel{To: astro.Venus})
	if err != nil {
		t.Fatal(err)
	}
	for s.Tick < s.Pilot.Trip.StartTick+s.Pilot.Trip.Ticks/4 {
		Step(&s, &Input{})
	}
	r = read(&s)
	if r.Course != CourseTravel || r.CourseTo != astro.Venus || r.Target != astro.Venus || r.Watching || math.Abs(r.TripShare-0.25) > 0.005 {
		t.Errorf("a quarter of the way to Venus it reads %+v", r)
	}
	for s.Pilot.Course == CourseTravel {
		Step(&s, &Input{})
	}
	r = read(&s)
	if r.Course != CourseFree || r.Frame != astro.Venus || r.Nearest != astro.Venus || r.SpeedMS != 0 || r.TripShare != 0 {
		t.Errorf("at Venus it reads %+v", r)
	}
	if math.Abs(r.DistanceM-r.HeightM) > 1e-3 {
		t.Errorf("Venus is %g m away, and its surface %g m", r.DistanceM, r.HeightM)
	}
}

// TestZoom: the field of view changes by a factor e in a second at most, smoothly, and
// stays between 0.01° and 120°; turns slow down with it.
func TestZoom(t *testing.T) {
	s := loaded(t)
	s.FOVRad = 50 * degree
	steps(&s, 2, Input{Zoom: 1})
	if fov := s.FOVRad / degree; math.Abs(fov-50*math.Exp(-1.75)) > 0.1 {
		t.Errorf("two seconds of zoom make %.3f°, want %.3f°", fov, 50*math.Exp(-1.75))
	}
	steps(&s, 20, Input{Zoom: 1})
	if s.FOVRad != 0.01*degree {
		t.Errorf("zoomed in, the view is %g°, want 0.01°", s.FOVRad/degree)
	}
	steps(&s, 1, Input{Turn: [3]float64{1: 1}})
	if rate, want := s.Ship.TurnRadS.Len(), math.Pi/3*0.01/50; math.Abs(rate/want-1) > 0.03 {
		t.Errorf("it turns by %g rad/s, want %g", rate, want)
	}
	steps(&s, 5, Input{})
	if s.ZoomPerS != 0 || s.FOVRad != 0.01*degree {
		t.Errorf("let go, it goes on by %g to %g°", s.ZoomPerS, s.FOVRad/degree)
	}
	steps(&s, 30, Input{Zoom: -1})
	if s.FOVRad != 120*degree {
		t.Errorf("zoomed out, the view is %g°, want 120°", s.FOVRad/degree)
	}
	var w World
	if w.Carry(&s, tickPeriod/2); w.FOVRad != 120*degree {
		t.Errorf("half a tick later it is %g°", w.FOVRad/degree)
	}
	for _, tt := range []struct {
		deg   float64
		right bool
	}{{0.01, true}, {120, true}, {50, true}, {0.0099, false}, {120.01, false}, {0, false}, {-1, false}, {math.NaN(), false}, {math.Inf(1), false}} {
		next, err := Apply(s, SetView{FOV: Angle(tt.deg * degree)})
		switch {
		case tt.right && (err != nil || next.FOVRad != tt.deg*degree):
			t.Errorf("%g°: %v, %g°", tt.deg, err, next.FOVRad/degree)
		case !tt.right && (err == nil || err.Error() != "the field of view lies between 0.01 and 120 degrees" || next != s):
			t.Errorf("%g°: %v", tt.deg, err)
		}
	}
}

// TestTimeEnds: real time that comes to an end of the range stops there, exactly; that is
// said once, and all else goes on: a trip arrives, sticks fly, and time goes back.
func TestTimeEnds(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		end  astro.Time
	}{
		{1, date(t, "2100-01-01T00:00:00Z")},
		{-1, astro.MinTime}, // 1800-01-01 in TDB
	} {
		start := tt.end - astro.Time(1.5e9*tt.rate)
		back := tt.end - astro.Time(1e9*tt.rate)
		s, err := Apply(loaded(t), SetTime{Date: &start, Rate: &tt.rate, Paused: pointer(false)})
		if err != nil {
			t.Fatal(err)
		}
		s, err = Apply(s, Travel{To: astro.Mars})
		if err != nil {
			t.Fatal(err)
		}
		before, told := s, 0
		for range 10 * TickRate {
			last := s.Notice
			Step(&s, &Input{})
			if s.Notice != last {
				told++
			}
		}
		if s.Time() != tt.end || !s.Clock.Paused || s.Clock.Rate != tt.rate {
			t.Errorf("rate %g: ends at %v, paused %t, rate %g", tt.rate, s.Time(), s.Clock.Paused, s.Clock.Rate)
		}
		if told != 1 || s.Notice.String() != "time paused: the models hold from 1800-01-01 to 2100-01-01" {
			t.Errorf("rate %g: told %d times: %q", tt.rate, told, s.Notice)
		}
		if s.Ship.Frame != astro.Mars || s.Pilot != (Pilot{}) || s.Layers != before.Layers || s.Slug != before.Slug || s.Exposure != before.Exposure || s.Throttle != before.Throttle {
			t.Errorf("rate %g: at the end it is %+v", tt.rate, s)
		}
		at := s.Ship.PositionM
		steps(&s, 1, Input{Move: [3]float64{2: 1}})
		if s.Ship.PositionM == at || s.Time() != tt.end {
			t.Errorf("rate %g: it does not fly where time has ended", tt.rate)
		}
		Step(&s, &Input{Buttons: ButtonPause}) // on, which it cannot
		if !s.Clock.Paused || s.Notice != NoticeRangeEnd || s.Time() != tt.end {
			t.Errorf("rate %g: on over the end: %v, paused %t, %q", tt.rate, s.Time(), s.Clock.Paused, s.Notice)
		}
		Step(&s, &Input{Buttons: ButtonReverse | ButtonPause})
		steps(&s, 1, Input{})
		off := s.Time() - back
		if s.Clock.Paused || s.Notice != NoticeNone || math.Abs(float64(off)) > 2e9/TickRate {
			t.Errorf("rate %g: a second back it is %v, paused %t, %q", tt.rate, s.Time(), s.Clock.Paused, s.Notice)
		}
	}
}

// TestShadowed: moons in the shadow of their planets, by the eclipses of almanacs: of our
// Moon on 2025-09-07, total from 17:30 to 18:53 UTC, and on 2026-03-03 from 11:04 to
// 12:03 (NASA, F. Espenak), a few minutes within and without.
func TestShadowed(t *testing.T) {
	for _, tt := range []struct {
		moon astro.Body
		date string
		want bool
	}{
		{astro.Moon, "2025-09-07T18:12:00Z", true},
		{astro.Moon, "2025-09-07T17:20:00Z", true}, // its middle
		{astro.Moon, "2025-09-07T16:20:00Z", false},
		{astro.Moon, "2026-03-03T11:34:00Z", true},
		{astro.Moon, "2026-03-03T13:30:00Z", false},
		{astro.Moon, "2026-08-12T18:00:00Z", false}, // before the Sun
		{astro.Enceladus, "2026-11-26T13:10:00Z", true},
		{astro.Enceladus, "2026-11-26T20:00:00Z", false},
		{astro.Saturn, "2026-11-26T13:10:00Z", false},
	} {
		s := loaded(t)
		s.Clock = Clock{Anchor: date(t, tt.date), AnchorTick: s.Tick, Paused: true}
		s.Target = tt.moon
		var w World
		if w.Carry(&s, 0); w.Readout.Shadowed != tt.want {
			t.Errorf("%s at %s: in a shadow %t, want %t", tt.moon, tt.date, w.Readout.Shadowed, tt.want)
		}
	}
}
