package main

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// A zone is one triangle of the geodesic sphere that Stellarium files its stars
// under. A star's position is the point of the sphere in the direction
//
//	centre + x0·east + x1·north
//
// where x0 and x1 are stored as integers in units of the level's scale.
type zone struct {
	centre, east, north mgl64.Vec3 // orthonormal, ICRS
}

// goldenRatio fixes the icosahedron's proportions.
var goldenRatio = (1 + math.Sqrt(5)) / 2

// corners are those of the icosahedron, level 0 of the sphere, in the order
// that faces counts them.
var corners = func() [12]mgl64.Vec3 {
	short := 1 / math.Sqrt(1+goldenRatio*goldenRatio)
	long := short * goldenRatio
	return [12]mgl64.Vec3{
		{long, -short, 0},
		{long, short, 0},
		{-long, short, 0},
		{-long, -short, 0},
		{0, long, -short},
		{0, long, short},
		{0, -long, short},
		{0, -long, -short},
		{-short, 0, long},
		{short, 0, long},
		{short, 0, -long},
		{-short, 0, -long},
	}
}()

// faces are the zones of level 0, in the order of the files: three corners each,
// anticlockwise from outside. Their order and their first corners are facts of
// the format, for a zone's four parts are counted from its first corner.
var faces = [20][3]int{
	{1, 0, 10},
	{0, 1, 9},
	{0, 9, 6},
	{9, 8, 6},
	{0, 7, 10},
	{6, 7, 0},
	{7, 6, 3},
	{6, 8, 3},
	{11, 10, 7},
	{7, 3, 11},
	{3, 2, 11},
	{2, 3, 8},
	{10, 11, 4},
	{2, 4, 11},
	{5, 4, 2},
	{2, 8, 5},
	{4, 1, 10},
	{4, 5, 1},
	{5, 9, 1},
	{8, 9, 5},
}

// A triangle is given by its corners on the unit sphere.
type triangle [3]mgl64.Vec3

// triangles returns the 20·4^level triangles of the sphere in the files' order.
func triangles(level int) []triangle {
	var sphere []triangle
	for _, face := range faces {
		sphere = append(sphere, triangle{corners[face[0]], corners[face[1]], corners[face[2]]})
	}
	for range level {
		var finer []triangle
		for _, t := range sphere {
			parts := t.split()
			finer = append(finer, parts[:]...)
		}
		sphere = finer
	}
	return sphere
}

// split halves the edges: the parts at the three corners, then the middle one.
func (t triangle) split() [4]triangle {
	opposite0 := t[1].Add(t[2]).Normalize()
	opposite1 := t[2].Add(t[0]).Normalize()
	opposite2 := t[0].Add(t[1]).Normalize()
	return [4]triangle{
		{t[0], opposite2, opposite1},
		{opposite2, t[1], opposite0},
		{opposite1, opposite0, t[2]},
		{opposite0, opposite1, opposite2},
	}
}

// zone returns the axes that positions in t are measured along.
func (t triangle) zone() zone {
	centre := t[0].Add(t[1]).Add(t[2]).Normalize()
	east := mgl64.Vec3{0, 0, 1}.Cross(centre).Normalize()
	return zone{centre: centre, east: east, north: centre.Cross(east)}
}

// zones returns a level's zones in the files' order, and the largest coordinate
// that any corner has in its zone's axes: the files' integers count 2^31 - 1 to it.
func zones(level int) (all []zone, extent float64) {
	for _, t := range triangles(level) {
		z := t.zone()
		for _, corner := range t {
			depth := corner.Dot(z.centre)
			x, y := corner.Dot(z.east)/depth, corner.Dot(z.north)/depth
			extent = max(extent, math.Abs(x), math.Abs(y))
		}
		all = append(all, z)
	}
	return all, extent
}
