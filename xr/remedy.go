package xr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// errNoRuntime says that no runtime is registered.
var errNoRuntime = errors.New("no OpenXR runtime is registered on this machine")

// errManifest is a runtime that is registered by a manifest which leads nowhere.
type errManifest struct{ error }

func (e errManifest) Unwrap() error { return e.error }

// unavailable says in one line why there is no headset, and what to do.
func unavailable(err error) error {
	return engine.Unavailable(fmt.Errorf("%w; %s", err, remedy(err)))
}

// remedies is what helps, by what went wrong.
var remedies = []struct {
	err  error
	help string
}{
	{openxr.ErrNoLoader, loaderHelp()},
	{errNoRuntime, "start the headset's software and make it the active OpenXR runtime (SteamVR: Settings, OpenXR)"},
	{errNoContext, "update the graphics driver"},
	{errNoFormat, "make another runtime the active one"},
	{errNoGL, "make another runtime the active one: SteamVR, Monado and Varjo take OpenGL"},
	{openxr.ErrInitialisation, "see what the headset's software says, above or in its log"},
	{openxr.ErrRuntimeUnavailable, "reinstall the headset's software: its runtime does not load"},
	{openxr.ErrFormFactorAbsent, "plug the headset in and switch it on"},
	{openxr.ErrFormFactorUnknown, "make a runtime for headsets the active one"},
}

// remedy says what helps against an error.
func remedy(err error) string {
	var broken errManifest
	if errors.As(err, &broken) {
		return "reinstall the headset's software, or make another runtime the active one"
	}
	for _, r := range remedies {
		if errors.Is(err, r.err) {
			return r.help
		}
	}
	return "restart the headset's software"
}

func loaderHelp() string {
	if strings.HasSuffix(openxr.LoaderName(), ".dll") {
		return "put " + openxr.LoaderName() + " beside the program"
	}
	return "install libopenxr-loader1"
}
