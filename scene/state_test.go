package scene

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

func pointer[T any](v T) *T { return &v }

func date(t testing.TB, text string) astro.Time {
	t.Helper()
	d, err := astro.ParseTime(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func loaded(t testing.TB) State {
	t.Helper()
	s, err := Parse("x.toml", []byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	state, err := Apply(State{}, Load{Scene: s, Date: s.Start.Date})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestClock(t *testing.T) {
	j2026 := date(t, "2026-01-01T00:00:00Z")
	for _, tt := range []struct {
		name string
		c    Clock
		tick uint64
		sub  time.Duration
		want astro.Time
	}{
		{"real time", Clock{Anchor: j2026, Rate: 1}, 90, 0, j2026 + 1e9},
		{"between ticks", Clock{Anchor: j2026, Rate: 1}, 90, time.Millisecond, j2026 + 1e9 + 1e6},
		{"backward", Clock{Anchor: j2026, Rate: -3600}, 180, 0, j2026 - 7200e9},
		{"from an anchor", Clock{Anchor: j2026, AnchorTick: 90, Rate: 2}, 180, 0, j2026 + 2e9},
		{"paused", Clock{Anchor: j2026, Rate: 1e7, Paused: true}, 1e6, 0, j2026},
		{"a hundred days of ticks", Clock{Anchor: j2026, Rate: 1}, 90 * 8_640_000, 0, j2026 + 8_640_000e9},
		{"nearly the whole range ahead", Clock{Anchor: astro.MinTime + 1e18, Rate: 1}, 90, 0, astro.MinTime + 1e18 + 1e9},
		{"nearly the whole range behind", Clock{Anchor: astro.MaxTime - 1e17, Rate: -1}, 90, 0, astro.MaxTime - 1e17 - 1e9},
		{"at the end", Clock{Anchor: j2026, Rate: 1e7}, 90 * 3600, 0, astro.MaxTime},
		{"at the start", Clock{Anchor: j2026, Rate: -1e7}, 90 * 3600, 0, astro.MinTime},
	} {
		if got := tt.c.At(tt.tick, tt.sub); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestClockPausesAtTheEnd(t *testing.T) {
	for _, rate := range []float64{MaxRate, -MaxRate} {
		s := loaded(t)
		s.Clock.Rate = rate
		for range 90 * 800 { // 226 years at 1e7 take 713 s
			s.Tick++
			if s.Clock.atEnd(s.Tick) {
				break
			}
		}
		Step(&s, &Input{})
		if !s.Clock.Paused || s.Notice != NoticeRangeEnd {
			t.Fatalf("rate %g: paused %v, notice %v", rate, s.Clock.Paused, s.Notice)
		}
		if end := s.Time(); end != astro.MaxTime && end != astro.MinTime {
			t.Errorf("rate %g: stopped at %v", rate, end)
		}
		if !strings.Contains(s.Notice.String(), "1800-01-01") || NoticeNone.String() != "" {
			t.Errorf("the notice is %q", s.Notice)
		}
		s, err := Apply(s, SetTime{Date: pointer(date(t, "2026-01-01")), Paused: pointer(false)})
		if err != nil || s.Notice != NoticeNone {
			t.Errorf("after a new date: %v, %v", s.Notice, err)
		}
	}
}

func TestSetTime(t *testing.T) {
	s := loaded(t)
	for range 900 {
		Step(&s, &Input{})
	}
	before := s.Time()
	faster, err := Apply(s, SetTime{Rate: pointer(1000.0)})
	if err != nil {
		t.Fatal(err)
	}
	if faster.Time() != before {
		t.Errorf("a new rate moved the date from %v to %v", before, faster.Time())
	}
	Step(&faster, &Input{})
	if d := float64(faster.Time() - before); math.Abs(d-1000e9/90) > 1 {
		t.Errorf("a tick at 1000 is %g ns", d)
	}
	for _, tt := range []struct {
		name string
		c    Command
		want string
	}{
		{"nothing", SetTime{}, "nothing to change"},
		{"no number", SetTime{Rate: pointer(math.NaN())}, "rate NaN"},
		{"out of range", SetTime{Date: pointer(astro.MaxTime + 1)}, "outside of the range"},
		{"no scene", Load{}, "no scene given"},
		{"no layers", SetLayers{}, "nothing to change"},
		{"no camera", SetCamera{}, "nothing to change"},
		{"bad place", SetCamera{Place: &Place{Body: astro.Mars}}, "a place needs either"},
		{"bad look", SetCamera{Look: &Look{Up: "down", FOV: 1}}, `up is "down"`},
		{"infinite", SetCamera{Look: &Look{Up: UpNorth, FOV: 1, Roll: Angle(math.Inf(1))}}, "not a number"},
		{"position", SetCamera{Place: &Place{Body: astro.Mars, Distance: 1e9, Position: Angle(math.NaN())}}, "not a number"},
	} {
		got, err := Apply(s, tt.c)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
		if got != s {
			t.Errorf("%s: the state changed", tt.name)
		}
	}
	if err := (SetTime{Date: pointer(astro.MinTime - 1)}).Validate(); !errors.Is(err, astro.ErrRange) {
		t.Errorf("got %v, want ErrRange", err)
	}
}

func TestSetLayers(t *testing.T) {
	s, err := Apply(loaded(t), SetLayers{Show: LayerGlare, Hide: LayerGlare | LayerStars})
	if err != nil || s.Layers != LayerBodies|LayerGlare {
		t.Errorf("layers %v, %v", s.Layers.Names(), err)
	}
}

// ahead is the direction in which the ship looks, ICRF.
func ahead(s *State) mgl64.Vec3 { return s.Ship.Orientation.Rotate(mgl64.Vec3{0, 0, -1}) }

func separation(a, b mgl64.Vec3) float64 {
	return math.Atan2(a.Cross(b).Len(), a.Dot(b)) * 180 / math.Pi
}

func TestPlaceAndLook(t *testing.T) {
	s := loaded(t)
	var e astro.Ephemeris
	e.Update(s.Time())
	moon, earth := e.States[astro.Moon].PositionM, e.States[astro.Earth].PositionM
	if h := s.Ship.HeightM(); math.Abs(h-110e3) > 1 {
		t.Errorf("height %g m, want 110 km", h)
	}
	if a := separation(s.Ship.PositionM, earth.Sub(moon)); math.Abs(a-105) > 1e-9 {
		t.Errorf("%g° away from the Earth, want 105", a)
	}
	// The scene raises the view by -2°, so the Earth stands 2° above the middle.
	eye := moon.Add(s.Ship.PositionM)
	if a := separation(ahead(&s), earth.Sub(eye)); math.Abs(a-2) > 1e-6 {
		t.Errorf("the Earth is %g° from the middle, want 2", a)
	}
	up := s.Ship.Orientation.Rotate(mgl64.Vec3{0, 1, 0})
	right := s.Ship.Orientation.Rotate(mgl64.Vec3{1, 0, 0})
	if math.Abs(right.Dot(s.Ship.PositionM.Normalize())) > 1e-9 || up.Dot(s.Ship.PositionM) < 0 {
		t.Error("the horizon is not level")
	}
	if up.Dot(earth.Sub(eye)) < 0 {
		t.Error("the Earth is below the middle")
	}

	orion, err := Apply(s, SetCamera{Look: &Look{AtStars: true, RA: Angle(84 * math.Pi / 180), Dec: 0, Up: UpNorth, FOV: 1}})
	if err != nil {
		t.Fatal(err)
	}
	want := mgl64.Vec3{math.Cos(84 * math.Pi / 180), math.Sin(84 * math.Pi / 180), 0}
	if a := separation(ahead(&orion), want); a > 1e-6 || orion.FOVRad != 1 {
		t.Errorf("looking %g° past right ascension 84°", a)
	}
	if orion.Ship.PositionM != s.Ship.PositionM {
		t.Error("a look moved the ship")
	}

	there, err := Apply(s, SetCamera{Place: &Place{Body: astro.Saturn, Distance: 1.2e9, Toward: astro.Sun, Angle: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if there.Target != astro.Saturn || there.Ship.Frame != astro.Saturn || separation(ahead(&there), there.Ship.PositionM.Mul(-1)) > 1e-6 {
		t.Error("a place alone does not look at its body")
	}
	if there.Revision != s.Revision+1 {
		t.Errorf("revision %d after %d", there.Revision, s.Revision)
	}
}

func TestRollAndTurn(t *testing.T) {
	base := SetCamera{Look: &Look{AtStars: true, Up: UpNorth, FOV: 1}}
	s, err := Apply(loaded(t), base)
	if err != nil {
		t.Fatal(err)
	}
	rolled, _ := Apply(s, SetCamera{Look: &Look{AtStars: true, Up: UpNorth, FOV: 1, Roll: math.Pi / 2}})
	// Clockwise by 90°: what was up (north) is now to the left... of a ship whose own up points east of it.
	right := s.Ship.Orientation.Rotate(mgl64.Vec3{1, 0, 0})
	if up := rolled.Ship.Orientation.Rotate(mgl64.Vec3{0, 1, 0}); up.Sub(right).Len() > 1e-9 {
		t.Errorf("rolled by 90° clockwise, up is %v, want what was right, %v", up, right)
	}
	turned, _ := Apply(s, SetCamera{Look: &Look{AtStars: true, Up: UpNorth, FOV: 1, Right: 0.1}})
	if d := ahead(&turned).Dot(right); math.Abs(d-math.Sin(0.1)) > 1e-9 {
		t.Errorf("turned right by 0.1, %g", d)
	}
	poled, _ := Apply(s, SetCamera{Look: &Look{Target: astro.Saturn, Up: UpPole, FOV: 1}})
	pole := astro.OrientationAt(astro.Saturn, s.Time()).Rotate(mgl64.Vec3{0, 0, 1})
	if r := poled.Ship.Orientation.Rotate(mgl64.Vec3{1, 0, 0}); math.Abs(r.Dot(pole)) > 1e-6 {
		t.Error("Saturn's pole is not overhead")
	}
}

// TestPolesHaveAnUp: looking along what is up still gives an attitude.
func TestPolesHaveAnUp(t *testing.T) {
	for _, v := range []mgl64.Vec3{{0, 0, 1}, {1, 0, 0}, {0, -1, 0}} {
		if p := perpendicular(v, v); math.Abs(p.Len()-1) > 1e-12 || math.Abs(p.Dot(v)) > 1e-12 {
			t.Errorf("perpendicular to %v itself: %v", v, p)
		}
	}
}

func TestShip(t *testing.T) {
	s := loaded(t)
	start := s.Ship.PositionM
	for range 180 {
		Step(&s, &Input{Move: [3]float64{0, 0, -1}})
	}
	if moved := s.Ship.PositionM.Sub(start); moved.Dot(ahead(&s)) < 50e3 {
		t.Errorf("two seconds ahead at 110 km height moved %g m", moved.Dot(ahead(&s)))
	}
	for range 900 {
		Step(&s, &Input{})
	}
	if s.Ship.VelocityMS != (mgl64.Vec3{}) || s.Ship.TurnRadS != (mgl64.Vec3{}) {
		t.Errorf("without controls the ship still moves: %v, %v", s.Ship.VelocityMS, s.Ship.TurnRadS)
	}
	// Down, for a minute: the ground holds.
	down := s.Ship.Orientation.Conjugate().Rotate(s.Ship.PositionM.Normalize().Mul(-1))
	for range 5400 {
		Step(&s, &Input{Move: down})
	}
	if r := s.Ship.PositionM.Len(); r < 1737.4e3*clearance-1 {
		t.Errorf("the ship is %g m from the Moon's centre", r)
	}
}

// TestAfterIsOneMotion: carried by two halves or by the whole, the ship is at the
// same place.
func TestAfterIsOneMotion(t *testing.T) {
	s := loaded(t)
	s.Ship.VelocityMS, s.Ship.TurnRadS = mgl64.Vec3{1, 2, 3}, mgl64.Vec3{0.3, -0.2, 0.1}
	whole := s.Ship.After(8 * time.Millisecond)
	halves := s.Ship.After(4 * time.Millisecond).After(4 * time.Millisecond)
	if d := whole.PositionM.Sub(halves.PositionM).Len(); d > 1e-9 {
		t.Errorf("%g m apart", d)
	}
	if d := whole.Orientation.Sub(halves.Orientation).Len(); d > 1e-15*10 {
		t.Errorf("turned by %g apart", d)
	}
}

func TestButtons(t *testing.T) {
	s := loaded(t)
	press := func(b Buttons) { Step(&s, &Input{Buttons: b, Today: 5e9}) }
	press(ButtonPause)
	if !s.Clock.Paused {
		t.Error("not paused")
	}
	press(ButtonPause | ButtonFaster)
	if s.Clock.Paused || s.Clock.Rate != 100 {
		t.Errorf("paused %v, rate %g, want the decade above 60", s.Clock.Paused, s.Clock.Rate)
	}
	var down []float64
	for range 6 {
		press(ButtonSlower)
		down = append(down, s.Clock.Rate)
	}
	if want := []float64{10, 1, -1, -10, -100, -1000}; !slices.Equal(down, want) {
		t.Errorf("slower and slower: %v, want %v", down, want)
	}
	if press(ButtonReverse); s.Clock.Rate != 1000 {
		t.Errorf("reversed: rate %g", s.Clock.Rate)
	}
	for range 20 {
		press(ButtonFaster)
	}
	if s.Clock.Rate != MaxRate {
		t.Errorf("rate %g, want no more than %g", s.Clock.Rate, MaxRate)
	}
	before := s.Time()
	if press(ButtonRealTime); s.Clock.Rate != 1 || s.Time() < before {
		t.Errorf("rate %g, and from %v to %v", s.Clock.Rate, before, s.Time())
	}
	s.Clock.Paused = true
	if press(ButtonNow); s.Clock.Paused || s.Time() != 5_011_111_111 {
		t.Errorf("now is %d, paused %v", s.Time(), s.Clock.Paused)
	}
}

func TestButtonsOfTheView(t *testing.T) {
	s := loaded(t)
	layers := s.Layers
	press := func(b Buttons) { Step(&s, &Input{Buttons: b}) }
	press(ButtonLabels | ButtonHUD | ButtonOrbits | ButtonConstellations)
	if want := layers ^ (LayerLabels | LayerHUD | LayerOrbits | LayerConstellations); s.Layers != want {
		t.Errorf("layers %v, want %v", s.Layers.Names(), want.Names())
	}
	press(ButtonExposureUp)
	if press(ButtonExposureUp); s.Exposure != (Exposure{EV: 1}) {
		t.Errorf("exposure %+v", s.Exposure)
	}
	for range 100 {
		press(ButtonExposureDown)
	}
	if s.Exposure.EV != -MaxEV {
		t.Errorf("exposure %+v", s.Exposure)
	}
	if press(ButtonExposureAuto); s.Exposure != (Exposure{}) {
		t.Errorf("exposure %+v", s.Exposure)
	}
	for range 9 {
		press(ButtonThrottleUp)
	}
	if s.Throttle.Factor() != 10 {
		t.Errorf("throttle ×%g", s.Throttle.Factor())
	}
	for range 9 {
		press(ButtonThrottleDown)
	}
	if s.Throttle.Factor() != 0.1 {
		t.Errorf("throttle ×%g", s.Throttle.Factor())
	}
	s.Target = astro.Sun
	if press(ButtonPreviousTarget); s.Target != astro.NumBodies-1 {
		t.Errorf("before the Sun comes %s", s.Target)
	}
	press(ButtonNextTarget)
	if press(ButtonNextTarget); s.Target != astro.Mercury {
		t.Errorf("after the Sun comes %s", s.Target)
	}
}

// TestHash: each field counts, whatever it is part of.
func TestHash(t *testing.T) {
	base := loaded(t)
	var alter func(path string, at func(*State) reflect.Value)
	alter = func(path string, at func(*State) reflect.Value) {
		s := base
		switch v := at(&s); v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				alter(path+"."+v.Type().Field(i).Name, func(s *State) reflect.Value { return at(s).Field(i) })
			}
		case reflect.Array:
			for i := range v.Len() {
				alter(path+"[]", func(s *State) reflect.Value { return at(s).Index(i) })
			}
		default:
			if change(v); s.Hash() == base.Hash() {
				t.Errorf("%s does not count", path)
			}
		}
	}
	alter("State", func(s *State) reflect.Value { return reflect.ValueOf(s).Elem() })
	same := base
	if same.Hash() != base.Hash() {
		t.Error("the same state has two hashes")
	}
}

// change alters a value that has no parts.
func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Int64, reflect.Int8:
		v.SetInt(v.Int() + 1)
	default:
		v.SetUint(v.Uint() ^ 1)
	}
}

func TestCarry(t *testing.T) {
	s := loaded(t)
	s.Ship.VelocityMS = mgl64.Vec3{1000, 0, 0}
	var w World
	w.Carry(&s, 5*time.Millisecond)
	var e astro.Ephemeris
	e.Update(s.Clock.At(s.Tick, 5*time.Millisecond))
	want := e.States[astro.Moon].PositionM.Add(s.Ship.PositionM).Add(mgl64.Vec3{5, 0, 0})
	if d := w.Ship.PositionM.Sub(want).Len(); d > 1e-3 {
		t.Errorf("the ship is %g m off", d)
	}
	if w.Time() != e.Time || w.Target != astro.Earth || w.FOVRad != s.FOVRad || w.Notice != NoticeNone {
		t.Errorf("time %v, target %v, notice %q", w.Time(), w.Target, w.Notice)
	}
	s.Notice = NoticeRangeEnd
	if w.Carry(&s, 0); w.Notice != NoticeRangeEnd {
		t.Error("the notice was not carried")
	}
	if n := testing.AllocsPerRun(10, func() { w.Carry(&s, 0); Step(&s, &Input{}) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestCompose(t *testing.T) {
	quarter := mgl64.QuatRotate(math.Pi/2, mgl64.Vec3{0, 0, 1})
	ship := Pose{mgl64.Vec3{10, 0, 0}, quarter}
	eye := ship.Compose(Pose{mgl64.Vec3{1, 0, 0}, quarter})
	if d := eye.PositionM.Sub(mgl64.Vec3{10, 1, 0}).Len(); d > 1e-12 {
		t.Errorf("the eye is at %v, want (10, 1, 0)", eye.PositionM)
	}
	if x := eye.Orientation.Rotate(mgl64.Vec3{1, 0, 0}); x.Sub(mgl64.Vec3{-1, 0, 0}).Len() > 1e-12 {
		t.Errorf("two quarter turns take x to %v", x)
	}
}
