package render

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // a chart's format
	_ "image/png"  // a chart's format
	"io"
	"io/fs"
	"log/slog"
	"math"
	"path"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/go-gl/gl/v4.1-core/gl"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// A chart is a picture of a whole body from the user's folder. A goroutine reads it
// and makes its smaller levels, one at a time; frames only copy what is ready, a piece
// at a time.

// The limits of a chart's file.
const (
	leastChartWide = 4
	maxChartWide   = 8192
	maxChartBytes  = 128 << 20
)

// chart is what is known of the chart of a body.
type chart struct {
	file    string // empty for none, or none that can be used
	texture uint32 // once it is whole
}

func (c *chart) delete() {
	gl.DeleteTextures(1, &c.texture)
	c.texture = 0
}

// chartLevels is a chart as it is uploaded: sRGB, level 0 first.
type chartLevels struct {
	body   astro.Body
	levels []*image.RGBA // nil if the file is no chart
}

// charts reads the charts of a folder.
type charts struct {
	most    int // texels of width that are of use
	files   fs.FS
	log     *slog.Logger
	asked   chan chartRequest
	read    chan chartLevels
	reading bool        // from when one is asked for to when it comes
	current chartLevels // being uploaded
	level   int
	row     int
	texture uint32
}

type chartRequest struct {
	body astro.Body
	file string
}

// openCharts looks what a folder has; files may be nil. side is that of the finest
// maps.
func openCharts(files fs.FS, side int, log *slog.Logger) *charts {
	c := &charts{most: 4 * side, files: files, log: log, asked: make(chan chartRequest, 1), read: make(chan chartLevels, 1)}
	go c.serve()
	return c
}

// find fills in which bodies have a chart.
func (c *charts) find(grounds *[astro.NumBodies]ground) {
	if c.files == nil {
		return
	}
	entries, err := fs.ReadDir(c.files, ".")
	if err != nil {
		c.log.Warn("textures cannot be listed, worlds keep their own colours", "error", err)
	}
	for _, e := range entries {
		extension := path.Ext(e.Name())
		if e.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg"}, strings.ToLower(extension)) {
			continue
		}
		body, err := astro.ParseBody(strings.ToLower(strings.TrimSuffix(e.Name(), extension)))
		if err != nil || grounds[body].program == nil {
			c.log.Warn("a texture is named after no body that has a surface", "file", e.Name())
			continue
		}
		grounds[body].chart.file = e.Name()
	}
}

func (c *charts) close() {
	if c == nil {
		return
	}
	close(c.asked)
	gl.DeleteTextures(1, &c.texture)
}

// serve reads charts until nobody asks any more.
func (c *charts) serve() {
	for r := range c.asked {
		levels, err := readChart(c.files, r.file, c.most)
		if err != nil {
			c.log.Warn("a texture cannot be used, the world keeps its own colours", "body", r.body, "error", err)
		}
		c.read <- chartLevels{r.body, levels}
	}
}

// readChart reads a chart and makes its levels, the widest no wider than most.
func readChart(files fs.FS, name string, most int) ([]*image.RGBA, error) {
	if err := checkChart(files, name); err != nil {
		return nil, err
	}
	picture, err := readPicture(files, name, func(r io.Reader) (image.Image, error) {
		picture, _, err := image.Decode(r)
		return picture, err
	})
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", name, err)
	}
	level := image.NewRGBA(image.Rect(0, 0, picture.Bounds().Dx(), picture.Bounds().Dy()))
	draw.Draw(level, level.Rect, picture, picture.Bounds().Min, draw.Src)
	for level.Rect.Dx() > most {
		level = halved(level)
	}
	levels := []*image.RGBA{level}
	for level.Rect.Dx() > 1 {
		level = halved(level)
		levels = append(levels, level)
	}
	return levels, nil
}

// checkChart looks at the first bytes of a file: they tell how much memory the rest
// would take.
func checkChart(files fs.FS, name string) error {
	size, err := readPicture(files, name, func(r io.Reader) (image.Config, error) {
		size, _, err := image.DecodeConfig(r)
		return size, err
	})
	var missing *fs.PathError
	switch {
	case errors.As(err, &missing):
		return err // names it
	case errors.Is(err, errLargeFile):
		return fmt.Errorf("%s: %w", name, err)
	case err != nil:
		return fmt.Errorf("%s is no PNG and no JPEG: %w", name, err)
	case size.Width != 2*size.Height || size.Width < leastChartWide || size.Width > maxChartWide:
		return fmt.Errorf("%s has %d by %d pixels; a map of a whole body is twice as wide as high, %d by %d to %d by %d",
			name, size.Width, size.Height, leastChartWide, leastChartWide/2, maxChartWide, maxChartWide/2)
	}
	return nil
}

var errLargeFile = fmt.Errorf("the file has more than %d MiB; make it smaller", maxChartBytes>>20)

// readPicture reads of a file as much as read wants, up to maxChartBytes.
func readPicture[T any](files fs.FS, name string, read func(io.Reader) (T, error)) (picture T, err error) {
	f, err := files.Open(name)
	if err != nil {
		return picture, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	if about, err := f.Stat(); err == nil && about.Size() > maxChartBytes {
		return picture, errLargeFile
	}
	return read(io.LimitReader(f, maxChartBytes))
}

// halved is a picture of half the size, each pixel the mean light of four; a last
// odd row or column is left out.
func halved(p *image.RGBA) *image.RGBA {
	w, h := max(p.Rect.Dx()/2, 1), max(p.Rect.Dy()/2, 1)
	half, srgb := image.NewRGBA(image.Rect(0, 0, w, h)), srgbOf()
	right, below := 4*min(p.Rect.Dx()-1, 1), p.Stride*min(p.Rect.Dy()-1, 1)
	for y := range h {
		for x := range w {
			from, to := y*2*below+x*2*right, y*half.Stride+4*x
			for k := range 3 {
				light := lightOf8[p.Pix[from+k]] + lightOf8[p.Pix[from+k+right]] + lightOf8[p.Pix[from+k+below]] + lightOf8[p.Pix[from+k+right+below]]
				half.Pix[to+k] = srgb[int(light/4*65535+0.5)]
			}
			half.Pix[to+3] = 255
		}
	}
	return half
}

// lightOf8 is the linear light of each sRGB value.
var lightOf8 = func() (t [256]float32) {
	for i := range t {
		t[i] = linear(uint8(i))
	}
	return t
}()

// srgbOf is the sRGB value of each linear one, in steps of 1/65535, of which the
// darkest value spans twenty: IEC 61966-2-1.
var srgbOf = sync.OnceValue(func() *[65536]uint8 {
	var t [65536]uint8
	for i := range t {
		light := float64(i) / 65535
		v := light * 12.92
		if light > 0.0031308 {
			v = 1.055*math.Pow(light, 1/2.4) - 0.055
		}
		t[i] = uint8(math.Round(255 * v))
	}
	return &t
})

// ready tells whether a body has its chart or has none, and asks for it where it is
// still to come.
func (c *charts) ready(body astro.Body, own *chart) bool {
	if own.file == "" || own.texture != 0 {
		return true
	}
	if !c.reading && c.current.levels == nil {
		c.reading = true
		c.asked <- chartRequest{body, own.file}
	}
	return false
}

// pieceBytes is how much of a chart is copied in a frame.
const pieceBytes = 512 << 10

// take uploads a piece of what was read; with wait all of one chart, and it waits
// for it.
func (c *charts) take(s *state, grounds *[astro.NumBodies]ground, wait bool) {
	if c.current.levels == nil && !c.next(grounds, wait) {
		return
	}
	for c.current.levels != nil {
		c.upload(s, grounds)
		if !wait {
			return
		}
	}
}

// next takes over a chart that was read and tells whether there is one.
func (c *charts) next(grounds *[astro.NumBodies]ground, wait bool) bool {
	if wait {
		c.current = <-c.read
	} else {
		select {
		case c.current = <-c.read:
		default:
			return false
		}
	}
	c.reading = false
	if c.current.levels == nil {
		grounds[c.current.body].chart.file = ""
		return false
	}
	c.level, c.row = 0, 0
	return true
}

// upload copies some rows.
func (c *charts) upload(s *state, grounds *[astro.NumBodies]ground) {
	p := c.current.levels[c.level]
	w, h := int32(p.Rect.Dx()), int32(p.Rect.Dy())
	if c.texture == 0 {
		c.texture = c.newTexture(s)
	}
	s.bindTexture(unitChart, gl.TEXTURE_2D, c.texture)
	rows := min(max(pieceBytes/p.Stride, 1), int(h)-c.row)
	s.change(1)
	s.counts.UploadBytes += rows * p.Stride
	gl.TexSubImage2D(gl.TEXTURE_2D, int32(c.level), 0, int32(c.row), w, int32(rows), gl.RGBA, gl.UNSIGNED_BYTE, unsafe.Pointer(&p.Pix[c.row*p.Stride]))
	if c.row += rows; c.row < int(h) {
		return
	}
	c.row = 0
	if c.level++; c.level < len(c.current.levels) {
		return
	}
	grounds[c.current.body].chart.texture = c.texture
	c.texture, c.current.levels = 0, nil
}

// newTexture allocates all levels of a chart.
func (c *charts) newTexture(s *state) (name uint32) {
	gl.GenTextures(1, &name)
	s.bindTexture(unitChart, gl.TEXTURE_2D, name)
	for level, p := range c.current.levels {
		s.change(1)
		gl.TexImage2D(gl.TEXTURE_2D, int32(level), gl.SRGB8_ALPHA8, int32(p.Rect.Dx()), int32(p.Rect.Dy()), 0, gl.RGBA, gl.UNSIGNED_BYTE, nil)
	}
	s.change(3)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAX_LEVEL, int32(len(c.current.levels)-1))
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR)
	gl.TexParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
	return name
}
