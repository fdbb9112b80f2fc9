package main

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// turbulence is smooth noise about 0, mostly between -1 and 1, with features
// from half a unit of p down to a thirtieth.
func turbulence(p mgl64.Vec3) (sum float64) {
	weight, frequency := 0.55, 2.0
	for range 5 {
		sum += weight * gradientNoise(p.Mul(frequency))
		weight *= 0.62
		frequency *= 2.03 // so that the lattices of two octaves do not meet
	}
	return 1.6 * sum
}

// gradientNoise is 0 at the points of the integer lattice, with random slopes
// there: Perlin 2002, "Improving noise", SIGGRAPH.
func gradientNoise(p mgl64.Vec3) float64 {
	var cell [3]int64
	var at, fade [3]float64
	for i := range p {
		whole := math.Floor(p[i])
		cell[i], at[i] = int64(whole), p[i]-whole
		fade[i] = at[i] * at[i] * at[i] * (at[i]*(at[i]*6-15) + 10)
	}
	sum := 0.0
	for corner := range int64(8) {
		weight, slope := 1.0, 0.0
		h := hash(cell[0]+corner&1, cell[1]+corner>>1&1, cell[2]+corner>>2)
		for i := range 3 {
			bit := float64(corner >> i & 1)
			weight *= 1 - math.Abs(bit-fade[i])
			slope += (float64(h>>(20*i)&0xfffff)/0x80000 - 1) * (at[i] - bit)
		}
		sum += weight * slope
	}
	return sum
}

// hash is the finaliser of SplitMix64 (Steele et al. 2014, OOPSLA) over three
// numbers.
func hash(x, y, z int64) uint64 {
	h := uint64(x)*0x9e3779b97f4a7c15 ^ uint64(y)*0xc2b2ae3d27d4eb4f ^ uint64(z)*0x165667b19e3779f9
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
