package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// leftOf sums the Sun's disc with its limb darkening, point by point, with a disc of
// radius by, whose centre is apart from the Sun's, over it.
func leftOf(apart, by float64) (left [3]float64) {
	const steps = 250
	var all [3]float64
	for i := range 2 * steps {
		for j := range 2 * steps {
			x, y := (float64(i)+0.5)/steps-1, (float64(j)+0.5)/steps-1
			r2 := x*x + y*y
			if r2 >= 1 {
				continue
			}
			mu := math.Sqrt(1 - r2)
			for k := range left {
				light := 1 - limbU[k]*(1-mu) - limbV[k]*(1-mu*mu)
				all[k] += light
				if math.Hypot(x-apart, y) > by {
					left[k] += light
				}
			}
		}
	}
	for k := range left {
		left[k] /= all[k]
	}
	return left
}

// TestSunLeft compares the pile of discs with the sum over points, for small, equal
// and large bodies, through the penumbra.
func TestSunLeft(t *testing.T) {
	for _, by := range []float64{0.1, 0.6, 0.94, 1, 1.06, 3.7, 25, 35, 200} {
		for _, gap := range []float64{-1.2, -0.98, -0.8, -0.4, 0, 0.3, 0.7, 0.95, 1.2} {
			if gap < -by {
				continue
			}
			got, want := sunLeft(gap, by), leftOf(gap+by, by)
			for k := range want {
				if math.Abs(got[k]-want[k]) > 0.008 {
					t.Errorf("a disc of %g radii, its edge at %g: %.4f is left in channel %d, want %.4f", by, gap, got[k], k, want[k])
				}
			}
		}
	}
	if got := sunLeft(-1.001, 1.001); got != [3]float64{} {
		t.Errorf("total: %v is left", got)
	}
}

// TestPenumbraTable: what the shaders read between the table's entries is what it
// was made from.
func TestPenumbraTable(t *testing.T) {
	table := penumbraTable()
	for _, by := range []float64{0.3, 0.97, 1, 1.04, 3.7, 80} {
		for _, gap := range []float64{-0.97, -0.613, -0.2, 0.117, 0.5, 0.871, 0.99} {
			x, y := (gap+1)/2*(penumbraGaps-1), by/(1+by)*(penumbraRows-1)
			if gap < -by {
				continue
			}
			i, j := int(x), int(y)
			fx, fy := x-float64(i), y-float64(j)
			at := func(i, j int) float64 { return float64(table[j*penumbraGaps+i][1]) }
			got := (1-fy)*((1-fx)*at(i, j)+fx*at(i+1, j)) + fy*((1-fx)*at(i, j+1)+fx*at(i+1, j+1))
			if want := sunLeft(gap, by)[1]; math.Abs(got-want) > 0.01 {
				t.Errorf("a disc of %g radii, its edge at %g: %.4f, want %.4f", by, gap, got, want)
			}
		}
	}
	middle, want := table[penumbraRows*penumbraGaps], refracted.at(0)
	if math.Abs(float64(middle[0])/want[0]-1) > 1e-5 {
		t.Errorf("in the middle of the Earth's shadow: %g, want %g", middle[0], want[0])
	}
}

// TestHidden: where the disc is many times the Sun, its edge is nearly straight: then
// what is hidden has a closed form of its own.
func TestHidden(t *testing.T) {
	for _, gap := range []float64{-0.99, -0.5, 0, 0.5, 0.99} {
		want := (math.Acos(gap) - gap*math.Sqrt(1-gap*gap)) / math.Pi
		if got := hidden(gap, 1e5, 1); math.Abs(got-want) > 2e-5 {
			t.Errorf("a straight edge at %g: %.6f, want %.6f", gap, got, want)
		}
		if near, far := hidden(gap, 29.99, 1), hidden(gap, 30.01, 1); math.Abs(near-far) > 1e-4 {
			t.Errorf("an edge at %g: %.6f under 30 radii, %.6f over", gap, near, far)
		}
	}
}

// TestStraightPenumbra: rings take the penumbra of their planet for a smoothstep, which
// is within 2 % of the Sun's disc behind a straight edge.
func TestStraightPenumbra(t *testing.T) {
	for gap := -1.2; gap <= 1.2; gap += 0.05 {
		if got, want := smoothstep(-1, 1, gap), sunLeft(gap, 1e4)[1]; math.Abs(got-want) > 0.02 {
			t.Errorf("an edge at %.2f: %.3f, want %.3f", gap, got, want)
		}
	}
}

// placeOnGround is the surface of the Earth, and its normal, at a geodetic latitude, on
// body-fixed axes.
func placeOnGround(latDeg, lonDeg float64) mgl64.Vec3 {
	a, c := astro.Earth.Info().EquatorialRadiiM[0], astro.Earth.Info().PolarRadiusM
	sinLat, cosLat := math.Sincos(latDeg * math.Pi / 180)
	sinLon, cosLon := math.Sincos(lonDeg * math.Pi / 180)
	n := a * a / math.Hypot(a*cosLat, c*sinLat)
	return mgl64.Vec3{n * cosLat * cosLon, n * cosLat * sinLon, n * c * c / (a * a) * sinLat}
}

// umbra is the middle of the places near a point of the Earth that no direct sunlight
// reaches, and how far it is across.
func umbra(fr *frame, latDeg, lonDeg float64) (lat, lon, acrossKm float64) {
	const stepDeg, reach = 0.1, 60
	turn, sunward := fr.world.Ephemeris.Orientations[astro.Earth], fr.sunward(astro.Earth)
	n := 0.0
	for i := -reach; i <= reach; i++ {
		for j := -reach; j <= reach; j++ {
			la, lo := latDeg+float64(i)*stepDeg, lonDeg+float64(j)*stepDeg
			if luma(fr.shadows.lit(astro.Earth, turn.Rotate(placeOnGround(la, lo)), sunward)) < 1e-6 {
				n++
				lat += la
				lon += lo
			}
		}
	}
	area := n * square(stepDeg*111.2) * math.Cos(latDeg*math.Pi/180)
	return lat / n, lon / n, 2 * math.Sqrt(area/math.Pi)
}

// TestTotalEclipses: the Moon's shadow lies where the eclipses were and will be
// greatest, and is as wide as said.
func TestTotalEclipses(t *testing.T) {
	for _, tt := range []struct {
		date               string
		lat, lon, acrossKm float64
	}{
		// Espenak & Meeus 2006, Five Millennium Canon, NASA/TP-2006-214141; widths are those of the path.
		{"2027-08-02T10:06:36Z", 25.5, 33.2, 258},
		{"2017-08-21T18:25:32Z", 37.0, -87.7, 115},
		{"2024-04-08T18:17:18Z", 25.3, -104.1, 198},
	} {
		fr := seenFrom(t, astro.Earth, tt.date)
		lat, lon, across := umbra(fr, tt.lat, tt.lon)
		offKm := 111.2 * math.Hypot(lat-tt.lat, (lon-tt.lon)*math.Cos(lat*math.Pi/180))
		t.Logf("%s: %.2f° %.2f°, %.0f km across, %.1f km off", tt.date, lat, lon, across, offKm)
		if !(offKm < 20) {
			t.Errorf("%s: the umbra is at %.2f° N %.2f° E, %.0f km from %.1f° N %.1f° E", tt.date, lat, lon, offKm, tt.lat, tt.lon)
		}
		if !(math.Abs(across/tt.acrossKm-1) < 0.1) {
			t.Errorf("%s: the umbra is %.0f km across, want %.0f", tt.date, across, tt.acrossKm)
		}
	}
}

// TestTripleShadow follows the shadows of 2015-01-24, when three moons' were on
// Jupiter at once: from the Earth, from 06:26 to 06:52 UTC, between Europa's coming
// and Io's going; Callisto's had come at 03:10 and Io's at 04:35 (Sky & Telescope,
// January 2015). Light took 36.2 minutes.
func TestTripleShadow(t *testing.T) {
	for _, tt := range []struct {
		date string
		want []astro.Body
	}{
		{"2015-01-24T02:24:00Z", nil},
		{"2015-01-24T02:50:00Z", []astro.Body{astro.Callisto}},
		{"2015-01-24T04:10:00Z", []astro.Body{astro.Callisto, astro.Io}},
		{"2015-01-24T06:03:00Z", []astro.Body{astro.Callisto, astro.Io, astro.Europa}},
		{"2015-01-24T06:27:00Z", []astro.Body{astro.Callisto, astro.Europa}},
	} {
		fr := seenFrom(t, astro.Jupiter, tt.date)
		for _, moon := range []astro.Body{astro.Io, astro.Europa, astro.Ganymede, astro.Callisto} {
			want := false
			for _, b := range tt.want {
				want = want || b == moon
			}
			if got := fr.shadowOn(astro.Jupiter, moon); got != want {
				t.Errorf("%s: the shadow of %s is on Jupiter: %v, want %v", tt.date, moon, got, want)
			}
		}
	}
}

// shadowOn tells whether the axis of a body's shadow meets another.
func (fr *frame) shadowOn(receiver, body astro.Body) bool {
	for i := range fr.shadows.n[receiver] {
		c := &fr.shadows.casters[receiver][i]
		if c.body != body {
			continue
		}
		at := c.toUnit.Inv().Mul3x1(c.at)
		toUnit := toUnitSphere(fr.world.Ephemeris.Orientations[receiver], semiAxes(receiver))
		p, s := toUnit.Mul3x1(at), toUnit.Mul3x1(fr.sunward(receiver)).Normalize()
		return p.Sub(s.Mul(p.Dot(s))).Len() < 1
	}
	return false
}

// TestRedMoon: in the middle of the Earth's shadow the light is red, and some ten
// thousand times weaker than the Sun's, as Danjon and Link measured densities of 4 to
// 5 in green there; towards the edge it grows hundredfold, and there blue is not the
// weakest of all for want of ozone.
func TestRedMoon(t *testing.T) {
	middle, within, edge := refracted.at(0), refracted.at(0.4), refracted.at(0.7)
	t.Logf("middle %.2e, within %.2e, edge %.2e", middle, within, edge)
	for k, limits := range [3][2]float64{{5e-5, 1e-3}, {2e-6, 2e-4}, {0, 2e-5}} {
		if middle[k] < limits[0] || middle[k] > limits[1] {
			t.Errorf("channel %d in the middle of the umbra: %.2e, want %.0e to %.0e", k, middle[k], limits[0], limits[1])
		}
	}
	if !(edge[2]/edge[0] > 20*middle[2]/middle[0]) {
		t.Errorf("blue over red: %.4f at the edge, %.4f in the middle", edge[2]/edge[0], middle[2]/middle[0])
	}
	if !(luma(edge) > 5*luma(middle)) || !(luma(within) > luma(middle)/3) {
		t.Errorf("light: %.2e, %.2e, %.2e", luma(middle), luma(within), luma(edge))
	}
	if out := refracted.at(2); out != [3]float64{} {
		t.Errorf("out of the shadow the air adds %v", out)
	}
}

// TestAirShadowMeetsSunlight: without air, the ring of sky and the disc in it are the whole
// light: where the Sun is just above the air, all of its light passes.
func TestAirShadowMeetsSunlight(t *testing.T) {
	for _, miss := range []float64{1.0, 1.1, 1.2, 1.28} {
		apart := miss * (earthRadiusM + airTopM) / moonAwayM
		radius := (earthRadiusM + airTopM) / moonAwayM
		sunRad := sunRadiusM / astro.AUM
		with := sunLeft((apart-radius)/sunRad, radius/sunRad)
		air := refracted.at(miss)
		without := sunLeft((apart-earthRadiusM/moonAwayM)/sunRad, earthRadiusM/moonAwayM/sunRad)
		if got, most := with[1]+air[1], without[1]; got > most+0.01 || got < most-0.05 {
			t.Errorf("%g radii from the axis: %.4f with air, %.4f without", miss, got, most)
		}
	}
}

// TestEclipsedMagnitudes: the Moon in totality has the light of a bright planet (Danjon's
// scale ends at magnitudes of -3.5 and 4), and Io in Jupiter's shadow has none.
func TestEclipsedMagnitudes(t *testing.T) {
	for _, tt := range []struct {
		body      astro.Body
		date      string
		low, high float64
	}{
		{astro.Moon, "2025-09-07T15:00:00Z", -12.8, -12.3},
		{astro.Moon, "2025-09-07T18:11:00Z", -3.5, 0},
		{astro.Io, "2015-01-24T06:03:00Z", 4.5, 5.5},
		{astro.Io, "2015-01-25T02:45:00Z", 20, 40}, // half a revolution later
	} {
		if got := seenFrom(t, astro.Earth, tt.date).magnitude(tt.body); got < tt.low || got > tt.high {
			t.Errorf("%s at %s: magnitude %.2f, want %g to %g", tt.body, tt.date, got, tt.low, tt.high)
		}
	}
}

// TestEclipsedExposure: a body that fills the picture is exposed for what its shadow
// leaves, within limits: the Moon in totality thousands of times as long as before.
func TestEclipsedExposure(t *testing.T) {
	for _, tt := range []struct{ light, low, high float64 }{
		{0.27, 0.999, 1.001}, {0.12, 1.9, 2.2}, {0.0012, 100, 150}, {1.2e-5, 4e3, 8e3}, {1e-7, 1, 5e3}, {0, 0, 0},
	} {
		if got := exposedGain(tt.light); got < tt.low || got > tt.high {
			t.Errorf("light %g: %g times, want %g to %g", tt.light, got, tt.low, tt.high)
		}
	}
	moon := func(date string) float64 {
		v := view{date: date, camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Moon, Distance: 1.2e7, Toward: astro.Earth, Angle: 10 * deg},
			Look:  &scene.Look{Target: astro.Moon, Up: scene.UpNorth, FOV: 20 * deg},
		}}
		return square(float64(looked(t, v, astro.Moon).exposure / astro.AUM))
	}
	if got := moon("2026-03-03T11:34:00Z") / moon("2026-03-03T06:00:00Z"); got < 500 || got > 2e4 {
		t.Errorf("the eclipsed Moon is exposed %.0f times as long", got)
	}
}

// TestShadowsDoNotAllocate: they are found in every frame.
func TestShadowsDoNotAllocate(t *testing.T) {
	fr := seenFrom(t, astro.Jupiter, "2015-01-24T06:03:00Z")
	if n := testing.AllocsPerRun(20, func() { fr.shadows.find(&fr.world.Ephemeris); fr.litMean(astro.Io) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkShadows(b *testing.B) {
	var e astro.Ephemeris
	date, _ := astro.ParseTime("2015-01-24T06:03:00Z")
	e.Update(date)
	var s shadows
	for b.Loop() {
		s.find(&e)
	}
}
