package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/xr"
)

// xrCommand is `spacetime xr`.
type xrCommand struct {
	Doctor doctorCommand `cmd:"" help:"Find out what stands between this machine and a picture in a headset."`
}

func (*xrCommand) Help() string { return "Example: spacetime xr doctor" }

// doctorCommand is `spacetime xr doctor`.
type doctorCommand struct {
	Without []string `name:"vr-without" placeholder:"EXT" help:"Do without an OpenXR extension that the runtime has."`
	JSON    bool     `name:"json" help:"Print one JSON object."`
}

func (*doctorCommand) Help() string { return "Example: spacetime xr doctor --json" }

// Run asks loader, runtime and headset, shows nothing in it, and ends with 69
// where something is missing.
func (c *doctorCommand) Run(std *stdio) (err error) {
	flat, err := openFlat(&settings.Settings{Mode: "auto", Size: settings.Size{Width: 64, Height: 64}, Views: 1}, nil)
	var gl engine.Context // nil without OpenGL, which is a diagnosis too
	switch {
	case err == nil:
		gl = flat.context
		defer func() { err = errors.Join(err, gl.Close()) }()
	case !errors.Is(err, engine.ErrUnavailable):
		return err
	}
	watch := time.AfterFunc(doctorLimit, func() {
		fmt.Fprintln(std.err, "spacetime: the headset's runtime does not answer; restart the headset's software")
		os.Exit(exit.Unavailable)
	})
	d := xr.Diagnose(gl, c.Without)
	watch.Stop()
	if c.JSON {
		err = json.NewEncoder(std.out).Encode(d)
	} else {
		err = printDiagnosis(std.out, d)
	}
	if err == nil && !d.OK {
		err = exit.With(exit.Unavailable, errors.New(d.Verdict))
	}
	return err
}

// doctorLimit is how long a runtime may take to answer. Those that must start
// first take some seconds.
const doctorLimit = 20 * time.Second

func printDiagnosis(w io.Writer, d *xr.Diagnosis) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name string, values ...string) {
		if text := strings.TrimSpace(strings.Join(values, " ")); text != "" {
			fmt.Fprintf(t, "%s\t%s\n", name, exit.OneLine(text))
		}
	}
	row("verdict", d.Verdict)
	row("remedy", d.Remedy)
	row("loader", d.Loader, map[bool]string{true: "", false: "(not found)"}[d.LoaderFound])
	row("runtime registered", d.Manifest)
	row("library", d.Library)
	row("runtime", d.Runtime, d.RuntimeVersion)
	row("OpenXR asked for", d.APIVersion)
	row("headset", d.Headset)
	for _, v := range d.ViewConfigurations {
		row("views", v.Kind, viewSizes(v.Views))
	}
	row("refresh rates", rates(d.RefreshHz))
	row("OpenGL here", d.GLVersion, d.GLRenderer, d.GLContext)
	if d.GLLeast != "" {
		row("OpenGL wanted", d.GLLeast, "to", d.GLMost)
	}
	row("image formats", strings.Join(d.Formats, " "))
	row("extensions used", strings.Join(d.ExtensionsUsed, " "))
	row("extensions offered", strings.Join(d.Extensions, " "))
	row("controllers", strings.Join(d.Profiles, " "))
	row("controllers refused", strings.Join(d.Refused, " "))
	row("took", fmt.Sprintf("%.0f ms", d.TookMS))
	return t.Flush()
}

func viewSizes(views []xr.ViewSize) string {
	sizes := make([]string, len(views))
	for i, v := range views {
		sizes[i] = fmt.Sprintf("%dx%d (at most %dx%d)", v.Width, v.Height, v.MaxWidth, v.MaxHeight)
	}
	return strings.Join(sizes, ", ")
}

func rates(hz []float64) string {
	texts := make([]string, len(hz))
	for i, r := range hz {
		texts[i] = fmt.Sprintf("%g", r)
	}
	if len(texts) == 0 {
		return ""
	}
	return strings.Join(texts, ", ") + " Hz"
}
