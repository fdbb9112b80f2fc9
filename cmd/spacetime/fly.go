package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/render"
	"github.com/spacetime-vr/spacetime/scene"
)

// flyCommand is `spacetime` itself.
type flyCommand struct {
	settings.Settings

	Frames     uint64 `help:"End after so many frames; 0 flies until it is ended."`
	Screenshot string `placeholder:"FILE.png" help:"Write the last frame as a picture; needs --frames."`
	Stats      string `placeholder:"FILE.json" help:"Write at the end what the frames cost."`
}

func (c *flyCommand) Help() string {
	return "Example: spacetime --scene saturn --size 1920x1080"
}

// AfterApply checks what the flags mean together.
func (c *flyCommand) AfterApply() error {
	if c.Screenshot != "" && c.Frames == 0 {
		return errors.New("--screenshot takes the last frame: say with --frames which that is")
	}
	if err := render.CheckExtensions(c.GLWithout); err != nil {
		return fmt.Errorf("--gl-without: %w", err)
	}
	if c.Headset.Record != "" && c.Mode != "vr" && c.Mode != "auto" {
		return errors.New("--vr-record records a headset: it goes with --mode vr or auto")
	}
	if _, err := resolveStart(c.At, c.Target); err != nil {
		return err
	}
	return c.checkAddresses()
}

// Run flies: it opens a screen, starts the components, draws frames until the
// end, and stops all in reverse.
func (c *flyCommand) Run(std *stdio) (err error) {
	if err := checkWritable(c.Screenshot, c.Stats, c.Headset.Record); err != nil {
		return err
	}
	paths, err := host.UserPaths()
	if err != nil {
		return exit.With(exit.Config, err)
	}
	log, err := host.OpenLog(paths.Log(), c.LogLevel.Level(), std.err)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer log.Close()
	crashes, err := host.OpenCrashReports(paths.Crashes(), engine.ThisBuild().String(), log)
	if err != nil {
		return fmt.Errorf("prepare crash reports: %w", err)
	}
	defer crashes.Close()
	defer crashes.Recover(exit.Crash)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	log.Debug("starting", "build", engine.ThisBuild().String())
	for _, name := range unknownVariables(os.Environ()) {
		log.Warn("not a setting", "variable", name)
	}
	f := &flight{command: c, paths: paths, log: log, crashes: crashes, out: std.out}
	err = f.run(ctx)
	if err != nil {
		log.Debug("ending", "error", err)
	}
	return err
}

// flight is one run of the program.
type flight struct {
	command *flyCommand
	paths   host.Paths
	log     *host.Log
	crashes *host.CrashReports
	out     io.Writer

	headset headset
	record  *recording
	cockpit *cockpit
	screen  *screen
	parts   parts

	priority host.Priority // of the thread of the frame
}

func (f *flight) run(ctx context.Context) (err error) {
	ctx, quit := context.WithCancel(ctx)
	defer quit()
	f.cockpit = newCockpit(&f.command.Settings, f.paths, f.log.Logger, quit)
	f.headset = headset{
		settings: &f.command.Settings, log: f.log.Logger, pilot: f.cockpit, tell: f.cockpit.tell,
		hung: func() { f.abandon("the headset's runtime does not return") },
	}
	if f.record, err = openRecording(f.command.Headset.Record, f.log.Logger, f.crashes); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.record.close()) }()
	f.headset.recorder = f.record.recorder()
	seen := sync.OnceFunc(f.watchEnd(ctx))
	defer seen()
	f.screen, err = openScreen(&f.headset)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.screen.close()) }()
	f.priority = f.isolate()
	system, err := f.components()
	if err != nil {
		return err
	}
	f.parts.system = system
	err = system.Start(ctx)
	if err == nil {
		f.announce()
		err = f.frames(ctx)
	}
	seen()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = errors.Join(err, system.Stop(stopping))
	if f.parts.renderer != nil {
		f.parts.renderer.Close()
	}
	return errors.Join(err, f.writeStats())
}

// announce is the one line that says where it flies and how to steer it.
func (f *flight) announce() {
	fmt.Fprintln(f.out, f.screen.how+f.where())
}

// frames draws until the end. A display that is lost is opened anew.
func (f *flight) frames(ctx context.Context) error {
	shot, err := f.lastFrame()
	if err != nil {
		return err
	}
	watching, cancel := context.WithCancel(ctx)
	var watchers sync.WaitGroup
	for _, watch := range []func(context.Context){f.takePictures, f.tellNotices, f.cockpit.work, f.keepFlight} {
		watchers.Go(func() {
			defer f.crashes.Recover(exit.Crash)
			watch(watching)
		})
	}
	defer func() { cancel(); watchers.Wait() }()

	e := f.parts.engine
	f.cockpit.fly(e)
	for {
		left := uint64(0)
		if f.command.Frames > 0 {
			left = f.command.Frames - e.Frames()
		}
		err := e.Run(ctx, f.screen.display, f.parts.renderer, left)
		if err == nil {
			return f.save(shot)
		}
		if !errors.Is(err, engine.ErrDisplayLost) {
			return err
		}
		f.log.Info("leaving the display", "why", err)
		over, err := f.screen.replace(&f.headset, err)
		if err == nil && over && shot != nil {
			err = engine.ErrNoPicture // it is kept for a run that does not come
		}
		if err != nil || over {
			return err
		}
		f.log.Info("flying on", "display", f.screen.how)
	}
}

// stuck is how long it may take to see that the flight is to end.
const stuck = 5 * time.Second

// watchEnd ends the process if the thread of the frame does not see that the
// flight is to end: in a headset's runtime, from its start on, it may be for
// ever. done says that it has seen.
func (f *flight) watchEnd(ctx context.Context) (done func()) {
	seen := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-seen:
		case <-time.After(stuck):
			f.abandon("the display does not return")
		}
	})
	return func() { stop(); close(seen) }
}

// lastWords is how long an abandoned flight may take to write what it can: the
// disk may be stuck too.
const lastWords = 2 * time.Second

// abandon ends the process when nothing else can: the thread of the frame is in
// a call that does not return.
func (f *flight) abandon(why string) {
	time.AfterFunc(lastWords, func() { os.Exit(exit.Unavailable) })
	f.log.Error(why + "; ended without it")
	_ = f.crashes.Close()           // or it looks as if the Go runtime had ended the program
	if a := f.parts.api; a != nil { // so that nobody looks for it any more
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = a.Shutdown(ctx)
	}
	if err := f.writeStats(); err != nil {
		f.log.Error("no stats", "error", err)
	}
	if err := f.record.close(); err != nil {
		f.log.Error("no recording", "error", err)
	}
	_ = f.log.Close()
	os.Exit(exit.Unavailable)
}

// lastFrame asks for the picture of --screenshot.
func (f *flight) lastFrame() (*engine.Pending, error) {
	if f.command.Screenshot == "" {
		return nil, nil
	}
	return f.parts.engine.CaptureLast()
}

func (f *flight) save(shot *engine.Pending) error {
	if shot == nil {
		return nil
	}
	return savePicture(context.Background(), shot, f.command.Screenshot)
}

// takePictures writes a picture whenever the player asks for one.
func (f *flight) takePictures(ctx context.Context) {
	for {
		var take func(context.Context, string) error
		name := "spacetime-"
		select {
		case <-ctx.Done():
			return
		case <-f.parts.engine.ScreenshotPressed():
			take = f.takePicture
		case size := <-f.cockpit.photos:
			take = func(ctx context.Context, path string) error { return f.takePoster(ctx, size, path) }
			name += fmt.Sprintf("%dx%d-", size.Width, size.Height)
		}
		path := filepath.Join(f.paths.Pictures, name+time.Now().Format("20060102-150405.000")+".png")
		if err := take(ctx, path); err != nil {
			f.log.Error("no screenshot", "error", err)
			f.cockpit.tell("No picture: " + err.Error())
			continue
		}
		f.log.Info("screenshot", "file", path)
		f.cockpit.tell("Picture: " + path)
	}
}

// takePoster writes a picture larger than the window and tells how far it is.
func (f *flight) takePoster(ctx context.Context, size menu.Size, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	poster, err := f.parts.engine.CapturePoster(size.Width, size.Height)
	if err != nil {
		return err
	}
	f.cockpit.tell(fmt.Sprintf("Picture of %d × %d pixels …", size.Width, size.Height))
	return host.WriteWhole(path, func(w io.Writer) error {
		return poster.WritePNG(ctx, w, func(share float64) {
			f.cockpit.tell(fmt.Sprintf("Picture of %d × %d pixels: %.0f %%", size.Width, size.Height, 100*share))
		})
	})
}

// takePicture asks for the picture last: one that is asked for must be used.
func (f *flight) takePicture(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	pending, err := f.parts.engine.Capture()
	if err != nil {
		return err
	}
	return savePicture(ctx, pending, path)
}

// noticeEvery is how often the state is looked at for something to tell.
const noticeEvery = 250 * time.Millisecond

// tellNotices logs what the simulation wants the player to know.
func (f *flight) tellNotices(ctx context.Context) {
	last := scene.NoticeNone
	for tick := time.NewTicker(noticeEvery); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		notice := f.parts.engine.Snapshot().State.Notice
		if notice != last && notice != scene.NoticeNone {
			f.log.Warn(notice.String())
		}
		last = notice
	}
}

// report is what --stats writes.
type report struct {
	engine.Build
	Graphics string             `json:"graphics"`
	Display  engine.DisplayInfo `json:"display"`
	Scene    string             `json:"scene"`
	engine.Stats
}

func (f *flight) writeStats() error {
	if f.command.Stats == "" || f.parts.monitor == nil {
		return nil
	}
	last := f.parts.engine.Snapshot()
	r := report{
		Build: engine.ThisBuild(), Graphics: f.parts.graphics, Display: last.Display,
		Scene: last.State.Slug, Stats: f.parts.monitor.Stats(),
	}
	r.PeakMemoryBytes = host.PeakMemory()
	return host.WriteWhole(f.command.Stats, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	})
}
