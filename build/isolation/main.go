// Command isolation measures what load on the API does to the frame: the real
// engine loop at 90 Hz, with a display that waits as a headset's runtime does and
// a renderer that takes 3 ms of a core, and the API in the same process, as the
// program serves it; clients that attack it from another one, at nice 19. It
// prints a table and ends with 1 when a load breaks what is promised:
//
//   - at most half a percentage point more frames late than just before it,
//   - health answered within 250 ms, also over a new connection, but for TLS,
//     where the handshakes of all take turns,
//   - at most 64 MiB more memory,
//   - within 5 s of its end no more goroutines than before, plus or minus 5,
//   - no panic.
//
// It is run at the top of the checkout, on Linux, best on a machine that does
// nothing else:
//
//	go run ./build/isolation -seconds 12 -repeat 3
//
// Each client has an address of its own, 127.0.1.x, and ten API keys are shared
// out among them, as far more than one attacker has: what the API allows one
// address or one caller is not what holds the load back. No address of this
// machine is ever banned. The options take the defences of the frame away one by
// one, to see what each is worth.
//
// With -knee it measures instead at how many requests a second the API stops to
// answer them all, with -cost what a request and the idle API cost.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// The engine's thread is the main one, as in the program.
func init() { runtime.LockOSThread() }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options is the command line.
type options struct {
	seconds    float64
	repeat     int
	cases      string
	json       bool
	rt         string
	gomaxprocs int
	gogc       int
	wait       string
	knee, cost bool
	scenes     string
	burn       time.Duration
}

// run measures, unless the first argument is that of a client process.
func run(args []string, out, errs io.Writer) int {
	if len(args) > 0 && args[0] == clientArgument {
		return runClient(args[1:], os.Stdin, out, errs)
	}
	o, err := parse(args, errs)
	if err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := o.measure(ctx, errs)
	if err != nil {
		fmt.Fprintln(errs, "isolation:", err)
		return 2
	}
	if o.json {
		_ = json.NewEncoder(out).Encode(r)
	} else {
		r.print(out)
	}
	if !r.held() {
		return 1
	}
	return 0
}

// result is what was measured, to be shown and judged.
type result interface {
	print(io.Writer)
	held() bool
}

func (o *options) measure(ctx context.Context, progress io.Writer) (result, error) {
	priority, why := o.tune()
	if why != nil {
		fmt.Fprintln(progress, "isolation:", why)
	}
	f, err := newFlight(*o)
	if err != nil {
		return nil, err
	}
	if o.cost {
		return measureCost(ctx, *o, f)
	}
	return fly(ctx, *o, f, priority, progress)
}

func parse(args []string, errs io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("isolation", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Float64Var(&o.seconds, "seconds", 12, "how long each case lasts")
	flags.IntVar(&o.repeat, "repeat", 1, "how often all cases are measured; the table has medians")
	flags.StringVar(&o.cases, "cases", "", "only these, by their names, with commas")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
	flags.StringVar(&o.rt, "rt", "on", "on raises the priority of the frame's thread, off does not")
	flags.IntVar(&o.gomaxprocs, "gomaxprocs", 0, "Ps; 0 takes the program's choice")
	flags.IntVar(&o.gogc, "gogc", 0, "growth of the heap in percent before it is collected; 0 takes the program's choice")
	flags.StringVar(&o.wait, "wait", "absolute", "how the display waits: absolute (as a headset) or pacer (as without one)")
	flags.BoolVar(&o.knee, "knee", false, "ever more requests a second instead of attacks")
	flags.BoolVar(&o.cost, "cost", false, "what a request and the idle API cost, instead of attacks")
	flags.StringVar(&o.scenes, "scenes", "assets/scenes", "folder of scenes")
	flags.DurationVar(&o.burn, "burn", 3*time.Millisecond, "processor time of a frame")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.rt != "on" && o.rt != "off" || o.wait != "absolute" && o.wait != "pacer" || o.seconds <= 0 || o.repeat < 1 || flags.NArg() > 0 {
		fmt.Fprintln(errs, "isolation: -rt is on or off, -wait absolute or pacer, -seconds above 0, -repeat 1 or more")
		return o, errors.New("usage")
	}
	return o, nil
}

// tune sets the process up as the program does, less what the options say.
func (o *options) tune() (host.Priority, error) {
	host.TuneRuntime()
	if o.gomaxprocs > 0 {
		runtime.GOMAXPROCS(o.gomaxprocs)
	}
	if o.gogc > 0 {
		debug.SetGCPercent(o.gogc)
	}
	if o.rt == "off" {
		return host.PriorityNormal, nil
	}
	return host.RaisePriority()
}

// fly flies on this thread while another goroutine goes through the cases.
func fly(ctx context.Context, o options, f *flight, priority host.Priority, progress io.Writer) (*report, error) {
	r := &report{
		Seconds: o.seconds, Repeat: o.repeat, Priority: priority, Wait: o.wait, Burn: milliseconds(o.burn),
		Procs: runtime.GOMAXPROCS(0), GOGC: gogc(), Knee: o.knee,
	}
	flying, land := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() {
		defer land()
		failed <- r.measureAll(flying, o, f, progress)
	}()
	return r, errors.Join(f.fly(flying), <-failed)
}

func gogc() int {
	percent := debug.SetGCPercent(-1)
	debug.SetGCPercent(percent)
	return percent
}

// wanted tells whether the options name a case.
func (o *options) wanted(name string) bool {
	if o.cases == "" {
		return true
	}
	for one := range strings.SplitSeq(o.cases, ",") {
		if one == name {
			return true
		}
	}
	return false
}
