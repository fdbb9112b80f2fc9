package scene

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

const valid = `spacetime-scene = 1
slug = "moon-base"
title = "Over the Moon"
time = "2026-11-22T00:00:00Z"
rate = 60.0
layers = ["stars", "bodies"]

[place]
body = "moon"
altitude = "110 km"
toward = "earth"
angle = "105deg"
position_angle = "90deg"

[look]
target = "earth"
up = "zenith"
raise = "-2deg"
fov = "22deg"

[[bookmark]]
name = "Home"
[bookmark.place]
body = "earth"
distance = "0.1 au"
[bookmark.look]
ra = "83deg"
dec = "-5deg"
`

func TestParse(t *testing.T) {
	s, err := Parse("x.toml", []byte(valid))
	if err != nil {
		t.Fatal(err)
	}
	if s.Slug != "moon-base" || s.Title != "Over the Moon" || s.Rate != 60 || s.Paused || s.Layers != LayerStars|LayerBodies {
		t.Errorf("%+v", s)
	}
	if s.Start.Now || s.Start.Date.String() != "2026-11-22T00:00:00Z" {
		t.Errorf("starts %+v", s.Start)
	}
	if p := s.Place; p.Body != astro.Moon || p.Toward != astro.Earth || p.Altitude != 110e3 || p.Position != math.Pi/2 {
		t.Errorf("place %+v", p)
	}
	if l := s.Look; l.Target != astro.Earth || l.Up != UpZenith || math.Abs(float64(l.FOV)-22*math.Pi/180) > 1e-15 {
		t.Errorf("look %+v", l)
	}
	b := s.Bookmarks[0]
	if b.Name != "Home" || b.Place.Toward != astro.Sun || b.Place.Distance != astro.AUM/10 || !b.Look.AtStars || b.Look.Up != UpNorth || b.Look.FOV != DefaultFOV {
		t.Errorf("bookmark %+v", b)
	}
}

func TestParseDefaults(t *testing.T) {
	text := strings.NewReplacer("rate = 60.0\n", "", "layers = [\"stars\", \"bodies\"]\n", "", `"2026-11-22T00:00:00Z"`, `"now"`).Replace(valid)
	s, err := Parse("x.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if s.Rate != 1 || s.Layers != defaultLayers || !s.Start.Now || s.Start.At(7) != 7 {
		t.Errorf("%+v", s)
	}
	sun, err := Parse("x.toml", []byte(strings.Replace(valid, `body = "moon"
altitude = "110 km"
toward = "earth"`, `body = "sun"
distance = "1 au"`, 1)))
	if err != nil || sun.Place.Toward != astro.Earth {
		t.Errorf("near the Sun directions count from %v (%v), want earth", sun.Place.Toward, err)
	}
}

// TestParseErrors: every mistake is named, with its line.
func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"version", "scene = 1", "scene = 2", "line 1: format version 2; this program reads version 1"},
		{"no version", "spacetime-scene = 1\n", "", "format version 0"},
		{"syntax", `title = "Over`, `title = Over`, "line 3: "},
		{"unknown key", "rate = 60.0", "speed = 60.0", `line 5: unknown key "speed"`},
		{"unknown key below", `altitude = "110 km"`, `height = "110 km"`, `line 10: unknown key "place.height"`},
		{"slug", "moon-base", "Moon Base", `line 2: slug "Moon Base"`},
		{"title", "Over the Moon", "", "line 3: title: 1 to 200 bytes"},
		{"no time", `time = "2026-11-22T00:00:00Z"`, "", "time is missing"},
		{"time", "2026-11-22T00:00:00Z", "tomorrow", `line 4: "tomorrow" is not a date`},
		{"time out of range", "2026-11-22T00:00:00Z", "2126-11-22T00:00:00Z", "line 4: the date is outside of the range"},
		{"rate", "60.0", "1e8", "line 5: rate 1e+08 is not between"},
		{"layer", `"bodies"`, `"clouds"`, `line 6: unknown layer "clouds"; the layers are stars, bodies`},
		{"body", `body = "moon"`, `body = "mon"`, `line 9: unknown body "mon"; did you mean moon?`},
		{"no unit", `"110 km"`, `"110"`, `line 10: "110" is not a distance such as`},
		{"angle", `"105deg"`, `"north"`, `line 12: "north" is not an angle such as`},
		{"both distances", `altitude = "110 km"`, "altitude = \"110 km\"\ndistance = \"9000 km\"", "line 11: a place needs either a distance"},
		{"no distance", "altitude = \"110 km\"\n", "", "line 8: a place needs either a distance"},
		{"inside", `"110 km"`, `"0.1 km"`, "line 10: a distance of"},
		{"too far", `"110 km"`, `"2000 au"`, "line 10: a distance of 2e+03 au is more than 1000 au"},
		{"angle too large", `"105deg"`, `"181deg"`, "line 12: the angle of a place lies between"},
		{"counted from itself", `toward = "earth"`, `toward = "moon"`, "line 11: a place at moon cannot"},
		{"up", `"zenith"`, `"down"`, `line 17: up is "down"`},
		{"field of view", `"22deg"`, `"130deg"`, "line 19: the field of view lies between"},
		{"only dec", "ra = \"83deg\"\n", "", "line 26: ra and dec go together"},
		{"key twice", `title = "Over the Moon"`, "title = \"Over the Moon\"\ntitle = \"Again\"", "line 4: "},
		{"declination", `"-5deg"`, `"-95deg"`, "line 28: a declination lies between"},
		{"nameless bookmark", `name = "Home"`, `name = ""`, "line 22: a bookmark needs a name"},
		{"no place", "[place]\nbody = \"moon\"\naltitude = \"110 km\"\ntoward = \"earth\"\nangle = \"105deg\"\nposition_angle = \"90deg\"\n", "", "needs the sections [place] and [look]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(valid, tt.old, tt.new, 1)
			if text == valid {
				t.Fatal("nothing was changed")
			}
			_, err := Parse("x.toml", []byte(text))
			if err == nil || !strings.HasPrefix(err.Error(), "scene x.toml: ") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
	if _, err := Parse("x.toml", make([]byte, MaxFileSize+1)); err == nil {
		t.Error("a file that is too large was read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(valid))
	files, err := filepath.Glob("../assets/scenes/*.toml")
	if err != nil || len(files) < 6 {
		f.Fatalf("%d built-in scenes, want 6 or more (%v)", len(files), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse("x.toml", text)
		if err != nil {
			return
		}
		// What was read can be flown.
		next, err := Apply(State{}, Load{Scene: s, Date: s.Start.At(0)})
		if err != nil {
			t.Fatalf("parsed and not loaded: %v", err)
		}
		if l := next.Ship.Orientation.Len(); math.Abs(l-1) > 1e-9 {
			t.Fatalf("orientation of length %g", l)
		}
		if h := next.Ship.PositionM.Len(); !(h > 0) || math.IsInf(h, 0) {
			t.Fatalf("the ship is %g m from its frame", h)
		}
	})
}

func TestQuantities(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Length
		ok   bool
	}{
		{"400 km", 400e3, true},
		{"1.2e6km", 1.2e9, true},
		{"9.5 AU", 9.5 * astro.AUM, true},
		{"250m", 250, true},
		{"-3 m", -3, true},
		{"400", 0, false},
		{"km", 0, false},
		{"1e400 km", 0, false},
		{"NaN m", 0, false},
		{"", 0, false},
		{"4 miles", 0, false},
	} {
		var l Length
		if err := l.UnmarshalText([]byte(tt.text)); (err == nil) != tt.ok || err == nil && math.Abs(float64(l-tt.want)) > 1e-6*math.Abs(float64(tt.want)) {
			t.Errorf("%q: %v, %v", tt.text, l, err)
		}
	}
	for _, tt := range []struct {
		text string
		want float64
	}{{"180deg", math.Pi}, {"-90°", -math.Pi / 2}, {"1 rad", 1}} {
		var a Angle
		if err := a.UnmarshalText([]byte(tt.text)); err != nil || math.Abs(float64(a)-tt.want) > 1e-15 {
			t.Errorf("%q: %v, %v", tt.text, a, err)
		}
	}
}

func TestLayers(t *testing.T) {
	l := LayerStars | LayerGlare
	if got := fmt.Sprint(l.Names()); got != "[stars glare]" {
		t.Errorf("names %s", got)
	}
	for _, name := range (^Layers(0)).Names() {
		if one, err := parseLayer(name); err != nil || fmt.Sprint(one.Names()) != "["+name+"]" {
			t.Errorf("%s is %v, %v", name, one.Names(), err)
		}
	}
	if _, err := parseLayer("fog"); err == nil {
		t.Error("fog is no layer")
	}
}
