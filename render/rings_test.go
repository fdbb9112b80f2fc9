package render

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// opacityAt is the normal opacity of Saturn's rings, the mean over some
// kilometres.
func opacityAt(km, over float64) (mean float64) {
	const steps = 200
	for i := range steps {
		o, _, _ := bandAt(saturnBands, km+over*((float64(i)+0.5)/steps-0.5))
		mean += o / steps
	}
	return mean
}

// TestSaturnBands: the fine table agrees with the facts of the coarse one, and
// has the gaps that telescopes show.
func TestSaturnBands(t *testing.T) {
	for _, tt := range []struct {
		name          string
		km, over      float64
		least, utmost float64
		source        string
	}{
		{"within the D ring", 66_000, 500, 0, 0, "D begins at 66 900 km"},
		{"C ring", 80_000, 1000, 0.03, 0.15, "optical depth 0.05 to 0.15"},
		{"Maxwell gap", 87_400, 50, 0, 0, "IAU"},
		{"B ring, thickest", 107_000, 3000, 0.93, 0.99, "optical depth over 2.5"},
		{"Cassini division", 119_000, 2000, 0.02, 0.15, "optical depth 0.05 to 0.15"},
		{"Huygens gap", 117_700, 100, 0, 0, "IAU"},
		{"A ring", 128_000, 2000, 0.33, 0.45, "optical depth 0.4 to 0.6"},
		{"D ring", 70_000, 3000, 5e-5, 1e-3, "optical depth about 5e-4"},
		{"Encke gap", 133_500, 100, 0, 0, "133 423 to 133 745 km"},
		{"Encke gap, its ringlet", 133_584, 200, 1e-3, 0.01, "20 km wide"},
		{"Keeler gap", 136_505, 20, 0, 0, "136 487 to 136 522 km"},
		{"Roche division", 138_000, 1000, 5e-5, 3e-4, "optical depth about 1e-4"},
		{"F ring, core", 140_180, 40, 0.1, 0.3, "optical depth 0.1 to 0.4"},
	} {
		if got := opacityAt(tt.km, tt.over); got < tt.least || got > tt.utmost {
			t.Errorf("%s: opacity %.3f, want %g to %g (%s)", tt.name, got, tt.least, tt.utmost, tt.source)
		}
	}
	for _, r := range astro.Saturn.Info().Rings {
		if r.OpticalDepth < 0.01 || r.Name == "F" { // the F ring is drawn as its core
			continue
		}
		got, want := opacityAt((r.InnerM+r.OuterM)/2e3, (r.OuterM-r.InnerM)/1e3), 1-math.Exp(-r.OpticalDepth)
		if math.Abs(got-want) > 0.12 {
			t.Errorf("ring %s: opacity %.2f in render, %.2f in astro", r.Name, got, want)
		}
	}
}

// TestTexelsKeepNarrowRings: a ring much narrower than a texel loses nothing.
func TestTexelsKeepNarrowRings(t *testing.T) {
	r := ringsOf(astro.Uranus)
	inner, step := r.innerM/1e3, (r.outerM-r.innerM)/1e3/ringTexels
	for _, b := range r.bands {
		if b.dust == 1 { // the sheet between them
			continue
		}
		want := (b.outerKm - b.innerKm) * (1 - math.Exp(-b.depth[0]))
		got := 0.0
		for i := int((b.innerKm-inner)/step) - 1; i <= int((b.outerKm-inner)/step)+1; i++ {
			if i >= 0 && i < ringTexels {
				got += r.part(i, ringTexels, texelRadii)[0] * step
			}
		}
		if math.Abs(got/want-1) > 0.2 {
			t.Errorf("a ring of Uranus at %.0f km has %.2f km of opacity, want %.2f", b.innerKm, got, want)
		}
	}
}

// TestSaturnTilt: from the Earth the outer edge of the A ring is an ellipse
// whose axes have the ratio of the sine of the ring's opening. It is measured
// beside the globe, below the middle.
func TestSaturnTilt(t *testing.T) {
	for _, tt := range []struct {
		date, source string
		openDeg      float64
	}{
		{"2017-10-16", "Astronomical Almanac 2017: widest, 27.0°", 27.0},
		{"2022-08-14", "Astronomical Almanac 2022: 13.9° at opposition", 13.9},
	} {
		v := view{date: tt.date, camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Saturn, Distance: 6e10, Toward: astro.Earth},
			Look:  &scene.Look{Target: astro.Saturn, Up: scene.UpPole, FOV: 0.16 * deg},
		}, layers: scene.LayerBodies | scene.LayerRings}
		img := newStudio(t, Options{}).picture(v)
		a := 136_780e3 / 6e10 * goldenH / 2 / math.Tan(0.08*math.Pi/180) // pixels
		var sum float64
		n := 0
		for x := int(0.46 * a); x < int(0.65*a); x++ {
			rows := 0
			for y := range goldenH {
				if img.NRGBAAt(goldenW/2+x, y).G > 130 {
					rows = max(rows, 2*(y-goldenH/2)+1)
				}
			}
			sum += float64(rows) / 2 / math.Sqrt(1-math.Pow((float64(x)+0.5)/a, 2))
			n++
		}
		got := math.Asin(sum/float64(n)/a) * 180 / math.Pi
		if math.Abs(got-tt.openDeg) > 0.3 {
			t.Errorf("%s: the rings are open by %.2f°, want %.1f° (%s)", tt.date, got, tt.openDeg, tt.source)
		}
	}
}

// TestGrooves: the made-up structure is bounded, smooth and the same for all.
func TestGrooves(t *testing.T) {
	var sum, square float64
	const n = 20000
	for i := range n {
		km := 80_000 + float64(i)
		g := grooves(km)
		if math.Abs(g) > 1 || math.Abs(g-grooves(km+0.1)) > 0.01 {
			t.Fatalf("grooves at %g km: %g, %g", km, g, grooves(km+0.1))
		}
		sum += g
		square += g * g
	}
	if mean, rms := sum/n, math.Sqrt(square/n); math.Abs(mean) > 0.1 || rms < 0.15 || rms > 0.6 {
		t.Errorf("mean %.3f, rms %.3f", mean, rms)
	}
}

// fromSide draws the rings of Saturn from so far above their plane, on the sunlit side
// in 2017, rolled by some degrees, and returns the light.
func (s *studio) fromSide(elevationDeg, rollDeg float64) []float32 {
	v := view{date: "2017-06-15", camera: saturn.camera, layers: scene.LayerBodies | scene.LayerRings}
	w := v.world(s.t)
	turn := w.Ephemeris.Orientations[astro.Saturn]
	sin, cos := math.Sincos(elevationDeg * math.Pi / 180)
	noon := turn.Conjugate().Rotate(w.Ephemeris.States[astro.Saturn].PositionM.Mul(-1))
	noon[2] = 0
	noon = noon.Normalize()
	toEye := turn.Rotate(noon.Mul(cos).Add(mgl64.Vec3{0, 0, sin}))
	w.Ship.PositionM = w.Ephemeris.States[astro.Saturn].PositionM.Add(toEye.Mul(8e8))
	up := turn.Rotate(noon.Mul(-sin).Add(mgl64.Vec3{0, 0, cos}))
	axes := mgl64.Mat3FromCols(up.Cross(toEye), up, toEye)
	w.Ship.Orientation = mgl64.Mat4ToQuat(axes.Mat4()).Mul(mgl64.QuatRotate(rollDeg*math.Pi/180, mgl64.Vec3{0, 0, 1}))
	w.FOVRad = 0.4
	if err := s.Draw(w, v.frame(w)); err != nil {
		s.t.Fatal(err)
	}
	return s.readLight()
}

// TestRingsFromTheSide: near the plane of the rings they are a line without a gap, and
// as the eye crosses it their light glides.
func TestRingsFromTheSide(t *testing.T) {
	s := newStudio(t, Options{Samples: 1})
	s.drop(func(p pass) bool { _, moons := p.(*points); return moons }) // they lie in that plane
	a := 130e6 / 8e8 * goldenH / 2 / math.Tan(0.2)                      // pixels to the A ring
	globe := 64e6 / 8e8 * goldenH / 2 / math.Tan(0.2)
	light := func(elevationDeg float64) (sum, least float64) {
		const rollDeg = 7.0
		picture := s.fromSide(elevationDeg, rollDeg)
		sin, cos := math.Sincos(-rollDeg * math.Pi / 180)
		least = math.Inf(1)
		for x := globe; x < a; x++ {
			column := s.sumAround(picture, goldenW/2+x*cos, goldenH/2+x*sin, 2)
			least = math.Min(least, column)
			sum += column
		}
		return sum, least
	}
	last := -1.0
	for elevation := 0.4; elevation >= -0.4; elevation -= 0.02 {
		sum, least := light(elevation)
		if elevation > 0.01 && !(least > 0.02*sum/(a-globe)) {
			t.Errorf("%.2f° above the plane the line is broken: %.3g of %.3g", elevation, least, sum/(a-globe))
		}
		if last >= 0 && math.Abs(sum-last) > 40 { // of 530
			t.Errorf("at %.2f° the light jumps from %.3g to %.3g", elevation, last, sum)
		}
		last = sum
	}
}
