package engine

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

var (
	// ErrSceneUnknown says that no scene has that name.
	ErrSceneUnknown = errors.New("unknown scene")
	// ErrSceneNotAllowed says that the policy refuses the scene.
	ErrSceneNotAllowed = errors.New("scene not allowed")
)

// Scenes is the library of scenes, by slug. It is not changed once it is built,
// and so safe on any goroutine.
type Scenes struct {
	list []*scene.Scene
	sums map[string]string // SHA-256 of the file, by slug
}

// ReadScenes reads every *.toml of the folders, each in its own file system; of
// two scenes with one slug the later folder's counts. A file that cannot be
// read or is wrong is an error that names it, and its line.
func ReadScenes(folders ...fs.FS) (*Scenes, error) {
	found, sums := map[string]*scene.Scene{}, map[string]string{}
	for _, folder := range folders {
		if err := readFolder(folder, found, sums); err != nil {
			return nil, err
		}
	}
	s := &Scenes{sums: sums}
	for _, sc := range found {
		s.list = append(s.list, sc)
	}
	slices.SortFunc(s.list, func(a, b *scene.Scene) int { return cmp.Compare(a.Slug, b.Slug) })
	return s, nil
}

func readFolder(folder fs.FS, found map[string]*scene.Scene, sums map[string]string) error {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return fmt.Errorf("read scenes: %w", err)
	}
	here := map[string]string{} // slug to file: two of one folder are a mistake
	for _, entry := range entries {
		if entry.IsDir() || path.Ext(entry.Name()) != ".toml" {
			continue
		}
		data, err := fs.ReadFile(folder, entry.Name())
		if err != nil {
			return fmt.Errorf("read scene %s: %w", entry.Name(), err)
		}
		s, err := scene.Parse(entry.Name(), data)
		if err != nil {
			return err
		}
		if first, twice := here[s.Slug]; twice {
			return fmt.Errorf("scene %s: slug %q is that of %s already", entry.Name(), s.Slug, first)
		}
		here[s.Slug], found[s.Slug] = entry.Name(), s
		sum := sha256.Sum256(data)
		sums[s.Slug] = hex.EncodeToString(sum[:])
	}
	return nil
}

// List returns all scenes, by slug. They are the library's: read only.
func (s *Scenes) List() []*scene.Scene { return s.list }

// SHA256 returns the hash of the file that the scene of that slug was read from,
// 64 hexadecimal digits in small letters, or "" where there is no such scene.
func (s *Scenes) SHA256(slug string) string { return s.sums[slug] }

// Find returns the scene of that slug, or ErrSceneUnknown with those there are.
func (s *Scenes) Find(slug string) (*scene.Scene, error) {
	var slugs []string
	for _, sc := range s.list {
		if sc.Slug == slug {
			return sc, nil
		}
		slugs = append(slugs, sc.Slug)
	}
	return nil, fmt.Errorf("%w %q; there are %s", ErrSceneUnknown, slug, strings.Join(slugs, ", "))
}

// ScenePolicy decides whether a scene may be loaded here; the error says why
// not. It is called on the goroutine of whoever asks, and must be safe on any.
type ScenePolicy func(*scene.Scene) error

// SetScenePolicy has p decide from now on which scenes may be loaded, by whatever
// way; before the first call all may. It is safe on any goroutine.
func (e *Engine) SetScenePolicy(p ScenePolicy) { e.policy.Store(&p) }

// Allows returns why the scene may not be loaded here, as ErrSceneNotAllowed, or
// nil. It is safe on any goroutine.
func (e *Engine) Allows(s *scene.Scene) error {
	policy := e.policy.Load()
	if policy == nil {
		return nil
	}
	if err := (*policy)(s); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrSceneNotAllowed, s.Slug, err)
	}
	return nil
}

// LoadScene loads the scene of that slug, at date, or at its own start when
// date is nil. It and Resume are the ways to load a scene, for the command line as for
// the API, so that the policy has no way round. Errors are ErrSceneUnknown,
// ErrSceneNotAllowed, and those of Submit. It is safe on any goroutine.
func (e *Engine) LoadScene(ctx context.Context, slug string, date *astro.Time, ifRevision *uint64) (Applied, error) {
	s, err := e.scenes.Find(slug)
	if err != nil {
		return Applied{}, err
	}
	if err := e.Allows(s); err != nil {
		return Applied{}, err
	}
	start := s.Start.At(astro.FromUTC(time.Now()))
	if date != nil {
		start = *date
	}
	return e.Submit(ctx, Request{Command: scene.Load{Scene: s, Date: start}, IfRevision: ifRevision})
}

// Resume goes on with a flight in its scene. Errors are those of LoadScene. It is
// safe on any goroutine.
func (e *Engine) Resume(ctx context.Context, f scene.Flight) (Applied, error) {
	s, err := e.scenes.Find(f.Slug)
	if err != nil {
		return Applied{}, err
	}
	if err := e.Allows(s); err != nil {
		return Applied{}, err
	}
	return e.Submit(ctx, Request{Command: scene.Resume{Scene: s, Flight: f}})
}

// Scenes returns the library that the engine loads from.
func (e *Engine) Scenes() *Scenes { return e.scenes }

// GoToBookmark goes to a bookmark of the scene that is shown, by its number from 1;
// 0 is the next one. Errors are ErrInvalid where there is none, and those of
// Submit. It is safe on any goroutine.
func (e *Engine) GoToBookmark(ctx context.Context, number int, cut bool, ifRevision *uint64) (Applied, error) {
	now := &e.Snapshot().State
	sc, err := e.scenes.Find(now.Slug)
	if err != nil {
		return Applied{}, err
	}
	if number == 0 {
		number = scene.NextBookmark(now, sc)
	}
	return e.Submit(ctx, Request{Command: scene.GoToBookmark{Scene: sc, Number: number, Cut: cut}, IfRevision: ifRevision})
}
