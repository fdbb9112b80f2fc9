package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"
)

// extendedChecks take longer, and one of them changes something for a moment.
var extendedChecks = []check{
	{"E1", "responsiveness", true, checkResponse},
	{"E2", "soak", true, checkSoak},
}

// maxResponse is from asking for a change to seeing it.
const maxResponse = time.Second

// checkResponse changes the rate of time by as little as a float64 can, waits
// until a state shows it, and puts it back.
func checkResponse(ctx context.Context, v *verification, f figures) (_ string, err error) {
	before, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	rate := math.Nextafter(before.Time.Rate, 0)
	if before.Time.Rate == 0 {
		rate = 1
	}
	defer func() {
		again, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, _, back := changeTime.ask(again, v.client, timeChange{Rate: &before.Time.Rate}); back != nil {
			err = errors.Join(err, fmt.Errorf("the rate of time was not put back to %g: %w", before.Time.Rate, back))
		}
	}()
	began := time.Now()
	applied, _, err := changeTime.ask(ctx, v.client, timeChange{Rate: &rate})
	if err != nil {
		return "", err
	}
	f["applied_s"] = since(began)
	for {
		now, err := v.state(ctx)
		if err != nil {
			return "", err
		}
		if now.Time.Rate == rate && now.Frame >= applied.Frame {
			break
		}
		if time.Since(began) > maxResponse || !pause(ctx, 20*time.Millisecond) {
			return "", fmt.Errorf("a change of the time does not show after %v", maxResponse)
		}
	}
	f["visible_s"] = since(began)
	if took := time.Since(began); took > maxResponse {
		return "", fmt.Errorf("a change of the time showed after %.2f s, more than %v", took.Seconds(), maxResponse)
	}
	return fmt.Sprintf("a change showed after %.3f s, and was put back", since(began)), nil
}

// The soak: a steady reader, as a dashboard is one.
const (
	soakPeriod  = 200 * time.Millisecond
	maxSoakP95  = 200 * time.Millisecond
	maxSoakLost = 0.005
)

// checkSoak reads the state at a steady rate, whether the answers come or not, so
// that a slow one does not hide those that would have waited behind it.
func checkSoak(ctx context.Context, v *verification, f figures) (string, error) {
	var (
		mu    sync.Mutex
		took  []time.Duration
		wrong int
		last  string
		asked sync.WaitGroup
	)
	until := time.Now().Add(v.soak)
	tick := time.NewTicker(soakPeriod)
	defer tick.Stop()
	for time.Now().Before(until) && pauseUntil(ctx, tick.C) {
		asked.Go(func() {
			a, err := getState.do(ctx, v.client, none)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				wrong, last = wrong+1, err.Error()
			case a.status != http.StatusOK:
				wrong, last = wrong+1, a.said()
			default:
				took = append(took, a.took)
			}
		})
	}
	asked.Wait()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	slices.Sort(took)
	return judgeSoak(took, wrong, last, f)
}

func judgeSoak(took []time.Duration, wrong int, last string, f figures) (string, error) {
	all := len(took) + wrong
	f["requests"], f["errors"] = all, wrong
	if len(took) == 0 {
		return "", fmt.Errorf("no answer to %d requests: %s", all, last)
	}
	p95 := took[(len(took)*95+99)/100-1]
	f["p95_s"], f["max_s"] = p95.Seconds(), took[len(took)-1].Seconds()
	share := float64(wrong) / float64(all)
	switch {
	case share >= maxSoakLost:
		return "", fmt.Errorf("%d of %d requests failed; the last: %s", wrong, all, last)
	case p95 >= maxSoakP95:
		return "", fmt.Errorf("95 %% of answers took up to %v, more than %v", p95.Round(time.Millisecond), maxSoakP95)
	}
	return fmt.Sprintf("%d requests, %d failed, 95 %% within %v", all, wrong, p95.Round(100*time.Microsecond)), nil
}
