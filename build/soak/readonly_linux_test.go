package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDatabaseReadOnly starts a process of a user who may read the database and not
// write it: it ends, and says so in one line. Root may write anything, so that root's
// test does it as nobody.
func TestDatabaseReadOnly(t *testing.T) {
	folder, err := os.MkdirTemp("", "soak-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	name, home, scenes := filepath.Join(folder, "program"), filepath.Join(folder, "home"), filepath.Join(folder, "scenes")
	err = errors.Join(os.Chmod(folder, 0o755), os.Mkdir(home, 0o700), os.CopyFS(scenes, os.DirFS(sceneFolder)))
	if out, copyErr := exec.Command("cp", os.Args[0], name).CombinedOutput(); copyErr != nil || err != nil {
		t.Fatalf("%v, %v: %s", err, copyErr, out)
	}
	const nobody = 65534
	begin := func() *program {
		p := command(name, home, childAddress+"=127.0.0.1:0", childScenes+"="+scenes)
		if os.Getuid() == 0 {
			p.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			if err := os.Chown(home, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.begin(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.kill)
		return p
	}
	p := begin()
	for began := time.Now(); !p.ready(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > patience {
			p.kill()
			t.Fatalf("not ready: %s", &p.output)
		}
	}
	if _, code, err := p.terminate(5 * time.Second); code != 0 || err != nil {
		t.Fatalf("%d, %v: %s", code, err, &p.output)
	}
	database := p.control().Database
	if err := errors.Join(os.Chmod(database, 0o400), os.Chmod(filepath.Dir(database), 0o500)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(database), 0o700) })
	p = begin()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatal("it started")
	}
	text, _, _ := strings.Cut(p.output.String(), "\n") // what measures coverage may complain after it
	if p.ProcessState.ExitCode() == 0 || !strings.Contains(text, database) || !strings.Contains(text, "permission denied") {
		t.Errorf("ended with %d: %s", p.ProcessState.ExitCode(), text)
	}
}
