package hud

import (
	"math"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestUnits(t *testing.T) {
	text := func(f func([]byte, float64) []byte) func(float64) string {
		return func(v float64) string { return string(f(nil, v)) }
	}
	length, speed, angle := text(AppendLength), text(AppendSpeed), text(AppendAngle)
	delay := func(m float64) string { return text(AppendDelay)(m / lightMS) }
	rate := func(r float64) string { return string(AppendRate(nil, r, false)) }
	for _, tt := range []struct {
		unit  func(float64) string
		value float64
		want  string
	}{
		{length, 0, "0 m"},
		{length, 998.9, "999 m"},
		{length, 1234, "1.234 km"},
		{length, 384_400e3, "384 400 km"}, // the Moon
		{length, 9_999.4e3, "9999 km"},
		{length, 9_999_999_999, "10 000 000 km"},
		{length, astro.AUM, "1.000 AU"},
		{length, 30.07 * astro.AUM, "30.07 AU"},
		{length, 4.2465 * lightYearM, "4.247 ly"}, // Proxima
		{length, -1500, "−1.500 km"},
		{length, math.NaN(), "-"},
		{length, math.Inf(1), "-"},
		{length, 1e40, "1.057e+24 ly"},
		{speed, 0, "0.0 m/s"},
		{speed, 12, "12 m/s"},
		{speed, 7_670, "7.670 km/s"}, // a low orbit
		{speed, 29_780, "29.78 km/s"},
		{speed, lightMS, "1.000 c"},
		{speed, 250 * lightMS, "250.0 c"},
		{speed, math.NaN(), "-"},
		{delay, 384_400e3, "1.28 s"},
		{delay, 59.98 * lightMS, "59.9 s"},
		{delay, astro.AUM, "8 min 19 s"}, // 499.005 s
		{delay, 5.2044 * astro.AUM, "43 min 17 s"},
		{delay, 3600 * lightMS, "1 h 00 min"},
		{delay, 30.07 * astro.AUM, "4 h 10 min"},
		{delay, 4.2465 * lightYearM, "4.247 years"},
		{delay, 1000 * astro.AUM, "5 d 18 h"},
		{rate, 1, "real time"},
		{rate, -1, "× −1"},
		{rate, 0.1, "× 0.10"},
		{rate, 10, "× 10"},
		{rate, 1e7, "× 10 000 000"},
		{rate, -3600, "× −3600"},
		{angle, 50 * math.Pi / 180, "50°"},
		{angle, 0.01 * math.Pi / 180, "0.010°"},
	} {
		if got := tt.unit(tt.value); got != tt.want {
			t.Errorf("%g is %q, want %q", tt.value, got, tt.want)
		}
	}
	date, err := astro.ParseTime("2026-11-02T01:04:33Z")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(AppendClock(append(AppendDay(nil, date), ' '), date)); got != "2 November 2026 01:04:33" {
		t.Error(got)
	}
	if got := string(AppendDate(nil, date)); got != "2026-11-02 01:04:33" {
		t.Error(got)
	}
	if got := string(AppendRate(nil, 10, true)); got != "paused" {
		t.Error(got)
	}
}

func figures() *scene.Readout {
	return &scene.Readout{
		Target: astro.Jupiter, DistanceM: 5.2 * astro.AUM, LightS: 5.2 * astro.AUM / lightMS, SpeedMS: 12345, Rate: 3600, FOVRad: 1, Throttle: 1.778,
		Nearest: astro.Moon, HeightM: 110e3, Exposure: scene.Exposure{EV: -0.5},
	}
}

// TestFits: at any size nothing lies outside of the view, and letters are never
// too small to be read.
func TestFits(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 4000}, {4000, 1}, {320, 180}, {640, 360}, {1280, 720}, {1920, 1080}, {7680, 4320}, {2560, 1080}} {
		var o engine.Overlay
		Draw(&o, figures(), size[0], size[1])
		if room := size[0] >= 320 && size[1] >= 180; room != (len(o.Lines) > 0) {
			t.Errorf("%v: %d lines", size, len(o.Lines))
		}
		for i := range o.Lines {
			l := &o.Lines[i]
			wide := 0.8 * l.Size * float32(len(o.Says(l))) // more than the font's letters are
			left, right := l.X, l.X+wide
			if l.Align == engine.AlignRight {
				left, right = l.X-wide, l.X
			}
			if left < 0 || right > float32(size[0]) || l.Y > float32(size[1]) || l.Y-l.Size < 0 || l.Size < leastEm || !l.Halo {
				t.Errorf("%v: %q at %v", size, o.Says(l), l)
			}
		}
	}
}

func TestSays(t *testing.T) {
	var o engine.Overlay
	Draw(&o, figures(), 1280, 720)
	var said []string
	for i := range o.Lines {
		said = append(said, string(o.Says(&o.Lines[i])))
	}
	want := "Jupiter|5.200 AU|light 43 min 14 s|1 January 2000|11:58:55 UTC|× 3600|12.35 km/s|110.0 km over Moon|Free flight|view 57°|exposure −0.5 EV|throttle 1.78"
	if got := strings.Join(said, "|"); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestShadow: a moon that is dark says why.
func TestShadow(t *testing.T) {
	for target, want := range map[astro.Body]string{astro.Enceladus: "in Saturn's shadow", astro.Moon: "in Earth's shadow", astro.Phobos: "in Mars' shadow"} {
		for _, dark := range []bool{false, true} {
			var o engine.Overlay
			r := figures()
			r.Target, r.Shadowed = target, dark
			Draw(&o, r, 1280, 720)
			said := false
			for i := range o.Lines {
				said = said || string(o.Says(&o.Lines[i])) == want
			}
			if said != dark {
				t.Errorf("%s, dark %t: says %q %t", target, dark, want, said)
			}
		}
	}
}

func TestModes(t *testing.T) {
	for want, r := range map[string]scene.Readout{
		"Free flight":       {},
		"Looking at Io":     {Watching: true, Watched: astro.Io},
		"To Saturn 43 %":    {Course: scene.CourseTravel, CourseTo: astro.Saturn, TripShare: 0.43},
		"Orbiting Mars":     {Course: scene.CourseOrbit, CourseTo: astro.Mars},
		"Following Phobos":  {Course: scene.CourseFollow, CourseTo: astro.Phobos},
		"Hanging over Moon": {Course: scene.CourseHover, CourseTo: astro.Moon},
	} {
		if got := string(AppendMode(nil, &r)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAllocatesNothing(t *testing.T) {
	var o engine.Overlay
	f := figures()
	if n := testing.AllocsPerRun(100, func() {
		o.Reset()
		f.DistanceM *= 1.01
		f.Date += 1e9
		Draw(&o, f, 1280, 720)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
