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
