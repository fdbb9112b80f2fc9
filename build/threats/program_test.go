//go:build threats

package threats

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// v1 is where the API begins.
const v1 = "/api/v1"

// programs is where `make build` leaves them.
const programs = "../../bin"

// program is one run of the real program, without a display.
type program struct {
	*exec.Cmd
	home  string
	paths host.Paths
	api.Instance
	console console
}

// console is what a program wrote, line by line.
type console struct {
	mu    sync.Mutex
	lines []string
	ended sync.WaitGroup
}

func (c *console) follow(r io.Reader) {
	c.ended.Go(func() {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			c.mu.Lock()
			c.lines = append(c.lines, lines.Text())
			c.mu.Unlock()
		}
	})
}

// since returns the lines after the first n.
func (c *console) since(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.lines[n:]...)
}

func (c *console) String() string { return strings.Join(c.since(0), "\n") }

// requests returns the lines that tell of requests, as METHOD PATH STATUS.
func (c *console) requests(since int) (all []string) {
	for _, line := range c.since(since) {
		if fields, err := logged(line); err == nil && fields["msg"] == "request" {
			all = append(all, fields["method"]+" "+fields["path"]+" "+fields["status"])
		}
	}
	return all
}

// logged reads a line of the log: names and values with = between, a value in
// Go's quotes where it needs them.
func logged(line string) (map[string]string, error) {
	fields := map[string]string{}
	for line != "" {
		name, rest, ok := strings.Cut(line, "=")
		if !ok || name == "" || strings.ContainsAny(name, "\" ") {
			return nil, fmt.Errorf("no name at %q", line)
		}
		value, after, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(rest, `"`) {
			quoted, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, fmt.Errorf("no value at %q", rest)
			}
			value, _ = strconv.Unquote(quoted)
			after = strings.TrimPrefix(rest[len(quoted):], " ")
		}
		fields[name], line = value, after
	}
	return fields, nil
}

// folders are those of a user whose home is all there is.
func folders(home string) host.Paths {
	return host.Paths{
		Config: filepath.Join(home, ".config/spacetime"), State: filepath.Join(home, ".local/state/spacetime"),
		Cache: filepath.Join(home, ".cache/spacetime"), Runtime: filepath.Join(home, "spacetime"), Pictures: filepath.Join(home, "Pictures"),
	}
}

// tool is a command of ours, in a home of its own and nothing else around it.
func tool(home string, args ...string) *exec.Cmd {
	c := exec.Command(args[0], args[1:]...)
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + home, "LIBGL_ALWAYS_SOFTWARE=1", "LP_NATIVE_VECTOR_WIDTH=128", "TERM=dumb",
	}
	c.Dir = home
	return c
}

func built(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(programs, name))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		t.Fatalf("%v; run make build", err)
	}
	return path
}

// prepare readies the program, which draws few small frames and logs all.
// before goes in front of the command, such as ip netns exec NAME.
func prepare(t testing.TB, home string, before []string, args ...string) *program {
	t.Helper()
	all := append(append([]string{}, before...), built(t, "spacetime"), "--mode", "headless", "--size", "64x64", "--rate", "20", "--log-level", "debug")
	return &program{Cmd: tool(home, append(all, args...)...), home: home, paths: folders(home)}
}

// run waits for a program that is to end at once, and returns its exit code.
func (p *program) run(t testing.TB) int {
	t.Helper()
	var out bytes.Buffer
	p.Stdout, p.Stderr = &out, &out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
	defer timer.Stop()
	_ = p.Wait()
	p.console.follow(&out)
	p.console.ended.Wait()
	return p.ProcessState.ExitCode()
}

// fly starts a program and returns once it answers.
func fly(t testing.TB, home string, before []string, args ...string) *program {
	t.Helper()
	p := prepare(t, home, before, args...)
	for _, pipe := range []func() (io.ReadCloser, error){p.StdoutPipe, p.StderrPipe} {
		r, err := pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer p.console.follow(r)
	}
	_ = os.Remove(p.paths.Instance())
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.end(t)
		if t.Failed() {
			t.Logf("the program said:\n%s", tail(p.console.String()))
		}
	})
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var err error
		if p.Instance, err = api.ReadInstance(p.paths.Instance()); err == nil {
			return p
		}
	}
	t.Fatal("the program does not answer")
	return nil
}

// flyHere is fly on free ports of this machine.
func flyHere(t testing.TB, args ...string) *program {
	t.Helper()
	return fly(t, t.TempDir(), nil, append([]string{"--api", "127.0.0.1:0", "--telemetry", "127.0.0.1:0"}, args...)...)
}

// end ends the program as an operator does.
func (p *program) end(t testing.TB) {
	t.Helper()
	if p.ProcessState != nil {
		return
	}
	_ = p.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(20*time.Second, func() { _ = p.Process.Kill() })
	defer timer.Stop()
	p.console.ended.Wait()
	if err := p.Wait(); err != nil {
		t.Errorf("the program ended with %v:\n%s", err, tail(p.console.String()))
	}
}

func tail(text string) string { return text[max(0, len(text)-2000):] }

// token is one that the program's key file makes.
func (p *program) token(t testing.TB, role auth.Role) string {
	t.Helper()
	secret, err := auth.IssueLocal(p.KeyFile, role, auth.TokenLifetime)
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// field returns a member of an answer in JSON as text; of a member "a.b" that of a.
func (a answer) field(t testing.TB, name string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	for part := range strings.SplitSeq(name, ".") {
		members, _ := v.(map[string]any)
		v = members[part]
	}
	if v == nil {
		t.Fatalf("no %s in %s", name, a.body)
	}
	return fmt.Sprint(v)
}

// ask sends a request; body is JSON or "".
func ask(t testing.TB, c *http.Client, method, url, credential, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if credential != "" {
		r.Header.Set("Authorization", "Bearer "+credential)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return send(t, c, r)
}

func send(t testing.TB, c *http.Client, r *http.Request) answer {
	t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, body}
}

// want fails the test unless the status is one of those.
func (a answer) want(t testing.TB, what string, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: %d, want %d: %s", what, a.status, status, a.body)
	}
	return a
}

// here asks p as this machine.
func (p *program) ask(t testing.TB, method, path, credential, body string) answer {
	t.Helper()
	return ask(t, http.DefaultClient, method, p.HTTP+path, credential, body)
}

// world is what an attack must not change.
type world struct {
	revision string
	records  int // of the audit log
}

func (p *program) world(t testing.TB, admin string) world {
	t.Helper()
	return world{p.ask(t, "GET", v1+"/state", admin, "").field(t, "revision"), len(p.audited(t))}
}

// audited reads the audit log where the program writes it.
func (p *program) audited(t testing.TB) (records []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.paths.State, "audit", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no audit log in %s: %v", p.paths.State, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	return records
}

const password = "correct-Horse-7-battery"

// addUser adds one, and returns its tokens.
func (p *program) addUser(t testing.TB, admin, name string, role auth.Role) (access, refresh string) {
	t.Helper()
	p.ask(t, "POST", v1+"/users", admin, fmt.Sprintf(`{"name":%q,"password":%q,"role":%q}`, name, password, role)).want(t, "add a user", http.StatusCreated)
	in := p.ask(t, "POST", v1+"/auth/token", "", fmt.Sprintf(`{"grant_type":"password","name":%q,"password":%q}`, name, password)).want(t, "log in", http.StatusOK)
	return in.field(t, "access_token"), in.field(t, "refresh_token")
}
