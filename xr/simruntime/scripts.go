package simruntime

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
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
	slices.SortFunc(scripts, func(a, b Script) int { return strings.Compare(a.Name, b.Name) })
	return scripts
}

// Text returns a script that comes with the package. The error is [ErrNone] when
// there is none of that name.
func Text(name string) (string, error) {
	text, err := embedded.ReadFile("scripts/" + name + ".sim")
	if err != nil {
		return "", kindError{fmt.Errorf("no script %q comes with the program", name), ErrNone}
	}
	return string(text), nil
}

func summary(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "#"))
}
