package xr

import (
	"os"
	"path/filepath"
	"strings"
)

// activeRuntime returns the manifest of the active runtime, "" where none is
// registered: the first of the files that the loader looks for (OpenXR loader,
// "Linux Active Runtime Location").
func activeRuntime() string {
	home, _ := os.UserHomeDir()
	folders := []string{folder("XDG_CONFIG_HOME", filepath.Join(home, ".config"))}
	folders = append(folders, strings.Split(folder("XDG_CONFIG_DIRS", "/etc/xdg"), ":")...)
	folders = append(folders, systemFolders...)
	for _, f := range folders {
		if !filepath.IsAbs(f) { // without a home; others the XDG specification ignores
			continue
		}
		for _, name := range []string{"active_runtime.x86_64.json", "active_runtime.json"} {
			if path := filepath.Join(f, "openxr", "1", name); exists(path) {
				return path
			}
		}
	}
	return ""
}

// systemFolders are where runtimes are registered for all users.
var systemFolders = []string{"/usr/local/etc", "/etc"}

func folder(variable, otherwise string) string {
	if f := os.Getenv(variable); f != "" {
		return f
	}
	return otherwise
}

// exists counts a link that leads nowhere too: the loader stumbles over it.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
