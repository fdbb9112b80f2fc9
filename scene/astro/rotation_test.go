package astro

import (
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
)

// apart is the difference of two angles in degrees, whole turns aside.
func apart(a, b float64) float64 { return math.Abs(math.Remainder(a-b, 360)) }

func TestPolesAndMeridians(t *testing.T) {
	for _, tt := range orientations {
		at := on(t, tt.jd)
		q := OrientationAt(tt.body, at)
		ra, dec := directionOf(q.Rotate(mgl64.Vec3{0, 0, 1}))
		if !(apart(ra, tt.ra) < 1e-6 && apart(dec, tt.dec) < 1e-6) {
			t.Errorf("%s at JD %v: pole at %.7f°, %.7f°, want %v°, %v°", tt.body, tt.jd, ra, dec, tt.ra, tt.dec)
		}
		// W is the angle from the node of the equator on the ICRF equator, which lies 90° after the pole.
		sin, cos := math.Sincos((tt.ra + 90) * degreeRad)
		node := q.Conjugate().Rotate(mgl64.Vec3{cos, sin, 0})
		// The published instants have six decimals of a day, half a unit of which Jupiter turns by 0.0004°.
		perDay := math.Abs(rotations[tt.body].w[1])
		if w := -math.Atan2(node[1], node[0]) / degreeRad; !(apart(w, tt.w) < 1e-6+1e-9*perDay) {
			t.Errorf("%s at JD %v: prime meridian at %.7f°, want %v°", tt.body, tt.jd, w, tt.w)
		}
	}
}

func TestWhereTheSunIsInTheZenith(t *testing.T) {
	for _, tt := range orientations {
		if math.IsNaN(tt.sunLon) {
			continue
		}
		at := on(t, tt.jd)
		lon, lat := directionOf(OrientationAt(tt.body, at).Conjugate().Rotate(StateAt(tt.body, at).PositionM.Mul(-1)))
		// Near a pole a degree of longitude is short.
		if east := apart(lon, tt.sunLon) * math.Cos(tt.sunLat*degreeRad); !(east < 0.002 && apart(lat, tt.sunLat) < 0.002) {
			t.Errorf("%s at JD %v: Sun over %.5f°, %.5f°, want %v°, %v°", tt.body, tt.jd, lon, lat, tt.sunLon, tt.sunLat)
		}
	}
}

// Nutation, which is left out here, turns the Earth by at most 19″.
func TestEarthAgainstERFA(t *testing.T) {
	for _, tt := range itrsByERFA {
		at := on(t, tt.jd)
		got := OrientationAt(Earth, at)
		// Both turn the Earth by their own Delta T.
		const turnRadS = 2 * math.Pi * 1.00273781191135448 / 86_400
		got = got.Mul(rotationZ((ttMinusUT1(at) - tt.deltaTS) * turnRadS))
		for _, axis := range []mgl64.Vec3{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}} {
			fixed := times(&tt.rows, got.Rotate(axis)) // back by the published matrix
			if off := arcsecondsBetween(fixed, axis); !(off < 19) {
				t.Errorf("JD %v: axis %v is %.2f″ off", tt.jd, axis, off)
			}
		}
	}
}

func TestEarthTurnsByUniversalTime(t *testing.T) {
	for _, tt := range []struct {
		date      string
		seconds   float64 // TT-UT1
		tolerance float64
		source    string
	}{
		{"1900-01-01", -2.7, 0.2, "The Astronomical Almanac, page K8"},
		{"1950-01-01", 29.15, 0.1, "The Astronomical Almanac, page K9"},
		{"1980-01-01", 50.54, 0.9, "IERS; UTC is kept within 0.9 s"},
		{"2000-01-01", 63.83, 0.9, "IERS"},
		{"2015-01-01", 67.64, 0.9, "IERS"},
		{"2024-01-01", 69.18, 0.9, "IERS"},
		{"2100-01-01", 69.184 + 203.8 - 75.9, 2, "Espenak & Meeus 2006: how much more than in 2027"},
	} {
		at, err := ParseTime(tt.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := ttMinusUT1(at); !(math.Abs(got-tt.seconds) < tt.tolerance) {
			t.Errorf("TT-UT1 at %s is %.3f s, want %.2f s (%s)", tt.date, got, tt.seconds, tt.source)
		}
	}
}

// Every orientation is a rotation, and turns evenly.
func TestOrientationsAreContinuous(t *testing.T) {
	for b := range NumBodies {
		for _, date := range instants() {
			q := OrientationAt(b, date)
			if off := math.Abs(q.Len() - 1); !(off < 1e-12) {
				t.Fatalf("%s at %s: a quaternion of length 1 + %g", b, date, off)
			}
			// Nothing here turns as fast as once in five hours.
			for _, step := range []time.Duration{time.Microsecond, time.Second} {
				most := 2*math.Pi/18_000*step.Seconds() + 1e-8
				if turn := q.Conjugate().Mul(OrientationAt(b, date.Add(step))).V.Len() * 2; !(turn < most) {
					t.Fatalf("%s at %s turns by %.3g rad in %v, more than %.3g rad", b, date, turn, step, most)
				}
			}
		}
	}
}

// Hyperion and the moons without IAU elements keep a side to their planet, and
// so does Charon by the theory.
func TestMoonsThatFaceTheirPlanet(t *testing.T) {
	for _, tt := range []struct {
		body Body
		most float64 // degrees
	}{
		{Hyperion, 1.3},
		{Amalthea, 1},
		{Proteus, 1},
		{Charon, 1e-6},
		// Optical libration, and how far the meridian of maps lies from the mean direction of the planet.
		{Moon, 10.5},
		{Io, 2},
		{Europa, 3},
		{Ganymede, 3},
		{Callisto, 3},
		{Titan, 7},
		{Rhea, 5},
		{Dione, 4},
		{Ariel, 3},
		{Triton, 6},
	} {
		for _, date := range instants() {
			if tt.body != Moon && date < -36525*dayNS {
				continue // the ellipses hold from 1900 on
			}
			s := relativeState(tt.body, date)
			toPlanet := OrientationAt(tt.body, date).Conjugate().Rotate(s.PositionM.Mul(-1))
			if off := arcsecondsBetween(toPlanet, mgl64.Vec3{1, 0, 0}) / 3600; !(off < tt.most) {
				t.Fatalf("%s at %s: planet %.2f° from the prime meridian, want at most %g°", tt.body, date, off, tt.most)
			}
		}
	}
}
