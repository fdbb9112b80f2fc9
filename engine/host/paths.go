package host

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// name is what the program's folders are called in the user's.
const name = "spacetime"

// Paths says where files of the program go. All are absolute.
type Paths struct {
	Config  string `json:"config"`  // settings that the user writes
	State   string `json:"state"`   // the log, crash reports, the last flights
	Cache   string `json:"cache"`   // what can be made again
	Runtime string `json:"runtime"` // of the running program: its ports
	// Pictures is where the user's screenshots go; not a folder of the program's own.
	Pictures string `json:"pictures"`
}

// Log returns the path of the log file.
func (p Paths) Log() string { return filepath.Join(p.State, "spacetime.log") }

// Crashes returns the folder of crash reports.
func (p Paths) Crashes() string { return filepath.Join(p.State, "crashes") }

// Instance returns the path of the file that tells the running program's ports.
func (p Paths) Instance() string { return filepath.Join(p.Runtime, "runtime.json") }

// UserPaths returns the user's folders: those of the XDG base directory
// specification 0.8 on Linux, AppData on Windows. Nothing is made.
func UserPaths() (Paths, error) {
	return userPaths(runtime.GOOS, os.Getenv)
}

func userPaths(goos string, env func(string) string) (Paths, error) {
	if goos == "windows" {
		return windowsPaths(env)
	}
	home := env("HOME")
	in := func(variable, below string) string {
		if dir := env(variable); filepath.IsAbs(dir) { // the specification: others are ignored
			return filepath.Join(dir, name)
		}
		if home == "" {
			return ""
		}
		return filepath.Join(home, below, name)
	}
	p := Paths{
		Config: in("XDG_CONFIG_HOME", ".config"),
		State:  in("XDG_STATE_HOME", ".local/state"),
		Cache:  in("XDG_CACHE_HOME", ".cache"),
	}
	p.Runtime = filepath.Join(p.State, "run")
	p.Pictures = filepath.Join(home, "Pictures")
	if home == "" {
		p.Pictures = filepath.Join(p.State, "pictures")
	}
	if dir := env("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		p.Runtime = filepath.Join(dir, name)
	}
	if p.Config == "" || p.State == "" || p.Cache == "" {
		return p, errors.New("HOME is not set, so there is no place for the log: set HOME, or XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_CACHE_HOME")
	}
	return p, nil
}

func windowsPaths(env func(string) string) (Paths, error) {
	roaming, local := env("APPDATA"), env("LOCALAPPDATA")
	if roaming == "" || local == "" {
		return Paths{}, errors.New("APPDATA or LOCALAPPDATA is not set, so there is no place for the log")
	}
	return Paths{
		Config:   filepath.Join(roaming, "SpaceTime"),
		State:    filepath.Join(local, "SpaceTime", "state"),
		Cache:    filepath.Join(local, "SpaceTime", "cache"),
		Runtime:  filepath.Join(local, "SpaceTime", "run"),
		Pictures: filepath.Join(env("USERPROFILE"), "Pictures"),
	}, nil
}
