package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/render"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// parts is what the components made.
type parts struct {
	system   *engine.System
	start    start
	files    fs.FS
	cache    *host.Cache
	scenes   *engine.Scenes
	engine   *engine.Engine
	renderer *render.Renderer
	graphics string
	monitor  *engine.Monitor
	control  *api.Control // nil where it cannot be opened
	api      *api.Server
}

// components lists the program's parts, with what each needs.
func (f *flight) components() (*engine.System, error) {
	return engine.NewSystem(
		engine.Component{Name: "settings", Required: true, Start: f.resolveSettings},
		engine.Component{Name: "cache", Start: f.openCache},
		f.controlComponent(),
		engine.Component{Name: "scene loader", Required: true, Needs: []string{"settings"}, Start: f.readScenes},
		engine.Component{
			Name: "engine", Required: true, Needs: []string{"settings", "scene loader"}, Uses: []string{"cache", "control plane"},
			Start: f.startEngine, Check: f.checkFrames,
		},
		f.monitorComponent(),
		f.apiComponent(),
	)
}

// start is where and when a flight begins, if not as its scene has it.
type start struct {
	date   *astro.Time
	target *astro.Body
}

// resolveSettings gives the settings their meaning.
func (f *flight) resolveSettings(context.Context) (err error) {
	s := &f.command.Settings
	if f.parts.start, err = resolveStart(s.At, s.Target); err != nil {
		return err
	}
	f.parts.files = assetFiles(s.Assets)
	return nil
}

func resolveStart(at, target string) (s start, err error) {
	if at != "" {
		date, err := parseDate(at, "utc")
		if err != nil {
			return s, fmt.Errorf("--at: %w", err)
		}
		s.date = &date
	}
	if target != "" {
		body, err := astro.ParseBody(target)
		if err != nil {
			return s, fmt.Errorf("--target: %w", err)
		}
		s.target = &body
	}
	return s, nil
}

// assetFiles is the folder, or what the program was built with.
func assetFiles(folder string) fs.FS {
	if folder == "" {
		return assets.FS
	}
	return os.DirFS(folder)
}

func (f *flight) openCache(context.Context) (err error) {
	f.parts.cache, err = host.OpenCache(f.paths.Cache)
	if err != nil {
		f.log.Warn("no cache, starts take longer", "error", err)
	}
	return err
}

func (f *flight) readScenes(context.Context) (err error) {
	f.parts.scenes, err = readScenes(f.parts.files, f.command.Scenes)
	return err
}

// readScenes reads the built-in scenes and those of a folder of the user's.
func readScenes(files fs.FS, folder string) (*engine.Scenes, error) {
	builtin, err := fs.Sub(files, "scenes")
	if err != nil {
		return nil, err
	}
	folders := []fs.FS{builtin}
	if folder != "" {
		folders = append(folders, os.DirFS(folder))
	}
	scenes, err := engine.ReadScenes(folders...)
	var file *fs.PathError
	if err != nil && !errors.As(err, &file) {
		return nil, exit.With(exit.BadData, err)
	}
	return scenes, err
}

// startEngine makes the engine with its first scene, and the renderer.
func (f *flight) startEngine(ctx context.Context) error {
	f.parts.engine = engine.New(f.parts.scenes)
	policy := api.PolicyBeside(api.PathsOfControl(f.paths), f.command.Server.Environment)
	if f.parts.control != nil {
		policy = f.parts.control.ScenePolicy
	}
	f.parts.engine.SetScenePolicy(policy)
	if !f.resume(ctx) {
		f.cockpit.greet = true
		slug := f.firstScene()
		if err := begin(ctx, f.parts.engine, slug, f.parts.start); err != nil {
			return f.blameScene(err, slug)
		}
	}
	r, err := openRenderer(f.screen.context, f.parts.files, &f.command.Settings, f.parts.cache, f.log.Logger)
	if err != nil {
		return err
	}
	f.parts.renderer, f.parts.graphics = r, r.Graphics().String()
	f.crashes.SetGraphics(f.parts.graphics)
	f.log.Info("graphics", "driver", f.parts.graphics)
	return nil
}

// firstScene is the scene to start with: the one that was asked for, or, where
// nobody asked and the list of this place does not have the usual one, the first
// that it has.
func (f *flight) firstScene() string {
	if f.command.Scene != "" {
		return f.command.Scene
	}
	if allowed := f.allowedScenes(); len(allowed) > 0 && !slices.Contains(allowed, settings.FirstScene) {
		f.log.Info("starting with a scene that may be shown here", "scene", allowed[0], "instead_of", settings.FirstScene)
		return allowed[0]
	}
	return settings.FirstScene
}

func (f *flight) allowedScenes() (slugs []string) {
	for _, s := range f.parts.scenes.List() {
		if f.parts.engine.Allows(s) == nil {
			slugs = append(slugs, s.Slug)
		}
	}
	return slugs
}

// blameScene tells a scene that the environment names from one of the command
// line, which both are unknown only once the scenes are read; and of one that may
// not be shown which may.
func (f *flight) blameScene(err error, slug string) error {
	if errors.Is(err, engine.ErrSceneNotAllowed) {
		return exit.With(exit.NotPermitted, fmt.Errorf("%w; those that may: %s", err, strings.Join(f.allowedScenes(), ", ")))
	}
	if errors.Is(err, engine.ErrSceneUnknown) && slug == os.Getenv("SPACETIME_SCENE") {
		return exit.With(exit.Config, fmt.Errorf("SPACETIME_SCENE in the environment: %w", err))
	}
	return err
}

// openRenderer makes a renderer; cache may be nil.
func openRenderer(ctx engine.Context, files fs.FS, s *settings.Settings, cache *host.Cache, log *slog.Logger) (*render.Renderer, error) {
	o := render.Options{Stereo: render.Stereo(s.Stereo), Without: s.GLWithout, Quality: render.Quality(s.Quality), Samples: s.Samples, Settle: s.Settle || s.Rate == 0, Textures: textureFiles(s.Textures), Log: log}
	if cache != nil {
		o.Cache = cache
	}
	r, err := render.New(ctx, files, o)
	var file *fs.PathError
	if err != nil && s.Assets != "" && !errors.Is(err, engine.ErrUnavailable) && !errors.As(err, &file) {
		return nil, exit.With(exit.BadData, fmt.Errorf("in %s: %w", s.Assets, err))
	}
	return r, err
}

// textureFiles is the folder of charts, or nil.
func textureFiles(folder string) fs.FS {
	if folder == "" {
		return nil
	}
	return os.DirFS(folder)
}

// begin loads the first scene and goes to a target, as a trip would arrive there.
func begin(ctx context.Context, e *engine.Engine, slug string, s start) error {
	if _, err := e.LoadScene(ctx, slug, s.date, nil); err != nil {
		return err
	}
	if s.target == nil {
		return nil
	}
	_, err := e.Submit(ctx, engine.Request{Command: scene.Travel{To: *s.target, Cut: true}})
	return err
}

// stall is how long the frame may be silent before the engine counts as sick.
const stall = 3 * time.Second

func (f *flight) checkFrames() error {
	s := f.parts.engine.Snapshot()
	switch silent := engine.Now() - s.At; {
	case s.Frame == 0:
		return errors.New("no frame was drawn yet")
	case silent > stall:
		return fmt.Errorf("no frame for %v", silent.Round(time.Second/10))
	}
	return nil
}

// monitorComponent sums samples up for as long as it runs.
func (f *flight) monitorComponent() engine.Component {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	return engine.Component{
		Name: "frame monitor", Required: true, Needs: []string{"engine"},
		Start: func(context.Context) error {
			f.parts.monitor = engine.NewMonitor(f.parts.engine)
			go func() {
				defer close(ended)
				defer f.crashes.Recover(exit.Crash)
				f.parts.monitor.Run(ctx)
			}()
			return nil
		},
		Stop: func(context.Context) error { cancel(); <-ended; return nil },
	}
}

// simVariables begin those of the simulated headset, which it reads itself.
const simVariables = "SPACETIME_SIM_"

// unknownVariables lists variables that look like settings and are none.
func unknownVariables(environ []string) (unknown []string) {
	known := variables(reflect.TypeFor[settings.Settings](), "")
	for name := range ourVariables(environ) {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, simVariables) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return unknown
}

// variables lists those of a struct's fields, by kong's tags.
func variables(t reflect.Type, prefix string) (names []string) {
	for field := range t.Fields() {
		if _, embedded := field.Tag.Lookup("embed"); embedded {
			names = append(names, variables(field.Type, field.Tag.Get("envprefix"))...)
			continue
		}
		names = append(names, prefix+field.Tag.Get("env"))
	}
	return names
}
