package host

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestWindowsPaths(t *testing.T) {
	p, err := userPaths("windows", func(k string) string { return "x" + k })
	if err != nil || p.Config != filepath.Join("xAPPDATA", "SpaceTime") || p.Log() != filepath.Join("xLOCALAPPDATA", "SpaceTime", "state", "spacetime.log") {
		t.Errorf("got %+v, %v", p, err)
	}
	homeless := func(k string) string { return map[string]string{"APPDATA": "r"}[k] }
	if _, err := userPaths("windows", homeless); err == nil || !strings.Contains(err.Error(), "LOCALAPPDATA is not set") {
		t.Errorf("without AppData: %v", err)
	}
}

func TestWritePrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "token")
	for _, text := range []string{"first", "second"} {
		if err := WritePrivate(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != text {
			t.Errorf("got %q, %v; want %q", got, err, text)
		}
	}
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(p)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v (%v)", p, info.Mode().Perm(), want, err)
		}
	}
	// A folder in the file's place: an error, and nothing left behind.
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "token", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WritePrivate(filepath.Join(dir, "token"), nil); err == nil {
		t.Error("wrote over a folder")
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d entries are left, want the folder alone", len(left))
	}
	if err := WritePrivate(filepath.Join(path, "below", "a file"), nil); err == nil {
		t.Error("made a folder in a file")
	}
}

func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "picture.png")
	broken := errors.New("out of ink")
	for _, tt := range []struct {
		name string
		path string
		err  error // of what writes
		want error
		left string // what is in the file afterwards
	}{
		{"new", path, nil, nil, "new"},
		{"over another", path, nil, nil, "over another"},
		{"breaks off", path, broken, broken, "over another"},
		{"no folder", filepath.Join(dir, "none", "x.png"), nil, fs.ErrNotExist, ""},
		{"a device", os.DevNull, nil, nil, ""},
	} {
		err := WriteWhole(tt.path, func(w io.Writer) error {
			_, err := io.WriteString(w, tt.name)
			return errors.Join(err, tt.err)
		})
		var file *fs.PathError
		if !errors.Is(err, tt.want) || err != nil && (!errors.As(err, &file) || file.Path != tt.path) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
		if left, _ := os.ReadFile(tt.path); string(left) != tt.left {
			t.Errorf("%s: the file has %q, want %q", tt.name, left, tt.left)
		}
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("others cannot read it: %v, %v", info, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("%d entries are left, want the file alone", len(left))
	}
}

func TestCheckWritable(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]error{
		filepath.Join(dir, "x.png"):         nil,
		filepath.Join(dir, "none", "x.png"): fs.ErrNotExist,
		os.DevNull:                          nil,
	} {
		if err := CheckWritable(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d entries are left", len(left))
	}
}

func TestCache(t *testing.T) {
	dir := t.TempDir()
	c, err := OpenCache(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get("atlas"); ok {
		t.Error("an empty cache has something")
	}
	c.Put("atlas", []byte("pixels"))
	if got, ok := c.Get("atlas"); !ok || string(got) != "pixels" {
		t.Errorf("got %q, %v", got, ok)
	}
	if _, ok := c.Get("other"); ok {
		t.Error("another key has it too")
	}
	for name, damage := range map[string]func([]byte) []byte{
		"a bit":   func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"cut off": func(b []byte) []byte { return b[:len(b)-1] },
		"tiny":    func([]byte) []byte { return []byte("x") },
	} {
		c.Put("atlas", []byte("pixels"))
		data, err := os.ReadFile(c.path("atlas"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.path("atlas"), damage(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Get("atlas"); ok {
			t.Errorf("%s: damaged data was returned", name)
		}
	}
	if _, err := OpenCache(filepath.Join(c.path("atlas"), "below")); err == nil {
		t.Error("opened a cache in a file")
	}
}

func openLog(t *testing.T, level slog.Level) (*Log, *bytes.Buffer, string) {
	t.Helper()
	var console bytes.Buffer
	path := filepath.Join(t.TempDir(), "state", "spacetime.log")
	l, err := OpenLog(path, level, &console)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, &console, path
}

func TestLogLevels(t *testing.T) {
	for _, tt := range []struct {
		level         slog.Level
		console, file string // the levels that arrive
	}{
		{slog.LevelDebug, "DEBUG INFO WARN ERROR", "DEBUG INFO WARN ERROR"},
		{slog.LevelInfo, "INFO WARN ERROR", "INFO WARN ERROR"},
		{slog.LevelError, "ERROR", "INFO WARN ERROR"},
	} {
		l, console, path := openLog(t, tt.level)
		l.Debug("a")
		l.Info("b")
		l.Warn("c")
		l.With("part", "x").WithGroup("g").Error("d", "k", 1)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := levelsIn(console.String()); got != tt.console {
			t.Errorf("%v: the console has %s, want %s", tt.level, got, tt.console)
		}
		if got := levelsIn(string(file)); got != tt.file {
			t.Errorf("%v: the file has %s, want %s", tt.level, got, tt.file)
		}
		if !strings.Contains(console.String(), "msg=d part=x g.k=1") || strings.Contains(console.String(), "time=") {
			t.Errorf("the console says %q", console)
		}
		if !strings.Contains(string(file), "time=") {
			t.Errorf("the file has no times: %q", file)
		}
	}
}

func levelsIn(text string) string {
	var found []string
	for line := range strings.Lines(text) {
		_, after, _ := strings.Cut(line, "level=")
		level, _, _ := strings.Cut(after, " ")
		found = append(found, level)
	}
	return strings.Join(found, " ")
}

func TestLogRotates(t *testing.T) {
	l, _, path := openLog(t, slog.LevelError)
	long := strings.Repeat("x", 64<<10)
	for range 3 * logMegabytes << 20 / len(long) {
		l.Info(long)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "spacetime*.log"))
	if err != nil || len(files) < 3 {
		t.Errorf("%d files, want 3 or more: %v", len(files), err)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Size() > logMegabytes<<20 {
			t.Errorf("%s has %d bytes", f, info.Size())
		}
	}
	if n := len(l.Last()); n != lastLines {
		t.Errorf("%d last lines, want %d", n, lastLines)
	}
}

func TestLogNowhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLog(filepath.Join(file, "log"), 0, &bytes.Buffer{}); err == nil {
		t.Error("opened a log in a file")
	}
}

func TestCrashReport(t *testing.T) {
	l, _, _ := openLog(t, slog.LevelError)
	dir := filepath.Join(t.TempDir(), "crashes")
	c, err := OpenCrashReports(dir, "SpaceTime VR v1", l)
	if err != nil {
		t.Fatal(err)
	}
	c.SetGraphics("llvmpipe, GL 4.5")
	l.Info("the last thing that happened")
	var code int
	c.exit = func(n int) { code = n }
	func() {
		defer c.Recover(70)
		panic(errors.New("the ship sank"))
	}()
	if code != 70 {
		t.Errorf("ended with %d, want 70", code)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 || !strings.HasPrefix(filepath.Base(files[0]), "crash-") {
		t.Fatalf("files %v, want one crash report", files)
	}
	report, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SpaceTime VR v1", "cause: the ship sank", "graphics: llvmpipe, GL 4.5", "the last thing that happened", "TestCrashReport"} {
		if !strings.Contains(string(report), want) {
			t.Errorf("the report lacks %q:\n%s", want, report)
		}
	}
}

func TestNoCrash(t *testing.T) {
	l, _, _ := openLog(t, slog.LevelError)
	dir := t.TempDir()
	c, err := OpenCrashReports(dir, "SpaceTime VR v1", l)
	if err != nil {
		t.Fatal(err)
	}
	c.exit = func(n int) { t.Errorf("ended with %d", n) }
	func() { defer c.Recover(70) }()
	text, err := os.ReadFile(c.fatal.Name())
	if err != nil || !strings.Contains(string(text), "SpaceTime VR v1") {
		t.Errorf("what the runtime would append to: %q, %v", text, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files are left of a run without a crash", len(left))
	}
}

func TestPeakMemory(t *testing.T) {
	if n := PeakMemory(); n < 4<<20 || n > 64<<30 {
		t.Errorf("%d bytes", n)
	}
}

func TestCPU(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	thread, process := ThreadCPU(), ProcessCPU()
	for x, start := 1.0, time.Now(); time.Since(start) < 20*time.Millisecond; x *= 1.0000001 {
		_ = x
	}
	worked, all := ThreadCPU()-thread, ProcessCPU()-process
	if worked <= 0 || all < worked*9/10 {
		t.Errorf("20 ms of work took %v of the thread's and %v of the process' processor time", worked, all)
	}
	if n := RasteriserCPU(); n != 0 {
		t.Errorf("a test without GL has spent %v in Mesa", n)
	}
}
