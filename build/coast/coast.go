package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

const (
	earthKM = 6371.0
	stepKM  = 2.0 // of the distance that a texel holds
	reachKM = 128 * stepKM
)

// maps is where r-cran-maps has its outlines: Natural Earth's, at 1:50 million.
const maps = "lib/R/site-library/maps/mapdata/"

// outline is a line between two regions: longitude and latitude in degrees.
type outline [][2]float64

// code is how a texel holds its distance.
func (f field) code(i int) uint8 { return step(128 + float64(f[i])/stepKM) }

// readCoast returns the distance to the coast in km, as far as reachKM, below 0 in
// water.
func readCoast(usr fs.FS) (field, error) {
	world, err := readOutlines(usr, maps+"world")
	if err != nil {
		return nil, err
	}
	lakes, err := readOutlines(usr, maps+"lakes")
	if err != nil {
		return nil, err
	}
	land, lake := inside(world), inside(lakes)
	distance := newField()
	for i := range distance {
		distance[i] = reachKM
	}
	for _, line := range slices.Concat(world, lakes) {
		for i := range line[1:] {
			distance.near(line[i], line[i+1])
		}
	}
	for y := range height {
		for x := range width {
			i := y*width + x
			if (!land[i] && latitude(y) > -84) || lake[i] { // the outline of Antarctica ends short of the pole
				distance[i] = -distance[i]
			}
		}
	}
	return distance, nil
}

// readOutlines reads the lines that one region alone has: coasts, not borders. A
// file NAME.L is a kind (2: radians) and a count, both int32, a head of 28 bytes for
// each line, and the points of all.
func readOutlines(usr fs.FS, name string) ([]outline, error) {
	data, err := fs.ReadFile(usr, name+".L")
	if err != nil {
		return nil, fmt.Errorf("read r-cran-maps: %w", err)
	}
	regions, err := countRegions(usr, name+".G")
	if err != nil {
		return nil, err
	}
	if len(data) < 8 || binary.LittleEndian.Uint32(data) != 2 {
		return nil, fmt.Errorf("read %s.L: not a file of lines in radians, as in r-cran-maps 3.4", name)
	}
	var head struct {
		Offset uint32
		Points uint16
		_      [3]uint16  // regions to the left and right
		_      [4]float32 // bounds
	}
	var lines []outline
	for i := range binary.LittleEndian.Uint32(data[4:]) {
		if err := readAt(data, 8+28*i, &head); err != nil {
			return nil, fmt.Errorf("read %s.L: %w", name, err)
		}
		points := make([][2]float32, head.Points)
		if err := readAt(data, head.Offset, points); err != nil {
			return nil, fmt.Errorf("read %s.L: %w", name, err)
		}
		if regions[int32(i)+1] == 1 {
			lines = append(lines, inDegrees(points))
		}
	}
	return lines, nil
}

// countRegions reads how many regions have each line. A file NAME.G is a count,
// int16, a head of 24 bytes for each region, and the numbers of its lines, from 1,
// below 0 where it has them backwards.
func countRegions(usr fs.FS, name string) (map[int32]int, error) {
	data, err := fs.ReadFile(usr, name)
	if err != nil {
		return nil, fmt.Errorf("read r-cran-maps: %w", err)
	}
	if len(data) < 2 {
		return nil, fmt.Errorf("read %s: it is empty", name)
	}
	var head struct {
		Offset uint32
		Lines  uint32
		_      [4]float32 // bounds
	}
	regions := map[int32]int{}
	for i := range uint32(binary.LittleEndian.Uint16(data)) {
		if err := readAt(data, 2+24*i, &head); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		lines := make([]int32, head.Lines&0xffff)
		if err := readAt(data, head.Offset, lines); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		for _, line := range lines {
			regions[max(line, -line)]++
		}
	}
	return regions, nil
}

func readAt(data []byte, offset uint32, to any) error {
	return binary.Read(bytes.NewReader(data[min(int64(offset), int64(len(data))):]), binary.LittleEndian, to)
}

func inDegrees(points [][2]float32) outline {
	line := make(outline, len(points))
	for i, p := range points {
		line[i] = [2]float64{float64(p[0]) * 180 / math.Pi, float64(p[1]) * 180 / math.Pi}
	}
	return line
}

// inside tells which texels lie within the lines, by the even-odd rule along each
// row. Lines may reach beyond 180°.
func inside(lines []outline) []bool {
	crossings := make([][]float64, height)
	for _, line := range lines {
		for i := range line[1:] {
			a, b := line[i], line[i+1]
			if a[1] > b[1] {
				a, b = b, a
			}
			for y := rowBelow(b[1]); y < height && latitude(y) >= a[1]; y++ {
				t := (latitude(y) - a[1]) / (b[1] - a[1])
				crossings[y] = append(crossings[y], a[0]+t*(b[0]-a[0]))
			}
		}
	}
	filled := make([]bool, width*height)
	for y, at := range crossings {
		slices.Sort(at)
		for i := 0; i+1 < len(at); i += 2 {
			for x := columnAfter(at[i]); longitude(x) < at[i+1]; x++ {
				filled[y*width+wrap(x)] = true
			}
		}
	}
	return filled
}

// rowBelow is the first row whose middle lies south of a latitude.
func rowBelow(lat float64) int { return max(int(math.Floor((90-lat)*height/180-0.5))+1, 0) }

// columnAfter is the first column whose middle is not west of a longitude.
func columnAfter(lon float64) int { return int(math.Ceil((lon+180)*width/360 - 0.5)) }

func wrap(x int) int { return ((x % width) + width) % width }

// near lowers the distances of the texels about a stretch of coast.
func (f field) near(a, b [2]float64) {
	if isSeam(a, b) {
		return
	}
	from, to := direction(a[0], a[1]), direction(b[0], b[1])
	reachDeg := reachKM / earthKM * 180 / math.Pi
	north, south := max(a[1], b[1])+reachDeg, min(a[1], b[1])-reachDeg
	for y := rowBelow(north); y < height && latitude(y) >= south; y++ {
		wide := reachDeg / max(math.Cos(latitude(y)*math.Pi/180), 0.01)
		first, last := columnAfter(min(a[0], b[0])-wide), columnAfter(max(a[0], b[0])+wide)
		for x := first; x <= min(last, first+width-1); x++ {
			p := direction(longitude(x), latitude(y))
			i := y*width + wrap(x)
			f[i] = min(f[i], float32(earthKM*toSegment(p, from, to)))
		}
	}
}

// isSeam tells the edges of the map from coasts.
func isSeam(a, b [2]float64) bool {
	atSeam := func(p [2]float64) bool { return math.Abs(math.Abs(p[0])-180) < 0.01 || p[1] < -84 }
	return atSeam(a) && atSeam(b)
}

// direction is the unit vector of a place, degrees.
func direction(lon, lat float64) mgl64.Vec3 {
	l, b := lon*math.Pi/180, lat*math.Pi/180
	return mgl64.Vec3{math.Cos(b) * math.Cos(l), math.Cos(b) * math.Sin(l), math.Sin(b)}
}

// toSegment is how far p is from the stretch from a to b, all on the unit sphere.
func toSegment(p, a, b mgl64.Vec3) float64 {
	along := b.Sub(a)
	t := p.Sub(a).Dot(along) / max(along.Dot(along), 1e-18)
	return p.Sub(a.Add(along.Mul(min(max(t, 0), 1))).Normalize()).Len()
}
