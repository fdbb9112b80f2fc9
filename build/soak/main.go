// Command soak flies the real program headless for a long time while everything
// its control plane offers is asked for at once, below the quotas, and looks for
// what only time brings to light: memory, goroutines or files that are never given
// back, answers that get slower, errors in the log, an audit log that does not
// verify, an end that is not clean. It prints a line each ten seconds and the
// verdict at the end, and ends with 0 or 1; with 2 when it could not run. It is run
// at the top of the checkout, on Linux:
//
//	go run ./build/soak -for 20m
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
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// options is the command line.
type options struct {
	program string
	length  time.Duration
	every   time.Duration // between two samples
	calm    time.Duration // how long what the load brought may take to go
	json    bool
}

func run(args []string, out, errs io.Writer) int {
	o, err := parse(args, errs)
	if err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := soak(ctx, o, errs)
	if err != nil {
		fmt.Fprintln(errs, "soak:", err)
		return 2
	}
	if o.json {
		_ = json.NewEncoder(out).Encode(r)
	} else {
		r.print(out)
	}
	if !r.Held {
		return 1
	}
	return 0
}

func parse(args []string, errs io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&o.program, "program", "bin/spacetime", "the program")
	flags.DurationVar(&o.length, "for", 20*time.Minute, "how long the load lasts")
	flags.DurationVar(&o.every, "every", 10*time.Second, "time between two samples")
	flags.DurationVar(&o.calm, "calm", 15*time.Second, "how long goroutines and files of the load may take to go")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 || o.every <= 0 || o.length < 4*o.every {
		fmt.Fprintln(errs, "soak: -every is above 0, -for at least four times that, and nothing else is said")
		return o, errors.New("usage")
	}
	return o, nil
}

// soak starts the program, puts it under load, and judges it.
func soak(ctx context.Context, o options, progress io.Writer) (r *report, err error) {
	home, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	p, err := start(ctx, o.program, home)
	if err != nil {
		return nil, err
	}
	defer p.kill()
	l, err := prepare(ctx, p)
	if err != nil {
		p.kill()
		return nil, fmt.Errorf("%w\nthe program said: %s", err, &p.output)
	}
	r = &report{Seconds: o.length.Seconds(), Started: p.took.Seconds()}
	if err := l.tour(ctx, o.every/2); err != nil {
		return nil, err
	}
	if r.Before, err = l.sample(ctx); err != nil {
		return nil, err
	}
	if err := r.watch(ctx, o, l, progress); err != nil {
		return nil, err
	}
	if r.After, err = l.settle(ctx, &r.Before, o.calm); err != nil {
		return nil, err
	}
	r.sum(l)
	r.end(p)
	r.judge()
	return r, nil
}

// watch runs the load, and takes a sample each so often.
func (r *report) watch(ctx context.Context, o options, l *load, progress io.Writer) error {
	loaded, stop := context.WithTimeout(ctx, o.length)
	defer stop()
	ended := l.run(loaded)
	tick := time.NewTicker(o.every)
	defer tick.Stop()
	for loaded.Err() == nil {
		select {
		case <-loaded.Done():
		case <-tick.C:
			s, err := l.sample(ctx)
			if err != nil {
				return err
			}
			r.Samples = append(r.Samples, s)
			fmt.Fprintln(progress, s)
		}
	}
	<-ended
	return ctx.Err()
}
