package astro

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func towards(raDeg, decDeg float64) mgl64.Vec3 {
	sinA, cosA := math.Sincos(raDeg * degreeRad)
	sinD, cosD := math.Sincos(decDeg * degreeRad)
	return mgl64.Vec3{cosD * cosA, cosD * sinA, sinD}
}

func TestWhatTheEarthSees(t *testing.T) {
	limits := map[Body]struct{ arcsec, lightS float64 }{
		Sun: {0.06, 3e-5}, Moon: {0.2, 2e-6}, Mercury: {0.06, 7e-5}, Venus: {0.06, 5e-5}, Mars: {0.1, 1e-4},
		Jupiter: {0.3, 1e-3}, Saturn: {0.3, 2e-3}, Uranus: {1.4, 3e-2}, Neptune: {2.1, 3e-2}, Pluto: {0.11, 8e-3},
	}
	for _, tt := range seenFromEarth {
		o := Observe(tt.body, Earth, on(t, tt.jd))
		l := limits[tt.body]
		if off := arcsecondsBetween(towards(o.RADeg, o.DecDeg), towards(tt.raDeg, tt.decDeg)); !(off < l.arcsec) {
			t.Errorf("%s at JD %v: %.3f″ off", tt.body, tt.jd, off)
		}
		if off := math.Abs(o.LightTimeS - tt.lightTimeS); !(off < l.lightS) {
			t.Errorf("%s at JD %v: light time %.6f s, want %v s", tt.body, tt.jd, o.LightTimeS, tt.lightTimeS)
		}
		if !(o.RADeg >= 0 && o.RADeg < 360) {
			t.Errorf("%s: right ascension %v°", tt.body, o.RADeg)
		}
	}
}

func TestObservationHoldsTogether(t *testing.T) {
	for _, pair := range [][2]Body{{Mars, Earth}, {Sun, Earth}, {Moon, Earth}, {Earth, Moon}, {Titan, Saturn}, {Neptune, Mercury}, {Charon, Pluto}} {
		body, from := pair[0], pair[1]
		at := on(t, 2461366.5)
		o := Observe(body, from, at)
		p := mgl64.Vec3(o.PositionKm)
		s := relative(body, from, at)
		if p.Sub(s.PositionM.Mul(1e-3)).Len() > 1e-4 || mgl64.Vec3(o.VelocityKmS).Sub(s.VelocityMS.Mul(1e-3)).Len() > 1e-9 {
			t.Errorf("%s from %s: position and velocity are not those of StateAt", body, from)
		}
		if !(math.Abs(p.Len()-o.DistanceKm) < 1e-6*o.DistanceKm) {
			t.Errorf("%s from %s: distance %g km, position %g km long", body, from, o.DistanceKm, p.Len())
		}
		// What light shows is behind by the motion over its time on the way.
		lag := mgl64.Vec3(StateAt(body, at).VelocityMS).Mul(o.LightTimeS / 1e3)
		seen := towards(o.RADeg, o.DecDeg).Mul(o.LightTimeS * lightMS / 1e3)
		if off := seen.Sub(p.Sub(lag)).Len(); !(off < 1e-5*o.DistanceKm) {
			t.Errorf("%s from %s: seen %g km from where it was", body, from, off)
		}
		// The law of cosines in the triangle of Sun, body and observer.
		r, d, observer := StateAt(body, at).PositionM.Len()/1e3, o.DistanceKm, StateAt(from, at).PositionM.Len()/1e3
		if body != Sun {
			want := math.Acos((r*r+d*d-observer*observer)/(2*r*d)) / degreeRad
			if !(math.Abs(o.PhaseAngleDeg-want) < 1e-5) {
				t.Errorf("%s from %s: phase angle %g°, want %g°", body, from, o.PhaseAngleDeg, want)
			}
		}
	}
	if o := Observe(Sun, Earth, J2000); o.PhaseAngleDeg != 0 {
		t.Errorf("the Sun has the phase angle %g°", o.PhaseAngleDeg)
	}
}

func TestAngularDiameters(t *testing.T) {
	for _, tt := range []struct {
		body              Body
		jd                float64
		arcsec, tolerance float64
		source            string
	}{
		// Radius over distance, from the rows of TestWhatTheEarthSees: IAU 2015 B3 695 700 km, 151 863 357 km; 1737.4 km, 402 926 km.
		{Sun, 2409751.019676, 1889.84, 0.02, "arithmetic"},
		{Moon, 2409751.019676, 1778.79, 0.06, "arithmetic; the Earth moves by 40 km while the light is on its way"},
		{Venus, 2485946.762731, 21.79, 0.02, "arithmetic: 6051.8 km, 114 578 643 km"},
	} {
		if got := Observe(tt.body, Earth, on(t, tt.jd)).AngularDiameterArcsec; !(math.Abs(got-tt.arcsec) < tt.tolerance) {
			t.Errorf("%s is %.3f″ wide, want %v″ (%s)", tt.body, got, tt.arcsec, tt.source)
		}
	}
}

func TestObservationAsJSON(t *testing.T) {
	text, err := json.Marshal(Observe(Mars, Earth, on(t, 2461366.5)))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := strings.Fields(`accuracy_arcsec angular_diameter_arcsec body dec_deg distance_km from jd_tdb light_time_s model
		phase_angle_deg position_km ra_deg time_tdb time_utc velocity_km_s`)
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
	for key, value := range map[string]any{
		"body": "mars", "from": "earth", "jd_tdb": 2461366.5, "model": "VSOP87B",
		"time_tdb": "2026-11-22T00:00:00", "time_utc": "2026-11-21T23:58:50.816Z",
	} {
		if got[key] != value {
			t.Errorf("%s is %v, want %v", key, got[key], value)
		}
	}
	for _, key := range []string{"position_km", "velocity_km_s"} {
		if list, ok := got[key].([]any); !ok || len(list) != 3 {
			t.Errorf("%s is %v, want three numbers", key, got[key])
		}
	}
	if accuracy, ok := got["accuracy_arcsec"].(float64); !ok || accuracy <= 0 || accuracy > 1 {
		t.Errorf("accuracy of Mars: %v", got["accuracy_arcsec"])
	}
	// A body whose place is not known has no accuracy.
	text, err = json.Marshal(Observe(Phoebe, Saturn, J2000))
	if err != nil || !strings.Contains(string(text), `"accuracy_arcsec":null`) {
		t.Errorf("Phoebe: %s, %v", text, err)
	}
}

// Errors in metres add up, and look smaller from afar. Distances (10⁶ km) are
// those of the rows of DE431 and of bodies' mean orbits.
func TestAccuracyAsSeen(t *testing.T) {
	for _, tt := range []struct {
		body, from Body
		want       float64 // arcseconds
	}{
		{Mars, Sun, 0.2},
		{Sun, Mars, 0.2},
		{Moon, Earth, 0.7},
		{Earth, Moon, 0.7},
		{Mars, Earth, (0.2*248.965 + 0.1*149.158) / 357.264},
		{Jupiter, Earth, (0.5*751.567 + 0.1*149.158) / 644.916},
		{Earth, Jupiter, (0.5*751.567 + 0.1*149.158) / 644.916},
		{Callisto, Earth, (349*1.8827 + 0.5*751.567 + 0.1*149.158) / 644.916}, // what Jupiter's centre stands off it is small
		{Mars, Moon, (0.2*248.965 + 0.1*149.158 + 0.7*0.384) / 357.264},
		{Callisto, Jupiter, 349}, // Jupiter's own error is both's
		{Charon, Pluto, 1800},
	} {
		got := Observe(tt.body, tt.from, on(t, 2451832.579861)).AccuracyArcsec
		if got == nil {
			t.Errorf("%s from %s: none, want %.4g″", tt.body, tt.from, tt.want)
		} else if !(math.Abs(*got/tt.want-1) < 0.01) {
			t.Errorf("%s from %s: %.4g″, want %.4g″", tt.body, tt.from, *got, tt.want)
		}
	}
	for _, pair := range [][2]Body{{Phoebe, Saturn}, {Phoebe, Earth}, {Mars, Phoebe}, {Titan, Phoebe}} {
		if got := Observe(pair[0], pair[1], J2000).AccuracyArcsec; got != nil {
			t.Errorf("%s from %s: %v″, want none", pair[0], pair[1], *got)
		}
	}
}
