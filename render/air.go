package render

import "github.com/spacetime-vr/spacetime/scene/astro"

// atmosphere is the air of a body as three things mixed: molecules and particles
// that thin out upwards by the same share every so many metres, and one layer,
// thickest in its middle. Optical depths are those of the whole column over
// altitude 0, the surface that is drawn, straight up, at 630, 550 and 450 nm for
// red, green and blue: at these the light that molecules scatter, by the inverse
// fourth power, has about the ratios of its colour, 0.26 to 0.45 to 1.
type atmosphere struct {
	body astro.Body
	topM float64 // altitude of where the air is taken to end
	gas  struct {
		depth    [3]float64 // by Rayleigh scattering
		absorbed [3]float64 // by absorption, in the same proportion at all altitudes
		scaleM   float64    // divided by, also where there are no molecules to speak of
	}
	haze struct {
		depth  [3]float64
		albedo [3]float64 // the share of it that is scattered, not absorbed
		ahead  [3]float64 // the mean cosine of the angle of scattering
		scaleM float64
		evenM  float64 // below this altitude it is as thick as there
	}
	layer struct {
		depth   [3]float64
		albedo  [3]float64 // scattered as by molecules
		middleM float64
		halfM   float64 // from the middle to either end
	}
	ground [3]float64 // albedo of what lies below, for the light it sends back up
	// surface is how many times its light a body's own surface has under the air,
	// so that both together have the catalogue's geometric albedo
	// (TestGeometricAlbedo).
	surface float64
}

// maxAirs is how many atmospheres fit the uniform block; the shaders have the same
// number.
const maxAirs = 10

// atmospheres are the airs that are drawn, in the order of their tables.
var atmospheres = [...]atmosphere{
	earthAir(), marsAir(), venusAir(), titanAir(), jupiterAir(), saturnAir(), uranusAir(), neptuneAir(), plutoAir(), tritonAir(),
}

// earthAir is that of a clear day. Molecules: Hansen & Travis 1974, Space Science
// Reviews 16:527. Particles: Hillaire 2020, table 1, but as thick as over clear seas:
// Smirnov et al. 2009, JGR 114:D06204. Ozone, from 10 to 40 km: 300 Dobson units,
// Gorshelev et al. 2014, Atmospheric Measurement Techniques 7:609.
func earthAir() (a atmosphere) {
	a.body, a.topM = astro.Earth, 100e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.0560, 0.0973, 0.2213}, 8e3
	a.haze.depth, a.haze.scaleM = [3]float64{0.05, 0.06, 0.08}, 1.2e3
	a.haze.albedo, a.haze.ahead = grey(0.95), grey(0.8)
	a.layer.depth = [3]float64{0.030, 0.027, 0.0014}
	a.layer.middleM, a.layer.halfM = 25e3, 15e3
	a.ground, a.surface = grey(0.3), 1.115
	return a
}

// marsAir is that of the clearest season. Dust: Tomasko et al. 1999, JGR 104:8987, as thin
// as in northern spring and summer: Smith 2004, Icarus 167:148, 0.1 at 9.3 µm, of which
// visible light meets twice as much; that it sends blue light the straightest
// on: Ehlers et al. 2014, Applied Optics 53:1808. Molecules: 610 Pa of carbon dioxide,
// Sneep & Ubachs 2005, JQSRT 92:293. The layer is thin clouds of ice: Smith et al.
// 2013, JGR Planets 118:321.
func marsAir() (a atmosphere) {
	a.body, a.topM = astro.Mars, 100e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.0015, 0.0026, 0.0059}, 11e3
	a.haze.depth, a.haze.scaleM = [3]float64{0.21, 0.20, 0.19}, 11e3
	a.haze.albedo = [3]float64{0.97, 0.90, 0.76}
	a.haze.ahead = [3]float64{0.63, 0.71, 0.80}
	a.layer.depth, a.layer.albedo = [3]float64{0.008, 0.011, 0.016}, grey(1)
	a.layer.middleM, a.layer.halfM = 38e3, 25e3
	a.ground, a.surface = [3]float64{0.30, 0.13, 0.05}, 1.31
	return a
}

// venusAir is what lies over the clouds, whose tops, 70 km up, the body's surface
// stands for. Haze: Lane & Opstbaum 1983, Icarus 54:48; Luginin et al. 2016, Icarus
// 277:154. Its upper layer: Wilquet et al. 2009, JGR 114:E00B42.
func venusAir() (a atmosphere) {
	a.body, a.topM = astro.Venus, 60e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.004, 0.007, 0.016}, 5e3
	a.haze.depth, a.haze.scaleM = [3]float64{0.18, 0.20, 0.22}, 4.5e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.999, 0.997, 0.975}, grey(0.72)
	a.layer.depth, a.layer.albedo = [3]float64{0.008, 0.010, 0.012}, grey(0.99)
	a.layer.middleM, a.layer.halfM = 20e3, 12e3
	a.ground, a.surface = [3]float64{0.85, 0.80, 0.60}, 1.12
	return a
}

// titanAir is as the probe Huygens found it over 80 km, and as thick as there below:
// Tomasko et al. 2008, Planetary and Space Science 56:669; the share that is
// scattered is a little less, so that the geometric albedo comes out. Layer: Porco et
// al. 2005, Nature 434:159; Seignovert et al. 2017, Icarus 292:13. Molecules: 1.5 bar
// of nitrogen.
func titanAir() (a atmosphere) {
	a.body, a.topM = astro.Titan, 650e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.59, 1.02, 2.32}, 21e3
	a.haze.depth, a.haze.scaleM, a.haze.evenM = [3]float64{6.4, 8.8, 14.1}, 65e3, 80e3
	a.haze.albedo = [3]float64{0.92, 0.83, 0.62}
	a.haze.ahead = [3]float64{0.60, 0.64, 0.68}
	a.layer.depth, a.layer.albedo = [3]float64{0.002, 0.004, 0.009}, [3]float64{0.97, 0.96, 0.95}
	a.layer.middleM, a.layer.halfM = 500e3, 40e3
	a.ground, a.surface = [3]float64{0.15, 0.10, 0.04}, 1
	return a
}

// jupiterAir is what lies over the hazes that are seen, at 0.4 bar. Hydrogen:
// Dalgarno & Williams 1962, ApJ 136:690. Haze: West et al. 2004, in Jupiter, ch. 5.
// Absorption is by methane: Karkoschka 1994, Icarus 111:174.
func jupiterAir() (a atmosphere) {
	a.body, a.topM = astro.Jupiter, 300e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.020, 0.035, 0.080}, 25e3
	a.gas.absorbed = [3]float64{0.010, 0.002, 0}
	a.haze.depth, a.haze.scaleM = [3]float64{0.08, 0.10, 0.13}, 25e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.99, 0.97, 0.86}, grey(0.65)
	a.ground, a.surface = [3]float64{0.60, 0.55, 0.42}, 1.09
	return a
}

// saturnAir is what lies over 0.3 bar; sources as for Jupiter, and of the haze
// Karkoschka & Tomasko 2005, Icarus 179:195.
func saturnAir() (a atmosphere) {
	a.body, a.topM = astro.Saturn, 500e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.04, 0.07, 0.16}, 50e3
	a.gas.absorbed = [3]float64{0.03, 0.005, 0}
	a.haze.depth, a.haze.scaleM = [3]float64{0.25, 0.30, 0.40}, 45e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.99, 0.97, 0.78}, grey(0.65)
	a.ground, a.surface = [3]float64{0.65, 0.55, 0.35}, 1.26
	return a
}

// uranusAir is what lies over 1 bar; sources as for Jupiter, and of the haze Rages et
// al. 1991, Icarus 89:359.
func uranusAir() (a atmosphere) {
	a.body, a.topM = astro.Uranus, 300e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.12, 0.21, 0.48}, 28e3
	a.gas.absorbed = [3]float64{0.20, 0.03, 0}
	a.haze.depth, a.haze.scaleM = grey(0.03), 28e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.95, 0.98, 0.98}, grey(0.6)
	a.ground, a.surface = [3]float64{0.35, 0.60, 0.60}, 1.24
	return a
}

// neptuneAir is what lies over 1 bar, as for Uranus.
func neptuneAir() (a atmosphere) {
	a.body, a.topM = astro.Neptune, 250e3
	a.gas.depth, a.gas.scaleM = [3]float64{0.10, 0.17, 0.39}, 20e3
	a.gas.absorbed = [3]float64{0.22, 0.03, 0}
	a.haze.depth, a.haze.scaleM = grey(0.03), 20e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.95, 0.97, 0.98}, grey(0.6)
	a.ground, a.surface = [3]float64{0.25, 0.50, 0.60}, 1.31
	return a
}

// plutoAir is haze: Gladstone et al. 2016, Science 351:aad8866; Cheng et al. 2017,
// Icarus 290:112.
func plutoAir() (a atmosphere) {
	a.body, a.topM = astro.Pluto, 400e3
	a.haze.depth, a.haze.scaleM = [3]float64{0.009, 0.015, 0.026}, 50e3
	a.haze.albedo, a.haze.ahead = [3]float64{0.95, 0.96, 0.97}, [3]float64{0.55, 0.55, 0.5}
	a.gas.scaleM = 50e3
	a.ground, a.surface = [3]float64{0.6, 0.5, 0.35}, 1
	return a
}

// tritonAir is haze: Rages & Pollack 1992, Icarus 99:289.
func tritonAir() (a atmosphere) {
	a.body, a.topM = astro.Triton, 100e3
	a.haze.depth, a.haze.scaleM = [3]float64{0.0015, 0.0023, 0.0040}, 10e3
	a.haze.albedo, a.haze.ahead = grey(0.99), grey(0.3)
	a.gas.scaleM = 15e3
	a.ground, a.surface = [3]float64{0.75, 0.7, 0.6}, 1
	return a
}

func grey(x float64) [3]float64 { return [3]float64{x, x, x} }

// airOf returns the row of a body's atmosphere in [atmospheres], or -1.
func airOf(body astro.Body) int {
	for i := range atmospheres {
		if atmospheres[i].body == body {
			return i
		}
	}
	return -1
}

// airBlock mirrors Air in air.glsl: lengths in the body's mean radius, extinctions
// per that.
type airBlock struct {
	gas      vec4 // scattering at altitude 0; scale height
	absorber vec4 // absorption that goes with gas; top
	haze     vec4 // extinction at altitude 0; scale height
	albedo   vec4 // of haze; altitude below which it is even
	ahead    vec4 // mean cosine of scattering by haze
	layer    vec4 // extinction in the middle; altitude of the middle
	layerOut vec4 // scattering in the middle; half of the thickness
	ground   vec4 // albedo
}

func (a *atmosphere) block() airBlock {
	radiusM := a.body.Info().MeanRadiusM
	// A column of depth over a length has its mean extinction over that length.
	over := func(depth [3]float64, lengthM, w float64) vec4 {
		k := radiusM / max(lengthM, 1)
		return vec4{float32(depth[0] * k), float32(depth[1] * k), float32(depth[2] * k), float32(w / radiusM)}
	}
	plain := func(c [3]float64, w float64) vec4 {
		return vec4{float32(c[0]), float32(c[1]), float32(c[2]), float32(w / radiusM)}
	}
	scattered := [3]float64{}
	for i := range scattered {
		scattered[i] = a.layer.depth[i] * a.layer.albedo[i]
	}
	return airBlock{
		gas:      over(a.gas.depth, a.gas.scaleM, a.gas.scaleM),
		absorber: over(a.gas.absorbed, a.gas.scaleM, a.topM),
		haze:     over(a.haze.depth, a.haze.evenM+a.haze.scaleM, a.haze.scaleM),
		albedo:   plain(a.haze.albedo, a.haze.evenM),
		ahead:    plain(a.haze.ahead, 0),
		layer:    over(a.layer.depth, a.layer.halfM, a.layer.middleM),
		layerOut: over(scattered, a.layer.halfM, max(a.layer.halfM, 1)),
		ground:   plain(a.ground, 0),
	}
}
