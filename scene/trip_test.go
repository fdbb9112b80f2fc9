package scene

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// anywhere is a state at a random place near to a random body, looking somewhere.
func anywhere(t testing.TB, r *rand.Rand) State {
	t.Helper()
	body := astro.Body(r.IntN(int(astro.NumBodies)))
	toward := astro.Sun
	if body == astro.Sun {
		toward = astro.Earth
	}
	radius := body.Info().MeanRadiusM
	place := Place{
		Body: body, Distance: Length(radius * (1.001 + math.Exp(r.Float64()*8-4))), Toward: toward,
		Angle: Angle(r.Float64() * math.Pi), Position: Angle(r.Float64() * 2 * math.Pi),
	}
	look := Look{
		AtStars: true, RA: Angle(r.Float64() * 7), Dec: Angle(r.Float64()*3 - 1.5), Roll: Angle(r.Float64() * 7),
		Up: UpNorth, FOV: Angle(0.02 + r.Float64()),
	}
	s := State{Slug: "x", Clock: Clock{Rate: 1, Anchor: astro.Time(r.Int64N(8e17))}}
	s.settle(place, look)
	return s
}

// TestTravel: from wherever, to whatever, within nine seconds, and never through a
// body; what one sees at the end fills as much of the view as it should, lit from
// the side.
func TestTravel(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for i := range 20 * int(astro.NumBodies) {
		s := anywhere(t, r)
		from := s.Ship.Frame
		to := astro.Body(i % int(astro.NumBodies))
		s, err := Apply(s, Travel{To: to})
		if err != nil {
			t.Fatal(err)
		}
		trip := s.Pilot.Trip
		if sec := float64(trip.Ticks) / TickRate; sec < leastTripS || sec > 9 {
			t.Errorf("%s to %s takes %.1f s", from, to, sec)
		}
		e := s.sky()
		for k := range 101 {
			at := trip.ship(&e, float64(k)/100*float64(trip.Ticks))
			eye := e.States[at.Frame].PositionM.Add(at.PositionM)
			for b := range astro.NumBodies {
				if h := eye.Sub(e.States[b].PositionM).Len() / b.Info().MeanRadiusM; h < 1.0002 {
					t.Fatalf("%d: %s to %s: %d %% of the way lies %.5f radii from %s", i, from, to, k, h, b)
				}
			}
		}
		arrived(t, &s, to)
	}
}

// TestTravelTurnsGently: no frame of a trip turns the view faster than 60° a second,
// the "standard" rate of comfort (the one of 30° would make trips of 18 s), nor changes
// that rate by more than it does in 0.3 s of speeding up, whatever time does meanwhile.
func TestTravelTurnsGently(t *testing.T) {
	const mostDegS, mostDegS2 = 60.0, 60 / 0.3
	r := rand.New(rand.NewPCG(5, 3))
	var turns []float64
	for i := range 30 * int(astro.NumBodies) {
		s := anywhere(t, r)
		s.Clock.Rate = [...]float64{1, 1, 1, 1000, -1e5, 1e7}[i%6]
		from, to := s.Ship.Frame, astro.Body(i/30)
		before := s.Ship.Orientation
		s, err := Apply(s, Travel{To: to})
		if err != nil {
			t.Fatal(err)
		}
		trip := s.Pilot.Trip
		last, fastest, change := 0.0, 0.0, 0.0
		for tick := range trip.Ticks + 2 {
			next := trip.orientation(float64(tick) / float64(trip.Ticks))
			rate := angleBetween(before, next) * TickRate / degree
			fastest, change = math.Max(fastest, rate), math.Max(change, math.Abs(rate-last)*TickRate)
			before, last = next, rate
		}
		if fastest > mostDegS || change > mostDegS2 {
			t.Errorf("%s to %s at %g turns by %.1f°/s, which changes by %.0f°/s²", from, to, s.Clock.Rate, fastest, change)
		}
		turns = append(turns, fastest)
	}
	slices.Sort(turns)
	t.Logf("half of the trips turn by at most %.0f°/s, nine of ten by %.0f°/s", turns[len(turns)/2], turns[len(turns)*9/10])
}

// TestTravelArrives: exactly where the place is, and looking as it says, on the date
// of the arrival; what is flown is what was planned.
func TestTravelArrives(t *testing.T) {
	overTheLimb := Place{Body: astro.Moon, Altitude: 110e3, Toward: astro.Earth, Angle: 105 * degree}
	for _, tt := range []struct {
		name  string
		rate  float64
		place Place
		look  Look
	}{
		{"Earthrise", 1, overTheLimb, Look{Target: astro.Earth, Up: UpZenith, Raise: -2 * degree, FOV: DefaultFOV}},
		{"a day in nine seconds", 1e4, overTheLimb, Look{Target: astro.Earth, Up: UpZenith, FOV: 1}},
		{"backward", -1e4, Place{Body: astro.Titan, Distance: 2e7, Toward: astro.Sun, Angle: 2}, Look{Target: astro.Saturn, Up: UpPole, Roll: 1, FOV: 0.1}},
		{"stars", 1, Place{Body: astro.Pluto, Distance: 1e7, Toward: astro.Sun, Angle: 1}, Look{AtStars: true, RA: 1, Dec: -1, Up: UpNorth, FOV: 1}},
	} {
		s := loaded(t)
		s.Clock.Rate = tt.rate
		e := s.sky()
		s.goTo(&e, tt.place, tt.look, false)
		trip := s.Pilot.Trip
		for s.Pilot.Course == CourseTravel {
			Step(&s, &Input{})
			plan := trip.orientation(float64(s.Tick-trip.StartTick) / float64(trip.Ticks))
			if off := angleBetween(plan, s.Ship.Orientation); off > 1e-7 {
				t.Fatalf("%s: flown %g rad off the plan", tt.name, off)
			}
		}
		end := s.sky()
		position := tt.place.position(&end)
		off := s.Ship.PositionM.Sub(position).Len()
		aside := angleBetween(s.Ship.Orientation, tt.look.orientation(&end, tt.place.Body, position))
		if off > 1e-3 || aside > 1e-7 || s.FOVRad != float64(tt.look.FOV) || s.Target != tt.look.Target {
			t.Errorf("%s: ends %g m and %g rad off, with a field of view of %g, at %s", tt.name, off, aside, s.FOVRad, s.Target)
		}
	}
}

// TestTravelKeepsInView: once the view has turned to it, the body that one comes to
// stays in the middle of it, however the ship goes round.
func TestTravelKeepsInView(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 4))
	for i := range 3 * int(astro.NumBodies) {
		s := anywhere(t, r)
		s, err := Apply(s, Travel{To: astro.Body(i % int(astro.NumBodies))})
		if err != nil {
			t.Fatal(err)
		}
		e, trip := s.sky(), s.Pilot.Trip
		for k := 0.6; k < 1; k += 0.02 {
			at := trip.ship(&e, k*float64(trip.Ticks))
			_, straight := trip.path(trip.ApartM, k) // as if nothing were in the way
			off := separation(at.Orientation.Rotate(mgl64.Vec3{0, 0, -1}), straight.Mul(-1))
			if off > 1e-3 {
				t.Errorf("%s to %s: after %.0f %% of the time it is %.4f° off the middle", trip.Frame, trip.To, 100*k, off)
				break
			}
		}
	}
}

func arrived(t *testing.T, s *State, to astro.Body) {
	t.Helper()
	end := *s
	end.Tick += end.Pilot.Trip.Ticks - 1
	Step(&end, &Input{})
	e := end.sky()
	if end.Pilot != (Pilot{}) || end.Ship.Frame != to || end.Target != to {
		t.Fatalf("at the end of the trip to %s the pilot is %+v, the frame %s", to, end.Pilot, end.Ship.Frame)
	}
	size := math.Tan(math.Asin(reachM(to)/end.Ship.PositionM.Len())) / math.Tan(end.FOVRad/2)
	want := arrivalShare
	if to == astro.Sun {
		want = sunShare
	}
	if math.Abs(size/want-1) > 0.01 {
		t.Errorf("%s fills %.4f of the view's height, want %.2f", to, size, want)
	}
	toSun := e.States[astro.Sun].PositionM.Sub(e.States[to].PositionM)
	if phase := separation(end.Ship.PositionM, toSun); to != astro.Sun && (phase < 29.9 || phase > 45.1) {
		t.Errorf("%s is seen at a phase angle of %.1f°", to, phase)
	}
	if off := separation(ahead(&end), end.Ship.PositionM.Mul(-1)); off > 1e-4 {
		t.Errorf("%s is %g° off the middle", to, off)
	}
}

// TestTravelIsSmooth: between two instants of a trip there is no jump, also where
// its frame of reference changes: the ship's way and view are continuous.
func TestTravelIsSmooth(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	for range 40 {
		s := anywhere(t, r)
		s, _ = Apply(s, Travel{To: astro.Body(r.IntN(int(astro.NumBodies)))})
		e, trip := s.sky(), s.Pilot.Trip
		const dt = 1e-7 // ticks
		for k := range 50 {
			at := float64(k) / 50 * float64(trip.Ticks)
			a, b := trip.ship(&e, at), trip.ship(&e, at+dt)
			moved := heliocentric(&e, &b).Sub(heliocentric(&e, &a)).Len()
			near := math.Inf(1)
			for body := range astro.NumBodies {
				near = math.Min(near, heliocentric(&e, &a).Sub(e.States[body].PositionM).Len())
			}
			if limit := near*dt + 1e-2; moved > limit {
				t.Errorf("%s to %s, %d/50: %g m in %g ticks, want at most %g", trip.Frame, trip.To, k, moved, dt, limit)
			}
			if turned := a.Orientation.Sub(nearer(a.Orientation, b.Orientation)).Len(); turned > 1e-7 {
				t.Errorf("%s to %s, %d/50: turned by %g", trip.Frame, trip.To, k, turned)
			}
		}
	}
}

func heliocentric(e *astro.Ephemeris, s *Ship) mgl64.Vec3 {
	return e.States[s.Frame].PositionM.Add(s.PositionM)
}

// TestTravelIsBrokenOff: by a stick, and the ship comes to rest without falling on
// anything.
func TestTravelIsBrokenOff(t *testing.T) {
	s, err := Apply(loaded(t), Travel{To: astro.Saturn})
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		Step(&s, &Input{})
	}
	if s.Pilot.Course != CourseTravel || s.Ship.VelocityMS.Len() < 1e9 {
		t.Fatalf("after 3.3 s: %v at %g m/s", s.Pilot.Course, s.Ship.VelocityMS.Len())
	}
	turning := s.Ship.TurnRadS.Len()
	Step(&s, &Input{Move: [3]float64{0, 0.3, 0}})
	if s.Pilot != (Pilot{}) {
		t.Errorf("the pilot is %+v", s.Pilot)
	}
	if now := s.Ship.TurnRadS.Len(); turning < 0.1 || now < 0.9*turning || now > turning {
		t.Errorf("the view turned by %g rad/s, and at the next frame by %g", turning, now)
	}
	for range 900 {
		Step(&s, &Input{})
	}
	if s.Ship.VelocityMS != (mgl64.Vec3{}) || s.Ship.TurnRadS != (mgl64.Vec3{}) {
		t.Errorf("ten seconds after it still moves, %v", s.Ship.VelocityMS)
	}
}

// TestTravelIsFreed: by a command as by a stick, without shooting on.
func TestTravelIsFreed(t *testing.T) {
	s, err := Apply(loaded(t), Travel{To: astro.Saturn})
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		Step(&s, &Input{})
	}
	s, err = Apply(s, Free{})
	if most := s.heightM(); err != nil || s.Pilot != (Pilot{}) || s.Ship.VelocityMS.Len() > most {
		t.Errorf("%v; freed, it goes on by %g m/s at %g m, under %+v", err, s.Ship.VelocityMS.Len(), most, s.Pilot)
	}
}

// TestPilotIsOneMotion: the same state gives the same bits again, without
// allocating, and what is carried to the next tick is what the next tick has.
func TestPilotIsOneMotion(t *testing.T) {
	for _, c := range []Command{
		Travel{To: astro.Neptune},
		Travel{To: astro.Moon},
		Travel{To: astro.Sun},
		Orbit{Body: astro.Moon},
		Follow{Body: astro.Moon, Ground: true},
		Follow{Body: astro.Earth},
		LookAt{Body: astro.Jupiter},
		Level{To: GazeEcliptic},
		Level{To: GazeHorizon},
	} {
		s := loaded(t)
		s.Clock.Rate = 1000
		s, err := Apply(s, c)
		if err != nil {
			t.Fatal(err)
		}
		var now, then World
		for range 300 {
			again := s
			now.Carry(&s, tickPeriod)
			Step(&s, &Input{})
			Step(&again, &Input{})
			if s != again || s.Hash() != again.Hash() {
				t.Fatalf("%T: two steps differ", c)
			}
			then.Carry(&s, 0)
			moved := s.Ship.VelocityMS.Len()/TickRate + 100 // a tick is a tenth of a nanosecond longer than tickPeriod
			if d := now.Ship.PositionM.Sub(then.Ship.PositionM).Len(); d > 1e-3*moved {
				t.Fatalf("%T: carried to tick %d the ship is %g m off", c, s.Tick, d)
			}
			if q := nearer(now.Ship.Orientation, then.Ship.Orientation).Sub(now.Ship.Orientation).Len(); q > 1e-6 {
				t.Fatalf("%T: carried to tick %d the ship is turned by %g", c, s.Tick, q)
			}
		}
		if n := testing.AllocsPerRun(20, func() { now.Carry(&s, time.Millisecond); Step(&s, &Input{}) }); n != 0 {
			t.Errorf("%T: %v allocations a tick, want 0", c, n)
		}
	}
}

// TestArrivalUp: worlds are seen with their north up, but for those that lie on their side.
func TestArrivalUp(t *testing.T) {
	var e astro.Ephemeris
	e.Update(date(t, "2026-11-26"))
	for body, want := range map[astro.Body]Up{
		astro.Mercury: UpPole, astro.Venus: UpPole, astro.Earth: UpPole, astro.Moon: UpPole, astro.Mars: UpPole, astro.Jupiter: UpPole,
		astro.Saturn: UpPole, astro.Titan: UpPole, astro.Neptune: UpPole,
		astro.Uranus: UpNorth, astro.Miranda: UpNorth, astro.Pluto: UpNorth,
	} {
		if _, look := goodView(&e, body, mgl64.Vec3{}); look.Up != want {
			t.Errorf("%v: %s is up, want %s", body, look.Up, want)
		}
	}
}
