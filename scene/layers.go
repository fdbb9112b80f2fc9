package scene

import (
	"fmt"
	"strings"
)

// Layers is the set of things that are drawn.
type Layers uint16

// The layers.
const (
	LayerStars Layers = 1 << iota
	LayerBodies
	LayerRings
	LayerGlare
	LayerLabels
	LayerTestPattern
	LayerAir
	LayerMilkyWay
	LayerOrbits
	LayerConstellations
	LayerHUD
)

var layerNames = [...]string{"stars", "bodies", "rings", "glare", "labels", "test-pattern", "air", "milky-way", "orbits", "constellations", "hud"}

// Has tells whether all layers of m are in l.
func (l Layers) Has(m Layers) bool { return l&m == m }

// Names lists the layers in l.
func (l Layers) Names() []string {
	names := []string{}
	for i, name := range layerNames {
		if l&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// parseLayer finds a layer by its name; the error for an unknown one lists them.
func parseLayer(name string) (Layers, error) {
	for i, known := range layerNames {
		if name == known {
			return 1 << i, nil
		}
	}
	return 0, fmt.Errorf("unknown layer %q; the layers are %s", name, strings.Join(layerNames[:], ", "))
}
