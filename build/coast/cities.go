package main

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"math"
	"unicode/utf16"

	"github.com/go-gl/mathgl/mgl64"
)

// locations is where stellarium-data has GeoNames' towns of 15 000 people or more.
const locations = "share/stellarium/data/base_locations.bin.gz"

// lightPerHead is how much of a town's population lights it, by the United Nations'
// subregion: where electricity is scarce the night is dark. They follow the light
// per head that Elvidge et al. 1997, Int. J. Remote Sensing 18:1373, found to go
// with a country's product; 1 elsewhere.
var lightPerHead = map[string]float64{
	"Northern America": 2, "Western Europe": 1.3, "Northern Europe": 1.3, "Southern Europe": 1.4,
	"Western Asia": 1.2, "Eastern Asia": 0.6, "South-eastern Asia": 0.5, "Southern Asia": 0.45,
	"Western Africa": 0.25, "Middle Africa": 0.12, "Eastern Africa": 0.15, "Northern Africa": 0.8, "Southern Africa": 0.7,
}

type city struct {
	region   string
	lat, lon float64 // degrees
	people   float64
}

// readCities returns the light of all towns, about 0 to 1.
func readCities(usr fs.FS) (field, error) {
	file, err := usr.Open(locations)
	if err != nil {
		return nil, fmt.Errorf("read stellarium-data: %w", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", locations, err)
	}
	cities, err := parseCities(bufio.NewReader(unpacked))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", locations, err)
	}
	lights := newField()
	for _, c := range cities {
		lights.shine(c)
	}
	return lights, nil
}

// parseCities reads what Qt wrote: a count, and of each place a key, a name, a state
// and a region, the first letter of its role, people in numbers, latitude and
// longitude, two more numbers, time zone, planet, landscape and
// whether a user added it.
func parseCities(r io.Reader) ([]city, error) {
	var count uint32
	if err := binary.Read(r, binary.BigEndian, &count); err != nil {
		return nil, err
	}
	cities := make([]city, 0, min(count, 1<<16))
	for range count {
		c, planet, err := parseCity(r)
		if err != nil {
			return nil, fmt.Errorf("place %d: %w", len(cities), err)
		}
		if planet == "Earth" && c.people > 0 {
			cities = append(cities, c)
		}
	}
	return cities, nil
}

func parseCity(r io.Reader) (c city, planet string, err error) {
	var words [7]string
	read := func(i int) {
		if err == nil {
			words[i], err = parseText(r)
		}
	}
	for i := range 4 {
		read(i)
	}
	var numbers struct {
		Role     uint16
		People   int32
		Lat, Lon float64
		_        [2]int32
	}
	if err == nil {
		err = binary.Read(r, binary.BigEndian, &numbers)
	}
	for i := 4; i < 7; i++ {
		read(i)
	}
	if err == nil {
		var mine bool
		err = binary.Read(r, binary.BigEndian, &mine)
	}
	return city{words[3], numbers.Lat, numbers.Lon, float64(numbers.People)}, words[5], err
}

// parseText reads a string: its bytes, 2³² - 1 for none, and UTF-16.
func parseText(r io.Reader) (string, error) {
	var size uint32
	if err := binary.Read(r, binary.BigEndian, &size); err != nil || size == math.MaxUint32 {
		return "", err
	}
	if size > 4096 {
		return "", fmt.Errorf("a text of %d bytes: not as stellarium-data 0.22 has it", size)
	}
	text := make([]uint16, size/2)
	err := binary.Read(r, binary.BigEndian, text)
	return string(utf16.Decode(text)), err
}

// shine adds a town: built-up land is as wide as the root of its people has it, and
// about as bright everywhere.
func (f field) shine(c city) {
	people := c.people
	if share, ok := lightPerHead[c.region]; ok {
		people *= share
	}
	radiusKM := 5 + 9*math.Sqrt(people/1e6)
	peak := min(0.10+0.9*math.Sqrt(people/3e6), 1.2) * min(people/4e4, 1)
	middle := direction(c.lon, c.lat)
	// A texel is wider than a small town, which then lights it in part.
	blurKM := max(radiusKM, 9)
	peak *= mgl64.Clamp(radiusKM*radiusKM/(blurKM*blurKM), 0, 1)
	reachDeg := 3 * blurKM / earthKM * 180 / math.Pi
	for y := rowBelow(c.lat + reachDeg); y < height && latitude(y) >= c.lat-reachDeg; y++ {
		wide := reachDeg / max(math.Cos(latitude(y)*math.Pi/180), 0.05)
		for x := columnAfter(c.lon - wide); longitude(x) < c.lon+wide; x++ {
			d := direction(longitude(x), latitude(y)).Sub(middle).Len() * earthKM / blurKM
			f[y*width+wrap(x)] += float32(peak * math.Exp(-d*d))
		}
	}
}

// lightCode is how a texel holds its light: by the root, since most are faint.
func lightCode(light float32) uint8 {
	v := math.Sqrt(min(float64(light), 1)) * 255
	if v < 12 { // the sum of faint skirts
		return 0
	}
	return step(v)
}
