package simruntime

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// The runtime and the C programs of the tests are built once for all of them,
// into a folder of their own.
var built struct {
	folder  string
	runtime func() error
	clients sync.Map // by name, of func() error
}

// folderVariable names the folder to the processes that fuzzing starts.
const folderVariable = "SPACETIME_SIM_TEST_FOLDER"

func TestMain(m *testing.M) {
	if built.folder = os.Getenv(folderVariable); built.folder != "" {
		os.Exit(m.Run())
	}
	folder, err := os.MkdirTemp("", "simruntime-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built.folder = folder
	os.Setenv(folderVariable, folder)
	built.runtime = sync.OnceValue(func() error {
		return output(exec.Command("../../build/linux/simruntime.sh", folder))
	})
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// read opens the C sources here, as go test looks at what a test itself has
// opened before it takes an old result for a new one.
func read(t testing.TB) {
	t.Helper()
	for _, pattern := range []string{"../../build/linux/simruntime.sh", "runtime/*", "testdata/*.*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			if _, err := os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// output runs a command; what it printed is part of the error.
func output(cmd *exec.Cmd) error {
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, text)
	}
	return nil
}

// manifest returns the manifest of the runtime under test.
func manifest(t testing.TB) string {
	t.Helper()
	read(t)
	if err := built.runtime(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(built.folder, "openxr", "spacetime_sim.json")
}

func library(t testing.TB) string {
	t.Helper()
	return filepath.Join(filepath.Dir(manifest(t)), "libspacetime_sim.so")
}

// client compiles testdata/source.c with the arguments of a compiler, which
// name its libraries, and returns the program.
func client(t testing.TB, source string, arguments ...string) string {
	t.Helper()
	program := filepath.Join(built.folder, source)
	if len(arguments) > 0 && arguments[0] != "-lopenxr_loader" {
		program += "_direct" // the same source with others
	}
	build, _ := built.clients.LoadOrStore(program, sync.OnceValue(func() error {
		if _, err := os.Stat(program); err == nil {
			return nil
		}
		gcc := []string{"-std=c11", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-o", program}
		return output(exec.Command("gcc", slices.Concat(gcc, []string{"testdata/" + source + ".c"}, arguments, []string{"-lm", "-ldl"})...))
	}))
	if err := build.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return program
}

// loaded is client with the Khronos loader.
func loaded(t testing.TB, source string, arguments ...string) string {
	t.Helper()
	return client(t, source, append(arguments, "-lopenxr_loader")...)
}

// command is a program on the runtime under test, through the loader or not.
func command(t testing.TB, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, arguments...)
	cmd.Env = append(os.Environ(), "XR_RUNTIME_JSON="+manifest(t), "SPACETIME_SIM_LIBRARY="+library(t))
	return cmd
}
