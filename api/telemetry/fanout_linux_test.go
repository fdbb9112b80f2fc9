package telemetry

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkFanOut sends 90 messages of 574 bytes a second to clients in another
// process, on loopback, and reports what the server's process spends. Not more
// than 9 µs a message is the aim, with allocations a tick that do not depend on
// the number of clients. The least that can be had on the machine at the time is
// beside it: a prepared message, without numbers, queues and clocks.
func BenchmarkFanOut(b *testing.B) {
	for _, clients := range []int{50, 200} {
		for _, kind := range []string{"job.succeeded", "perf.stats"} {
			b.Run(fmt.Sprintf("%s/clients=%d", kind, clients), func(b *testing.B) {
				h := newHouse(b, func(o *Options) {
					o.Limits = Limits{Clients: clients, PerPrincipal: clients, PerAddress: clients}
					o.State = map[string]func() any{"perf": func() any { return nil }} // Publish has it
				})
				start(b, h.listener)
				eventually(b, "all are subscribed", func() bool { return int(h.watched[topicOf["job.queued"]].Load()) == clients })
				data := map[string]any{"text": strings.Repeat("x", 480), "n": 1}
				sent := func() uint64 { c := h.Counters(); return c.Sent - uint64(clients)*2 } // without hello and answer
				fanOut(b, clients, func() { h.Publish(kind, data) }, func() uint64 { return sent() + h.Counters().Conflated }, sent)
				if c := h.Counters(); c.Dropped != 0 || c.Clients != clients {
					b.Errorf("counters %+v", c)
				}
			})
		}
		b.Run(fmt.Sprintf("bare/clients=%d", clients), func(b *testing.B) { benchmarkBare(b, clients) })
	}
}

// start makes clients in another process, until the server has no place.
func start(b *testing.B, address string) {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), benchServer+"="+address)
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
}

// fanOut publishes at 90 Hz; handled counts the messages that were published and
// are through, sent those that were written.
func fanOut(b *testing.B, clients int, publish func(), handled, sent func() uint64) {
	time.Sleep(200 * time.Millisecond)
	ticker := time.NewTicker(time.Second / 90)
	defer ticker.Stop()
	cpu, allocations, before, written := spent(b), mallocs(), handled(), sent()
	ticks := 0
	for b.Loop() {
		<-ticker.C
		publish()
		ticks++
	}
	eventually(b, "all is sent", func() bool { return handled()-before == uint64(ticks*clients) })
	messages := float64(sent() - written)
	b.ReportMetric(float64((spent(b)-cpu).Microseconds())/messages, "cpu-µs/message")
	b.ReportMetric(float64(mallocs()-allocations)/float64(ticks), "allocs/tick")
	b.ReportMetric(messages/b.Elapsed().Seconds(), "messages/s")
}

// benchmarkBare is a goroutine a client that writes what a channel brings.
func benchmarkBare(b *testing.B, clients int) {
	var mu sync.Mutex
	var queues []chan *websocket.PreparedMessage
	var sent atomic.Uint64
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{Protocol}}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queue := make(chan *websocket.PreparedMessage, maxQueued)
		mu.Lock()
		full := len(queues) == clients
		if !full {
			queues = append(queues, queue)
		}
		mu.Unlock()
		if full {
			http.Error(w, "full", http.StatusServiceUnavailable)
			return
		}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		for m := range queue {
			conn.SetWriteDeadline(time.Now().Add(writeDeadline))
			if conn.WritePreparedMessage(m) != nil {
				return
			}
			sent.Add(1)
		}
	})}
	go server.Serve(listener)
	start(b, listener.Addr().String())
	eventually(b, "all are there", func() bool { mu.Lock(); defer mu.Unlock(); return len(queues) == clients })
	text := []byte(strings.Repeat("x", 574))
	fanOut(b, clients, func() {
		m, _ := websocket.NewPreparedMessage(websocket.TextMessage, text)
		for _, q := range queues {
			q <- m
		}
	}, sent.Load, sent.Load)
	for _, q := range queues {
		close(q)
	}
	server.Close()
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
