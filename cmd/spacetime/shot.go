package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/render"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// shotCommand is `spacetime shot`.
type shotCommand struct {
	Out      string        `short:"o" required:"" placeholder:"FILE.png" help:"Where the picture goes."`
	Scene    string        `default:"earthrise-now" help:"Scene, by its slug."`
	Scenes   string        `type:"existingdir" placeholder:"DIR" help:"A folder of more scene files."`
	At       string        `placeholder:"TIME" help:"Date instead of the scene's: 2026-11-22T00:00:00Z, jd2461366.5, now."`
	Target   *astro.Body   `placeholder:"BODY" help:"Body to look at, as one who travels there arrives, instead of the scene's place."`
	Distance *scene.Length `placeholder:"LENGTH" help:"Distance from the target's centre: 1.2e6km, 0.1au."`
	Phase    *scene.Angle  `placeholder:"ANGLE" help:"Angle at the target between the Sun and the viewer, instead of a good one."`
	Position *scene.Angle  `placeholder:"ANGLE" help:"Direction in which the phase is laid off: 0deg is over the target's north pole."`
	FOV      *scene.Angle  `placeholder:"ANGLE" help:"Vertical field of view (50deg)."`
	Labels   bool          `negatable:"" default:"true" help:"Write names."`
	Size     settings.Size `default:"1280x720" placeholder:"WxH" help:"Size of the picture, of one eye's with --stereo."`
	Stereo   bool          `help:"Draw a pair, side by side, for the left and the right eye."`
	Without  []string      `name:"gl-without" placeholder:"EXT" help:"Do without an OpenGL extension that the driver has."`
	Samples  int           `default:"4" enum:"1,2,4,8" help:"Samples of a pixel against jagged edges: ${enum}."`
	Quality  string        `default:"auto" enum:"auto,low,medium,high" help:"How much work the picture is worth: ${enum}."`
	Textures string        `type:"existingdir" placeholder:"DIR" help:"A folder of maps, as for a flight."`
}

func (c *shotCommand) Help() string {
	return "Example: spacetime shot --target saturn --distance 1.2e6km --at 2026-11-22T00:00:00Z --size 1920x1080 -o saturn.png"
}

func (c *shotCommand) Validate() error {
	if c.Target == nil && (c.Distance != nil || c.Phase != nil || c.Position != nil || c.FOV != nil) {
		return errors.New("--distance, --phase, --position and --fov go with a --target")
	}
	if err := render.CheckExtensions(c.Without); err != nil {
		return fmt.Errorf("--gl-without: %w", err)
	}
	return nil
}

// Run draws the picture: the first frame of a flight without a display, on a
// clock of frames, so that the same command gives the same bytes.
func (c *shotCommand) Run(*stdio) (err error) {
	if err := checkWritable(c.Out); err != nil {
		return err
	}
	first, err := resolveStart(c.At, "")
	if err != nil {
		return exit.With(exit.Usage, err)
	}
	files := assetFiles("")
	scenes, err := readScenes(files, c.Scenes)
	if err != nil {
		return err
	}
	e := engine.New(scenes)
	ctx := context.Background()
	if err := begin(ctx, e, c.Scene, first); err != nil {
		return err
	}
	if err := c.arrange(ctx, e); err != nil {
		return exit.With(exit.Usage, err)
	}
	views := 1
	if c.Stereo {
		views = 2
	}
	return c.draw(ctx, e, &settings.Settings{
		Size: c.Size, Views: views, Stereo: "auto", GLWithout: c.Without, Samples: c.Samples, Quality: c.Quality, Textures: c.Textures,
	}, files)
}

// arrange goes where the flags say.
func (c *shotCommand) arrange(ctx context.Context, e *engine.Engine) error {
	commands := []scene.Command{}
	if c.Target != nil {
		state := e.Snapshot().State
		camera := state.Arrival(*c.Target)
		override(&camera.Place.Distance, c.Distance)
		override(&camera.Place.Angle, c.Phase)
		override(&camera.Place.Position, c.Position)
		override(&camera.Look.FOV, c.FOV)
		commands = append(commands, camera)
	}
	if !c.Labels {
		commands = append(commands, scene.SetLayers{Hide: scene.LayerLabels})
	}
	for _, command := range commands {
		if _, err := e.Submit(ctx, engine.Request{Command: command}); err != nil {
			return err
		}
	}
	return nil
}

// override puts a flag that was given in the place of what is there.
func override[T any](value, flag *T) {
	if flag != nil {
		*value = *flag
	}
}

func (c *shotCommand) draw(ctx context.Context, e *engine.Engine, s *settings.Settings, files fs.FS) (err error) {
	screen, err := openOffscreen(offscreen.Options{Width: s.Size.Width, Height: s.Size.Height, Views: s.Views, FlatPair: true}, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, screen.context.Close()) }()
	display, err := screen.flat()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, display.Close()) }()
	s.Rate = 0 // no screen paces one picture
	renderer, err := openRenderer(screen.context, files, s, nil, slog.Default())
	if err != nil {
		return err
	}
	defer renderer.Close()
	picture, err := e.CaptureLast()
	if err != nil {
		return err
	}
	if err := e.Run(ctx, display, renderer, 1); err != nil {
		return err
	}
	return savePicture(ctx, picture, c.Out)
}
