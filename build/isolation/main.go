// Command isolation measures what load on the API does to the frame: the real
// engine loop at 90 Hz, with a display that waits as a headset's runtime does and
// a renderer that takes 3 ms of a core, and the API in the same process; clients
// that attack it from another one, at nice 19. It prints a table and ends with 1
// when a load makes more frames late than idleness does plus half a percentage
// point. It is run at the top of the checkout, on Linux, best on a machine that
// does nothing else:
//
//	go run ./build/isolation -seconds 12 -repeat 3
//
// The options take the defences away one by one, or add an admission before the
// API, to see what each is worth. What cannot be measured, since the API lacks
// what the attack is on, is said and not counted.
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
	admission  admission
	scenes     string
	burn       time.Duration
}

// run measures, unless the first argument is that of a client process.
func run(args []string, out, errs io.Writer) int {
	if len(args) > 0 && args[0] == clientArgument {
		return runClient(args[1:], out, errs)
	}
	o, err := parse(args, errs)
	if err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := measure(ctx, o, errs)
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

func parse(args []string, errs io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("isolation", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Float64Var(&o.seconds, "seconds", 12, "how long each case lasts")
	flags.IntVar(&o.repeat, "repeat", 1, "how often all cases are measured; the table has medians")
	flags.StringVar(&o.cases, "cases", "", "only these, by their names, with commas; idle comes always")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
	flags.StringVar(&o.rt, "rt", "on", "on raises the priority of the frame's thread, off does not")
	flags.IntVar(&o.gomaxprocs, "gomaxprocs", 0, "Ps; 0 takes the program's choice")
	flags.IntVar(&o.gogc, "gogc", 0, "growth of the heap in percent before it is collected; 0 takes the program's choice")
	flags.StringVar(&o.wait, "wait", "absolute", "how the display waits: absolute (as a headset) or pacer (as without one)")
	flags.Float64Var(&o.admission.rate, "admit", 0, "requests a second that are let in; 0 is no limit")
	flags.IntVar(&o.admission.inflight, "inflight", 0, "requests at a time; more are refused at once; 0 is no limit")
	flags.IntVar(&o.admission.lanes, "lanes", 0, "requests at a time; more wait 50 ms, then are refused; 0 is no limit")
	flags.DurationVar(&o.admission.hold, "hold", 0, "how long the answer to a refused request is held back")
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

// measure flies on this thread while another goroutine goes through the cases.
func measure(ctx context.Context, o options, progress io.Writer) (*report, error) {
	priority, why := o.tune()
	if why != nil {
		fmt.Fprintln(progress, "isolation:", why)
	}
	f, err := newFlight(o)
	if err != nil {
		return nil, err
	}
	s, err := startServer(f.engine, f.monitor, o.admission)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	r := &report{
		Seconds: o.seconds, Repeat: o.repeat, Priority: priority, Wait: o.wait, Burn: o.burn.Seconds() * 1e3,
		Procs: runtime.GOMAXPROCS(0), GOGC: gogc(), Admission: o.admission.String(),
	}
	flying, land := context.WithCancel(ctx)
	failed := make(chan error, 1)
	go func() {
		defer land()
		failed <- r.measureAll(flying, o, f, s, progress)
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
