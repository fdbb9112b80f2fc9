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

// Bookmark is a named place and look within a scene.
type Bookmark struct {
	Name  string
	Place Place
	Look  Look
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
	Place    *filePlace     `toml:"place"`
	Look     *fileLook      `toml:"look"`
	Bookmark []fileBookmark `toml:"bookmark"`
}

type filePlace struct {
	Body     *astro.Body `toml:"body"`
	Distance Length      `toml:"distance"`
	Altitude Length      `toml:"altitude"`
	Toward   *astro.Body `toml:"toward"`
	Angle    Angle       `toml:"angle"`
	Position Angle       `toml:"position_angle"`
}

type fileLook struct {
	Target *astro.Body `toml:"target"`
	RA     *Angle      `toml:"ra"`
	Dec    *Angle      `toml:"dec"`
	Up     Up          `toml:"up"`
	Roll   Angle       `toml:"roll"`
	Right  Angle       `toml:"right"`
	Raise  Angle       `toml:"raise"`
	FOV    *Angle      `toml:"fov"`
}

type fileBookmark struct {
	Name  string     `toml:"name"`
	Place *filePlace `toml:"place"`
	Look  *fileLook  `toml:"look"`
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
//	layers = ["stars", "bodies", …]      # all but test-pattern by default
//	[place]  body, distance or altitude, toward, angle, position_angle
//	[look]   target, or ra and dec; up, roll, right, raise, fov
//	[[bookmark]]  name, with a place and a look of its own
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

// keyError is a value that is well formed but wrong; key names where it stands.
type keyError struct {
	section string // "", "place", "look" or "bookmark"
	nth     int    // of that section
	key     string
	err     error
}

func (e *keyError) Error() string { return e.err.Error() }
func (e *keyError) Unwrap() error { return e.err }

// locate adds the line of the section or key that err names.
func locate(data []byte, err error) error {
	var ke *keyError
	if !errors.As(err, &ke) {
		return err
	}
	line, section, nth := 0, "", -1
	for i, text := range strings.Split(string(data), "\n") {
		text = strings.TrimSpace(text)
		if strings.HasPrefix(text, "[") {
			section = strings.Trim(strings.SplitN(text, "#", 2)[0], "[] \t")
			if strings.HasPrefix(text, "[[") {
				nth++
			}
			if section == ke.section && (ke.nth < 0 || nth == ke.nth) {
				line = i + 1
			}
			continue
		}
		key, _, isKey := strings.Cut(text, "=")
		if isKey && section == ke.section && (ke.nth < 0 || nth == ke.nth) && strings.TrimSpace(key) == ke.key {
			line = i + 1
			break
		}
	}
	if line == 0 {
		return err
	}
	return fmt.Errorf("line %d: %w", line, err)
}

var slugPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,62}$`)

func (f *file) scene() (*Scene, error) {
	fail := func(key string, err error) (*Scene, error) { return nil, &keyError{"", -1, key, err} }
	s := &Scene{Slug: f.Slug, Title: f.Title, Rate: 1, Paused: f.Paused, Layers: defaultLayers}
	switch {
	case f.Version != FileVersion:
		return fail("spacetime-scene", fmt.Errorf("format version %d; this program reads version %d (spacetime-scene = %d)", f.Version, FileVersion, FileVersion))
	case !slugPattern.MatchString(f.Slug):
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
	if s.Place, err = f.Place.place(); err != nil {
		return nil, &keyError{"place", -1, "", err}
	}
	if s.Look, err = f.Look.look(s.Place.Body); err != nil {
		return nil, &keyError{"look", -1, "", err}
	}
	s.Bookmarks, err = bookmarks(f.Bookmark)
	return s, err
}

const defaultLayers = LayerStars | LayerBodies | LayerRings | LayerGlare | LayerLabels

func bookmarks(list []fileBookmark) (marks []Bookmark, err error) {
	for i, b := range list {
		m := Bookmark{Name: b.Name}
		if b.Name == "" || b.Place == nil || b.Look == nil {
			return nil, &keyError{"bookmark", i, "name", errors.New("a bookmark needs a name, a place and a look")}
		}
		if m.Place, err = b.Place.place(); err == nil {
			m.Look, err = b.Look.look(m.Place.Body)
		}
		if err != nil {
			return nil, &keyError{"bookmark", i, "name", err}
		}
		marks = append(marks, m)
	}
	return marks, nil
}

func (f *filePlace) place() (Place, error) {
	if f.Body == nil {
		return Place{}, errors.New("a place needs a body")
	}
	p := Place{Body: *f.Body, Distance: f.Distance, Altitude: f.Altitude, Angle: f.Angle, Position: f.Position, Toward: astro.Sun}
	if p.Body == astro.Sun {
		p.Toward = astro.Earth
	}
	if f.Toward != nil {
		p.Toward = *f.Toward
	}
	return p, p.Validate()
}

func (f *fileLook) look(at astro.Body) (Look, error) {
	l := Look{Target: at, Up: f.Up, Roll: f.Roll, Right: f.Right, Raise: f.Raise, FOV: DefaultFOV}
	if f.Target != nil {
		l.Target = *f.Target
	}
	if l.Up == "" {
		l.Up = UpNorth
	}
	if f.FOV != nil {
		l.FOV = *f.FOV
	}
	if (f.RA == nil) != (f.Dec == nil) {
		return l, errors.New("ra and dec go together")
	}
	if f.RA != nil {
		l.AtStars, l.RA, l.Dec = true, *f.RA, *f.Dec
	}
	return l, l.Validate()
}
