package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"image/color"
	"math"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"
)

// lines packs outlines as r-cran-maps has them, degrees, each a region by itself but
// for those that a second region has too.
func lines(shared int, outlines ...outline) (l, g []byte) {
	var heads, points, regions, members []byte
	count := len(outlines) + 1
	for _, line := range outlines {
		heads = binary.LittleEndian.AppendUint32(heads, uint32(8+28*len(outlines)+len(points)))
		heads = binary.LittleEndian.AppendUint16(heads, uint16(len(line)))
		heads = append(heads, make([]byte, 22)...)
		for _, p := range line {
			for _, deg := range p {
				points = binary.LittleEndian.AppendUint32(points, math.Float32bits(float32(deg*math.Pi/180)))
			}
		}
	}
	for i := range count {
		line := int32(i + 1)
		if i == len(outlines) {
			line = -int32(shared)
		}
		regions = binary.LittleEndian.AppendUint32(regions, uint32(2+24*count+len(members)))
		regions = binary.LittleEndian.AppendUint32(regions, 1)
		regions = append(regions, make([]byte, 16)...)
		members = binary.LittleEndian.AppendUint32(members, uint32(line))
	}
	l = binary.LittleEndian.AppendUint32(nil, 2)
	l = binary.LittleEndian.AppendUint32(l, uint32(len(outlines)))
	l = append(append(l, heads...), points...)
	g = binary.LittleEndian.AppendUint16(nil, uint16(count))
	return l, append(append(g, regions...), members...)
}

func square(west, south, east, north float64) outline {
	return outline{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}
}

// An island across 180° with a lake, and a border that is no coast.
func TestReadCoast(t *testing.T) {
	border := outline{{170, 0}, {190, 0}}
	world, regions := lines(2, square(170, -10, 190, 10), border)
	lakes, basins := lines(2, square(178, -2, 182, 2), outline{{0, 0}, {1, 1}})
	usr := fstest.MapFS{
		maps + "world.L": {Data: world}, maps + "world.G": {Data: regions},
		maps + "lakes.L": {Data: lakes}, maps + "lakes.G": {Data: basins},
	}
	distance, err := readCoast(usr)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		lat, lon float64
		km       float64
	}{
		// A degree is 111.19 km. Texels are 0.18° wide: at most 14 km from the place.
		{"on the island, from its west coast", 5, 171, 110.8},
		{"on the island, beyond 180°", 5, -171, 110.8},
		{"on the border, from the lake", 0, 177, 111.2},
		{"in the lake", 0, 180, -222.4},
		{"in the sea", 0, 169, -111.2},
		{"far from all", 0, 0, -reachKM},
		{"by the pole, which no outline reaches", -89, 0, reachKM},
		{"by the other pole", 89, 0, -reachKM},
	} {
		x, y := int((c.lon+180)/360*width)%width, int((90-c.lat)/180*height)
		if got := float64(distance[y*width+x]); math.Abs(got-c.km) > 14 {
			t.Errorf("%s: %.1f km, want %.1f", c.name, got, c.km)
		}
	}
}

func TestReadOutlinesRefuses(t *testing.T) {
	good, regions := lines(1, square(0, 0, 10, 10))
	for name, broken := range map[string][]byte{
		"empty": {}, "other kind": append([]byte{1}, good[1:]...), "cut in its heads": good[:20], "cut in its points": good[:50],
	} {
		usr := fstest.MapFS{"m.L": {Data: broken}, "m.G": {Data: regions}}
		if _, err := readOutlines(usr, "m"); err == nil || !strings.Contains(err.Error(), "m.L") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for name, broken := range map[string][]byte{"empty": {}, "cut": regions[:30]} {
		usr := fstest.MapFS{"m.L": {Data: good}, "m.G": {Data: broken}}
		if _, err := readOutlines(usr, "m"); err == nil || !strings.Contains(err.Error(), "m.G") {
			t.Errorf("regions %s: error %v", name, err)
		}
	}
}

func TestToSegment(t *testing.T) {
	a, b := direction(0, 0), direction(10, 0)
	for _, c := range []struct {
		lat, lon, wantDeg float64
	}{{1, 0.5, 1}, {0, -2, 2}, {0, 13, 3}} {
		if got := toSegment(direction(c.lon, c.lat), a, b) * 180 / math.Pi; math.Abs(got-c.wantDeg) > 0.01 {
			t.Errorf("from %v° N %v° E: %.3f°, want %v°", c.lat, c.lon, got, c.wantDeg)
		}
	}
}

func TestHeightCode(t *testing.T) {
	for _, c := range []struct {
		metres float32
		land   bool
		want   uint8
	}{
		{0, true, 129},
		{-400, true, 129},
		{1625, true, 192},
		{6500, true, 255},
		{8000, true, 255},
		{0, false, 127},
		{30, false, 127},
		{-150, false, 64},
		{-600, false, 0},
		{-5000, false, 0},
	} {
		if got := heightCode(c.metres, c.land); got != c.want {
			t.Errorf("%v m, land %v: %d, want %d", c.metres, c.land, got, c.want)
		}
	}
}

// Colours are Natural Earth's, read at those places.
func TestGreenness(t *testing.T) {
	for _, c := range []struct {
		name      string
		r, g, b   uint8
		arctic    bool
		low, high float64
	}{
		{"Sahara, rock", 220, 203, 188, false, 0, 0},
		{"Sahara, sand", 243, 241, 220, false, 0, 0.05},
		{"Arabia", 244, 241, 222, false, 0, 0.05},
		{"Australia", 234, 214, 189, false, 0, 0.1},
		{"Amazon", 165, 197, 170, false, 1, 1},
		{"taiga", 168, 194, 167, true, 0.95, 1},
		{"Sahel", 235, 231, 194, false, 0.2, 0.4},
		{"Ohio", 178, 200, 171, false, 0.85, 1},
		{"tundra", 224, 224, 217, true, 0.3, 0.45},
		{"Greenland", 226, 233, 243, true, ice, ice},
		{"Tibet, no ice", 213, 214, 215, false, 0, 0.1},
	} {
		if got := greenness(color.NRGBA{c.r, c.g, c.b, 255}, c.arctic); got < c.low || got > c.high {
			t.Errorf("%s: %.2f, want %v to %v", c.name, got, c.low, c.high)
		}
	}
}

// places packs places as Stellarium has them.
func places(count uint32, cities ...city) []byte {
	out := binary.BigEndian.AppendUint32(nil, count)
	text := func(s string) {
		words := utf16.Encode([]rune(s))
		out = binary.BigEndian.AppendUint32(out, uint32(2*len(words)))
		for _, w := range words {
			out = binary.BigEndian.AppendUint16(out, w)
		}
	}
	for _, c := range cities {
		text("Ōtown, " + c.region)
		text("Ōtown")
		text("")
		text(c.region)
		out = binary.BigEndian.AppendUint16(out, 'N')
		out = binary.BigEndian.AppendUint32(out, uint32(c.people))
		out = binary.BigEndian.AppendUint64(out, math.Float64bits(c.lat))
		out = binary.BigEndian.AppendUint64(out, math.Float64bits(c.lon))
		out = append(out, 0, 0, 0, 9, 0, 0, 0, 5)
		text("Europe/Town")
		text("Earth")
		out = binary.BigEndian.AppendUint32(out, math.MaxUint32)
		out = append(out, 0)
	}
	return out
}

func TestParseCities(t *testing.T) {
	want := []city{{"Western Europe", 48.5, 2.25, 2.1e6}, {"Western Africa", -6.5, 179.9, 15000}}
	data := places(2, want...)
	got, err := parseCities(bytes.NewReader(data))
	if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	for _, cut := range []int{0, 3, 7, 30, 100, len(data) - 1} {
		if _, err := parseCities(bytes.NewReader(data[:cut])); err == nil {
			t.Errorf("cut at %d: no error", cut)
		}
	}
}

// The same people give less light where it is scarce; none where nobody lives; the
// map has no edge at 180°.
func TestReadCities(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(places(3, city{"Western Europe", 48, 2, 2e6}, city{"Middle Africa", 0, 20, 2e6}, city{"Polynesia", 10, 180, 5e6})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	lights, err := readCities(fstest.MapFS{locations: {Data: packed.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(lat, lon float64) float32 { return lights[int((90-lat)/180*height)*width+int((lon+180)/360*width)] }
	rich, poor := at(48, 2), at(0, 20)
	if rich < 0.5 || poor > 0.6*rich || poor < 0.05 || at(20, 0) != 0 {
		t.Errorf("rich %v, poor %v, nobody %v", rich, poor, at(20, 0))
	}
	if east, west := at(10, -179.95), at(10, 179.95); east < 0.5 || west < 0.5 {
		t.Errorf("at 180°: %v to the east, %v to the west", east, west)
	}
}

func FuzzParseCities(f *testing.F) {
	f.Add(places(1, city{"Western Europe", 48.5, 2.25, 2.1e6}))
	f.Fuzz(func(t *testing.T, data []byte) {
		cities, err := parseCities(bytes.NewReader(data))
		if err == nil && len(data) >= 4 && uint32(len(cities)) > binary.BigEndian.Uint32(data) {
			t.Error("more cities than counted")
		}
	})
}
