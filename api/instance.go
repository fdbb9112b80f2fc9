package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// Instance tells a program on this machine where the running one answers. It is
// what [host.Paths.Instance] holds.
type Instance struct {
	PID       int       `json:"pid"`
	Version   string    `json:"version"`
	HTTP      string    `json:"http"`       // address and port, such as "127.0.0.1:8080"
	TokenFile string    `json:"token_file"` // which only the user may read
	Started   time.Time `json:"started"`    // UTC
}

// ReadInstance reads an instance file. That it is there does not mean that the
// program still runs: one that crashed leaves it behind.
func ReadInstance(path string) (Instance, error) {
	var i Instance
	data, err := os.ReadFile(path)
	if err != nil {
		return i, err
	}
	if err := json.Unmarshal(data, &i); err != nil || i.HTTP == "" || i.TokenFile == "" {
		return i, fmt.Errorf("%s does not tell where the program answers; start the program anew", path)
	}
	return i, nil
}

// instanceFiles is the two files of this instance: path and content. The one
// that names the other comes last.
type instanceFiles [2]struct {
	path string
	data []byte
}

// writeInstance writes the token, then the file that names it.
func writeInstance(paths host.Paths, address, token string) (*instanceFiles, error) {
	tells, err := json.MarshalIndent(Instance{
		PID: os.Getpid(), Version: engine.Version, HTTP: address, TokenFile: paths.Token(), Started: time.Now().UTC().Round(0),
	}, "", "  ")
	if err != nil {
		return nil, err
	}
	files := &instanceFiles{{paths.Token(), []byte(token + "\n")}, {paths.Instance(), append(tells, '\n')}}
	for _, f := range files {
		if err := host.WritePrivate(f.path, f.data); err != nil {
			return nil, errors.Join(fmt.Errorf("tell where the API is: %w", err), files.remove())
		}
	}
	return files, nil
}

// remove removes the files that still are what was written; others are those of
// an instance that started later.
func (files *instanceFiles) remove() error {
	var errs []error
	for i := len(files) - 1; i >= 0; i-- {
		f := files[i]
		data, err := os.ReadFile(f.path)
		if err == nil && bytes.Equal(data, f.data) {
			err = os.Remove(f.path)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
