package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/engine/host"
)

// cost is what the API costs where no frame is drawn beside it: a GET of the
// state, which is the handler asked most, against a bare handler of net/http that
// writes the same bytes and headers; both at a rate that the quotas allow, over
// connections that are kept.
type cost struct {
	Start    float64 `json:"start_ms"`
	Resident float64 `json:"rss_mb"`           // that the API takes before the first request
	Idle     float64 `json:"idle_cpu_percent"` // of one core
	API      float64 `json:"api_us"`           // processor time of a request
	Bare     float64 `json:"bare_us"`
	Ratio    float64 `json:"ratio"`
	Load     string  `json:"load"` // the machine's load average at the end
}

func (c *cost) print(out io.Writer) {
	fmt.Fprintf(out, "start %.0f ms, +%.1f MB, idle %.2f %% of a core\nGET state %.0f us of processor, bare net/http %.0f us, ratio %.2f; load average %s\n",
		c.Start, c.Resident, c.Idle, c.API, c.Bare, c.Ratio, c.Load)
}

func (c *cost) held() bool { return true }

// measureCost takes turns with the two, so that the machine's moods meet both.
func measureCost(ctx context.Context, o options, f *flight) (*cost, error) {
	resident := residentMB()
	s, err := startServer(f, false)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c := &cost{Start: milliseconds(s.took), Resident: residentMB() - resident}
	bare, err := s.bare()
	if err != nil {
		return nil, err
	}
	defer bare.Close()
	var idle, api, plain, ratio []float64
	length := time.Duration(o.seconds * float64(time.Second))
	for range o.repeat {
		quiet := spent(func() { pause(ctx, length) })
		one, err := perRequest(&s.target, length, quiet)
		if err != nil {
			return nil, err
		}
		other, err := perRequest(&target{Address: bare.Addr, Keys: s.Keys}, length, quiet)
		if err != nil {
			return nil, err
		}
		idle = append(idle, 100*quiet.Seconds()/length.Seconds())
		api, plain, ratio = append(api, one), append(plain, other), append(ratio, one/other)
	}
	c.Idle, c.API, c.Bare, c.Ratio, c.Load = at(idle, 0.5), at(api, 0.5), at(plain, 0.5), at(ratio, 0.5), loadAverage()
	return c, ctx.Err()
}

func spent(work func()) time.Duration {
	before := host.ProcessCPU()
	work()
	return host.ProcessCPU() - before
}

// perRequest is in microseconds, less what the process takes anyway.
func perRequest(t *target, length, quiet time.Duration) (float64, error) {
	var out outcome
	var err error
	took := spent(func() {
		var finish func() (outcome, error)
		if finish, err = t.start(even.name, length); err == nil {
			out, err = finish()
		}
	})
	if n := out.Answers["200"]; err == nil && n == 0 {
		err = fmt.Errorf("answers %v, want 200", out.Answers)
	}
	return (took - quiet).Seconds() * 1e6 / float64(out.Answers["200"]), err
}

// bare serves what the API answers to a GET of the state, whatever is asked.
func (s *server) bare() (*http.Server, error) {
	r, err := http.NewRequest(http.MethodGet, "http://"+s.Address+"/api/v1/state", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.Keys[0])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Header.Del("Date") // net/http's own
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	bare := &http.Server{Addr: listener.Addr().String(), ReadHeaderTimeout: 5 * time.Second}
	bare.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), answer.Header)
		_, _ = w.Write(body)
	})
	s.ended.Go(func() { _ = bare.Serve(listener) })
	return bare, nil
}
