// Package checks holds the house rules as functions over the files of the
// repository, each of which names what breaks it. Its tests run every rule on
// this checkout and on planted violations; `make check` runs those.
//
// # Why source files and not go list
//
// go list sees one operating system and one set of tags at a time. The import
// table must also hold for the files of Windows and of other tags, so the rules
// parse the import clauses of all Go files. That the pure packages build
// without a C compiler is left to the compiler: `make test` builds them so.
//
// Run the tests with -count=1: the list of files comes from git, which is not
// part of the key that Go caches tests by.
package checks

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// module is the path that our own imports start with.
const module = "github.com/spacetime-vr/spacetime"

// Tree is the text of every file that belongs to the repository, by its path
// from the top with slashes. A file that is not text has the value "".
type Tree map[string]string

// Load reads the checkout at dir: what git tracks and what it would add. Where
// git knows nothing of dir, as in an unpacked release, it is every file.
func Load(dir string) (Tree, error) {
	paths, err := tracked(dir)
	if err != nil {
		return nil, err
	}
	tree := Tree{}
	for _, p := range paths {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(p)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // tracked, and just removed
		}
		if err != nil {
			return nil, fmt.Errorf("read the checkout: %w", err)
		}
		if strings.ContainsRune(string(data[:min(len(data), 8000)]), 0) {
			data = nil
		}
		tree[p] = string(data)
	}
	if _, ok := tree["go.mod"]; !ok {
		return nil, fmt.Errorf("no go.mod in %s: it must be the top of the checkout", dir)
	}
	return tree, nil
}

func tracked(dir string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return everything(dir)
	}
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

func everything(dir string) ([]string, error) {
	var paths []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (p == "bin" || p == "dist") {
			return fs.SkipDir
		}
		if d.Type().IsRegular() {
			paths = append(paths, p)
		}
		return nil
	})
	return paths, err
}

// paths lists the files in the order of their names.
func (t Tree) paths() []string { return slices.Sorted(maps.Keys(t)) }

// goFile is what the rules read of a Go file.
type goFile struct {
	path, dir  string
	test       bool
	documented bool // it has a package comment
	imports    []string
}

// goFiles parses the Go files that a build reads, of all platforms and tags. A
// file that does not parse is left to the compiler.
func (t Tree) goFiles() []goFile {
	var files []goFile
	for _, p := range t.paths() {
		if path.Ext(p) != ".go" || strings.Contains(p, "testdata/") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), p, t[p], parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			continue
		}
		files = append(files, goFile{
			path: p, dir: path.Dir(p), test: strings.HasSuffix(p, "_test.go"),
			documented: documented(syntax.Doc), imports: imports(syntax),
		})
	}
	return files
}

// documented tells a package comment from a marker of generated code that
// stands where one would.
func documented(comment *ast.CommentGroup) bool {
	text := comment.Text()
	return text != "" && !strings.HasPrefix(text, "Code generated ")
}

func imports(file *ast.File) []string {
	var paths []string
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}
