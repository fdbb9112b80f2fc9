package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	api      *api.Server
}

// components lists the program's parts, with what each needs.
func (f *flight) components() (*engine.System, error) {
	return engine.NewSystem(
		engine.Component{Name: "settings", Required: true, Start: f.resolveSettings},
		engine.Component{Name: "cache", Start: f.openCache},
		engine.Component{Name: "scene loader", Required: true, Needs: []string{"settings"}, Start: f.readScenes},
		engine.Component{
			Name: "engine", Required: true, Needs: []string{"settings", "scene loader"}, Uses: []string{"cache"},
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
	if err := begin(ctx, f.parts.engine, f.command.Scene, f.parts.start); err != nil {
		return blameScene(err, f.command.Scene)
	}
	r, err := openRenderer(f.screen.context, f.parts.files, &f.command.Settings, f.parts.cache)
	if err != nil {
		return err
	}
	f.parts.renderer, f.parts.graphics = r, r.Graphics().String()
	f.crashes.SetGraphics(f.parts.graphics)
	f.log.Info("graphics", "driver", f.parts.graphics)
	return nil
}

// blameScene tells a scene that the environment names from one of the command
// line, which both are unknown only once the scenes are read.
func blameScene(err error, slug string) error {
	if errors.Is(err, engine.ErrSceneUnknown) && slug == os.Getenv("SPACETIME_SCENE") {
		return exit.With(exit.Config, fmt.Errorf("SPACETIME_SCENE in the environment: %w", err))
	}
	return err
}

// openRenderer makes a renderer; cache may be nil.
func openRenderer(ctx engine.Context, files fs.FS, s *settings.Settings, cache *host.Cache) (*render.Renderer, error) {
	o := render.Options{Stereo: render.Stereo(s.Stereo), Without: s.GLWithout, Samples: s.Samples}
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

// begin loads the first scene, by the one way there is, and goes to a target.
func begin(ctx context.Context, e *engine.Engine, slug string, s start) error {
	if _, err := e.LoadScene(ctx, slug, engine.AnyScene, s.date, nil); err != nil {
		return err
	}
	if s.target == nil {
		return nil
	}
	_, err := e.Submit(ctx, engine.Request{Command: goodView(*s.target)})
	return err
}

// goodView is a place from which a body fills a third of a picture's height,
// its rings included, three quarters lit.
func goodView(b astro.Body) scene.SetCamera {
	info := b.Info()
	reach := info.MeanRadiusM
	if n := len(info.Rings); n > 0 {
		reach = info.Rings[n-1].OuterM
	}
	place := scene.Place{Body: b, Distance: scene.Length(7 * reach), Toward: astro.Sun, Angle: 40 * degree, Position: 70 * degree}
	if b == astro.Sun {
		place.Toward = astro.Earth
	}
	return scene.SetCamera{
		Place: &place,
		Look:  &scene.Look{Target: b, Up: scene.UpNorth, FOV: scene.DefaultFOV},
	}
}

const degree scene.Angle = 3.14159265358979323846 / 180

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

// apiComponent serves the API. Without a display it is the only way to steer, so
// that it is required then.
func (f *flight) apiComponent() engine.Component {
	address := f.command.API
	required := f.command.APIRequired || f.screen.headless && !f.screen.inHeadset && address != settings.APIOff
	ended := make(chan error, 1)
	return engine.Component{
		Name: "API", Required: required, Needs: []string{"engine", "frame monitor"},
		Start: func(context.Context) error {
			if address == settings.APIOff {
				return errors.New("switched off")
			}
			err := f.listen(address)
			if err != nil && !required {
				f.log.Warn("flying without the API", "error", err)
			}
			if err == nil {
				go func() {
					defer f.crashes.Recover(exit.Crash)
					ended <- f.parts.api.Serve()
				}()
			}
			return err
		},
		Stop: func(ctx context.Context) error { return errors.Join(f.parts.api.Shutdown(ctx), <-ended) },
	}
}

func (f *flight) listen(address string) error {
	server, err := api.New(api.Options{
		Address: address, Paths: f.paths, Engine: f.parts.engine, Health: f.parts.system, Monitor: f.parts.monitor,
		Policy: engine.AnyScene, Log: f.log.Logger,
	})
	if err != nil {
		return err
	}
	if err := server.Listen(); err != nil {
		return err
	}
	f.parts.api = server
	return nil
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
