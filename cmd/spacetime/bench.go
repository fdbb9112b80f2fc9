package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/render"
	"github.com/spacetime-vr/spacetime/xr/offscreen"
)

// benchCommand is `spacetime bench`.
type benchCommand struct {
	Spheres spheresCommand `cmd:"" help:"Draw a scene of spheres that other engines draw too, and print a line RESULT with its cost."`
}

func (c *benchCommand) Help() string { return "Example: spacetime bench spheres 1000" }

// spheresCommand is `spacetime bench spheres`.
type spheresCommand struct {
	N       int    `arg:"" help:"How many spheres."`
	Stars   int    `default:"10000" help:"How many stars."`
	Size    int    `default:"512" help:"Pixels of an eye's side."`
	Frames  int    `default:"60" help:"Frames that are measured, after three that are not."`
	Moving  bool   `help:"Move every sphere in each frame."`
	JSON    bool   `name:"json" help:"Print the object alone, without RESULT before it."`
	Picture string `placeholder:"FILE.png" help:"Write frame 0, to compare with another engine's."`
}

func (c *spheresCommand) Help() string { return "Example: spacetime bench spheres 1000 --moving" }

func (c *spheresCommand) Validate() error {
	if c.N < 1 || c.N > 1_000_000 || c.Stars < 0 || c.Stars > 10_000_000 || c.Size < 1 || c.Size > 8192 || c.Frames < 1 {
		return errors.New("there may be 1 to 1000000 spheres, 0 to 10000000 stars, 1 to 8192 pixels, 1 frame or more")
	}
	return nil
}

// spheresWarmUp is how many frames are drawn before the measured ones.
const spheresWarmUp = 3

// spheresResult is one run, in the words that all engines use.
type spheresResult struct {
	Peer         string    `json:"peer"`
	Technique    string    `json:"tech"`
	Spheres      int       `json:"n"`
	Stars        int       `json:"m"`
	Size         int       `json:"w"`
	Frames       int       `json:"frames"`
	FrameMS      spread    `json:"frame_ms"`    // until the pixels are done
	SubmitMS     spread    `json:"submit_ms"`   // until the last GL call
	MainMS       spread    `json:"cpu_main_ms"` // processor time of the thread that draws
	ProcessMS    float64   `json:"cpu_proc_ms"` // of the whole process, a frame
	RasteriserMS float64   `json:"cpu_raster_ms"`
	PeakMB       float64   `json:"rss_peak_mb"`
	DrawCalls    int       `json:"draw_calls"`
	GLCalls      int       `json:"gl_calls"`
	Go           goRuntime `json:"go"`
}

// spread is of milliseconds.
type spread struct {
	Min  float64 `json:"min"`
	P50  float64 `json:"p50"`
	P95  float64 `json:"p95"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p999"`
	Max  float64 `json:"max"`
	Mean float64 `json:"mean"`
}

func spreadOf(values []time.Duration) (s spread) {
	slices.Sort(values)
	at := func(q float64) float64 {
		return values[min(len(values)-1, int(q*float64(len(values))))].Seconds() * 1e3
	}
	for _, v := range values {
		s.Mean += v.Seconds() * 1e3 / float64(len(values))
	}
	s.Min, s.P50, s.P95, s.P99, s.P999, s.Max = at(0), at(0.5), at(0.95), at(0.99), at(0.999), at(1)
	return s
}

// goRuntime is what the Go runtime did meanwhile.
type goRuntime struct {
	Allocs  float64 `json:"allocs_per_frame"`
	Bytes   float64 `json:"bytes_per_frame"`
	GCs     int64   `json:"gc_count"`
	PauseUS float64 `json:"gc_pause_max_us"`
}

// Run measures.
func (c *spheresCommand) Run(std *stdio) (err error) {
	if err := checkWritable(c.Picture); err != nil {
		return err
	}
	context, err := offscreen.OpenContext()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, context.Close()) }()
	spheres, err := render.NewSpheres(context, assetFiles(""), c.N, c.Stars, c.Size)
	if err != nil {
		return err
	}
	defer spheres.Close()
	if c.Picture != "" {
		spheres.Draw(0, c.Frames, c.Moving)
		if err := host.WriteWhole(c.Picture, spheres.Picture().WritePNG); err != nil {
			return err
		}
	}
	result := c.measure(spheres)
	if !c.JSON {
		fmt.Fprint(std.out, "RESULT ")
	}
	return json.NewEncoder(std.out).Encode(result)
}

func (c *spheresCommand) measure(s *render.Spheres) spheresResult {
	for i := range spheresWarmUp {
		s.Draw(i, c.Frames, c.Moving)
		s.Finish()
	}
	frame, submit, cpu := make([]time.Duration, c.Frames), make([]time.Duration, c.Frames), make([]time.Duration, c.Frames)
	runtime.GC()
	var before, after runtime.MemStats
	var gc0, gc1 debug.GCStats
	debug.ReadGCStats(&gc0)
	process, rasteriser := host.ProcessCPU(), host.RasteriserCPU()
	runtime.ReadMemStats(&before)
	for i := range c.Frames {
		start, thread := time.Now(), host.ThreadCPU()
		s.Draw(i, c.Frames, c.Moving)
		submit[i] = time.Since(start)
		s.Finish()
		frame[i], cpu[i] = time.Since(start), host.ThreadCPU()-thread
	}
	runtime.ReadMemStats(&after)
	process, rasteriser = host.ProcessCPU()-process, host.RasteriserCPU()-rasteriser
	debug.ReadGCStats(&gc1)
	perFrame := func(v float64) float64 { return v / float64(c.Frames) }
	technique := "clip1"
	if c.Moving {
		technique += "+dyn"
	}
	return spheresResult{
		Peer: "spacetime", Technique: technique, Spheres: c.N, Stars: c.Stars, Size: c.Size, Frames: c.Frames,
		FrameMS: spreadOf(frame), SubmitMS: spreadOf(submit), MainMS: spreadOf(cpu),
		ProcessMS: perFrame(process.Seconds() * 1e3), RasteriserMS: perFrame(rasteriser.Seconds() * 1e3),
		PeakMB: float64(host.PeakMemory()) / (1 << 20), DrawCalls: s.Counts().Draws, GLCalls: s.Counts().Calls,
		Go: goRuntime{
			Allocs: perFrame(float64(after.Mallocs - before.Mallocs)), Bytes: perFrame(float64(after.TotalAlloc - before.TotalAlloc)),
			GCs: gc1.NumGC - gc0.NumGC, PauseUS: longestPause(&gc1, gc1.NumGC-gc0.NumGC),
		},
	}
}

// longestPause is of the last n collections, in microseconds.
func longestPause(gc *debug.GCStats, n int64) (us float64) {
	for _, pause := range gc.Pause[:min(int(n), len(gc.Pause))] {
		us = max(us, float64(pause.Nanoseconds())/1e3)
	}
	return us
}
