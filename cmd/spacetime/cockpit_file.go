package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/engine/settings"
)

// menuValues are the settings that the menu changes, as they are now.
func menuValues(s *settings.Settings) map[string]string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	text := func(v interface{ MarshalText() ([]byte, error) }) string {
		t, _ := v.MarshalText() // sizes and rates are always text
		return string(t)
	}
	return map[string]string{
		"quality": s.Quality, "samples": strconv.Itoa(s.Samples), "vsync": text(s.VSync), "size": text(s.Size),
		"fullscreen": strconv.FormatBool(s.Fullscreen), "hud": strconv.FormatBool(s.HUD),
		"mouse-sensitivity": number(s.Hands.MouseSensitivity), "mouse-look": strconv.FormatBool(s.Hands.MouseLook), "invert-look": strconv.FormatBool(s.Hands.InvertLook),
		"stick-dead-zone": number(s.Hands.StickDeadZone), "stick-curve": number(s.Hands.StickCurve),
	}
}

func optionsOf(h *settings.Hands) controls.Options {
	return controls.Options{
		DeadZone: h.StickDeadZone, Curve: h.StickCurve, Sensitivity: h.MouseSensitivity, InvertLook: h.InvertLook, MouseLook: h.MouseLook,
	}
}

// setOption sets one of the options by the name of its setting; other names are
// for the next start.
func setOption(o *controls.Options, name, value string) {
	number, err := strconv.ParseFloat(value, 64)
	switch {
	case name == "mouse-look":
		o.MouseLook = value == "true"
	case name == "invert-look":
		o.InvertLook = value == "true"
	case err != nil:
	case name == "mouse-sensitivity":
		o.Sensitivity = number
	case name == "stick-dead-zone":
		o.DeadZone = number
	case name == "stick-curve":
		o.Curve = number
	}
}

// readBindings reads what keys and buttons do; what is wrong is warned of, once,
// with its line.
func (c *cockpit) readBindings() controls.Bindings {
	file, err := readSettings() // an error was told when the flags were read
	if err != nil {
		return controls.Defaults()
	}
	b, wrong := controls.Read([controls.NumDevices]any{file.Table(controls.Keys.String()), file.Table(controls.Gamepad.String())})
	for _, w := range wrong {
		c.log.Warn("a binding counts for nothing", "file", settingsPath(), "line", file.Line(w.Device.String(), w.Key), "why", w.String())
	}
	return b
}

// saveSetting writes a setting into the file, of the kind that its text looks like.
func saveSetting(name, text string) error {
	var value any = text
	if number, err := strconv.ParseFloat(text, 64); err == nil {
		value = number
		if whole, err := strconv.Atoi(text); err == nil {
			value = whole
		}
	} else if yes, err := strconv.ParseBool(text); err == nil {
		value = yes
	}
	return changeSettings(func(f *settings.File) error { return f.Set(name, value) })
}

// saveBinding writes the controls of an action into the file, or takes them out
// where they are as at first.
func saveBinding(d controls.Device, a controls.Action, names []string, first bool) error {
	return changeSettings(func(f *settings.File) error {
		if first {
			return f.UnsetIn(d.String(), a.String())
		}
		return f.SetIn(d.String(), a.String(), names)
	})
}

// changeSettings changes the file, whole or not at all. One that cannot be read is
// left as it is.
func changeSettings(change func(*settings.File) error) error {
	file, err := readSettings()
	if err != nil {
		return fmt.Errorf("not saved: %w", err)
	}
	if err := change(&file); err != nil {
		return fmt.Errorf("not saved: %w", err)
	}
	return writeFile(settingsPath(), file)
}

func writeFile(path string, file settings.File) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("not saved: %w", err)
	}
	return host.WriteWhole(path, func(w io.Writer) error { _, err := w.Write(file.Bytes()); return err })
}

// visited is where the player went and what they marked, the latest first: the
// names of bodies, and slugs of scenes after "scene/".
type visited struct{ favourites, recent []string }

// maxRecent is how many places are remembered.
const maxRecent = 6

func placeKey(p *menu.Place) string {
	switch {
	case p.Scene != "":
		return "scene/" + p.Scene
	case p.Sight > 0:
		return ""
	}
	return p.Body.Info().Name
}

func visitedPath(paths host.Paths) string { return filepath.Join(paths.State, "places.toml") }

// read reads the list. One that is not there is empty, and so is one that is wrong: that
// is put aside, so that what is marked next does not take its place.
func (v *visited) read(paths host.Paths) error {
	path := visitedPath(paths)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var file settings.File
	if err == nil {
		file, err = settings.Read(text)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s is put aside as %s%s: %w", path, filepath.Base(path), aside, err), os.Rename(path, path+aside))
	}
	v.favourites, v.recent = file.Texts("favourites"), file.Texts("visited")
	return nil
}

// aside is added to the name of a file that cannot be read.
const aside = ".unreadable"

// since is how many places were visited since this one; maxRecent if it was none of them.
func (v *visited) since(p *menu.Place) int {
	if i := slices.Index(v.recent, placeKey(p)); i >= 0 {
		return i
	}
	return maxRecent
}

func (v *visited) went(key string) {
	v.recent = slices.DeleteFunc(v.recent, func(k string) bool { return k == key })
	v.recent = slices.Insert(v.recent, 0, key)
	v.recent = v.recent[:min(len(v.recent), maxRecent)]
}

// mark makes a place a favourite, or no longer.
func (v *visited) mark(key string) {
	if i := slices.Index(v.favourites, key); i >= 0 {
		v.favourites = slices.Delete(v.favourites, i, i+1)
		return
	}
	v.favourites = append(v.favourites, key)
}

// file is the list as it is kept.
func (v *visited) file() (f settings.File, err error) {
	if err = f.Set("favourites", append([]string{}, v.favourites...)); err == nil {
		err = f.Set("visited", append([]string{}, v.recent...))
	}
	return f, err
}
