package audit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// file is what a tail needs of an open file.
type file interface {
	io.WriteCloser
	Sync() error
	Truncate(size int64) error
}

// opener opens a file for writing behind its first size bytes, over what there
// is; with size 0 it makes one.
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
	end, err := f.Seek(0, io.SeekEnd)
	if err == nil && end < size {
		err = fmt.Errorf("%s was cut to %d of %d bytes by another", path, end, size)
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// tail is the growing end of a file. What is not known to be on disk is also in
// memory: after an error the file is opened anew and written again from what was
// synced. (A failed fsync may drop pages and succeed the next time.) It is
// written over and not cut before, since a full disk still has room for what it has.
type tail struct {
	path    string
	open    opener
	file    file        // nil: to be opened
	info    os.FileInfo // of the opened file
	longer  bool        // there may be something behind pending in the file
	synced  int64       // bytes known to be on disk
	pending []byte      // those that follow
	written int         // how many of pending the file was given
}

// flush gives the file what it lacks.
func (t *tail) flush() error {
	if t.written == len(t.pending) {
		return nil
	}
	if err := t.ready(); err != nil {
		return t.check(err)
	}
	n, err := t.file.Write(t.pending[t.written:])
	t.written += n
	return t.check(err)
}

// ready opens the file, or finds out whether the path still is the open one as it
// was left: one that was removed would take all that is written and keep nothing.
func (t *tail) ready() (err error) {
	if t.file == nil {
		t.written, t.longer = 0, true
		if t.file, err = t.open(t.path, t.synced); err != nil {
			return err
		}
		t.info, err = os.Stat(t.path)
		return err
	}
	info, err := os.Stat(t.path)
	if err != nil {
		return err
	}
	if !os.SameFile(info, t.info) || !t.longer && info.Size() != t.synced+int64(t.written) {
		return fmt.Errorf("%s was changed by another", t.path)
	}
	return nil
}

// sync makes all durable.
func (t *tail) sync() error {
	if len(t.pending) == 0 {
		return nil
	}
	if err := t.flush(); err != nil {
		return err
	}
	size := t.synced + int64(len(t.pending))
	if t.longer {
		if err := t.check(t.file.Truncate(size)); err != nil {
			return err
		}
	}
	if err := t.check(t.file.Sync()); err != nil {
		return err
	}
	t.synced, t.pending, t.written, t.longer = size, t.pending[:0], 0, false
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
