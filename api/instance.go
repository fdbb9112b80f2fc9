package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/host"
)

// Instance tells a program on this machine where the running one answers. It is
// what [host.Paths.Instance] holds.
type Instance struct {
	PID       int       `json:"pid"`
	Version   string    `json:"version"`
	HTTP      string    `json:"http"`                // such as "http://127.0.0.1:8080"
	Telemetry string    `json:"telemetry,omitempty"` // such as "ws://127.0.0.1:8081/ws/v1/telemetry"; left out where it is off
	KeyFile   string    `json:"key_file"`            // from which whoever may read it makes tokens
	CAFile    string    `json:"ca_file,omitempty"`   // the authority of the server's certificate
	Started   time.Time `json:"started"`             // UTC
}

// ReadInstance reads an instance file. That it is there does not mean that the
// program still runs: one that crashed leaves it behind.
func ReadInstance(path string) (Instance, error) {
	var i Instance
	data, err := os.ReadFile(path)
	if err != nil {
		return i, err
	}
	if err := json.Unmarshal(data, &i); err != nil || i.HTTP == "" || i.KeyFile == "" {
		return i, fmt.Errorf("%s does not tell where the program answers; start the program anew", path)
	}
	return i, nil
}

// Owner adds to an error that is [store.ErrInUse] which process that is, as far as
// its instance file tells: one that came to listen. Other errors stay as they are.
func Owner(paths host.Paths, err error) error {
	if !errors.Is(err, store.ErrInUse) {
		return err
	}
	i, unknown := ReadInstance(paths.Instance())
	if unknown != nil {
		return err
	}
	return fmt.Errorf("%w (process %d, which answers at %s)", err, i.PID, i.HTTP)
}

// instanceFile is the file of this instance.
type instanceFile struct {
	path string
	data []byte
}

// writeInstance tells where the server is.
func writeInstance(paths host.Paths, i Instance) (*instanceFile, error) {
	i.PID, i.Version, i.Started = os.Getpid(), engine.Version, time.Now().UTC().Round(0)
	tells, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return nil, err
	}
	f := &instanceFile{paths.Instance(), append(tells, '\n')}
	if err := host.WritePrivate(f.path, f.data); err != nil {
		return nil, fmt.Errorf("tell where the API is: %w", err)
	}
	return f, nil
}

// remove removes the file if it still is what was written; another is that of an
// instance that started later.
func (f *instanceFile) remove() error {
	data, err := os.ReadFile(f.path)
	if err == nil && bytes.Equal(data, f.data) {
		err = os.Remove(f.path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
