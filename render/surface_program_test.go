package render

import (
	"io/fs"
	"log/slog"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// compiled are the names of the surfaces whose programs are there or on their way.
func (u *surfaces) compiled() (names []string) {
	for name, p := range u.programs {
		if p.program != nil || p.making != nil {
			names = append(names, name)
		}
	}
	return names
}

// TestSurfacesAreCompiledWhenNeeded: the first frame waits for none, no frame begins two,
// and what is out of view is not compiled.
func TestSurfacesAreCompiledWhenNeeded(t *testing.T) {
	s := newStudio(t, Options{})
	s.surfaces.settle = false
	w := saturn.world(t) // with Titan and Rhea
	before := 0
	for i := range 40 {
		if err := s.Draw(w, saturn.frame(w)); err != nil {
			t.Fatal(err)
		}
		now := len(s.surfaces.compiled())
		if i == 0 && now > 0 || now > before+1 {
			t.Errorf("frame %d: %d programs, %d before", i, now, before)
		}
		before = now
	}
	inView := map[string]bool{}
	for _, d := range s.bodies.list {
		inView[surfaceFile(assets.FS, d.body)] = true
	}
	for _, name := range s.surfaces.compiled() {
		if !inView[name] {
			t.Errorf("%s was compiled, and is not in view", name)
		}
	}
	if before == 0 || before == len(s.surfaces.programs) {
		t.Errorf("%d of %d programs", before, len(s.surfaces.programs))
	}
}

// TestSurfaceThatDoesNotCompile: its world keeps a mean colour, which is said once, and
// others keep their surfaces.
func TestSurfaceThatDoesNotCompile(t *testing.T) {
	s := newStudio(t, Options{})
	s.Close()
	files := brokenFS{assets.FS, "shaders/surfaces/saturn.glsl"}
	var log strings.Builder
	r, err := New(s.context, files, Options{CheckErrors: true, Settle: true, mostSide: coarse, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	s.Renderer = r
	s.picture(saturn)
	s.picture(saturn)
	s.picture(jupiter)
	if s.surfaces.has(astro.Saturn) || !s.surfaces.has(astro.Jupiter) {
		t.Errorf("Saturn has a surface: %v, Jupiter: %v", s.surfaces.has(astro.Saturn), s.surfaces.has(astro.Jupiter))
	}
	if n := strings.Count(log.String(), "surface saturn: compile shader surface.frag"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
}

// brokenFS is files of which one holds nothing that compiles.
type brokenFS struct {
	fs.FS
	name string
}

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == b.name {
		return fstest.MapFS{name: {Data: []byte("nonsense")}}.Open(name)
	}
	return b.FS.Open(name)
}

// TestShadersAreUsed: every program of a surface compiles, and no file of shaders is
// left that none includes.
func TestShadersAreUsed(t *testing.T) {
	s := newStudio(t, Options{})
	used := map[string]bool{}
	for name, p := range s.surfaces.programs {
		if _, err := p.ready(&s.state, true); err != nil {
			t.Error(err)
		}
		markIncluded(t, used, "surface.frag", name)
	}
	err := fs.WalkDir(assets.FS, "shaders", func(file string, d fs.DirEntry, err error) error {
		if name := strings.TrimPrefix(file, "shaders/"); err == nil && (path.Ext(name) == ".frag" || path.Ext(name) == ".vert") && name != "surface.frag" {
			markIncluded(t, used, name, "")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = fs.WalkDir(assets.FS, "shaders", func(file string, d fs.DirEntry, _ error) error {
		if !d.IsDir() && !used[strings.TrimPrefix(file, "shaders/")] {
			t.Errorf("%s is used by nothing", file)
		}
		return nil
	})
}

// markIncluded notes a file and what it includes.
func markIncluded(t *testing.T, used map[string]bool, file, surface string) {
	t.Helper()
	used[file] = true
	text, err := fs.ReadFile(assets.FS, path.Join("shaders", file))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "#include "); ok {
			markIncluded(t, used, strings.ReplaceAll(strings.Trim(name, "\"\r\n "), "SURFACE", surface), surface)
		}
	}
}
