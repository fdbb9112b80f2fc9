package engine

import "runtime"

// What this program is. The linker sets the first three (build/linux/version.sh).
var (
	Version   = "devel"
	Commit    = "unknown"
	BuildDate = "unknown" // of the commit, RFC 3339; of the day when the checkout was changed
)

// Build describes the program to people and machines.
type Build struct {
	Version   string `json:"version"`
	Commit    string `json:"commit"`
	BuildDate string `json:"build_date"`
	Go        string `json:"go"`
	Platform  string `json:"platform"`
}

// ThisBuild returns what this program is.
func ThisBuild() Build {
	return Build{Version, Commit, BuildDate, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
}

// String is one line, as --version prints it.
func (b Build) String() string {
	return "SpaceTime VR " + b.Version + " (commit " + b.Commit + ", built " + b.BuildDate + ", " + b.Go + ", " + b.Platform + ")"
}
