// Package assets holds the files that the program is born with: shaders, the
// star catalogue, scenes. They are read through an [io/fs.FS], so that a folder
// can take their place while somebody works on them.
package assets

import "embed"

// FS holds shaders/, stars/ and scenes/.
//
//go:embed scenes shaders stars
var FS embed.FS
