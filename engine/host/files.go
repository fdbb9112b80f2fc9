package host

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// WritePrivate writes a file that only the user may read, mode 0600 in a folder
// of 0700, whole or not at all.
func WritePrivate(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeWhole(path, 0o600, func(w io.Writer) error { _, err := w.Write(data); return err })
}

// WriteWhole writes a file so that there never is half of it: the old one stays
// until the new one is complete. What is there and no file (a device, a pipe, a
// link) is written to as it is. Errors are an [fs.PathError] of path.
func WriteWhole(path string, write func(io.Writer) error) error {
	return writeAny(path, 0o644, write)
}

// WriteWholePrivate is WriteWhole of a file that only the user may read.
func WriteWholePrivate(path string, write func(io.Writer) error) error {
	return writeAny(path, 0o600, write)
}

func writeAny(path string, mode fs.FileMode, write func(io.Writer) error) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return onPath(path, writeInto(path, write))
	}
	return writeWhole(path, mode, write)
}

// CheckWritable says early what WriteWhole would say after the work: that the
// folder of a file is missing or is not the user's to write.
func CheckWritable(path string) error {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	return onPath(path, err)
}

func writeWhole(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // 0600
	if err != nil {
		return onPath(path, err)
	}
	err = errors.Join(write(f), f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return onPath(path, err)
}

func writeInto(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// onPath makes err one of the file that was asked for, not of the one on the way
// to it.
func onPath(path string, err error) error {
	if err == nil {
		return nil
	}
	var file *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &file):
		err = file.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return &fs.PathError{Op: "write", Path: path, Err: err}
}
