//go:build threats

package threats

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

//go:embed pages
var pages embed.FS

// page is a page in Chromium and the server that it comes from, to which it
// reports each way that it tries.
type page struct {
	name     string // of the file
	listener net.Listener
	server   *http.Server
	program  *program

	mu    sync.Mutex
	count int  // how often the page was served
	bound bool // whether the page's name is another server's by now
	mark  int  // lines of the program's log when the way began
	tried []attempt
	done  chan struct{}
}

// attempt is a way that a page tried.
type attempt struct {
	Way, Saw string
	requests []string // that reached the API, as METHOD PATH STATUS
}

// listenPage makes the page's server; address is of this machine.
func listenPage(t testing.TB, name, address string) *page {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{name: name, listener: listener, done: make(chan struct{})}
	p.server = &http.Server{Handler: p}
	go p.server.Serve(listener)
	t.Cleanup(func() { p.server.Close() })
	return p
}

func (p *page) port() string {
	_, port, _ := net.SplitHostPort(p.listener.Addr().String())
	return port
}

// ServeHTTP serves the page, redirects, and takes reports, also of a page whose
// origin is another.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch r.URL.Path {
	case "/" + p.name:
		text, _ := pages.ReadFile("pages" + r.URL.Path)
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write(text)
		p.count++
	case "/redirect":
		code := http.StatusFound
		if r.FormValue("code") == "307" {
			code = http.StatusTemporaryRedirect
		}
		http.Redirect(w, r, r.URL.Query().Get("to"), code)
	case "/bound":
		if p.bound {
			_, _ = io.WriteString(w, "yes")
		}
	case "/begin":
		p.mark = len(p.program.console.since(0))
	case "/saw":
		time.Sleep(100 * time.Millisecond) // the log is written by now
		a := attempt{requests: p.program.console.requests(p.mark)}
		_ = json.Unmarshal(body, &a)
		p.tried = append(p.tried, a)
	case "/done":
		close(p.done)
	default:
		http.NotFound(w, r)
	}
}

// open shows the page in Chromium, as host calls its server, and tells it what it
// needs to know.
func (p *page) open(t testing.TB, host string, tell map[string]string) {
	t.Helper()
	told, err := json.Marshal(tell)
	if err != nil {
		t.Fatal(err)
	}
	c := tool(t.TempDir(), "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-popup-blocking",
		"--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0", "--user-data-dir="+t.TempDir(),
		"--host-resolver-rules=MAP *.example 127.0.0.1",
		fmt.Sprintf("http://%s/%s#%s", net.JoinHostPort(host, p.port()), p.name, url.PathEscape(string(told))))
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopGroup(c) })
}

// waitServed returns once Chromium has the page.
func (p *page) waitServed(t testing.TB) {
	t.Helper()
	for range 1500 {
		time.Sleep(20 * time.Millisecond)
		p.mu.Lock()
		served := p.count > 0
		p.mu.Unlock()
		if served {
			time.Sleep(200 * time.Millisecond) // it is on its way
			return
		}
	}
	t.Fatal("Chromium did not ask for the page")
}

// stopGroup ends a command and what it started, and waits until its files are
// written no more.
func stopGroup(c *exec.Cmd) {
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGTERM)
	timer := time.AfterFunc(5*time.Second, func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
	_ = c.Wait()
	timer.Stop()
	for range 50 {
		if syscall.Kill(-c.Process.Pid, 0) != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
}

// attempts waits for the page's end.
func (p *page) attempts(t testing.TB) []attempt {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(2 * time.Minute):
		t.Errorf("the page did not end")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tried
}

// table prints attempts.
func table(t testing.TB, title string, all []attempt) {
	t.Helper()
	var b strings.Builder
	for _, a := range all {
		answered := strings.Join(a.requests, ", ")
		if answered == "" {
			answered = "nothing arrives"
		}
		saw := strings.ReplaceAll(a.Saw, "\n", " ")
		if saw == "" {
			saw = "nothing"
		}
		fmt.Fprintf(&b, "\n  %-42s %-48s page sees: %.60s", a.Way, answered, saw)
	}
	t.Logf("%s%s", title, b.String())
}
