// Package assets holds the files that the program is born with: shaders, the
// map of the Earth, the star catalogue, scenes. They are read through an [io/fs.FS], so that a folder
// can take their place while somebody works on them.
package assets

import "embed"

// FS holds shaders/, surfaces/, stars/ and scenes/.
//
//go:embed scenes shaders stars surfaces
var FS embed.FS
