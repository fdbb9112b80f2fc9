package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// layer is a folder with the packages in and below it, less those that have a
// layer of their own. Packages of one layer may import each other.
type layer struct {
	dir     string
	imports []string // the layers that it may import
	tests   []string // adapters that its tests may import besides
	adapter bool     // wraps a thing outside (a GPU, a window, a headset, the network)
	cgo     bool     // may hold C of our own
}

// layers is the whole import rule. Adapters never import each other: what joins
// them is cmd/spacetime. In tests the core is free, and adapters stay apart,
// except that pictures and headsets need a GL context, which only xr/offscreen
// makes without a screen and xr/desktop with one.
var layers = []layer{
	{dir: "scene/astro"},
	{dir: "scene/catalog", imports: []string{"scene/astro"}},
	{dir: "scene", imports: []string{"scene/astro"}},
	{dir: "engine/settings"},
	{dir: "engine/host"},
	{dir: "engine", imports: []string{"scene", "scene/astro"}},
	{dir: "engine/controls", imports: []string{"scene"}},
	{dir: "engine/hud", imports: []string{"engine", "scene", "scene/astro"}},
	{dir: "engine/menu", imports: []string{"engine", "engine/hud", "engine/controls", "scene", "scene/astro"}},
	{dir: "assets"},
	{dir: "render/flip"},
	{dir: "render/golden", imports: []string{"render/flip"}},
	{dir: "render/text"},
	{dir: "render", imports: []string{"engine", "scene", "scene/astro", "scene/catalog", "assets", "render/text"}, tests: []string{"xr/offscreen"}, adapter: true},
	{dir: "xr/internal/openxr", adapter: true, cgo: true},
	{dir: "xr/simruntime", adapter: true, cgo: true},
	{dir: "xr/desktop", imports: []string{"engine", "engine/controls", "scene"}, adapter: true},
	{dir: "xr/offscreen", imports: []string{"engine", "scene"}, adapter: true, cgo: true},
	{dir: "xr", imports: []string{"engine", "engine/controls", "scene", "xr/internal/openxr"}, tests: []string{"xr/offscreen", "xr/desktop"}, adapter: true},
	{dir: "api", imports: []string{"engine", "engine/host", "scene", "scene/astro"}, adapter: true},
	{dir: "cmd/internal"},
	{dir: "cmd/spacectl", imports: []string{"api", "engine", "engine/host", "engine/settings", "cmd/internal"}},
	{dir: "cmd/spacetime", imports: []string{
		"scene/astro", "scene/catalog", "scene", "engine/settings", "engine/host", "engine", "engine/controls", "engine/hud", "engine/menu", "assets", "render",
		"xr/desktop", "xr/offscreen", "xr", "xr/simruntime", "api", "cmd/internal",
	}},
	{dir: "build", imports: []string{"scene/astro", "scene/catalog", "scene", "engine", "engine/host", "render/flip", "api"}},
}

// layerOf returns the most specific layer that holds dir.
func layerOf(dir string) (layer, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		if i := slices.IndexFunc(layers, func(l layer) bool { return l.dir == d }); i >= 0 {
			return layers[i], true
		}
	}
	return layer{}, false
}

// importRule holds every import of ours to the table.
func importRule(t Tree) (found []string) {
	for _, f := range t.goFiles() {
		from, ok := layerOf(f.dir)
		if !ok {
			found = append(found, fmt.Sprintf("%s: no layer in build/checks holds %s", f.path, f.dir))
			continue
		}
		for _, imported := range f.imports {
			dir, ours := strings.CutPrefix(imported, module+"/")
			if to, ok := layerOf(dir); ours && !(ok && mayImport(from, to, f.test)) {
				found = append(found, fmt.Sprintf("%s: %s may not import %s", f.path, from.dir, dir))
			}
		}
	}
	return found
}

func mayImport(from, to layer, test bool) bool {
	if from.dir == to.dir || slices.Contains(from.imports, to.dir) {
		return true
	}
	return test && (!to.adapter || slices.Contains(from.tests, to.dir))
}

// cgoRule keeps C of our own, files and preambles, where the table has it.
func cgoRule(t Tree) (found []string) {
	allowed := func(dir string) bool {
		l, _ := layerOf(dir)
		return l.cgo
	}
	for _, f := range t.goFiles() {
		if slices.Contains(f.imports, "C") && !allowed(f.dir) {
			found = append(found, fmt.Sprintf(`%s: may not import "C"`, f.path))
		}
	}
	for _, p := range t.paths() {
		if slices.Contains([]string{".c", ".cc", ".cpp", ".h", ".m", ".s", ".S"}, path.Ext(p)) && !allowed(path.Dir(p)) {
			found = append(found, p+": C and assembly may not be here")
		}
	}
	return found
}
