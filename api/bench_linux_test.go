package api

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sort"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/limit"
)

// unlimited gives the fixture quotas that nobody uses up.
func (f *fixture) unlimited() {
	f.limits = quotas{}
	for _, p := range append(limit.Policies(), probeQuota) {
		many := p
		many.Quota, many.Window = 1_000_000, time.Second
		f.limits[p.Name] = limit.New(many, time.Now)
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}

// stateRequest asks for the state as a viewer with an API key does.
func stateRequest(t testing.TB, f *fixture) *http.Request {
	t.Helper()
	key, _, err := f.auth.CreateKey(t.Context(), "screen", auth.Viewer, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/api/v1/state", nil)
	r.Host, r.RemoteAddr = testHost, "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer "+key.Reveal())
	return r
}

// TestStateAllocations bounds the garbage of what is asked for most often.
func TestStateAllocations(t *testing.T) {
	f := serve(t, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	f.unlimited()
	r := stateRequest(t, f)
	w := &discard{http.Header{}}
	got := testing.AllocsPerRun(1000, func() {
		clear(w.header)
		f.ServeHTTP(w, r)
	})
	if got > 30 {
		t.Errorf("%g allocations a request, want 30 at most", got)
	}
	t.Logf("%g allocations a request", got)
}

// BenchmarkState measures the state in this process, without the network.
func BenchmarkState(b *testing.B) {
	f := serve(b, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	f.unlimited()
	r := stateRequest(b, f)
	w := &discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		f.ServeHTTP(w, r)
	}
}

// BenchmarkStateOverLoopback compares the processor time of the state, over one
// kept connection, with that of a bare handler that writes the same bytes: client,
// kernel and net/http are in both.
func BenchmarkStateOverLoopback(b *testing.B) {
	f := serve(b, func(o *Options) { o.Log = slog.New(slog.DiscardHandler) })
	f.unlimited()
	r := stateRequest(b, f)
	answer := f.send(r)
	body, header := answer.Body.Bytes(), answer.Header()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range header {
			h[name] = values
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body)
	})
	const each = 2000
	ours, theirs := benchClient(b, f, r), benchClient(b, bare, r)
	var ratios, spent []float64
	for b.Loop() {
		x, y := ours(each), theirs(each)
		ratios, spent = append(ratios, float64(x)/float64(y)), append(spent, float64(x.Nanoseconds())/each)
	}
	sort.Float64s(ratios)
	slices.Sort(spent)
	b.ReportMetric(ratios[len(ratios)/2], "times-bare")
	b.ReportMetric(spent[len(spent)/2], "cpu-ns/request")
	b.ReportMetric(0, "ns/op")
}

// benchClient serves at a port of its own, and returns what sends n requests and
// tells the processor time that this process spent.
func benchClient(b *testing.B, handler http.Handler, r *http.Request) func(n int) time.Duration {
	b.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	b.Cleanup(func() { _ = server.Shutdown(context.Background()) })
	client := &http.Client{Transport: &http.Transport{}}
	b.Cleanup(client.CloseIdleConnections)
	return func(n int) time.Duration {
		before := spentCPU(b)
		for range n {
			q, err := http.NewRequest("GET", "http://"+listener.Addr().String()+r.URL.Path, nil)
			if err != nil {
				b.Fatal(err)
			}
			q.Host, q.Header = r.Host, r.Header
			resp, err := client.Do(q)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
				b.Fatalf("%d, %v", resp.StatusCode, err)
			}
			resp.Body.Close()
		}
		return spentCPU(b) - before
	}
}

func spentCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
