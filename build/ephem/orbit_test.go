package main

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// alone is a central body without planets, over n steps.
func alone(n int, gm float64) *field {
	return &field{&pulls{positions: make([][3][]mgl64.Vec3, n)}, gm}
}

func TestIntegratedOrbitIsKeplers(t *testing.T) {
	// The period of Ceres about a body so light that relativity does nothing.
	const n, from, a, e = 6000, 2500, 1e5, 0.25 // steps, the first, km, eccentricity
	const motion = 2 * math.Pi / (1680 * dayS)
	at := func(seconds float64) mgl64.Vec3 {
		ecc := eccentricAnomaly(e, motion*seconds)
		return mgl64.Vec3{a * (math.Cos(ecc) - e), a * math.Sqrt(1-e*e) * math.Sin(ecc), 0}
	}
	speed := motion * a * math.Sqrt((1+e)/(1-e))
	o := alone(n, motion*motion*a*a*a).integrate(from, at(0), mgl64.Vec3{0, speed, 0})
	for i := 0; i <= n; i += 50 {
		if off := o.x[i].Sub(at(float64(i-from)*stepS)).Len() / a; !(off < 1e-8) {
			t.Fatalf("step %d is %g of the orbit off", i, off)
		}
	}
	for _, step := range []float64{0.5, 2500.5, 5999.9} { // between the steps
		if off := o.at(startDays+step*stepDays).Sub(at((step-from)*stepS)).Len() / a; !(off < 6e-8) {
			t.Errorf("at step %v it is %g of the orbit off", step, off)
		}
	}
}

// Einstein 1915: the periapsis turns by 6πGM/(c²a(1-e²)) a revolution.
func TestRelativityTurnsTheOrbit(t *testing.T) {
	const a, e, revolutions = 4.2e8, 0.3, 30
	f := alone(5200, sunGM)
	v := math.Sqrt(sunGM / a * (1 + e) / (1 - e))
	o := f.integrate(0, mgl64.Vec3{a * (1 - e), 0, 0}, mgl64.Vec3{0, v, 0})
	period := 2 * math.Pi * math.Sqrt(cube(a)/sunGM)
	i := int(math.Round(revolutions * period / stepS))
	x, v3 := o.x[i], o.v[i]
	periapsis := v3.Cross(x.Cross(v3)).Mul(1 / sunGM).Sub(x.Normalize()) // Laplace's vector
	got := math.Atan2(periapsis[1], periapsis[0])
	want := revolutions * 6 * math.Pi * sunGM / (lightKmS * lightKmS * a * (1 - e*e))
	if !(math.Abs(got/want-1) < 0.01) {
		t.Errorf("turned by %.4g rad, want %.4g rad", got, want)
	}
}

func TestPlanetsPull(t *testing.T) {
	f := alone(1, 1.3e11)
	f.add(1.267e8, func(float64) mgl64.Vec3 { return mgl64.Vec3{0, 7e8, 0} })
	// At 6e9 km on x: the Sun, then the planet itself, then what it does to the Sun; worked out by hand.
	distance := math.Hypot(6e9, 7e8)
	want := mgl64.Vec3{
		-1.3e11/36e18 - 1.267e8*6e9/math.Pow(distance, 3),
		1.267e8*7e8/math.Pow(distance, 3) - 1.267e8/49e16,
		0,
	}
	want[0] += 4 * 1.3e11 * 1.3e11 / (lightKmS * lightKmS * 216e27) // relativity, at rest
	if got := f.acceleration(f.positions[0][1], mgl64.Vec3{6e9, 0, 0}, mgl64.Vec3{}); !(got.Sub(want).Len() < 1e-12*want.Len()) {
		t.Errorf("%v km/s², want %v km/s²", got, want)
	}
}

func TestPullsAreThoseOfSystems(t *testing.T) {
	for i, want := range []float64{ // JPL DE440, km³/s²: Park et al. 2021, AJ 161, 105
		22031.868551, 324858.592, 403503.235502, 42828.375816, 126712764.1, 37940584.8418, 5794556.4, 6836527.10058,
	} {
		if got := systemGM(planetOf(i)); !(math.Abs(got/want-1) < 2e-6) {
			t.Errorf("%s and its moons: GM %.9g km³/s², want %.9g km³/s²", planetOf(i), got, want)
		}
	}
}
