package simruntime

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed scripts/*.sim
var embedded embed.FS

// Script is one that comes with the package.
type Script struct {
	Name    string `json:"name"`
	Summary string `json:"summary"` // its first line of comment
}

// Scripts lists the scripts that come with the package, by name.
func Scripts() []Script {
	files, err := fs.Glob(embedded, "scripts/*.sim")
	if err != nil {
		panic(err) // only a malformed pattern
	}
	scripts := make([]Script, 0, len(files))
	for _, file := range files {
		text, err := embedded.ReadFile(file)
		if err != nil {
			panic(err) // it was just listed
		}
		scripts = append(scripts, Script{strings.TrimSuffix(path.Base(file), ".sim"), summary(string(text))})
	}
	return scripts
}

// Text returns a script that comes with the package. The error wraps
// [fs.ErrNotExist] when there is none of that name.
func Text(name string) (string, error) {
	text, err := embedded.ReadFile("scripts/" + name + ".sim")
	if err != nil {
		return "", fmt.Errorf("no script %q comes with the program: %w", name, fs.ErrNotExist)
	}
	return string(text), nil
}

func summary(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "#"))
}
