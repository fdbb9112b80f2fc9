package telemetry

import (
	"net"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestStall has clients that do not read, on real sockets, and one that does.
func TestStall(t *testing.T) {
	const stalled, rounds = 10, 400
	h := newHouse(t, func(o *Options) { o.Limits = Limits{PerPrincipal: 32, PerAddress: 32} })
	var conns []net.Conn
	for range stalled {
		conn, _ := h.raw(t, "")
		conn.(*net.TCPConn).SetReadBuffer(4 << 10)
		conn.Write(frame(text, `{"id":1,"type":"subscribe","topics":["job","frame"]}`))
		conns = append(conns, conn)
	}
	reader, _ := h.enter(t, "viewer")
	reader.ask(`{"id":1,"type":"subscribe","topics":["scene"]}`)
	job := topicOf["job.queued"]
	eventually(t, "all are subscribed", func() bool { return h.watched[job].Load() == stalled })
	before := heapBytes()

	worst, most := time.Duration(0), uint64(0)
	large := strings.Repeat("x", 15000)
	for i := range rounds {
		h.Publish("job.succeeded", large+strconv.Itoa(i)) // 6 MB in all to each of the stalled
		began := time.Now()
		h.Publish("scene.refused", i)
		if m := reader.next(); string(m.Data) != strconv.Itoa(i) || m.Seq != uint64(i+1) {
			t.Fatalf("the reader got %+v at %d", m, i)
		}
		worst = max(worst, time.Since(began))
		if i%100 == 99 {
			most = max(most, heapBytes()-min(before, heapBytes()))
		}
		time.Sleep(time.Millisecond)
	}
	perClient := most/stalled + kernelBytes
	t.Logf("the reader waited %v at most; a stalled client costs %d KiB at most", worst, perClient>>10)
	if perClient > 1<<20 {
		t.Errorf("a stalled client costs %d bytes, more than 1 MiB", perClient)
	}
	if worst > writeDeadline/2 { // TestSlowReader is exact; this one shares its machine
		t.Errorf("the reader waited %v for a message", worst)
	}
	eventually(t, "the stalled are cut off", func() bool { return h.Counters().Closes[1013] == stalled })
	if c := h.Counters(); c.Clients != 1 || c.Dropped == 0 || c.Gaps == 0 {
		t.Errorf("counters %+v", c)
	}
	for _, conn := range conns {
		conn.Close()
	}
}

// kernelBytes is what Linux allows a socket's send buffer of 64 KiB: twice that
// (man 7 socket, SO_SNDBUF).
const kernelBytes = 2 * sendBuffer

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
