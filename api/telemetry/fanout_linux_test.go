package telemetry

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFanOut sends 90 messages of 574 bytes a second to clients in another
// process, on loopback, and reports what the server's process spends. Not more
// than 9 µs a message is the aim, with allocations a tick that do not depend on
// the number of clients.
func BenchmarkFanOut(b *testing.B) {
	for _, clients := range []int{50, 200} {
		for _, kind := range []string{"job.progressed", "perf.stats"} {
			b.Run(fmt.Sprintf("%s/clients=%d", kind, clients), func(b *testing.B) { benchmarkFanOut(b, kind, clients) })
		}
	}
}

func benchmarkFanOut(b *testing.B, kind string, clients int) {
	h := newHouse(b, func(o *Options) {
		o.Limits = Limits{Clients: clients, PerPrincipal: clients, PerAddress: clients}
		o.State = map[string]func() any{"perf": func() any { return nil }} // Publish has it
	})
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), benchServer+"="+h.listener)
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	defer command.Wait()
	defer command.Process.Kill()
	eventually(b, "all are subscribed", func() bool { return int(h.watched[topicOf["job.queued"]].Load()) == clients })
	data := map[string]any{"text": strings.Repeat("x", 480), "n": 1}

	ticker := time.NewTicker(time.Second / 90)
	defer ticker.Stop()
	time.Sleep(100 * time.Millisecond)
	cpu, allocations, sent := spent(b), mallocs(), h.Counters().Sent
	ticks := 0
	for b.Loop() {
		<-ticker.C
		h.Publish(kind, data)
		ticks++
	}
	eventually(b, "all is sent", func() bool { c := h.Counters(); return c.Sent-sent+c.Conflated == uint64(ticks*clients) })
	messages := float64(h.Counters().Sent - sent)
	b.ReportMetric(float64((spent(b)-cpu).Microseconds())/messages, "cpu-µs/message")
	b.ReportMetric(float64(mallocs()-allocations)/float64(ticks), "allocs/tick")
	b.ReportMetric(messages/b.Elapsed().Seconds(), "messages/s")
	if c := h.Counters(); c.Dropped != 0 || c.Clients != clients {
		b.Errorf("counters %+v", c)
	}
}

// spent is the CPU time of this process, without its children.
func spent(b *testing.B) time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
