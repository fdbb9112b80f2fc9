package render

import (
	"io/fs"
	"path"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// detail is what ground.glsl adds between the texels of a surface.
type detail int

const (
	detailNone detail = iota
	detailCraters
	detailHills
	detailClouds
	detailDust // hills with few craters
	detailIce  // hills with ridges
)

// surfaceOf names the file in surfaces/ that makes a body's surface, where there is none of
// the body's own name and what is made is not just cratered.
var surfaceOf = [astro.NumBodies]string{
	astro.Miranda: "icy", astro.Ariel: "icy", astro.Titania: "icy",
}

// detailOf is what lies between texels. Where it says nothing, that is nothing under clouds
// and craters elsewhere.
var detailOf = [astro.NumBodies]detail{
	astro.Earth: detailHills, astro.Io: detailHills, astro.Triton: detailHills, astro.Pluto: detailHills,
	astro.Mars:   detailDust,
	astro.Europa: detailIce, astro.Enceladus: detailIce,
	astro.Venus: detailClouds, astro.Jupiter: detailClouds, astro.Saturn: detailClouds, astro.Neptune: detailClouds,
}

// hasCover tells bodies with water, clouds, lights or frost.
func hasCover(b astro.Body) bool { return b == astro.Earth || b == astro.Mars }

// detailFor is what lies between the texels of a body.
func detailFor(b astro.Body) detail {
	if detailOf[b] == detailNone && !isCloudy(b) {
		return detailCraters
	}
	return detailOf[b]
}

// surfaceFile names the file that a body's surface is made by: its own, that of surfaceOf,
// or cratered. It is empty for a world whose ground is not seen and that has no own one.
func surfaceFile(files fs.FS, b astro.Body) string {
	own := b.String()
	if _, err := fs.Stat(files, path.Join(shaderFolder, "surfaces", own+".glsl")); err == nil {
		return own
	}
	switch {
	case surfaceOf[b] != "":
		return surfaceOf[b]
	case b == astro.Sun || isCloudy(b):
		return ""
	}
	return "cratered"
}

// seedOf makes what is random on a body other than on the next.
func seedOf(b astro.Body) uint32 { return uint32(b.Info().NAIF) }
