package xr

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// checkRegistered says what is wrong with the registered runtime before the
// loader is asked, which gives one code for everything.
func checkRegistered() error {
	manifest, _, broken := runtimeManifest()
	switch {
	case broken != nil:
		return errManifest{broken}
	case manifest == "":
		return errNoRuntime
	}
	return nil
}

// Registered tells whether an OpenXR runtime is registered on this machine,
// without loading it or the loader.
func Registered() bool {
	manifest, _, _ := runtimeManifest()
	return manifest != ""
}

// runtimeManifest finds the manifest of the runtime that the loader will take,
// and the library that it names. broken is a line that says what is wrong with
// them.
func runtimeManifest() (manifest, library string, broken error) {
	manifest = os.Getenv("XR_RUNTIME_JSON")
	if manifest == "" {
		manifest = activeRuntime()
	}
	if manifest == "" {
		return "", "", nil
	}
	library, broken = readManifest(manifest)
	return manifest, library, broken
}

// readManifest returns the library that a manifest names.
func readManifest(path string) (library string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read the runtime's manifest: %w", err)
	}
	var m struct {
		Runtime struct {
			Library string `json:"library_path"`
		} `json:"runtime"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return "", fmt.Errorf("the runtime's manifest %s is no JSON: %w", path, err)
	}
	library = m.Runtime.Library
	if library == "" {
		return "", fmt.Errorf("the runtime's manifest %s names no library_path", path)
	}
	if !strings.ContainsAny(library, `/\`) {
		return library, nil // where the system looks for libraries
	}
	if !filepath.IsAbs(library) {
		library = filepath.Join(filepath.Dir(path), library)
	}
	if _, err := os.Stat(library); err != nil {
		return library, fmt.Errorf("the runtime's library %s, which %s names, is not there", library, path)
	}
	return library, nil
}
