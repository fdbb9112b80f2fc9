package scene

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// FileVersion is the version of the scene file format that this program reads.
const FileVersion = 1

// MaxFileSize bounds a scene file, in bytes.
const MaxFileSize = 64 << 10

// Scene is a point of departure: when, where, which way, what is drawn.
type Scene struct {
	Slug      string
	Title     string
	Start     Start
	Rate      float64 // simulated seconds a second
	Paused    bool
	Place     Place
	Look      Look
	Layers    Layers
	Bookmarks []Bookmark
}

// Start is a date, or the moment at which the scene is loaded.
type Start struct {
	Now  bool
	Date astro.Time
}

// At returns the date for a scene that is loaded at now.
func (s Start) At(now astro.Time) astro.Time {
	if s.Now {
		return now
	}
	return s.Date
}

// UnmarshalText reads a date as [astro.ParseTime] does, or "now".
func (s *Start) UnmarshalText(text []byte) error {
	if string(text) == "now" {
		*s = Start{Now: true}
		return nil
	}
	t, err := astro.ParseTime(string(text))
	*s = Start{Date: t}
	return err
}

// The file as it is written; see docs in [Parse].
type file struct {
	Version  int            `toml:"spacetime-scene"`
	Slug     string         `toml:"slug"`
	Title    string         `toml:"title"`
	Time     *Start         `toml:"time"`
	Rate     *float64       `toml:"rate"`
	Paused   bool           `toml:"paused"`
	Layers   []layerName    `toml:"layers"`
	Place    *PlaceSpec     `toml:"place"`
	Look     *LookSpec      `toml:"look"`
	Bookmark []fileBookmark `toml:"bookmark"`
}

type fileBookmark struct {
	Name  string      `toml:"name"`
	Time  *fixedStart `toml:"time"`
	Rate  *float64    `toml:"rate"`
	Place *PlaceSpec  `toml:"place"`
	Look  *LookSpec   `toml:"look"`
}

// fixedStart is a date that does not depend on when it is read.
type fixedStart astro.Time

// UnmarshalText reads a date as [astro.ParseTime] does.
func (s *fixedStart) UnmarshalText(text []byte) error {
	t, err := astro.ParseTime(string(text))
	*s = fixedStart(t)
	return err
}

// layerName is one layer as text, so that a wrong one has a line number.
type layerName Layers

// UnmarshalText reads a layer's name.
func (l *layerName) UnmarshalText(text []byte) error {
	v, err := parseLayer(string(text))
	*l = layerName(v)
	return err
}

// Parse reads a scene file: TOML with the keys
//
//	spacetime-scene = 1                  # the format's version
//	slug, title                          # how it is called
//	time = "2026-11-22T00:00:00Z"        # or "now"
//	rate = 1.0                           # simulated seconds a second
//	paused = false
//	layers = ["stars", "bodies", …]      # what there is to see, names and the HUD by default
//	[place]  body, distance or altitude, toward, angle, position_angle, sunward
//	[look]   target, or ra and dec; up, roll, right, raise, fov
//	[[bookmark]]  name, with a place and a look of its own, and maybe time and rate
//
// Every error names the line where there is one. name is used in messages only.
func Parse(name string, data []byte) (*Scene, error) {
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("scene %s: %d bytes, more than %d", name, len(data), MaxFileSize)
	}
	var f file
	d := toml.NewDecoder(bytes.NewReader(data))
	if err := d.DisallowUnknownFields().Decode(&f); err != nil {
		return nil, fmt.Errorf("scene %s: %w", name, withLine(err))
	}
	s, err := f.scene()
	if err != nil {
		return nil, fmt.Errorf("scene %s: %w", name, locate(data, err))
	}
	return s, nil
}

// withLine puts the position that go-toml knows into the message.
func withLine(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, _ := strict.Errors[0].Position()
		return fmt.Errorf("line %d: unknown key %q", row, strings.Join(strict.Errors[0].Key(), "."))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, _ := decode.Position()
		return fmt.Errorf("line %d: %s", row, strings.TrimPrefix(decode.Error(), "toml: "))
	}
	return err
}

// sectionError says in which section of a file an error is.
type sectionError struct {
	section string // "", "place", "bookmark.look" and so on
	nth     int    // of several bookmarks
	err     error
}

func (e *sectionError) Error() string { return e.err.Error() }
func (e *sectionError) Unwrap() error { return e.err }

// locate adds the line of the key that err names, or of its section where the
// key is not written.
func locate(data []byte, err error) error {
	at := sectionError{err: err}
	var inSection *sectionError
	if errors.As(err, &inSection) {
		at = *inSection
	}
	var wrong *KeyError
	if !errors.As(err, &wrong) {
		return err
	}
	line, section, bookmark := 0, "", -1
	for i, text := range strings.Split(string(data), "\n") {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[[") {
			bookmark++
		}
		if strings.HasPrefix(text, "[") {
			before, _, _ := strings.Cut(text, "#")
			section = strings.Trim(before, "[] \t")
		}
		if section != at.section || strings.HasPrefix(section, "bookmark") && bookmark != at.nth {
			continue
		}
		key, _, _ := strings.Cut(text, "=")
		if key = strings.TrimSpace(key); key == wrong.Key || strings.HasPrefix(text, "[") {
			line = i + 1
		}
		if key == wrong.Key {
			break
		}
	}
	if line == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// IsSlug tells whether text may name a scene: lower-case letters, digits and
// hyphens, 63 at most, no hyphen first.
func IsSlug(text string) bool { return slugPattern.MatchString(text) }

var slugPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func (f *file) scene() (*Scene, error) {
	fail := func(key string, err error) (*Scene, error) { return nil, &KeyError{key, err} }
	s := &Scene{Slug: f.Slug, Title: f.Title, Rate: 1, Paused: f.Paused, Layers: defaultLayers}
	switch {
	case f.Version != FileVersion:
		return fail("spacetime-scene", fmt.Errorf("format version %d; this program reads version %d (spacetime-scene = %d)", f.Version, FileVersion, FileVersion))
	case !IsSlug(f.Slug):
		return fail("slug", fmt.Errorf("slug %q: 1 to 63 small letters, digits and hyphens", f.Slug))
	case f.Title == "" || len(f.Title) > 200:
		return fail("title", errors.New("title: 1 to 200 bytes"))
	case f.Time == nil:
		return fail("time", errors.New(`time is missing; a date, or "now"`))
	case f.Place == nil || f.Look == nil:
		return nil, errors.New("a scene needs the sections [place] and [look]")
	}
	s.Start = *f.Time
	if f.Rate != nil {
		s.Rate = *f.Rate
	}
	if err := validateRate(s.Rate); err != nil {
		return fail("rate", err)
	}
	if f.Layers != nil {
		s.Layers = 0
		for _, l := range f.Layers {
			s.Layers |= Layers(l)
		}
	}
	var err error
	if s.Place, err = f.Place.Place(); err != nil {
		return nil, &sectionError{"place", 0, err}
	}
	if s.Look, err = f.Look.Look(s.Place.Body, DefaultFOV); err != nil {
		return nil, &sectionError{"look", 0, err}
	}
	s.Bookmarks, err = bookmarks(f.Bookmark)
	return s, err
}

const defaultLayers = LayerStars | LayerMilkyWay | LayerBodies | LayerAir | LayerRings | LayerGlare | LayerLabels | LayerHUD

func bookmarks(list []fileBookmark) (marks []Bookmark, err error) {
	for i, b := range list {
		m := Bookmark{Name: b.Name, Date: (*astro.Time)(b.Time), Rate: b.Rate}
		if b.Name == "" || b.Place == nil || b.Look == nil {
			return nil, &sectionError{"bookmark", i, &KeyError{"name", errors.New("a bookmark needs a name, a place and a look")}}
		}
		if b.Rate != nil {
			if err := validateRate(*b.Rate); err != nil {
				return nil, &sectionError{"bookmark", i, &KeyError{"rate", err}}
			}
		}
		if m.Place, err = b.Place.Place(); err != nil {
			return nil, &sectionError{"bookmark.place", i, err}
		}
		if m.Look, err = b.Look.Look(m.Place.Body, DefaultFOV); err != nil {
			return nil, &sectionError{"bookmark.look", i, err}
		}
		marks = append(marks, m)
	}
	return marks, nil
}
