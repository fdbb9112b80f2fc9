package render

import (
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// seenFrom is a frame with one view at the centre of a body.
func seenFrom(t *testing.T, from astro.Body, date string) *frame {
	t.Helper()
	at, err := astro.ParseTime(date)
	if err != nil {
		t.Fatal(err)
	}
	w := &scene.World{Layers: allLayers}
	w.Ephemeris.Update(at)
	fr := &frame{world: w, n: 1}
	fr.shadows.find(&w.Ephemeris)
	fr.views[0].eyeM = w.Ephemeris.States[from].PositionM
	return fr
}

func TestMagnitudesFromEarth(t *testing.T) {
	for _, tt := range []struct {
		body   astro.Body
		date   string
		want   float64
		within float64
		source string
	}{
		{astro.Sun, "2026-07-06", -26.73, 0.01, "-26.76 at 1 au, and aphelion"},
		{astro.Moon, "2024-02-24T12:30:00Z", -12.5, 0.1, "full Moon at apogee, 405 900 km"},
		{astro.Moon, "2024-02-16T15:00:00Z", -10.1, 0.3, "Allen 1973: 2.6 mag less at first quarter"},
		{astro.Mercury, "2021-10-04", 2.4, 0.1, "Skyfield 1.40, test_magnitudes.py"},
		{astro.Venus, "2021-10-04", -4.3, 0.06, "the same"},
		{astro.Mars, "2021-10-04", 1.6, 0.1, "the same"},
		{astro.Jupiter, "2021-10-04", -2.7, 0.06, "the same"},
		{astro.Uranus, "2021-10-04", 5.7, 0.06, "the same"},
		{astro.Neptune, "2021-10-04", 7.7, 0.06, "the same"},
		{astro.Jupiter, "2020-07-31", -2.73, 0.01, "Skyfield 1.40, magnitudelib.py"},
		{astro.Saturn, "2017-06-15", 0.0, 0.1, "Astronomical Almanac 2017: opposition, rings open 27°"},
		{astro.Saturn, "2025-09-21", 0.6, 0.1, "Astronomical Almanac 2025: opposition, rings on edge"},
		{astro.Titan, "2017-06-15", 8.4, 0.2, "Astronomical Almanac: mean opposition"},
		{astro.Ganymede, "2020-07-14", 4.6, 0.2, "Astronomical Almanac: mean opposition"},
	} {
		t.Run(tt.body.String()+" "+tt.date, func(t *testing.T) {
			got := seenFrom(t, astro.Earth, tt.date).magnitude(tt.body)
			if math.Abs(got-tt.want) > tt.within {
				t.Errorf("magnitude %.3f, want %.2f ± %.2f (%s)", got, tt.want, tt.within, tt.source)
			}
		})
	}
}

// TestPhaseCurves: no curve jumps, brightens on the way to a thin crescent, or
// is no number, at any angle.
func TestPhaseCurves(t *testing.T) {
	for body := range astro.NumBodies {
		if body == astro.Sun {
			continue
		}
		last := phaseMagnitude(body, 0)
		for deg := 0.25; deg <= 180; deg += 0.25 {
			m := phaseMagnitude(body, deg)
			if math.IsNaN(m) || math.IsInf(m, 0) || math.Abs(m-last) > 0.25 && deg < 175 {
				t.Fatalf("%s at %g°: %.3f after %.3f", body, deg, m, last)
			}
			if m < last-0.01 && deg > 20 && body != astro.Venus { // whose clouds glow around 165°
				t.Fatalf("%s brightens at %g°: %.3f after %.3f", body, deg, m, last)
			}
			last = m
		}
		if full := phaseMagnitude(body, 0); last < full+5 {
			t.Errorf("%s: magnitude %.1f with the Sun behind it, %.1f before", body, last, full)
		}
	}
}

// TestPointMeetsDisc: the light of a point at its own exposure is that of the
// disc that takes its place: a Lambert sphere, summed over its pixels.
func TestPointMeetsDisc(t *testing.T) {
	fr := seenFrom(t, astro.Earth, "2026-01-10") // Jupiter at opposition
	fr.exposure = 5.2 * astro.AUM
	radius := astro.Jupiter.Info().MeanRadiusM / fr.relative(0, astro.Jupiter).Len()
	disc := 2.0 / 3 * luminance(fr.lightOf(astro.Jupiter)) * math.Pi * radius * radius
	point := fr.exposure.pointLight(fr.magnitude(astro.Jupiter))
	if ratio := point / disc; math.Abs(ratio-1) > 0.1 {
		t.Errorf("a point has %.3f times the light of its disc", ratio)
	}
}

// TestSaturnRings works Mallama & Hilton 2018, equation 10, by hand: it has the
// globe and the rings at -8.914 - 1.825 sin β + 0.026 α - 0.378 sin β exp(-2.25 α),
// and equation 11 the globe at -8.95.
func TestSaturnRings(t *testing.T) {
	for _, tt := range []struct{ sinLatitude, phaseDeg, want, within float64 }{
		{0, 0, 0.036, 1e-9},
		{0.45, 0, 0.036 - 0.45*2.203, 1e-9},
		{0.45, 1, 0.036 - 0.45*1.865 + 0.026, 0.03},   // where the surge at opposition is over
		{0.45, 180, 0.036 - 0.45*1.825*0.1/1.1, 1e-9}, // before the Sun little is left, that was scattered twice
	} {
		if got := saturnRingMagnitude(tt.sinLatitude, tt.phaseDeg); math.Abs(got-tt.want) > tt.within {
			t.Errorf("sine %g, phase %g°: %.4f magnitudes, want %.4f", tt.sinLatitude, tt.phaseDeg, got, tt.want)
		}
	}
}

func TestLunarShare(t *testing.T) {
	for _, tt := range []struct {
		body           astro.Body
		deg, low, high float64
	}{
		{astro.Moon, 0, 1, 1},
		{astro.Moon, 60, 0.41, 0.42},
		{astro.Moon, 120, 0, 0},
		{astro.Moon, 180, 0, 0},
		{astro.Venus, 30, 0, 0},
		{astro.Saturn, 0, 0, 0},
		{astro.Sun, 0, 0, 0},
	} {
		if got := lunarShare(tt.body, tt.deg); got < tt.low || got > tt.high {
			t.Errorf("%s at %g°: %g, want %g to %g", tt.body, tt.deg, got, tt.low, tt.high)
		}
	}
}
