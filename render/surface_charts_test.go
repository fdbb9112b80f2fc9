package render

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The colours of the test's chart: by quarters of longitude and by hemisphere, with a
// band about each pole, so that no mistake of axis, sense or origin gives the same.
var (
	northPole = color.NRGBA{255, 255, 255, 255}
	southPole = color.NRGBA{0, 0, 0, 255}
	quarters  = [2][4]color.NRGBA{ // from 180° W on eastward; north, south
		{{220, 40, 40, 255}, {40, 220, 40, 255}, {40, 40, 220, 255}, {220, 220, 40, 255}},
		{{120, 20, 20, 255}, {20, 120, 20, 255}, {20, 20, 120, 255}, {120, 120, 20, 255}},
	}
)

// testChart is a chart, that many pixels wide.
func testChart(wide int) *image.NRGBA {
	p := image.NewNRGBA(image.Rect(0, 0, wide, wide/2))
	for y := range wide / 2 {
		for x := range wide {
			lat := 90 - 180*(float64(y)+0.5)/float64(wide/2)
			c := quarters[int(flag(lat < 0))][4*x/wide]
			if lat > 75 {
				c = northPole
			} else if lat < -75 {
				c = southPole
			}
			p.SetNRGBA(x, y, c)
		}
	}
	return p
}

func pngOf(p image.Image) *fstest.MapFile {
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		panic(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func jpegOf(p image.Image) *fstest.MapFile {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

// charted returns a studio with charts, and what it logs.
func charted(t *testing.T, files fstest.MapFS) (*studio, *strings.Builder) {
	t.Helper()
	s := newStudio(t, Options{})
	s.Close()
	log := new(strings.Builder)
	r, err := New(s.context, assets.FS, Options{CheckErrors: true, Settle: true, mostSide: moonSide, Textures: files, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s.Renderer = r
	return s, log
}

// at reads what colour a body's finest maps have at a place.
func (s *studio) at(b astro.Body) func(latDeg, lonDeg float64) [3]int {
	m := s.surfaces.grounds[b].maps
	data := texels(m.colour, m.side, gl.UNSIGNED_BYTE)
	return func(latDeg, lonDeg float64) [3]int {
		lat, lon := latDeg*math.Pi/180, lonDeg*math.Pi/180
		place := mgl64.Vec3{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
		nearest, best := 0, -1.0
		for i := range faces * m.side * m.side {
			if d := faceTexel(i/(m.side*m.side), i%m.side, i/m.side%m.side, m.side).Dot(place); d > best {
				nearest, best = i, d
			}
		}
		return [3]int{int(data[4*nearest]), int(data[4*nearest+1]), int(data[4*nearest+2])}
	}
}

// TestChartsLieWhereTheyShould: a picture's colours come to the places on the body that
// equirectangular maps have them at, and there is no line at 180°.
func TestChartsLieWhereTheyShould(t *testing.T) {
	chart := testChart(512)
	for _, tt := range []struct {
		name, file string
		body       astro.Body
		data       *fstest.MapFile
		off        int // sRGB values that a colour may be off by
	}{
		{"PNG", "moon.png", astro.Moon, pngOf(chart), 1},
		{"JPEG in capitals", "MOON.JPG", astro.Moon, jpegOf(chart), 6},
		{"Mars, that has frost of its own", "mars.png", astro.Mars, pngOf(chart), 1},
		{"wider than is of use", "moon.jpeg", astro.Moon, jpegOf(testChart(4096)), 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, log := charted(t, fstest.MapFS{tt.file: tt.data})
			s.picture(near(tt.body, tt.body, 3, 40, 40))
			if log.Len() > 0 {
				t.Errorf("log: %s", log)
			}
			at := s.at(tt.body)
			for _, c := range []struct {
				lat, lon float64
				want     color.NRGBA
			}{
				{90, 0, northPole},
				{-90, 0, southPole},
				{82, 135, northPole},
				{-82, -45, southPole},
				{30, 4, quarters[0][2]}, // either side of 0° E
				{30, -4, quarters[0][1]},
				{-30, 4, quarters[1][2]},
				{-30, -4, quarters[1][1]},
				{30, 86, quarters[0][2]}, // and of 90° E
				{30, 94, quarters[0][3]},
				{30, 176, quarters[0][3]}, // and of 180° E
				{30, -176, quarters[0][0]},
				{-60, 176, quarters[1][3]},
				{-60, -94, quarters[1][0]},
			} {
				got := at(c.lat, c.lon)
				for i, want := range [3]uint8{c.want.R, c.want.G, c.want.B} {
					if d := got[i] - int(want); max(d, -d) > tt.off {
						t.Errorf("at %g° N %g° E it is %v, want %v", c.lat, c.lon, got, c.want)
						break
					}
				}
			}
		})
	}
}

// TestChartsHaveNoSeam: of a picture that is the same on both its edges nothing shows
// where they meet.
func TestChartsHaveNoSeam(t *testing.T) {
	smooth := image.NewNRGBA(image.Rect(0, 0, 512, 256))
	for y := range 256 {
		for x := range 512 {
			v := uint8(128 + 100*math.Cos(2*math.Pi*(float64(x)+0.5)/512))
			smooth.SetNRGBA(x, y, color.NRGBA{v, uint8(y/2 + 60), 128, 255})
		}
	}
	s, _ := charted(t, fstest.MapFS{"moon.png": pngOf(smooth)})
	s.picture(near(astro.Moon, astro.Moon, 3, 40, 40))
	at := s.at(astro.Moon)
	for _, lat := range []float64{0, 40, -70, 88} {
		for lon := 176.0; lon < 184; lon++ {
			want := [3]int{228, int(60 + (90-lat)/180*128), 128}
			got := at(lat, lon)
			for i := range got {
				if d := got[i] - want[i]; max(d, -d) > 3 {
					t.Errorf("at %g° N %g° E it is %v, want about %v", lat, lon, got, want)
				}
			}
		}
	}
}

// TestChartsThatAreRefused: the error tells which file is wrong and why.
func TestChartsThatAreRefused(t *testing.T) {
	whole := pngOf(testChart(64)).Data
	for _, tt := range []struct {
		name string
		data []byte
		why  string
	}{
		{"no picture", []byte("no picture"), "moon.png is no PNG and no JPEG"},
		{"empty", nil, "moon.png is no PNG and no JPEG"},
		{"cut off", whole[:len(whole)/2], "decode moon.png: png: invalid format"},
		{"square", pngOf(image.NewNRGBA(image.Rect(0, 0, 64, 64))).Data, "moon.png has 64 by 64 pixels; a map of a whole body is twice as wide as high, 4 by 2 to 8192 by 4096"},
		{"too small", pngOf(image.NewNRGBA(image.Rect(0, 0, 2, 1))).Data, "moon.png has 2 by 1 pixels"},
		{"a bomb", header(200_000, 100_000), "moon.png has 200000 by 100000 pixels"},
		{"a little too large", header(8194, 4097), "moon.png has 8194 by 4097 pixels"},
		{"a large file", make([]byte, maxChartBytes+1), "moon.png: the file has more than 128 MiB; make it smaller"},
	} {
		_, err := readChart(fstest.MapFS{"moon.png": {Data: tt.data}}, "moon.png", 512)
		if err == nil || !strings.Contains(err.Error(), tt.why) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.why)
		}
	}
	if _, err := readChart(fstest.MapFS{}, "moon.png", 512); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "moon.png") {
		t.Errorf("a file that is gone: %v", err)
	}
}

// TestBadChartsAreToldOnce: of each file that cannot be used one line is logged, and
// the world keeps its own colours.
func TestBadChartsAreToldOnce(t *testing.T) {
	whole := pngOf(testChart(64))
	s, log := charted(t, fstest.MapFS{
		"moon.png": {Data: []byte("no picture")}, "lune.png": whole, "sun.png": whole,
		"readme.txt": {Data: []byte("mine")}, "moon": {Mode: fs.ModeDir},
	})
	for range 3 {
		s.picture(near(astro.Moon, astro.Moon, 3, 40, 40))
	}
	for _, want := range []string{"file=lune.png", "file=sun.png", "moon.png is no PNG"} {
		if n := strings.Count(log.String(), want); n != 1 {
			t.Errorf("%q is logged %d times", want, n)
		}
	}
	if n := strings.Count(log.String(), "\n"); n != 3 {
		t.Errorf("%d lines, want 3: %s", n, log)
	}
	if !s.surfaces.has(astro.Moon) {
		t.Error("the Moon has no surface of its own")
	}
}

// header is the beginning of a PNG file of that size, with nothing in it.
func header(wide, high uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), wide)
	chunk = append(binary.BigEndian.AppendUint32(chunk, high), 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(b, chunk...), crc32.ChecksumIEEE(chunk))
}

// TestChartsTakeLittleMemory: however many worlds a flight hurries past, no more than
// two charts are in the graphics memory, and none once maps are as fine as they are
// wanted.
func TestChartsTakeLittleMemory(t *testing.T) {
	worlds := []astro.Body{astro.Mercury, astro.Ceres, astro.Mimas, astro.Callisto}
	files, chart := fstest.MapFS{}, pngOf(testChart(256))
	for _, b := range worlds {
		files[b.String()+".png"] = chart
	}
	s, _ := charted(t, files)
	u := s.surfaces
	u.settle, u.limits.side = false, leastSide
	charts := func() (n int) {
		for i := range u.grounds {
			n += int(flag(u.grounds[i].chart.texture != 0))
		}
		return n
	}
	most := 0
	for i := range 300 {
		v := near(worlds[i/25%len(worlds)], worlds[i/25%len(worlds)], 3, 40, 40)
		w := v.world(t)
		if err := s.Draw(w, v.frame(w)); err != nil {
			t.Fatal(err)
		}
		most = max(most, charts())
	}
	if most == 0 || most > 2 {
		t.Errorf("%d charts were there at once, want 1 or 2", most)
	}
	u.settle = true
	s.picture(near(astro.Ceres, astro.Ceres, 3, 40, 40))
	if n := charts(); n != 0 {
		t.Errorf("%d charts are kept that are of no more use", n)
	}
}
