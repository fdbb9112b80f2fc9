package scene

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// flying is a state that has been flown a little, with a pilot.
func flying(t testing.TB, commands ...Command) State {
	t.Helper()
	s := loaded(t)
	commands = append([]Command{SetTime{Rate: pointer(60.0)}, SetExposure{Exposure{Manual: true, EV: -2.5}}, SetLayers{Hide: LayerHUD, Show: LayerOrbits}}, commands...)
	for _, c := range commands {
		next, err := Apply(s, c)
		if err != nil {
			t.Fatal(err)
		}
		s = next
		Step(&s, &Input{Buttons: ButtonThrottleUp})
	}
	for range 900 { // turns and trips come to their ends
		Step(&s, &Input{})
	}
	return s
}

// TestFlight: what is kept goes on as it was, three seconds later too; a trip ends where
// it had come to.
func TestFlight(t *testing.T) {
	sc, err := Parse("x.toml", []byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		commands []Command
		course   Course
	}{
		{"free", nil, CourseFree},
		{"orbit", []Command{Orbit{Body: astro.Saturn}}, CourseOrbit},
		{"follow", []Command{Follow{Body: astro.Saturn}, LookAt{Body: astro.Titan}}, CourseFollow},
		{"hover", []Command{Follow{Body: astro.Saturn, Ground: true}}, CourseHover},
		{"arrived", []Command{Travel{To: astro.Titan}}, CourseFree},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := flying(t, tt.commands...)
			text, err := s.Flight().Text()
			if err != nil {
				t.Fatal(err)
			}
			f, err := ParseFlight(text)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Apply(State{}, Resume{Scene: sc, Flight: f})
			if err != nil {
				t.Fatal(err)
			}
			if again.Pilot.Course != tt.course || again.Clock.Rate != 60 || again.Exposure != (Exposure{true, -2.5}) || again.Throttle < 3 || again.Layers.Has(LayerHUD) || !again.Layers.Has(LayerOrbits) {
				t.Errorf("goes on as %+v", again)
			}
			for range 2 {
				same(t, &again, &s)
				for range 270 {
					Step(&s, &Input{})
					Step(&again, &Input{})
				}
			}
		})
	}
}

// same compares what is seen: a metre in a thousand kilometres, a microradian.
func same(t *testing.T, got, want *State) {
	t.Helper()
	apart := got.Ship.PositionM.Sub(want.Ship.PositionM).Len() / want.Ship.PositionM.Len()
	turn := angleBetween(got.Ship.Orientation, want.Ship.Orientation)
	late := math.Abs(float64(got.Time() - want.Time()))
	if got.Ship.Frame != want.Ship.Frame || got.Target != want.Target || got.FOVRad != want.FOVRad || apart > 1e-6 || turn > 1e-6 || late > 1e3 {
		t.Errorf("%v %v, want %v %v; %g of the distance apart, turned by %g, %g ns late",
			got.Ship.Frame, got.Target, want.Ship.Frame, want.Target, apart, turn, late)
	}
}

// TestTripIsNotKept: the ship rests where it had come to.
func TestTripIsNotKept(t *testing.T) {
	s := loaded(t)
	s, err := Apply(s, Travel{To: astro.Titan})
	if err != nil {
		t.Fatal(err)
	}
	for range 90 {
		Step(&s, &Input{})
	}
	f := s.Flight()
	if f.PositionM != s.Ship.PositionM || !reflect.DeepEqual(f.Pilot, KeptPilot{}) || f.Target != astro.Titan {
		t.Errorf("kept is %+v", f)
	}
}

// TestWrongFlights: each says what is wrong, and none is flown.
func TestWrongFlights(t *testing.T) {
	s := loaded(t)
	right := s.Flight()
	text, err := right.Text()
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(*Flight)) []byte {
		f := right
		change(&f)
		text, err := f.Text()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for _, tt := range []struct {
		name string
		text []byte
		want string
	}{
		{"empty", nil, "unexpected end of JSON input"},
		{"half", text[:len(text)/2], "unexpected end of JSON input"},
		{"long", bytes.Repeat([]byte(" "), MaxFlightSize+1), "16385 bytes, more than 16384"},
		{"version", bytes.Replace(text, []byte(`"spacetime-flight":1`), []byte(`"spacetime-flight":2`), 1), "version 2 of a flight; this program reads version 1"},
		{"a bit", bytes.Replace(text, []byte(`"paused":false`), []byte(`"paused":true`), 1), "the checksum does not fit the text"},
		{"in the ground", changed(func(f *Flight) { f.PositionM = f.PositionM.Mul(1e-3) }), "from the centre of"},
		{"no rotation", changed(func(f *Flight) { f.Orientation.W = 3 }), "an orientation that is no rotation"},
		{"field of view", changed(func(f *Flight) { f.FOVRad = 4 }), "the field of view lies between 0.01 and 120 degrees"},
		{"throttle", changed(func(f *Flight) { f.Throttle = 5 }), "throttle 5 is not between -4 and 4"},
		{"rate", changed(func(f *Flight) { f.Rate = 1e8 }), "rate 1e+08 is not between"},
		{"layer", changed(func(f *Flight) { f.Layers = []string{"dragons"} }), `unknown layer "dragons"`},
		{"exposure", changed(func(f *Flight) { f.Exposure.EV = 25 }), "exposure 25 is not between"},
		{"course", changed(func(f *Flight) { f.Pilot.Course = CourseTravel }), "course 1 of a flight that is kept"},
		{"another course", changed(func(f *Flight) { f.Pilot.Course = 9 }), "course 9 of a flight that is kept"},
		{"orbit", changed(func(f *Flight) { f.Pilot.Course = CourseOrbit }), "an orbit that cannot be flown"},
		{"hover", changed(func(f *Flight) { f.Pilot.Course = CourseHover }), "a place over the ground that cannot be"},
		{"gaze", changed(func(f *Flight) { f.Pilot.GazeAt = pointer(astro.Mars) }), "a gaze that is no rotation"},
	} {
		if _, err := ParseFlight(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	other, err := Parse("x.toml", []byte(strings.Replace(valid, "saturn", "mimas", 1)))
	if err == nil && other.Slug != right.Slug {
		if _, err := Apply(State{}, Resume{Scene: other, Flight: right}); err == nil {
			t.Error("a flight goes on in another scene")
		}
	}
}

// FuzzFlight: whatever a file holds under a right checksum, it is refused or can be
// flown.
func FuzzFlight(f *testing.F) {
	for _, s := range []State{flying(f), flying(f, Orbit{Body: astro.Saturn}), flying(f, Follow{Body: astro.Saturn, Ground: true})} {
		text, err := s.Flight().Text()
		if err != nil {
			f.Fatal(err)
		}
		_, inner, _ := bytes.Cut(text, []byte(`"flight":`))
		f.Add(inner[:len(inner)-1])
	}
	f.Add([]byte(`{"pilot":{"gazeAt":"sun"}}`))
	sc, err := Parse("x.toml", []byte(valid))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, inner []byte) {
		_, _ = ParseFlight(inner)
		text := []byte(`{"spacetime-flight":1,"sha256":"` + checksum(inner) + `","flight":` + string(inner) + `}`)
		flight, err := ParseFlight(text)
		if err != nil {
			return
		}
		flight.Slug = sc.Slug
		s, err := Apply(State{}, Resume{Scene: sc, Flight: flight})
		if err != nil {
			t.Fatalf("%v: %s", err, inner)
		}
		for range 3 {
			Step(&s, &Input{})
		}
		if p := s.Ship.PositionM.Len(); math.IsNaN(p) || math.Abs(s.Ship.Orientation.Len()-1) > 1e-6 {
			t.Errorf("%+v", s.Ship)
		}
	})
}
