package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"os"
	"testing"
)

// shipped is the output that is committed.
const shipped = "../../assets/surfaces/earth.png"

func readShipped(t *testing.T) *image.Gray {
	t.Helper()
	file, err := os.Open(shipped)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Size() > 700<<10 {
		t.Errorf("%s has %d bytes (%v), want at most 700 KiB", shipped, info.Size(), err)
	}
	picture, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	maps, ok := picture.(*image.Gray)
	if !ok || maps.Rect != image.Rect(0, 0, width, height*5/2) {
		t.Fatalf("%s is %T, %v", shipped, picture, picture.Bounds())
	}
	return maps
}

// TestShippedChecksum keeps the committed map what this program made of r-cran-maps
// 3.4.1-1, ferret-datasets 7.6.0-5, python-cartopy-data 0.21.1 and stellarium-data
// 0.22.2-1 (Debian 12). Where they are installed, it is made again.
func TestShippedChecksum(t *testing.T) {
	const want = "04894c849fdb06f7b9ce6c1b9d2a9c04cde7b76efcc42f97c112f59e1d084c9f"
	maps := readShipped(t)
	sum := sha256.Sum256(maps.Pix)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("the grey values of %s have checksum %s, want %s", shipped, got, want)
	}
	again, err := draw(os.DirFS("/usr"))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if string(again.Pix) != string(maps.Pix) {
		t.Error("made again, the map is another")
	}
}

// at is the value of the map at a place: number 0 distance, 1 lights, 2 height,
// 3 cover.
func at(maps *image.Gray, number int, lat, lon float64) uint8 {
	x, y := int((lon+180)/360*width), int((90-lat)/180*height)
	if number < 2 {
		return maps.Pix[(number*height+y)*width+x]
	}
	return maps.Pix[(2*height+y/2)*width+(number-2)*width/2+x/2]
}

// Places are from general gazetteers, to a hundredth of a degree or to where they
// are wide. What is land has more than 128.
func TestShippedPlaces(t *testing.T) {
	maps := readShipped(t)
	for _, c := range []struct {
		name     string
		lat, lon float64
		land     bool
	}{
		{"Cairo", 30.04, 31.24, true},
		{"Lhasa", 29.65, 91.10, true},
		{"Alice Springs", -23.70, 133.88, true},
		{"Moscow", 55.76, 37.62, true},
		{"Denver", 39.74, -104.99, true},
		{"Manaus", -3.1, -60.0, true},
		{"Kinshasa", -4.5, 15.5, true},
		{"Delhi", 28.61, 77.21, true},
		{"Madrid", 40.42, -3.70, true},
		{"Berlin", 52.52, 13.40, true},
		{"Tehran", 35.70, 51.42, true},
		{"Irkutsk", 52.3, 103.5, true},
		{"Winnipeg", 49.90, -97.14, true},
		{"Mexico City", 19.43, -99.13, true},
		{"La Paz", -16.50, -68.15, true},
		{"Johannesburg", -26.20, 28.05, true},
		{"Antananarivo", -18.91, 47.54, true},
		{"Timbuktu", 16.77, -3.01, true},
		{"Greenland's ice", 72, -40, true},
		{"South Pole", -89.9, 0, true},
		{"Vostok", -78.46, 106.84, true},
		{"Ireland", 53.3, -7.8, true},
		{"Honshu", 36.3, 138.5, true},
		{"Tasmania", -42.2, 146.6, true},
		{"New Zealand, South", -44, 170.5, true},
		{"Iceland", 64.9, -18.5, true},
		{"Cuba", 21.8, -78.5, true},
		{"Borneo", 0.5, 114, true},
		{"New Guinea", -5, 141.5, true},
		{"Chukotka", 67, -176, true},
		{"mid-Pacific", 0, -140, false},
		{"Mediterranean", 35, 18, false},
		{"Caspian Sea", 42, 50.5, false},
		{"Black Sea", 43, 34, false},
		{"Red Sea", 20, 38.5, false},
		{"Baltic", 56, 18.5, false},
		{"Lake Victoria", -1, 33, false},
		{"Lake Superior", 47.7, -87.8, false},
		{"Lake Michigan", 43.5, -87, false},
		{"Lake Baikal", 53.5, 108.2, false},
		{"Hudson Bay", 60, -85, false},
		{"the Gulf", 27, 51, false},
		{"North Sea", 56, 3, false},
		{"Sea of Japan", 40, 135, false},
		{"Bay of Bengal", 15, 88, false},
		{"Gulf of Mexico", 25, -90, false},
		{"Drake Passage", -59, -65, false},
		{"North Pole", 89.9, 0, false},
		{"Tasman Sea", -40, 160, false},
		{"Mozambique Channel", -20, 40.5, false},
		{"off 180°", 10, 179.99, false},
	} {
		if land := at(maps, 0, c.lat, c.lon) > 128; land != c.land {
			t.Errorf("%s: land %v, want %v", c.name, land, c.land)
		}
	}
}

// Measures at places: heights from the catalogues of mountains and cities, cover from
// any atlas.
func TestShippedMeasures(t *testing.T) {
	maps := readShipped(t)
	for _, c := range []struct {
		what      string
		number    int
		lat, lon  float64
		low, high uint8
	}{
		{"100 km inland, Atlas", 0, 31, -8.6, 165, 190},
		{"Tibet, 4700 m", 2, 33, 88, 228, 244},
		{"Altiplano, 3700 m", 2, -17, -68.5, 218, 230},
		{"Antarctica, 3500 m", 2, -78.46, 106.84, 212, 226},
		{"Netherlands, none", 2, 52.5, 5.9, 129, 138},
		{"Bahama Bank, under 130 m in ETOPO5", 2, 24, -77.8, 68, 127},
		{"mid-Pacific, over 600 m", 2, 0, -140, 0, 0},
		{"Sahara", 3, 23, 8, 40, 60},
		{"Rub al Khali", 3, 20, 51, 40, 70},
		{"Simpson Desert", 3, -25, 137, 40, 70},
		{"Amazon", 3, -5, -64, 235, 255},
		{"Congo", 3, 0, 22, 235, 255},
		{"taiga", 3, 60, 100, 220, 255},
		{"Sahel", 3, 13, 10, 90, 190},
		{"Kazakh steppe", 3, 48, 68, 55, 130},
		{"Greenland", 3, 72, -40, 0, 0},
		{"Antarctica", 3, -80, 60, 0, 0},
		{"New York", 1, 40.71, -74.01, 250, 255},
		{"London", 1, 51.51, -0.13, 250, 255},
		{"Tokyo", 1, 35.68, 139.69, 250, 255},
		{"Cairo", 1, 30.04, 31.24, 230, 255},
		{"São Paulo", 1, -23.55, -46.63, 230, 255},
		{"Sydney", 1, -33.87, 151.1, 200, 255},
		{"Sahara, dark", 1, 22, 8, 0, 0},
		{"Amazon, dark", 1, -5, -66.5, 0, 0},
		{"Siberia, dark", 1, 65, 105, 0, 0},
		{"Pacific, dark", 1, 0, -140, 0, 0},
		{"Greenland, dark", 1, 75, -40, 0, 0},
	} {
		if got := at(maps, c.number, c.lat, c.lon); got < c.low || got > c.high {
			t.Errorf("%s: got %d, want %d to %d", c.what, got, c.low, c.high)
		}
	}
}
