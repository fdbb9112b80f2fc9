package astro

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// on returns the instant of a Julian date (TDB).
func on(t *testing.T, jd float64) Time {
	t.Helper()
	at, err := FromJulianDate(jd)
	if err != nil {
		t.Fatalf("JD %v: %v", jd, err)
	}
	return at
}

// arcsecondsBetween is the angle between two directions.
func arcsecondsBetween(a, b mgl64.Vec3) float64 {
	return math.Atan2(a.Cross(b).Len(), a.Dot(b)) / arcsecondRad
}

// limit is how far a model may be off, as seen from the centre of the table's
// rows; a little over what was found against all rows of the source.
type limit struct{ arcsec, metresPerSecond float64 }

// check compares states with published ones.
func check(t *testing.T, rows []published, limits map[Body]limit, at func(b, centre Body, when Time) State) {
	t.Helper()
	for _, row := range rows {
		l, ok := limits[row.body]
		if !ok {
			t.Fatalf("no limit for %s", row.body)
		}
		got := at(row.body, row.centre, on(t, row.jd))
		want := State{row.positionKm, row.velocityKmS}.scale(1e3)
		if off := arcsecondsBetween(got.PositionM, want.PositionM); !(off <= l.arcsec) {
			t.Errorf("%s at JD %v: %.4g″ off, want at most %.4g″", row.body, row.jd, off, l.arcsec)
		}
		// Distance is as well known as direction.
		if off := math.Abs(got.PositionM.Len() - want.PositionM.Len()); !(off <= l.arcsec*arcsecondRad*want.PositionM.Len()) {
			t.Errorf("%s at JD %v: distance %.4g km off", row.body, row.jd, off/1e3)
		}
		if off := got.VelocityMS.Sub(want.VelocityMS).Len(); !(off <= l.metresPerSecond) {
			t.Errorf("%s at JD %v: velocity %.4g m/s off, want at most %.4g m/s", row.body, row.jd, off, l.metresPerSecond)
		}
	}
}

// relative is what the package's users see.
func relative(b, centre Body, t Time) State {
	return StateAt(b, t).add(StateAt(centre, t).scale(-1))
}

// barycentre is the heliocentric state of a planet with its moons.
func barycentre(b, _ Body, t Time) State {
	if b == Pluto {
		return plutoSpans.state(t)
	}
	return PlanetBarycentre(b, t)
}

func TestPlanetsAgainstDE431(t *testing.T) {
	check(t, de431, map[Body]limit{
		Mercury: {0.10, 0.03}, Venus: {0.05, 0.01}, Earth: {0.08, 0.02}, Mars: {0.13, 0.02},
		Jupiter: {0.40, 0.03}, Saturn: {0.35, 0.03}, Uranus: {1.5, 0.05}, Neptune: {2.1, 0.08}, Pluto: {0.03, 0.2},
	}, barycentre)
}

func TestPlanetsAgainstHorizons(t *testing.T) {
	centre := func(b, sun Body, when Time) State {
		if b == Pluto {
			return plutoSpans.state(when)
		}
		return relative(b, sun, when)
	}
	check(t, horizons, map[Body]limit{
		Mercury: {0.05, 0.02}, Venus: {0.03, 0.01}, Earth: {0.03, 0.02}, Mars: {0.06, 0.01}, Moon: {0.25, 0.003},
		Jupiter: {0.36, 0.03}, Saturn: {0.30, 0.03}, Uranus: {1.5, 0.05}, Neptune: {2.3, 0.08}, Pluto: {0.25, 0.3},
	}, centre)
}

func TestMoonAgainstDE431(t *testing.T) {
	check(t, moonDE431, map[Body]limit{Moon: {0.3, 0.004}}, relative)
}

func TestGalileanMoonsAgainstHorizons(t *testing.T) {
	check(t, galileanHorizons, map[Body]limit{Io: {85, 7}, Europa: {330, 22}, Ganymede: {820, 24}, Callisto: {240, 7}}, relative)
}

func TestOtherMoonsAgainstTheories(t *testing.T) {
	check(t, moonTheories, map[Body]limit{
		Phobos: {300, 3}, Deimos: {1750, 12},
		Mimas: {6400, 440}, Enceladus: {900, 51}, Tethys: {280, 15}, Dione: {115, 4}, Rhea: {115, 3.6}, Titan: {132, 3},
		Hyperion: {19100, 350}, Iapetus: {600, 11},
		Miranda: {880, 27}, Ariel: {820, 17}, Umbriel: {930, 17}, Titania: {820, 9.5}, Oberon: {640, 11},
		Triton: {103, 2.2}, Charon: {0.01, 1e-5},
	}, relative)
}
