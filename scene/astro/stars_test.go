package astro

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// testStar is a star in the catalogues' units.
func testStar(raDeg, decDeg, pmRAMas, pmDecMas, parallaxMas, rvKmS float64) *Star {
	const masRad = arcsecondRad / 1000
	return &Star{
		RARad: mgl64.DegToRad(raDeg), DecRad: mgl64.DegToRad(decDeg),
		PMRARadPerYear: pmRAMas * masRad, PMDecRadPerYear: pmDecMas * masRad,
		ParallaxArcsec: parallaxMas / 1000, RadialVelocityKmS: rvKmS,
	}
}

var (
	siriusTest     = testStar(101.287155, -16.716116, -546.01, -1223.08, 379.21, -8)
	vegaTest       = testStar(279.234735, 38.783692, 201.02, 287.46, 128.93, -14)
	alphaCenTest   = testStar(219.902065, -60.833976, -3678.19, 481.84, 742.12, -22)
	polarisTest    = testStar(37.954516, 89.26411, 44.22, -11.74, 7.56, -17)
	arcturusTest   = testStar(213.9153, 19.18241, -1093.45, -1999.4, 88.85, -5)
	barnardTest    = testStar(269.452079, 4.693391, -801.55, 10362.39, 546.976, 0)
	proximaTest    = testStar(217.428942, -62.67949, -3781.74, 769.47, 768.067, 0)
	betelgeuseTest = testStar(88.792939, 7.407063, 27.33, 10.86, 7.63, 21)
	aldebaranTest  = testStar(68.980161, 16.509301, 62.78, -189.36, 50.09, 54)
)

// TestStarMotion: ERFA's pmsafe made these of the stars above. It also applies the
// light time that the motion changes, which the convention here leaves out: that
// is what is seen after ten thousand years.
func TestStarMotion(t *testing.T) {
	for _, tt := range []struct {
		name                       string
		star                       *Star
		epochYear                  float64
		raDeg, decDeg, parallaxMas float64
	}{
		{"Sirius", siriusTest, 1900, 101.302983424, -16.682151496, 379.092295},
		{"Sirius", siriusTest, 2050, 101.279234989, -16.733105706, 379.268820},
		{"Sirius", siriusTest, 12000, 99.622702888, -20.210138158, 390.477022},
		{"Vega", vegaTest, 1900, 279.227573850, 38.775708255, 128.906201},
		{"Vega", vegaTest, 12000, 279.972916703, 39.594819840, 131.335226},
		{"Alpha Centauri A", alphaCenTest, 1900, 220.111453523, -60.847175359, 740.881622},
		{"Alpha Centauri A", alphaCenTest, 2050, 219.797173769, -60.827237322, 742.739842},
		{"Alpha Centauri A", alphaCenTest, 12000, 197.205311700, -57.159815698, 870.821623},
		{"Polaris", polarisTest, 1900, 37.858835313, 89.264435081, 7.559901},
		{"Polaris", polarisTest, 2050, 38.002325528, 89.263946687, 7.560050},
		{"Polaris", polarisTest, 12000, 47.047091738, 89.221676972, 7.569932},
		{"Arcturus", arcturusTest, 1900, 213.947468559, 19.237943539, 88.845889},
		{"Arcturus", arcturusTest, 12000, 210.793651980, 13.601247465, 88.712813},
		{"Barnard's Star", barnardTest, 1900, 269.474409977, 4.405548922, 546.968642},
		{"Barnard's Star", barnardTest, 2050, 269.440906602, 4.837312689, 546.974471},
		{"Barnard's Star", barnardTest, 12000, 267.123227025, 31.346620507, 488.505608},
		{"Proxima Centauri", proximaTest, 1900, 217.657985799, -62.700677582, 768.065599},
		{"Proxima Centauri", proximaTest, 12000, 196.995259719, -58.922416987, 754.971855},
		{"Betelgeuse", betelgeuseTest, 12000, 88.869374438, 7.437173769, 7.617510},
		{"Aldebaran", aldebaranTest, 1900, 68.978341573, 16.514562447, 50.103859},
		{"Aldebaran", aldebaranTest, 12000, 69.156684830, 15.997400353, 48.739637},
	} {
		tolArcsec, tolMas := 5e-5, 5e-4
		if tt.epochYear == 12000 {
			tolArcsec, tolMas = 0.4, 0.04
		}
		got, pc := tt.star.after(tt.epochYear - 2000)
		if arcsec := got.Sub(unitVector(tt.raDeg, tt.decDeg)).Len() / arcsecondRad; !(arcsec <= tolArcsec) {
			t.Errorf("%s in %g: %.6f arcsec off, want within %g (ERFA)", tt.name, tt.epochYear, arcsec, tolArcsec)
		}
		if mas := 1000 / pc; !(math.Abs(mas-tt.parallaxMas) <= tolMas) {
			t.Errorf("%s in %g: parallax %.6f mas, want %.6f ± %g (ERFA)", tt.name, tt.epochYear, mas, tt.parallaxMas, tolMas)
		}
	}
}

func unitVector(raDeg, decDeg float64) mgl64.Vec3 {
	return mgl64.SphericalToCartesian(1, mgl64.DegToRad(90-decDeg), mgl64.DegToRad(raDeg))
}

// TestStarAt is the same in the catalogue's time: half a century is 18 262.5 days.
func TestStarAt(t *testing.T) {
	got, pc := StarAt(barnardTest, Time(18_262.5*86_400e9))
	if arcsec := got.Sub(unitVector(269.440906602, 4.837312689)).Len() / arcsecondRad; !(arcsec <= 5e-5) {
		t.Errorf("Barnard's star in 2050: %.6f arcsec off (ERFA)", arcsec)
	}
	if math.Abs(1000/pc-546.974471) > 5e-4 {
		t.Errorf("Barnard's star in 2050: parallax %.6f mas, want 546.974471 (ERFA)", 1000/pc)
	}
	got, pc = StarAt(siriusTest, J2000)
	if off := got.Sub(unitVector(101.287155, -16.716116)).Len(); off > 1e-15 || math.Abs(pc-1/0.37921) > 1e-15 {
		t.Errorf("Sirius at J2000.0 is %g rad from its place, at %.17g pc", off, pc)
	}
}

// TestStarMotionExact has what can be said without a computer: 1 km/s is 1 pc in
// 977 792.2 years, a star that comes straight at us stays where it is, and one that
// goes across by its own distance is 45 degrees away and √2 as far.
func TestStarMotionExact(t *testing.T) {
	coming := testStar(30, 40, 0, 0, 100, -1)
	direction, pc := coming.after(977_792.22)
	if math.Abs(pc-9) > 1e-7 || direction.Sub(unitVector(30, 40)).Len() > 1e-15 {
		t.Errorf("straight at us: %.9f pc, direction %v, want 9 pc and unchanged", pc, direction)
	}
	across := testStar(0, 0, 1000*3600*180/math.Pi, 0, 100, 0) // a radian a year, to the east
	direction, pc = across.after(1)
	if direction.Sub(unitVector(45, 0)).Len() > 1e-15 || math.Abs(pc-10*math.Sqrt2) > 1e-13 {
		t.Errorf("across: %v at %.15g pc, want 45° and %.15g", direction, pc, 10*math.Sqrt2)
	}
	north := testStar(90, 0, 0, 1000*3600*180/math.Pi, 100, 0)
	if direction, _ = north.after(1); direction.Sub(unitVector(90, 45)).Len() > 1e-15 {
		t.Errorf("to the north: %v, want 45° up", direction)
	}
}

// TestStarWithoutParallax: a distance that is not known is the greatest, and such
// a star moves on the sky all the same.
func TestStarWithoutParallax(t *testing.T) {
	for _, parallaxMas := range []float64{0, -3, 0.05, 0.1} {
		star := testStar(10, 0, 0, 3_600_000, parallaxMas, 20)
		if _, pc := star.after(0); math.Abs(pc-MaxDistancePc) > 1e-9 {
			t.Errorf("parallax %g mas: %g pc, want %d", parallaxMas, pc, MaxDistancePc)
		}
		if direction, _ := star.after(1); math.Abs(math.Asin(direction[2])-math.Atan(math.Pi/180)) > 1e-9 {
			t.Errorf("parallax %g mas: went %g rad in a year, want a degree's tangent", parallaxMas, math.Asin(direction[2]))
		}
	}
}

// TestTemperatureFromBV: Ballesteros 2012, EPL 97, 34008, equation 14; the Sun's
// B-V of 0.653 is worked out in the paper.
func TestTemperatureFromBV(t *testing.T) {
	for _, tt := range []struct{ bv, want float64 }{
		{-0.3, 16602.430},
		{-0.1, 11572.818},
		{0, 10125.237},
		{0.3, 7461.864},
		{0.653, 5767.484},
		{1, 4742.738},
		{1.5, 3793.506},
		{1.85, 3333.197},
		{-0.5, 32459.677},
		{-0.7, 32459.677}, // beyond the ends
		{math.Inf(-1), 32459.677},
		{5, 1611.385},
		{9, 1611.385},
	} {
		if got := TemperatureFromBV(tt.bv); math.Abs(got-tt.want) > 0.001 {
			t.Errorf("B-V %g: %.3f K, want %.3f", tt.bv, got, tt.want)
		}
	}
}

// TestTemperatureFalls: redder is colder.
func TestTemperatureFalls(t *testing.T) {
	for bv := bluestBV; bv < reddestBV; bv += 0.01 {
		if warm, cold := TemperatureFromBV(bv), TemperatureFromBV(bv+0.01); warm <= cold {
			t.Fatalf("B-V %.2f is %g K, and %.2f is %g K", bv, warm, bv+0.01, cold)
		}
	}
}

// TestBlackbodyColour: sums over the CIE 1931 2° observer's own table (CVRL, 360 to
// 830 nm by 5 nm) and Planck's law with the constants of CODATA 2018. The first is
// CIE illuminant A. The fitted matching functions are worst in deep red.
func TestBlackbodyColour(t *testing.T) {
	for _, tt := range []struct {
		tempK, x, y   float64
		rgb           [3]float64 // linear sRGB of luminance 1
		tolXY, tolRGB float64
	}{
		{2855.542, 0.44757, 0.40744, [3]float64{1.845081, 0.826064, 0.233324}, 0.0015, 0.02},
		{1000, 0.652751, 0.344462, [3]float64{4.599451, 0.039599, -0.090027}, 0.011, 0.3},
		{1900, 0.537777, 0.411202, [3]float64{2.638923, 0.613545, -0.000078}, 0.003, 0.05},
		{3500, 0.405303, 0.390716, [3]float64{1.564031, 0.892252, 0.405641}, 0.001, 0.012},
		{5000, 0.345101, 0.351608, [3]float64{1.213321, 0.960528, 0.762536}, 0.0005, 0.005},
		{5772, 0.326552, 0.335833, [3]float64{1.112592, 0.975306, 0.912914}, 0.0005, 0.005},
		{6500, 0.313525, 0.323627, [3]float64{1.043216, 0.983593, 1.035230}, 0.0005, 0.005},
		{10000, 0.280633, 0.288286, [3]float64{0.871823, 0.994616, 1.431035}, 0.0005, 0.005},
		{30000, 0.250069, 0.248789, [3]float64{0.715790, 0.985463, 1.981500}, 0.0005, 0.005},
		{1e6, 0.240133, 0.234416, [3]float64{0.664878, 0.976253, 2.222783}, 0.0005, 0.005},
	} {
		got := BlackbodyLinearSRGB(tt.tempK)
		x, y, luminance := chromaticity(got)
		if !(math.Abs(x-tt.x) <= tt.tolXY && math.Abs(y-tt.y) <= tt.tolXY) {
			t.Errorf("%g K: x, y %.5f, %.5f, want %.5f, %.5f ± %g", tt.tempK, x, y, tt.x, tt.y, tt.tolXY)
		}
		if math.Abs(luminance-1) > 1e-6 {
			t.Errorf("%g K: luminance %.7f, want 1", tt.tempK, luminance)
		}
		for i := range got {
			if !(math.Abs(float64(got[i])-tt.rgb[i]) <= tt.tolRGB) {
				t.Errorf("%g K: %v, want %v ± %g", tt.tempK, got, tt.rgb, tt.tolRGB)
			}
		}
	}
}

// TestBlackbodyCold: under the coldest temperature nothing changes any more, and
// nothing is infinite or no number.
func TestBlackbodyCold(t *testing.T) {
	want := BlackbodyLinearSRGB(MinBlackbodyK)
	for _, tempK := range []float64{499, 0, -1, math.Inf(-1)} {
		if got := BlackbodyLinearSRGB(tempK); got != want {
			t.Errorf("%g K: %v, want %v", tempK, got, want)
		}
	}
	if !(want[0] > 4 && want[0] < 8 && want[1] < 0.1 && want[2] < 0.1) {
		t.Errorf("%d K: %v, want a red", MinBlackbodyK, want)
	}
}

// chromaticity is of linear sRGB, by the matrix of IEC 61966-2-1.
func chromaticity(rgb [3]float32) (x, y, luminance float64) {
	xyz := mgl64.Mat3{
		0.4124564, 0.2126729, 0.0193339,
		0.3575761, 0.7151522, 0.1191920,
		0.1804375, 0.0721750, 0.9503041,
	}.Mul3x1(mgl64.Vec3{float64(rgb[0]), float64(rgb[1]), float64(rgb[2])})
	sum := xyz[0] + xyz[1] + xyz[2]
	return xyz[0] / sum, xyz[1] / sum, xyz[1]
}

func TestStarsDoNotAllocate(t *testing.T) {
	var sum float64
	for name, f := range map[string]func(){
		"StarAt":              func() { direction, pc := StarAt(barnardTest, 1e17); sum += direction[0] + pc },
		"TemperatureFromBV":   func() { sum += TemperatureFromBV(1.2) },
		"BlackbodyLinearSRGB": func() { sum += float64(BlackbodyLinearSRGB(5772)[0]) },
	} {
		if allocs := testing.AllocsPerRun(100, f); allocs != 0 {
			t.Errorf("%s: %g allocations, want none", name, allocs)
		}
	}
}

func BenchmarkStarAt(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		StarAt(barnardTest, 1e17)
	}
}
