package main

import (
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

const degreesPerRad = 180 / math.Pi

// elevation is how far a direction stands above the plane normal to up, in degrees.
func elevation(direction, up mgl64.Vec3) float64 {
	return math.Asin(direction.Normalize().Dot(up)) * degreesPerRad
}

// TestFirstView: on every night of some years a plain start shows Earth over the
// Moon's horizon, both within a picture of 16 to 9, and ground on which the Sun
// shines.
func TestFirstView(t *testing.T) {
	scenes, err := readScenes(assets.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	first, err := scenes.Find(settings.FirstScene)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Start.Now || len(first.Bookmarks) != 5 {
		t.Fatalf("starts now: %t, %d bookmarks", first.Start.Now, len(first.Bookmarks))
	}
	least := 1.0
	for _, span := range []struct {
		from string
		days int
	}{{"2026-01-01T00:00:00Z", 730}, {"2035-01-01T00:00:00Z", 365}, {"2099-01-01T00:00:00Z", 364}} {
		begin, err := astro.ParseTime(span.from)
		if err != nil {
			t.Fatal(err)
		}
		for h := 0; h < span.days*24; h += 6 {
			least = min(least, firstViewAt(t, first, begin.Add(time.Duration(h)*time.Hour)))
		}
	}
	// the least is at a full Moon, when the Sun stands by Earth on the horizon
	if least < leastLit {
		t.Errorf("at worst %.3f of the ground in view is lit", least)
	}
}

// leastLit is the share of the ground under Earth, from the horizon to the edge of the
// picture, that is lit at the worst phase.
const leastLit = 0.12

// firstViewAt checks the view of a date and returns how much of the ground is lit.
func firstViewAt(t *testing.T, first *scene.Scene, date astro.Time) (lit float64) {
	t.Helper()
	s, err := scene.Apply(scene.State{}, scene.Load{Scene: first, Date: date})
	if err != nil {
		t.Fatal(err)
	}
	var e astro.Ephemeris
	e.Update(date)
	moon, ship := e.States[astro.Moon].PositionM, s.Ship.PositionM
	earth := e.States[astro.Earth].PositionM.Sub(moon).Sub(ship)
	zenith := ship.Normalize()
	radius := astro.Moon.Info().MeanRadiusM
	dip := math.Acos(radius/ship.Len()) * degreesPerRad
	above := elevation(earth, zenith) + dip - math.Asin(astro.Earth.Info().MeanRadiusM/earth.Len())*degreesPerRad
	if above < 2 || above > 6 {
		t.Errorf("%v: Earth's rim is %.2f° above the horizon", date, above)
	}
	seen := s.Ship.Orientation.Conjugate().Rotate(earth.Normalize())
	high := math.Tan(s.FOVRad / 2)
	if x, y := seen[0]/-seen[2]/high, seen[1]/-seen[2]/high; seen[2] > 0 || math.Abs(x) > 1.5 || math.Abs(y) > 0.8 {
		t.Errorf("%v: Earth is at %.2f, %.2f of the half height", date, x, y)
	}
	forward := s.Ship.Orientation.Rotate(mgl64.Vec3{0, 0, -1})
	lowest := elevation(forward, zenith) - s.FOVRad/2*degreesPerRad
	if -dip < lowest+3 {
		t.Errorf("%v: the horizon is %.2f° above the lower edge", date, -dip-lowest)
	}
	ahead := forward.Sub(zenith.Mul(forward.Dot(zenith))).Normalize()
	sun := e.States[astro.Sun].PositionM.Sub(moon).Normalize()
	const steps = 100
	for i := range steps {
		down := (dip + (-lowest-dip)*(float64(i)+0.5)/steps) / degreesPerRad
		ray := ahead.Mul(math.Cos(down)).Sub(zenith.Mul(math.Sin(down)))
		along := -ray.Dot(ship) // to the point nearest to the centre
		ground := ship.Add(ray.Mul(along - math.Sqrt(math.Max(0, along*along-ship.LenSqr()+radius*radius))))
		if ground.Dot(sun) > 0 {
			lit += 1.0 / steps
		}
	}
	return lit
}

// TestTour: each sight has its date, with its body in the picture, and what it is
// named after happens then.
func TestTour(t *testing.T) {
	scenes, err := readScenes(assets.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	first, err := scenes.Find(settings.FirstScene)
	if err != nil {
		t.Fatal(err)
	}
	var e astro.Ephemeris
	for i, want := range []struct {
		body astro.Body
		date string
	}{
		{astro.Jupiter, "2015-01-24T06:02:00Z"},
		{astro.Earth, "2027-08-02T10:07:00Z"},
		{astro.Saturn, "2032-05-10T00:00:00Z"},
		{astro.Mars, "2026-10-01T02:50:00Z"},
		{astro.Titan, "2032-05-10T00:00:00Z"},
	} {
		s, err := scene.Apply(scene.State{Slug: first.Slug}, scene.GoToBookmark{Scene: first, Number: i + 1})
		if err != nil {
			t.Fatal(err)
		}
		if s.Ship.Frame != want.body || s.Target != want.body || s.Time().String() != want.date {
			t.Errorf("sight %d is %v at %v, want %v at %s", i+1, s.Target, s.Time(), want.body, want.date)
		}
		seen := s.Ship.Orientation.Conjugate().Rotate(s.Ship.PositionM.Mul(-1).Normalize())
		high := math.Tan(s.FOVRad / 2)
		if x, y := seen[0]/-seen[2]/high, seen[1]/-seen[2]/high; seen[2] > 0 || math.Abs(x) > 0.6 || math.Abs(y) > 0.3 {
			t.Errorf("%v is at %.2f, %.2f of the half height", want.body, x, y)
		}
		e.Update(s.Time())
		switch want.body {
		case astro.Jupiter:
			for _, moon := range []astro.Body{astro.Io, astro.Europa, astro.Callisto} {
				if off := shadowOff(&e, moon, astro.Jupiter).Len(); off > astro.Jupiter.Info().MeanRadiusM {
					t.Errorf("the shadow of %v passes %.0f km from the middle of Jupiter", moon, off/1e3)
				}
			}
		case astro.Earth:
			// Luxor, 25.7° N 32.6° E, is within the 130 km to either side that the shadow reaches
			luxor := e.Orientations[astro.Earth].Rotate(mgl64.SphericalToCartesian(6371e3, (90-25.7)/degreesPerRad, 32.6/degreesPerRad))
			away := e.States[astro.Earth].PositionM.Sub(e.States[astro.Sun].PositionM).Normalize()
			off := luxor.Sub(away.Mul(luxor.Dot(away))).Sub(shadowOff(&e, astro.Moon, astro.Earth)).Len()
			if off > 130e3 {
				t.Errorf("the Moon's shadow passes %.0f km from Luxor", off/1e3)
			}
		}
	}
}

// shadowOff is where the middle of a moon's shadow passes a planet: from the planet's
// centre, across the Sun's light, in metres.
func shadowOff(e *astro.Ephemeris, moon, planet astro.Body) mgl64.Vec3 {
	sun := e.States[astro.Sun].PositionM
	light := e.States[planet].PositionM.Sub(sun)
	ray := e.States[moon].PositionM.Sub(sun)
	across := ray.Mul(light.LenSqr() / ray.Dot(light)).Sub(light)
	return across
}
