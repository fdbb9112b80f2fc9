package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// listening is a server at a port of its own, with a client.
func listening(t *testing.T, paths host.Paths, address string) *Server {
	t.Helper()
	e := newEngine(t)
	s, err := New(Options{
		Address: address, Paths: paths, Engine: e, Health: health{}, Monitor: engine.NewMonitor(e), Policy: engine.AnyScene,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	return s
}

// serve serves until the test ends.
func serve(t *testing.T, s *Server) {
	t.Helper()
	served := make(chan error)
	go func() { served <- s.Serve() }()
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil { // the test's own context has ended
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

func TestOnlyLoopback(t *testing.T) {
	for _, address := range []string{
		"0.0.0.0:8080", ":8080", "[::]:8080", "192.168.1.2:8080", "example.org:8080", "localhost.evil.example:80",
		"127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "127.0.0.1:-1", "localhost:", "2130706433:80", "",
	} {
		if _, err := New(Options{Address: address}); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// TestLoopbackIsCheckedOnceBound: a hosts file may say of localhost what it
// likes.
func TestLoopbackIsCheckedOnceBound(t *testing.T) {
	f := newFixture(t)
	if err := f.announce(&net.TCPAddr{IP: net.IPv4(192, 168, 1, 2), Port: 8080}); !errors.Is(err, ErrAddress) {
		t.Errorf("got %v", err)
	}
}

func TestListen(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0", "localhost:0"} {
		t.Run(address, func(t *testing.T) {
			paths := host.Paths{Runtime: filepath.Join(t.TempDir(), "spacetime")}
			s := listening(t, paths, address)
			serve(t, s)
			found, err := ReadInstance(paths.Instance())
			if err != nil {
				t.Fatal(err)
			}
			if found.HTTP != s.Address() || found.PID != os.Getpid() || found.Version != engine.Version || time.Since(found.Started) > time.Minute {
				t.Errorf("got %+v, listening at %s", found, s.Address())
			}
			token, err := os.ReadFile(found.TokenFile)
			if err != nil || len(token) != 44 { // 32 bytes in base64url, and a line's end
				t.Fatalf("token of %d bytes, %v", len(token), err)
			}
			r, err := http.NewRequest("GET", "http://"+found.HTTP+"/api/v1/state", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("status %d", resp.StatusCode)
			}
		})
	}
}

// TestFilesArePrivate: nobody else on the machine may read the token.
func TestFilesArePrivate(t *testing.T) {
	paths := host.Paths{Runtime: filepath.Join(t.TempDir(), "spacetime")}
	serve(t, listening(t, paths, "127.0.0.1:0"))
	if runtime.GOOS == "windows" {
		return // there the user's folder is private as a whole
	}
	for path, want := range map[string]os.FileMode{paths.Token(): 0o600, paths.Instance(): 0o600, paths.Runtime: 0o700} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: mode %o, want %o", path, got, want)
		}
	}
}

func TestTokensAreNew(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		token := newToken()
		if len(token) != 43 || seen[token] || strings.ContainsAny(token, "+/=") {
			t.Fatalf("token %q", token)
		}
		seen[token] = true
	}
}

func TestShutdownRemovesTheFiles(t *testing.T) {
	paths := host.Paths{Runtime: t.TempDir()}
	s := listening(t, paths, "127.0.0.1:0")
	address := s.Address()
	for range 2 { // the second time does nothing
		if err := s.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	left, err := os.ReadDir(paths.Runtime)
	if err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("somebody still listens")
	}
	if err := s.Serve(); err != nil {
		t.Errorf("serve after the end: %v", err)
	}
}

// TestShutdownLeavesTheFilesOfALaterInstance: who started last is found.
func TestShutdownLeavesTheFilesOfALaterInstance(t *testing.T) {
	paths := host.Paths{Runtime: t.TempDir()}
	first := listening(t, paths, "127.0.0.1:0")
	second := listening(t, paths, "127.0.0.1:0")
	serve(t, second)
	if err := first.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found, err := ReadInstance(paths.Instance()); err != nil || found.HTTP != second.Address() {
		t.Errorf("got %+v, %v", found, err)
	}
	if _, err := os.Stat(paths.Token()); err != nil {
		t.Error(err)
	}
}

func TestShutdownBeforeListen(t *testing.T) {
	s, err := New(Options{Address: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(t.Context()); err != nil || s.Address() != "" {
		t.Errorf("got %v, %q", err, s.Address())
	}
}

// TestPortTaken: the error names the address and what to do, and the files of
// the other instance stay.
func TestPortTaken(t *testing.T) {
	paths := host.Paths{Runtime: t.TempDir()}
	first := listening(t, paths, "127.0.0.1:0")
	serve(t, first)
	second, err := New(Options{Address: first.Address(), Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	err = second.Listen()
	if !errors.Is(err, ErrPortTaken) || !strings.Contains(err.Error(), first.Address()) || !strings.Contains(err.Error(), "give another") {
		t.Errorf("got %v", err)
	}
	if found, err := ReadInstance(paths.Instance()); err != nil || found.HTTP != first.Address() {
		t.Errorf("got %+v, %v", found, err)
	}
}

// TestListenNeedsItsFiles: a server that nobody could find does not stay.
func TestListenNeedsItsFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Address: "127.0.0.1:0", Paths: host.Paths{Runtime: file}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Listen(); err == nil || !strings.Contains(err.Error(), "tell where the API is") || s.Address() != "" {
		t.Errorf("got %v, listening at %q", err, s.Address())
	}
}

func TestReadInstance(t *testing.T) {
	path := filepath.Join(t.TempDir(), "runtime.json")
	if _, err := ReadInstance(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	for _, text := range []string{"", "{}", `{"http":"127.0.0.1:1"}`, `{"token_file":"t"}`, "null", "[]"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadInstance(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestPanicInAHandler: the request fails, the program does not, and the client
// learns nothing of it.
func TestPanicInAHandler(t *testing.T) {
	var log bytes.Buffer
	f := newFixture(t, logTo(&log), func(o *Options) { o.Engine = nil })
	w := f.ask("GET", "/api/v1/state", "")
	if p := wantProblem(t, w, http.StatusInternalServerError, "internal"); p.Detail != "" {
		t.Errorf("tells the client %q", p.Detail)
	}
	if !strings.Contains(log.String(), "nil pointer") || !strings.Contains(log.String(), "state.go") {
		t.Errorf("the log does not tell where: %s", log.String())
	}
	if got := f.scrape(t)[`spacetime_http_requests_total{code="500",route="GET /api/v1/state"}`]; got != 1 {
		t.Errorf("counted %g times", got)
	}
}

// pipes is a listener whose connections are in memory, so that their time is
// that of a bubble.
type pipes struct {
	dialed chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.dialed <- server
	return client
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.dialed:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080} }

// TestSlowClients: each way to hold a connection ends after its time.
func TestSlowClients(t *testing.T) {
	const request = "GET /livez HTTP/1.1\r\nHost: " + testHost + "\r\n\r\n"
	for _, tt := range []struct {
		name  string
		sends string
		reads bool
		want  time.Duration
	}{
		{"says nothing", "", true, headerTimeout},
		{"headers without end", "GET /livez HTTP/1.1\r\nHost: ", true, headerTimeout},
		{"a body without end", "PATCH /api/v1/time HTTP/1.1\r\nHost: " + testHost + "\r\nAuthorization: Bearer TOKEN\r\n" +
			"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{", true, requestTimeout},
		{"takes no answer", request, false, answerTimeout},
		{"asks no more", request, true, idleTimeout},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t)
				l := newPipes()
				f.listener = l
				go f.Serve()
				c := l.dial()
				began := time.Now()
				io.WriteString(c, strings.Replace(tt.sends, "TOKEN", f.token, 1))
				if !tt.reads {
					time.Sleep(answerTimeout + time.Millisecond) // of the bubble
				}
				io.Copy(io.Discard, c) // until the server ends it
				if got := time.Since(began); got < tt.want || got > tt.want+2*time.Second {
					t.Errorf("ended after %v, want %v", got, tt.want)
				}
				if err := f.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestLongHeaders are refused by net/http, at 16 KiB.
func TestLongHeaders(t *testing.T) {
	for length, want := range map[int]string{8 << 10: "HTTP/1.1 200", 17 << 10: "HTTP/1.1 431"} {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture(t)
			l := newPipes()
			f.listener = l
			go f.Serve()
			c := l.dial()
			go io.WriteString(c, "GET /livez HTTP/1.1\r\nHost: "+testHost+"\r\nConnection: close\r\nX-Long: "+strings.Repeat("x", length)+"\r\n\r\n")
			answer, _ := io.ReadAll(c)
			if !strings.HasPrefix(string(answer), want) {
				t.Errorf("%d bytes: %.40q", length, answer)
			}
			if err := f.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConnectionsAreLimited: one more than may be waits until another ends.
func TestConnectionsAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := newPipes()
		l := limitConnections(inner, 2)
		accepted := make(chan net.Conn, 3)
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					close(accepted)
					return
				}
				accepted <- c
			}
		}()
		inner.dial()
		inner.dial()
		go inner.dial()
		synctest.Wait()
		if len(accepted) != 2 {
			t.Fatalf("%d were accepted, want 2", len(accepted))
		}
		c := <-accepted
		c.Close()
		c.Close() // counts once
		synctest.Wait()
		if len(accepted) != 2 {
			t.Errorf("%d wait, want 2", len(accepted))
		}
		l.Close()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		for range accepted {
		}
	})
}

// TestManyAtOnce: readers and writers beside a running frame. It is for the race
// detector, and every change must have been applied once.
func TestManyAtOnce(t *testing.T) {
	f := newFixture(t)
	e := f.engine.Engine
	f.options.Engine = e // the fake counts without a lock
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- e.Run(ctx, &screen{}, &painter{}, 0) }()
	for e.Snapshot().Frame == 0 {
		runtime.Gosched()
	}
	const clients, each = 4, 20
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				f.ask("PATCH", "/api/v1/time", `{"rate":2}`)
				f.ask("GET", "/api/v1/state", "")
				f.ask("GET", "/metrics", "")
				f.ask("POST", screenshotsPath, "")
			}
		})
	}
	wg.Wait()
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	f.settle()
	if got := e.Snapshot().State.Revision; got != clients*each {
		t.Errorf("revision %d, want %d", got, clients*each)
	}
}
