package render

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"testing"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// over is a view from an altitude over a body: angleDeg from under the Sun, looking
// at a target raised by raiseDeg.
func over(body astro.Body, altitudeM, angleDeg float64, target astro.Body, raiseDeg, fovDeg float64) view {
	return view{date: "2026-03-20T12:00:00Z", camera: scene.SetCamera{
		Place: &scene.Place{Body: body, Altitude: scene.Length(altitudeM), Toward: astro.Sun, Angle: scene.Angle(angleDeg) * deg, Position: 90 * deg},
		Look:  &scene.Look{Target: target, Up: scene.UpZenith, FOV: scene.Angle(fovDeg) * deg, Raise: scene.Angle(raiseDeg) * deg},
	}, layers: scene.LayerBodies | scene.LayerAir}
}

// table reads a layer of a table back.
func (s *studio) table(t *airTable, layer int) [][3]float64 {
	var fb uint32
	gl.GenFramebuffers(1, &fb)
	defer gl.DeleteFramebuffers(1, &fb)
	gl.BindFramebuffer(gl.FRAMEBUFFER, fb)
	gl.FramebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, t.texture, 0, int32(layer))
	return readFloats(t.w, t.h)
}

// lightPixels reads the light of the frame back.
func (s *studio) lightPixels() [][3]float64 {
	gl.BindFramebuffer(gl.FRAMEBUFFER, s.light.whole)
	return readFloats(goldenW, goldenH)
}

func readFloats(w, h int) [][3]float64 {
	texels := make([][4]float32, w*h)
	gl.ReadPixels(0, 0, int32(w), int32(h), gl.RGBA, gl.FLOAT, unsafe.Pointer(&texels[0]))
	out := make([][3]float64, w*h)
	for i, x := range texels {
		out[i] = [3]float64{float64(x[0]), float64(x[1]), float64(x[2])}
	}
	return out
}

// seen makes the tables of all atmospheres and returns the studio.
func (s *studio) seen() *studio {
	s.t.Helper()
	for i := range atmospheres {
		s.lightOf(over(atmospheres[i].body, 3*atmospheres[i].body.Info().MeanRadiusM, 60, atmospheres[i].body, 0, 40))
	}
	return s
}

// lightOf draws a view and reads its light.
func (s *studio) lightOf(v view) [][3]float64 {
	s.t.Helper()
	w := v.world(s.t)
	s.draw(w, v.frame(w))
	return s.lightPixels()
}

// depthOf is the optical depth of air from an altitude to its top under a zenith
// distance, by the trapezoid rule over even steps.
func (a *atmosphere) depthOf(altitudeM, zenithDeg float64) (depth [3]float64) {
	const steps = 20_000
	radiusM := a.body.Info().MeanRadiusM
	r, topR := radiusM+altitudeM, radiusM+a.topM
	sin, cos := math.Sincos(zenithDeg * math.Pi / 180)
	lengthM := -r*cos + math.Sqrt(topR*topR-r*r*sin*sin)
	for i := range steps + 1 {
		t := lengthM * float64(i) / steps
		h := math.Hypot(r*sin, r*cos+t) - radiusM
		weight := lengthM / steps
		if i == 0 || i == steps {
			weight /= 2
		}
		for k, x := range a.extinctionAt(h) {
			depth[k] += x * weight
		}
	}
	return depth
}

// at looks a table of transmittance up, between its texels.
func (a *atmosphere) at(table [][3]float64, w, h int, altitudeM, zenithDeg float64) (through [3]float64) {
	radiusM := a.body.Info().MeanRadiusM
	r, topR := radiusM+altitudeM, radiusM+a.topM
	most, horizon := math.Sqrt(topR*topR-radiusM*radiusM), math.Sqrt(r*r-radiusM*radiusM)
	cos := math.Cos(zenithDeg * math.Pi / 180)
	d := -r*cos + math.Sqrt(r*r*cos*cos+topR*topR-r*r)
	least := topR - r
	inside := func(x float64, n int) float64 { return math.Min(math.Max(x, 0), 1-1e-9) * float64(n-1) }
	x, y := inside((d-least)/(horizon+most-least), w), inside(horizon/most, h)
	for dy := range 2 {
		for dx := range 2 {
			px, py := int(x)+dx, int(y)+dy
			weight := math.Max(0, 1-math.Abs(x-float64(px))) * math.Max(0, 1-math.Abs(y-float64(py)))
			for k := range through {
				through[k] += weight * table[py*w+px][k]
			}
		}
	}
	return through
}

// TestTransmittance: the tables hold what integrating the profiles gives.
func TestTransmittance(t *testing.T) {
	s := newStudio(t, Options{}).seen()
	table := &s.airs.lasting[0]
	for i := range atmospheres {
		a := &atmospheres[i]
		texels := s.table(table, i)
		for _, altitude := range []float64{0, 0.02, 0.1, 0.3, 0.6, 0.95} { // of the top
			for _, zenithDeg := range []float64{0, 30, 60, 75, 85, 88, 90, 92} {
				h := altitude * a.topM
				if zenithDeg > 90 && (a.body.Info().MeanRadiusM+h)*math.Sin(zenithDeg*math.Pi/180) < a.body.Info().MeanRadiusM {
					continue // into the ground
				}
				got, depth := a.at(texels, table.w, table.h, h, zenithDeg), a.depthOf(h, zenithDeg)
				for k := range got {
					if want := math.Exp(-depth[k]); math.Abs(got[k]-want) > 0.012 {
						t.Errorf("%s, %.0f km, %.0f° from the zenith, colour %d: %.4f, want %.4f", a.body, h/1e3, zenithDeg, k, got[k], want)
					}
				}
			}
		}
	}
}

// TestEarthTransmittance: known depths, and the air mass of a flat and a round sky.
func TestEarthTransmittance(t *testing.T) {
	clear := earthAir()
	clear.haze.depth, clear.layer.depth = grey(0), grey(0)
	for _, tt := range []struct {
		zenithDeg, depth, within float64
		source                   string
	}{
		{0, 0.0973, 0.0002, "Bodhaine et al. 1999: 0.0973 at 550 nm"},
		{60, 2 * 0.0973, 0.001, "air mass 1.99: Kasten & Young 1989"},
		{80, 5.58 * 0.0973, 0.01, "air mass 5.58: Kasten & Young 1989"},
		{85, 10.3 * 0.0973, 0.03, "air mass 10.3: Kasten & Young 1989"},
		{90, 0.0973 * math.Sqrt(math.Pi*6371/2/8), 0.03, "Chapman 1931: the root of half pi times radius over scale height"},
	} {
		if got := clear.depthOf(0, tt.zenithDeg)[1]; math.Abs(got-tt.depth) > tt.within {
			t.Errorf("%g°: %.4f, want %.4f (%s)", tt.zenithDeg, got, tt.depth, tt.source)
		}
	}
	// By the table, with particles and ozone, seen from sea level.
	s := newStudio(t, Options{}).seen()
	table := &s.airs.lasting[0]
	earth := &atmospheres[0]
	got := earth.at(s.table(table, 0), table.w, table.h, 0, 0)
	for k, depth := range [3]float64{0.056 + 0.05 + 0.030, 0.0973 + 0.06 + 0.027, 0.2213 + 0.08 + 0.0014} {
		if want := math.Exp(-depth); math.Abs(got[k]-want) > 0.002 {
			t.Errorf("colour %d: %.4f to the zenith, want %.4f", k, got[k], want)
		}
	}
}

// TestScatteredLightIsBounded: nowhere is there more light than comes in, and on
// the ground, with what passes, no more than on a white plane over the air.
func TestScatteredLightIsBounded(t *testing.T) {
	s := newStudio(t, Options{}).seen()
	for i := range atmospheres {
		body := atmospheres[i].body
		for at, c := range s.table(&s.airs.lasting[1], i) {
			for k, x := range c {
				if !(x >= 0 && x <= 1) {
					t.Fatalf("%s: scattered light %g at texel %d, colour %d", body, x, at, k)
				}
			}
		}
		ground, through := &s.airs.lasting[2], &s.airs.lasting[0]
		sky, texels := s.table(ground, i), s.table(through, i)
		for at := ground.w / 2; at < ground.w; at++ {
			x := float64(at)/float64(ground.w-1)*2 - 1
			direct := atmospheres[i].at(texels, through.w, through.h, 0, math.Acos(x*x)*180/math.Pi)
			for k := range direct {
				// What ground sends up, air may send back to it.
				most := x * x / (1 - atmospheres[i].ground[k]*0.5)
				if sum := x*x*direct[k] + sky[at][k]; sum > most+0.06 {
					t.Errorf("%s: the ground gets %.3f of %.3f, colour %d", body, sum, x*x, k)
				}
			}
		}
		if night := sky[0]; night[0]+night[1]+night[2] > 1e-3 {
			t.Errorf("%s: light %v at midnight", body, night)
		}
	}
}

// TestGeometricAlbedo: at full phase a body with its air is as bright as it was
// measured to be, in the mean of four sides that it shows in a week. Not so the Earth,
// whose seas and clouds scatter back to the Sun more than the ones drawn do: those are
// as bright as Lambert's law makes an Earth that returns three tenths of the light,
// less what hazeFilter in bodies.frag takes. Pluto and Triton turn poles to the Sun
// that are brighter than the rest.
func TestGeometricAlbedo(t *testing.T) {
	s := newStudio(t, Options{mostSide: fine})
	for i := range atmospheres {
		body := atmospheres[i].body
		want, tolerance := body.Info().Albedo, 0.05
		if body == astro.Earth {
			want = 2.0 / 3 * 0.3 * 0.8
		}
		if body == astro.Pluto || body == astro.Triton {
			tolerance = 0.25
		}
		var got float64
		for side := range 4 {
			date := astro.Time(side) * 138_000 * 1e9 // seconds
			got += s.geometricAlbedo(body, date) / 4
		}
		if math.Abs(got/want-1) > tolerance {
			t.Errorf("%s: geometric albedo %.3f, want %.3f", body, got, want)
		}
	}
}

// geometricAlbedo is that of a body as it is drawn, so long after the date of the views.
func (s *studio) geometricAlbedo(body astro.Body, later astro.Time) float64 {
	info := body.Info()
	away := 40 * info.EquatorialRadiiM[0]
	v := over(body, away-info.MeanRadiusM, 0, body, 0, 4)
	v.camera.Look.Up = scene.UpPole
	start, err := astro.ParseTime(v.date)
	if err != nil {
		s.t.Fatal(err)
	}
	v.date = (start + later).String()
	pixels := s.lightOf(v)
	perPixel := math.Pow(2*math.Tan(2*math.Pi/180)/goldenH, 2) // sr
	pole := s.frame.world.Ephemeris.Pole(body)
	tilt := pole.Dot(s.frame.relative(0, body).Normalize())
	a, c := info.EquatorialRadiiM[0], info.PolarRadiusM
	disc := math.Pi * a * math.Hypot(c*math.Sqrt(1-tilt*tilt), a*tilt) / (away * away)
	var sum float64
	for _, p := range pixels {
		sum += 0.2126*p[0] + 0.7152*p[1] + 0.0722*p[2]
	}
	return sum * perPixel / disc / s.frame.exposure.light(s.frame.sunward(body).Len())
}

// TestAirIsFinite: no place and no direction gives what is no light.
func TestAirIsFinite(t *testing.T) {
	s := newStudio(t, Options{})
	for _, body := range []astro.Body{astro.Earth, astro.Titan, astro.Saturn, astro.Triton} {
		a := &atmospheres[airOf(body)]
		radiusM := body.Info().MeanRadiusM
		for _, h := range []float64{0.0011 * radiusM, a.topM - 1, a.topM, a.topM + 1, 1.49 * a.topM, 300 * radiusM} {
			for _, angle := range []float64{0, 90, 180} {
				for _, v := range []view{over(a.body, h, angle, astro.Sun, 0, 100), over(a.body, h, angle, a.body, 0, 60)} {
					for at, c := range s.lightOf(v) {
						if x := c[0] + c[1] + c[2]; !(x >= 0 && x < 1e5) {
							t.Fatalf("%s from %.0f km at %g°: light %v at pixel %d", a.body, h/1e3, angle, c, at)
						}
					}
				}
			}
		}
	}
}

// TestNoStepAtTheTop: nothing changes by a step as a ship sinks into the air.
func TestNoStepAtTheTop(t *testing.T) {
	for _, tt := range []struct {
		body    astro.Body
		quality Quality
		angle   float64
		stepM   float64
		towards astro.Body
		raise   float64
	}{
		{astro.Earth, QualityLow, 60, 100, astro.Sun, -40},
		{astro.Earth, QualityHigh, 60, 100, astro.Sun, -40},
		{astro.Earth, QualityLow, 95, 100, astro.Sun, 0},
		{astro.Titan, QualityLow, 70, 500, astro.Titan, 50},
	} {
		t.Run(fmt.Sprintf("%s at %g° %s", tt.body, tt.angle, tt.quality), func(t *testing.T) {
			s := newStudio(t, Options{mostSide: fine, Quality: tt.quality})
			topM := atmospheres[airOf(tt.body)].topM
			var last [][3]float64
			for k := -5; k <= 5; k++ {
				h := topM - (float64(k)+0.5)*tt.stepM
				now := s.lightOf(over(tt.body, h, tt.angle, tt.towards, tt.raise, 60))
				white := s.frame.exposure.light(s.frame.sunward(tt.body).Len())
				for at, c := range now {
					now[at] = [3]float64{c[0] / white, c[1] / white, c[2] / white}
				}
				if last != nil {
					if x := atSteady(last, now); x > 0.006 {
						t.Errorf("%s, quality %s: the light of a pixel changes by %.4f of white down to %.2f km", tt.body, tt.quality, x, h/1e3)
					}
				}
				last = now
			}
		})
	}
}

// atSteady is the largest change of light of pixels between two pictures, where
// neighbours differ little: an edge may move by a part of a pixel.
func atSteady(a, b [][3]float64) (most float64) {
	for y := 2; y < goldenH-2; y++ {
		for x := range goldenW {
			at := y*goldenW + x
			for k := range 3 {
				slope := math.Abs(a[at+2*goldenW][k]-a[at-2*goldenW][k]) + math.Abs(a[at+goldenW][k]-a[at-goldenW][k])
				most = math.Max(most, math.Abs(a[at][k]-b[at][k])-0.5*slope)
			}
		}
	}
	return most
}

// TestLimbOfTheEarth: the edge of the daylit Earth is blue, as high as astronauts
// see it, and fades evenly.
func TestLimbOfTheEarth(t *testing.T) {
	s := newStudio(t, Options{})
	v := over(astro.Earth, 4e5, 40, astro.Earth, 70, 8)
	pixels := s.lightOf(v)
	// The middle column; each pixel looks over the ground by so much.
	eyeM := s.frame.relative(0, astro.Earth).Len()
	groundM := astro.Earth.Info().EquatorialRadiiM[0]
	altitude := func(y int) float64 {
		tangent := math.Tan(4*math.Pi/180) * (float64(y) + 0.5 - goldenH/2) / (goldenH / 2)
		nadir := 70*math.Pi/180 + math.Atan(tangent)
		return eyeM*math.Sin(nadir) - groundM
	}
	var brightest, visible float64
	for y := range goldenH {
		c := pixels[y*goldenW+goldenW/2]
		h := altitude(y) / 1e3
		if h < 12 {
			continue
		}
		brightest = math.Max(brightest, c[1])
		if c[2] > 0.0015 { // 5 of 255 on a screen
			visible = math.Max(visible, h)
		}
		if h > 20 && h < 50 && !(c[2] > 1.5*c[1] && c[1] > c[0]) {
			t.Errorf("%.0f km: %.3f is no blue", h, c)
		}
		if h > 15 && h < 90 && y > 0 && c[1] > pixels[(y-1)*goldenW+goldenW/2][1]+0.002 {
			t.Errorf("%.0f km: brighter upwards", h)
		}
	}
	if brightest < 0.1 || brightest > 0.8 {
		t.Errorf("the limb has light %.3f at most", brightest)
	}
	if visible < 50 || visible > 85 {
		t.Errorf("the limb is seen up to %.0f km", visible)
	}
}

// TestSunset: against a rising Sun the Earth's air is orange below and blue above,
// that of Mars blue round the Sun and brown beside it.
func TestSunset(t *testing.T) {
	s := newStudio(t, Options{})
	v := over(astro.Earth, 4e5, 109.5, astro.Sun, 0, 12)
	var orange, blue int
	for _, row := range rows(s.lightOf(v), goldenW/4) {
		switch c := row; {
		case c[0] > 0.03 && c[0] > 2*c[2]:
			orange++
			if blue > 0 {
				t.Fatal("orange over blue")
			}
		case c[2] > 0.02 && c[2] > 1.5*c[0]:
			blue++
		}
	}
	if orange < 3 || blue < 5 {
		t.Errorf("%d rows of orange under %d of blue", orange, blue)
	}
	pixels := s.lightOf(over(astro.Mars, 9e3, 88, astro.Sun, 0, 60))
	near, beside := pixels[(goldenH/2+25)*goldenW+goldenW/2], pixels[(goldenH/2+25)*goldenW+20]
	if near[2] < 1.1*near[0] || beside[2] > beside[0] {
		t.Errorf("over Mars: %.3f over the Sun, %.3f beside it", near, beside)
	}
}

// rows is a column of a picture, upwards.
func rows(pixels [][3]float64, x int) (column [][3]float64) {
	for y := range goldenH {
		column = append(column, pixels[y*goldenW+x])
	}
	return column
}

// TestTwilight: some light reaches beyond where the ground is lit.
func TestTwilight(t *testing.T) {
	s := newStudio(t, Options{mostSide: fine})
	v := over(astro.Earth, 3e7, 90, astro.Earth, 0, 22)
	v.camera.Look.Up = scene.UpPole
	middle := func() [][3]float64 { return s.lightOf(v)[goldenH/2*goldenW : (goldenH/2+1)*goldenW] }
	row := middle()
	v.layers = scene.LayerBodies
	bare := middle()
	night := goldenW / 4 // where the bare ground grows dark, the Sun being to the left
	for bare[night][1] > 0.002 {
		night++
	}
	twilight := night
	for row[twilight][1] > 2e-4 {
		twilight++
	}
	// A pixel is 35 km here, and civil twilight reaches 670.
	if twilight < night+6 || twilight > night+30 {
		t.Errorf("twilight reaches %d pixels beyond the terminator", twilight-night)
	}
}

// TestAirCalls: air costs a frame no allocation and few calls.
func TestAirCalls(t *testing.T) {
	for _, tt := range []struct {
		path Stereo
		one  int // more with a body with air than without air
		two  int // in two views
	}{
		{StereoLayer, 28, 28},
		{StereoWide, 28, 28},
		{StereoTwice, 28, 46},
	} {
		s := newStudio(t, Options{Stereo: tt.path})
		for eyes, most := range map[int]int{1: tt.one, 2: tt.two} {
			v := over(astro.Earth, 2e7, 70, astro.Earth, 0, 40)
			v.eyes = eyes
			w := v.world(t)
			f := v.frame(w)
			s.draw(w, f)
			if n := testing.AllocsPerRun(3, func() { s.draw(w, f) }); n != 0 {
				t.Errorf("%s, %d views: %v allocations a frame", tt.path, eyes, n)
			}
			with := s.Counts().Calls
			v.layers = scene.LayerBodies
			w = v.world(t)
			s.draw(w, f)
			if more := with - s.Counts().Calls; more > most || more < 10 {
				t.Errorf("%s, %d views: %d calls more, at most %d", tt.path, eyes, more, most)
			}
		}
	}
}

// TestAirIsTheSame: however the tables came about, for two eyes as for one, by any
// path, with any depth.
func TestAirIsTheSame(t *testing.T) {
	v := over(astro.Titan, 3e5, 60, astro.Saturn, 0, 60)
	v.eyes = 2
	s := newStudio(t, Options{})
	first := s.picture(v)
	if again := s.seen().picture(v); !bytes.Equal(first.Pix, again.Pix) {
		t.Error("after other bodies the picture has other bytes")
	}
	for _, o := range []Options{{Stereo: StereoLayer}, {Stereo: StereoWide}, {Without: []string{extClipControl}}, {Samples: 4}} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			same(t, first, newStudio(t, o).picture(v))
		})
	}
	far := over(astro.Earth, 2e7, 70, astro.Earth, 0, 40)
	same(t, newStudio(t, Options{}).picture(far), newStudio(t, Options{Without: []string{extClipControl}}).picture(far))
	left, right := first.SubImage(image.Rect(0, 0, goldenW, goldenH)), first.SubImage(image.Rect(goldenW, 0, 2*goldenW, goldenH))
	same(t, left, right)
}
