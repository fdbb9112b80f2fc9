package render

import (
	"bytes"
	"math"
	"testing"
	"time"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// moonSide is that of the maps that tests look at: gibbous wants them so.
const moonSide = 128

// bakedMoon draws the Moon with maps of moonSide, and returns the studio.
func bakedMoon(t *testing.T) *studio {
	t.Helper()
	s := newStudio(t, Options{})
	s.surfaces.limits.side = moonSide
	s.picture(gibbous)
	if side := s.surfaces.grounds[astro.Moon].maps.side; side != moonSide {
		t.Fatalf("maps of %d texels a side, want %d", side, moonSide)
	}
	return s
}

// texels reads the finest level of a map, face after face, four bytes a texel.
func texels(name uint32, side int, numbers uint32) []byte {
	data := make([]byte, faces*side*side*4)
	gl.ActiveTexture(gl.TEXTURE0)
	gl.BindTexture(gl.TEXTURE_CUBE_MAP, name)
	for face := range faces {
		gl.GetTexImage(gl.TEXTURE_CUBE_MAP_POSITIVE_X+uint32(face), 0, gl.RGBA, numbers, unsafe.Pointer(&data[face*side*side*4]))
	}
	return data
}

// TestSurfacesAreTheSame: another renderer bakes the same bytes, and so does one
// that takes many frames over it.
func TestSurfacesAreTheSame(t *testing.T) {
	read := func(s *studio) []byte {
		m := s.surfaces.grounds[astro.Moon].maps
		return append(texels(m.colour, m.side, gl.UNSIGNED_BYTE), texels(m.relief, m.side, gl.UNSIGNED_INT_2_10_10_10_REV)...)
	}
	want := read(bakedMoon(t))
	if !bytes.Equal(read(bakedMoon(t)), want) {
		t.Error("a second renderer bakes another Moon")
	}
	if !bytes.Equal(read(slowMoon(t, nil)), want) {
		t.Error("tiles made a few a frame differ from those made at once")
	}
}

// slowMoon bakes the Moon as a program does that has other work, and calls each after
// every frame.
func slowMoon(t *testing.T, each func(s *studio)) *studio {
	t.Helper()
	s := newStudio(t, Options{})
	u := s.surfaces
	u.limits.side, u.limits.work, u.settle = moonSide, 500*time.Microsecond, false
	clock := time.Now()
	u.now = func() time.Time { clock = clock.Add(10 * time.Millisecond); return clock }
	w := gibbous.world(t)
	for range 2000 {
		if err := s.Draw(w, gibbous.frame(w)); err != nil {
			t.Fatal(err)
		}
		if each != nil {
			each(s)
		}
		if u.grounds[astro.Moon].maps.side == moonSide {
			return s
		}
	}
	t.Fatal("no Moon after 2000 frames")
	return nil
}

// TestFrameBudget: no frame makes more texels than its time is thought to be enough
// for, but for a tile, and what it thinks follows what was measured.
func TestFrameBudget(t *testing.T) {
	done, frames := 0, 0
	slowMoon(t, func(s *studio) {
		b := &s.surfaces.baker
		if b.body != astro.Moon || b.step != bakeTiles {
			return
		}
		now := (b.face*b.maps.side+b.y)*b.maps.side + b.x*tileHigh
		most := max(int(b.pace.perSec*s.surfaces.limits.work.Seconds()), firstTexels) + tileWide*tileHigh
		if now-done > most {
			t.Errorf("%d texels in a frame, at most %d", now-done, most)
		}
		done = now
		frames++
	})
	if frames < 3 {
		t.Errorf("the Moon took %d frames: nothing was shared out", frames)
	}
	const ms = time.Millisecond
	for took, want := range map[time.Duration]time.Duration{0: 6 * ms, 99 * ms: 6 * ms, 100 * ms: 25 * ms, 400 * ms: 100 * ms} {
		if got := surfaceQuality[QualityLow].worth(took); got != want {
			t.Errorf("after %v it may take %v, want %v", took, got, want)
		}
	}
	p := pace{}
	p.learn(1e6, 1)
	if p.perSec != 1e6 {
		t.Errorf("a million texels in a second are %v", p.perSec)
	}
	if p.learn(1e9, 1); p.perSec != 2e6 {
		t.Errorf("one good figure makes %v, want twice as much as before", p.perSec)
	}
	if p.learn(1e3, 1); p.perSec != 1e3 {
		t.Errorf("a bad figure makes %v, want to heed it at once", p.perSec)
	}
}

// faceTexel is cubeDirection of cube.glsl.
func faceTexel(face, x, y, side int) mgl64.Vec3 {
	a, b := (2*float64(x)+1)/float64(side)-1, (2*float64(y)+1)/float64(side)-1
	return [faces]mgl64.Vec3{{1, -b, -a}, {-1, -b, a}, {a, 1, b}, {a, -1, -b}, {a, -b, 1}, {-a, -b, -1}}[face].Normalize()
}

// TestNoSeams: texels that meet across an edge of the cube differ no more than
// neighbours on a face do.
func TestNoSeams(t *testing.T) {
	s := bakedMoon(t)
	data := texels(s.surfaces.grounds[astro.Moon].maps.colour, moonSide, gl.UNSIGNED_BYTE)
	at := func(face, x, y int) float64 { return float64(data[((face*moonSide+y)*moonSide+x)*4]) }
	type texel struct {
		direction mgl64.Vec3
		value     float64
		face      int
	}
	var rim []texel
	var inner, innerCount float64
	for face := range faces {
		for i := range moonSide {
			for _, xy := range [4][2]int{{i, 0}, {i, moonSide - 1}, {0, i}, {moonSide - 1, i}} {
				rim = append(rim, texel{faceTexel(face, xy[0], xy[1], moonSide), at(face, xy[0], xy[1]), face})
			}
			for k := 1; k < moonSide; k++ {
				inner += math.Abs(at(face, i, k) - at(face, i, k-1))
				innerCount++
			}
		}
	}
	var across, count float64
	for _, a := range rim {
		nearest, best := 0, 0.0
		for i, b := range rim {
			if d := a.direction.Dot(b.direction); b.face != a.face && d > best {
				nearest, best = i, d
			}
		}
		across += math.Abs(a.value - rim[nearest].value)
		count++
	}
	inner, across = inner/innerCount, across/count
	if across > 1.5*inner {
		t.Errorf("across edges texels differ by %.2f in the mean, on faces by %.2f", across, inner)
	}
	t.Logf("across edges %.2f, on faces %.2f", across, inner)
}

// TestMeanAlbedo: the mean that a surface is scaled by is that of its finest texels,
// each for as much of the sphere as it covers.
func TestMeanAlbedo(t *testing.T) {
	s := bakedMoon(t)
	g := &s.surfaces.grounds[astro.Moon]
	data := texels(g.maps.colour, moonSide, gl.UNSIGNED_BYTE)
	var sum, whole float64
	for i := range faces * moonSide * moonSide {
		x, y := i%moonSide, i/moonSide%moonSide
		a, b := (2*float64(x)+1)/moonSide-1, (2*float64(y)+1)/moonSide-1
		share := math.Pow(1+a*a+b*b, -1.5)
		sum += share * luminance([3]float32{linear(data[4*i]), linear(data[4*i+1]), linear(data[4*i+2])})
		whole += share
	}
	if want := sum / whole; math.Abs(g.albedo/want-1) > 0.02 {
		t.Errorf("mean albedo %.4f, the texels have %.4f", g.albedo, want)
	}
	var grey meanTexels
	for face := range grey {
		for i := range grey[face] {
			grey[face][i] = [4]uint8{188, 188, 188, 255}
		}
	}
	if got := grey.albedo(); math.Abs(got-0.5029) > 1e-3 { // IEC 61966-2-1: ((188/255 + 0.055) / 1.055)^2.4
		t.Errorf("sRGB 188 everywhere has albedo %.4f, want 0.5029", got)
	}
}

// TestSurfacesHaveRoom: maps never take more memory than they may, those that were
// seen longest ago go first, and what is in view has some.
func TestSurfacesHaveRoom(t *testing.T) {
	s := newStudio(t, Options{})
	u := s.surfaces
	u.limits.side = leastSide
	u.limits.bytes = 2*mapBytes(leastSide, false) + 1
	for i, b := range []astro.Body{astro.Mercury, astro.Callisto, astro.Mercury, astro.Ceres} {
		s.picture(near(b, b, 6, 40, 25))
		if u.grounds[b].maps.side != leastSide {
			t.Fatalf("%v has maps of %d texels, want %d", b, u.grounds[b].maps.side, leastSide)
		}
		if u.bytes() > u.limits.bytes {
			t.Fatalf("after %d bodies maps take %d bytes, at most %d", i+1, u.bytes(), u.limits.bytes)
		}
	}
	if u.has(astro.Callisto) || !u.has(astro.Mercury) {
		t.Errorf("Callisto kept: %v, Mercury kept: %v; Callisto was seen longest ago", u.has(astro.Callisto), u.has(astro.Mercury))
	}
}

// TestSurfacesDoNotAllocate: a frame with a surface that is there allocates nothing.
func TestSurfacesDoNotAllocate(t *testing.T) {
	s := bakedMoon(t)
	w := gibbous.world(t)
	f := gibbous.frame(w)
	s.draw(w, f)
	if n := testing.AllocsPerRun(5, func() { s.draw(w, f) }); n != 0 {
		t.Errorf("%v allocations a frame, want 0", n)
	}
}

// TestFrostSeason: it is as far from its mean at the four corners of a year of Mars, 36
// of Piqueux et al. 2015, Icarus 251:332; a day is half a degree of it.
func TestFrostSeason(t *testing.T) {
	for date, longitudeDeg := range map[string]float64{"2021-02-07": 0, "2021-08-25": 90, "2022-02-24": 180, "2022-07-21": 270} {
		v := near(astro.Mars, astro.Mars, 10, 30, 50)
		v.date = date
		got, want := looked(t, v, astro.Mars).frostSeason(astro.Mars), math.Sin(longitudeDeg*math.Pi/180-math.Pi/4)
		if math.Abs(got-want) > 0.01 {
			t.Errorf("%s: %.4f, want %.4f", date, got, want)
		}
	}
}

// TestFrostGoesWithTheYear: frost on the north of Mars goes from its spring to its
// summer, has not come back at the autumn's beginning, when the Sun stands as high as in
// spring, and no surface is made anew for that. Mars' north has its spring equinox at the
// end of September 2026, its summer solstice in April 2027, and its autumn equinox in
// October.
func TestFrostGoesWithTheYear(t *testing.T) {
	s := newStudio(t, Options{})
	frosted := func(date string) (pixels int) {
		picture := s.picture(view{date: date, layers: scene.LayerBodies, camera: scene.SetCamera{
			Place: &scene.Place{Body: astro.Mars, Altitude: 6e6, Toward: astro.Sun, Angle: 50 * deg},
			Look:  &scene.Look{Target: astro.Mars, Up: scene.UpPole, FOV: 45 * deg},
		}})
		for i := 0; i < len(picture.Pix); i += 4 {
			if r, b := picture.Pix[i], picture.Pix[i+2]; r > 60 && float64(b) > 0.75*float64(r) { // rust has half as much
				pixels++
			}
		}
		return pixels
	}
	early := frosted("2026-10-20")
	colour := s.surfaces.grounds[astro.Mars].maps.colour
	late, summer, autumn := frosted("2027-01-10"), frosted("2027-04-14"), frosted("2027-09-25")
	t.Logf("pixels of frost: %d and %d in spring, %d in summer, %d in autumn", early, late, summer, autumn)
	if !(10*early > 13*late && 10*late > 13*summer && early > 5*autumn && summer > 100) {
		t.Error("it does not go with the year")
	}
	if s.surfaces.grounds[astro.Mars].maps.colour != colour {
		t.Error("Mars was made anew")
	}
}
