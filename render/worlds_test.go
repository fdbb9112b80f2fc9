package render

import (
	"testing"

	"github.com/spacetime-vr/spacetime/render/golden"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// worldSide is how fine the surfaces of these pictures are: a texel is about a pixel, and
// all are made in seconds.
const worldSide = 256

// at is a view of a body from a distance in kilometres, so far from full phase, in a
// position angle.
func at(date string, body, look astro.Body, km float64, phase, position, fov scene.Angle, up scene.Up) view {
	return view{date: date, camera: scene.SetCamera{
		Place: &scene.Place{Body: body, Distance: scene.Length(km * 1e3), Toward: astro.Sun, Angle: phase * deg, Position: position * deg},
		Look:  &scene.Look{Target: look, Up: up, FOV: fov * deg},
	}, layers: scene.LayerBodies | scene.LayerAir | scene.LayerRings | scene.LayerGlare}
}

// TestGoldenWorlds: worlds and the light on them as they were looked at and found right:
// surfaces, air, shadows, rings, corona and the exposure of each. All are from one
// renderer, and so make each surface once.
func TestGoldenWorlds(t *testing.T) {
	s := newStudio(t, Options{mostSide: worldSide})
	const now, eclipse = "2026-11-25T00:00:00Z", "2027-08-02T10:06:36Z"
	corona := behindMoon(0)
	corona.camera.Look.FOV = 4 * deg
	for _, tt := range []struct {
		name string
		view
	}{
		{"earth-full", at(now, astro.Earth, astro.Earth, 39_500, 12, 75, 24, scene.UpPole)},
		{"earth-night", at(now, astro.Earth, astro.Earth, 28_000, 150, 80, 30, scene.UpPole)},
		{"mars", at("2027-02-19T10:00:00Z", astro.Mars, astro.Mars, 19_000, 12, 90, 25, scene.UpPole)},
		{"moon", at(now, astro.Moon, astro.Moon, 10_800, 12, 75, 24, scene.UpPole)},
		{"titan-backlit", at(now, astro.Titan, astro.Titan, 9_000, 160, 80, 45, scene.UpPole)},
		{"eclipse-spot", at(eclipse, astro.Earth, astro.Earth, 32_000, 12, 0, 26, scene.UpPole)},
		{"corona", corona},
		{"pluto-sky", at(now, astro.Pluto, astro.Sun, 2_388, 150, 80, 70, scene.UpZenith)},
		{"io", at(now, astro.Io, astro.Io, 11_300, 60, 75, 24, scene.UpPole)},
		{"saturn-backlit", at(now, astro.Saturn, astro.Saturn, 1_000_000, 168, 10, 20, scene.UpPole)},
	} {
		golden.Check(t, tt.name, s.picture(tt.view), tight)
	}
	later := at("2027-08-02T10:11:36Z", astro.Earth, astro.Earth, 32_000, 12, 0, 26, scene.UpPole)
	if !golden.Differs(t, "eclipse-spot", s.picture(later), tight) {
		t.Error("a shadow that is five minutes further passes")
	}
	airless := at(now, astro.Pluto, astro.Sun, 2_388, 150, 80, 70, scene.UpZenith)
	airless.layers &^= scene.LayerAir
	if !golden.Differs(t, "pluto-sky", s.picture(airless), tight) {
		t.Error("Pluto without its haze passes")
	}
}
