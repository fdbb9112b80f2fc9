package main

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
)

// etopo5 is where ferret-datasets has ETOPO5: netCDF, whose 2161 rows of 4320
// heights, from the south pole and from Greenwich on, are the end of the file.
const (
	etopo5        = "share/ferret-vis/data/etopo5.cdf"
	etopo5Rows    = 2161
	etopo5Columns = 4320
)

// readRelief returns heights in metres, below 0 in the sea: the mean of what
// ETOPO5 has in each texel.
func readRelief(usr fs.FS) (field, error) {
	data, err := fs.ReadFile(usr, etopo5)
	if err != nil {
		return nil, fmt.Errorf("read ferret-datasets: %w", err)
	}
	const size = etopo5Rows * etopo5Columns * 4
	if len(data) < size || string(data[:3]) != "CDF" {
		return nil, fmt.Errorf("read %s: not ETOPO5 as in ferret-datasets 7.6", etopo5)
	}
	data = data[len(data)-size:]
	at := func(row, column int) float64 {
		i := 4 * (row*etopo5Columns + column%etopo5Columns)
		return float64(math.Float32frombits(binary.BigEndian.Uint32(data[i:])))
	}
	heights := newField()
	for y := range height {
		for x := range width {
			heights[y*width+x] = float32(meanHeight(at, latitude(y), longitude(x)))
		}
	}
	return heights, nil
}

// meanHeight is the mean of nine samples about a place, half a texel wide.
func meanHeight(at func(row, column int) float64, lat, lon float64) float64 {
	sum := 0.0
	for k := range 9 {
		row := math.Round((lat+90)*12 + float64(k/3-1))
		column := math.Round(lon*12 + float64(k%3-1))
		sum += at(int(min(max(row, 0), etopo5Rows-1)), int(column)+etopo5Columns)
	}
	return sum / 9
}

// heightCode is how a texel holds its height. The coast is not ETOPO5's.
func heightCode(heightM float32, onLand bool) uint8 {
	h := float64(heightM)
	if onLand {
		return step(max(129, 128+127*math.Sqrt(max(h, 0)/6500)))
	}
	return step(min(127, 128-128*math.Sqrt(max(-h, 0)/600)))
}
