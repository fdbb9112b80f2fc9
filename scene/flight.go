package scene

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Flight is what is kept of a [State] for a flight to go on later: all but the
// motion of the ship, which rests then. A trip under way is not kept; the ship
// stays where it had come to.
type Flight struct {
	Slug        string     `json:"scene"`
	Date        astro.Time `json:"date"`
	Rate        float64    `json:"rate"` // simulated seconds a second
	Paused      bool       `json:"paused"`
	Frame       astro.Body `json:"frame"`
	PositionM   mgl64.Vec3 `json:"positionM"` // from the centre of Frame, ICRF
	Orientation mgl64.Quat `json:"orientation"`
	Target      astro.Body `json:"target"`
	Layers      []string   `json:"layers"`
	FOVRad      float64    `json:"fovRad"`
	Exposure    Exposure   `json:"exposure"`
	Throttle    Throttle   `json:"throttle"`
	Bookmark    uint8      `json:"bookmark"`
	Pilot       KeptPilot  `json:"pilot"`
}

// KeptPilot is what is kept of a [Pilot].
type KeptPilot struct {
	Course Course      `json:"course"` // any but CourseTravel
	Body   astro.Body  `json:"body"`
	Circle Circle      `json:"circle"`
	Fix    Fix         `json:"fix"`
	GazeAt *astro.Body `json:"gazeAt,omitempty"` // nil is nobody
	GazeUp mgl64.Quat  `json:"gazeUp"`           // Gaze.From, of which the up counts
}

// Flight returns what is worth keeping of s.
func (s *State) Flight() Flight {
	f := Flight{
		Slug: s.Slug, Date: s.Time(), Rate: s.Clock.Rate, Paused: s.Clock.Paused,
		Frame: s.Ship.Frame, PositionM: s.Ship.PositionM, Orientation: s.Ship.Orientation,
		Target: s.Target, Layers: s.Layers.Names(), FOVRad: s.FOVRad,
		Exposure: s.Exposure, Throttle: s.Throttle, Bookmark: s.Bookmark,
	}
	if p := &s.Pilot; p.Course != CourseTravel {
		f.Pilot = KeptPilot{Course: p.Course, Body: p.Body, Circle: p.Circle, Fix: p.Fix}
		if p.Gaze.Toward == GazeBody {
			f.Pilot.GazeAt, f.Pilot.GazeUp = &p.Gaze.Body, p.Gaze.From
		}
	}
	return f
}

// flightVersion is that of the form in which a flight is kept.
const flightVersion = 1

// keptFlight is the file: a flight and the hash of its text.
type keptFlight struct {
	Version int             `json:"spacetime-flight"`
	SHA256  string          `json:"sha256"` // of the text of Flight
	Flight  json.RawMessage `json:"flight"`
}

// Text returns the flight as [ParseFlight] reads it: JSON with a version and a
// checksum.
func (f Flight) Text() ([]byte, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	return json.Marshal(keptFlight{flightVersion, checksum(text), text})
}

func checksum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// MaxFlightSize bounds the text of a flight, in bytes.
const MaxFlightSize = 16 << 10

// ParseFlight reads what [Flight.Text] wrote. Errors say what is wrong with it:
// another version, another checksum, a value that cannot be.
func ParseFlight(text []byte) (f Flight, err error) {
	if len(text) > MaxFlightSize {
		return f, fmt.Errorf("%d bytes, more than %d", len(text), MaxFlightSize)
	}
	var kept keptFlight
	if err := json.Unmarshal(text, &kept); err != nil {
		return f, err
	}
	switch {
	case kept.Version != flightVersion:
		return f, fmt.Errorf("version %d of a flight; this program reads version %d", kept.Version, flightVersion)
	case kept.SHA256 != checksum(kept.Flight):
		return f, errors.New("the checksum does not fit the text")
	}
	d := json.NewDecoder(bytes.NewReader(kept.Flight))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, err
	}
	return f, f.validate()
}

// validate reports the first thing that no flight can have.
func (f *Flight) validate() error {
	reach := f.PositionM.Len()
	switch {
	case !(reach >= f.Frame.Info().MeanRadiusM && reach <= 2*MaxDistanceM):
		return fmt.Errorf("a place %g m from the centre of %s", reach, f.Frame)
	case !isTurn(f.Orientation):
		return errors.New("an orientation that is no rotation")
	case validateFOV(Angle(f.FOVRad)) != nil:
		return validateFOV(Angle(f.FOVRad))
	case f.Throttle < -maxThrottle || f.Throttle > maxThrottle:
		return fmt.Errorf("throttle %d is not between %d and %d", f.Throttle, -maxThrottle, maxThrottle)
	}
	_, err := parseLayers(f.Layers)
	return errors.Join(err, validateRate(f.Rate), validateDate(f.Date), SetExposure{f.Exposure}.Validate(), f.Pilot.validate())
}

func (p *KeptPilot) validate() error {
	reach := p.Fix.PositionM.Len()
	switch {
	case p.Course > CourseHover || p.Course == CourseTravel:
		return fmt.Errorf("course %d of a flight that is kept", p.Course)
	case p.Course == CourseOrbit && !(math.Abs(p.Circle.Normal.Len()-1) < 1e-6 && math.Abs(p.Circle.RateRadS) <= maxOrbitRadS):
		return errors.New("an orbit that cannot be flown")
	case p.Course == CourseHover && !(reach >= p.Body.Info().MeanRadiusM && reach <= 2*MaxDistanceM && isTurn(p.Fix.Orientation)):
		return errors.New("a place over the ground that cannot be")
	case p.GazeAt != nil && !isTurn(p.GazeUp):
		return errors.New("a gaze that is no rotation")
	}
	return nil
}

// isTurn tells whether q has the length of a rotation.
func isTurn(q mgl64.Quat) bool { return math.Abs(q.Len()-1) < 1e-6 }

func parseLayers(names []string) (l Layers, err error) {
	for _, name := range names {
		one, err := parseLayer(strings.TrimSpace(name))
		if err != nil {
			return 0, err
		}
		l |= one
	}
	return l, nil
}

// Resume goes on with a flight, in the scene that it was in.
type Resume struct {
	Scene  *Scene
	Flight Flight
}

// Validate implements [Command].
func (c Resume) Validate() error {
	switch {
	case c.Scene == nil:
		return errors.New("no scene given")
	case c.Scene.Slug != c.Flight.Slug:
		return fmt.Errorf("a flight in %s, and the scene is %s", c.Flight.Slug, c.Scene.Slug)
	}
	return c.Flight.validate()
}

func (c Resume) apply(s *State) error {
	f := &c.Flight
	if err := (Load{Scene: c.Scene, Date: f.Date}).apply(s); err != nil {
		return err
	}
	s.Clock.Rate, s.Clock.Paused = f.Rate, f.Paused
	s.Ship = Ship{Frame: f.Frame, Nearest: f.Frame, PositionM: f.PositionM, Orientation: f.Orientation.Normalize()}
	s.Target, s.FOVRad, s.Exposure, s.Throttle, s.Bookmark = f.Target, f.FOVRad, f.Exposure, f.Throttle, f.Bookmark
	s.Layers, _ = parseLayers(f.Layers) // validated
	s.Pilot = Pilot{Course: f.Pilot.Course, Body: f.Pilot.Body, Circle: f.Pilot.Circle, Fix: f.Pilot.Fix}
	if at := f.Pilot.GazeAt; at != nil { // at which the ship looks already
		s.Pilot.Gaze = Gaze{Toward: GazeBody, Body: *at, From: f.Pilot.GazeUp, StartTick: s.Tick - 1, Ticks: 1}
	}
	e := s.sky()
	s.findNearest(&e)
	return nil
}
