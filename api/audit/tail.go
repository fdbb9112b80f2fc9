package audit

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// file is what a tail needs of an open file.
type file interface {
	io.WriteCloser
	Sync() error
}

// opener opens a file for writing behind its first size bytes, without what
// came after them; with size 0 it makes one.
type opener func(path string, size int64) (file, error)

func openFile(path string, size int64) (file, error) {
	flags := os.O_RDWR
	if size == 0 {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if err := cutTo(f, size); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, syncFolder(filepath.Dir(path))
}

func cutTo(f *os.File, size int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < size {
		return fmt.Errorf("%s was cut to %d of %d bytes by another", f.Name(), info.Size(), size)
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	_, err = f.Seek(size, io.SeekStart)
	return err
}

// tail is the growing end of a file. What is not known to be on disk is also in
// memory: after an error the file is opened anew, cut to what was synced, and
// written again. (A failed fsync may drop pages and succeed the next time.)
type tail struct {
	path    string
	open    opener
	file    file   // nil: to be opened
	synced  int64  // bytes known to be on disk
	pending []byte // those that follow
	written int    // how many of pending the file was given
}

// flush gives the file what it lacks.
func (t *tail) flush() (err error) {
	if t.written == len(t.pending) {
		return nil
	}
	if t.file == nil {
		t.written = 0
		if t.file, err = t.open(t.path, t.synced); err != nil {
			return err
		}
	}
	n, err := t.file.Write(t.pending[t.written:])
	t.written += n
	return t.check(err)
}

// sync makes all durable.
func (t *tail) sync() error {
	if len(t.pending) == 0 {
		return nil
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := t.check(t.file.Sync()); err != nil {
		return err
	}
	if err := t.check(t.inPlace()); err != nil {
		return err
	}
	t.synced += int64(len(t.pending))
	t.pending, t.written = t.pending[:0], 0
	return nil
}

// inPlace finds out whether the path still is this file: one that was removed
// or replaced would take all that is written and keep nothing.
func (t *tail) inPlace() error {
	info, err := os.Stat(t.path)
	if err != nil {
		return err
	}
	if want := t.synced + int64(len(t.pending)); info.Size() != want {
		return fmt.Errorf("%s has %d bytes, %d were written: another has changed it", t.path, info.Size(), want)
	}
	return nil
}

// check gives up the file at an error.
func (t *tail) check(err error) error {
	if err != nil {
		_ = t.close()
		t.written = 0
	}
	return err
}

func (t *tail) close() error {
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	t.file = nil
	return err
}
