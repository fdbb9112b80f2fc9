// Package settings holds the settings of a run in one struct, read from flags,
// from SPACETIME_ variables of the environment and from a [File] by the tags on
// it.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Settings is how a run is set up. A flag counts before the environment, the
// environment before the file, the file before the default.
type Settings struct {
	Mode       string   `enum:"auto,desktop,headless,vr" default:"auto" env:"SPACETIME_MODE" help:"Where to draw: ${enum}. Auto takes a headset, else a window, else neither."`
	Size       Size     `default:"1280x720" env:"SPACETIME_SIZE" placeholder:"WxH" help:"Size of the picture, of one view, in pixels."`
	Fullscreen bool     `env:"SPACETIME_FULLSCREEN" help:"Fill the screen instead of opening a window."`
	VSync      VSync    `name:"vsync" default:"on" env:"SPACETIME_VSYNC" help:"Follow the screen's rate (on), run free (off), or at most so many frames a second (a number)."`
	Rate       float64  `default:"90" env:"SPACETIME_RATE" placeholder:"HZ" help:"Headless: frames a second; 0 runs as fast as it can, on a clock that counts 90 frames as a second."`
	Views      int      `enum:"1,2" default:"1" env:"SPACETIME_VIEWS" help:"Headless: one view, or two eyes side by side."`
	Stereo     string   `enum:"auto,layer,wide,two-pass" default:"auto" env:"SPACETIME_STEREO" help:"How two eyes are drawn: ${enum}. Auto takes the fastest that the driver offers."`
	Headset    Headset  `embed:"" prefix:"vr-" envprefix:"SPACETIME_VR_"`
	Quality    string   `enum:"auto,low,medium,high" default:"auto" env:"SPACETIME_QUALITY" help:"How much work a picture is worth: ${enum}. Auto takes low on a software renderer, else high."`
	Settle     bool     `env:"SPACETIME_SETTLE" help:"Wait for what is still being made, so that the same flight gives the same pictures; --rate 0 always does."`
	Samples    int      `default:"0" env:"SPACETIME_SAMPLES" help:"Samples of a pixel against jagged edges: 1, 2, 4, 8; 0 takes 4 on a graphics card and 1 on a software renderer."`
	GLWithout  []string `name:"gl-without" env:"SPACETIME_GL_WITHOUT" placeholder:"EXT" help:"Do without an OpenGL extension that the driver has, to see the fallback."`
	Textures   string   `type:"existingdir" env:"SPACETIME_TEXTURES" placeholder:"DIR" help:"A folder of maps that take the place of worlds' own colours: NAME.png or NAME.jpg, equirectangular, north up, the prime meridian in the middle."`
	Assets     string   `type:"existingdir" env:"SPACETIME_ASSETS" placeholder:"DIR" help:"Read shaders, stars and scenes from a folder instead of the program."`

	Scene  string `env:"SPACETIME_SCENE" help:"Scene to start with, by its slug, instead of where the last flight ended; at first earthrise-now."`
	Scenes string `type:"existingdir" env:"SPACETIME_SCENES" placeholder:"DIR" help:"A folder of more scene files; of two with one slug, its own counts."`
	At     string `env:"SPACETIME_AT" placeholder:"TIME" help:"Start at a date instead of the scene's: 2026-11-22T00:00:00Z, jd2461366.5, now."`
	Target string `env:"SPACETIME_TARGET" placeholder:"BODY" help:"Start at a body instead of the scene's place, looking at it."`
	Fresh  bool   `env:"SPACETIME_FRESH" help:"Start anew, not where the last flight ended."`
	Resume bool   `default:"true" negatable:"" env:"SPACETIME_RESUME" help:"In a window or a headset: remember where a flight ends, and start there where no scene, date or body is asked for."`

	HUD   bool  `name:"hud" default:"true" negatable:"" env:"SPACETIME_HUD" help:"Show figures over the picture of a window: target, distance, speed, date."`
	Hands Hands `embed:""`

	API         string   `name:"api" default:"127.0.0.1:8080" env:"SPACETIME_API" placeholder:"ADDR" help:"Address of the HTTP API; one that other machines reach needs TLS; port 0 takes a free one; off does without."`
	APIRequired bool     `name:"api-required" env:"SPACETIME_API_REQUIRED" help:"End with 75 when the API's port is taken, also with a window."`
	Server      Server   `embed:""`
	LogLevel    LogLevel `enum:"debug,info,warn,error" default:"info" env:"SPACETIME_LOG_LEVEL" help:"Least level of lines on the console: ${enum}."`
}

// FirstScene is the scene that a plain start shows.
const FirstScene = "earthrise-now"

// Hands is how mouse and gamepad answer in a window. What keys and buttons do is in
// the tables keys and gamepad of the settings file.
type Hands struct {
	MouseSensitivity float64 `default:"1" env:"SPACETIME_MOUSE_SENSITIVITY" help:"How far the mouse turns: 0.1 to 10."`
	MouseLook        bool    `env:"SPACETIME_MOUSE_LOOK" help:"The mouse turns the ship without a button held."`
	InvertLook       bool    `env:"SPACETIME_INVERT_LOOK" help:"Pulling the mouse or the right stick raises the nose."`
	StickDeadZone    float64 `default:"0.15" env:"SPACETIME_STICK_DEAD_ZONE" help:"Share of a stick's way, 0 to 0.9, that does not count."`
	StickCurve       float64 `default:"1.6" env:"SPACETIME_STICK_CURVE" help:"Exponent of a stick's way, 1 to 4: more is finer about the middle."`
}

// Headset is how a headset is used.
type Headset struct {
	Mirror   string   `enum:"left,right,both,off" default:"left" env:"MIRROR" help:"What the window shows meanwhile: an eye, both, or no window (${enum})."`
	Scale    float64  `default:"1" env:"SCALE" help:"Size of the views, as a multiple of what the headset recommends: 0.25 to 2."`
	Rate     float64  `env:"RATE" placeholder:"HZ" help:"Frames a second, as near as the headset can; 0 leaves its own."`
	Standing bool     `env:"STANDING" help:"Put the floor where the floor is, instead of the seat where the head is."`
	Without  []string `env:"WITHOUT" placeholder:"EXT" help:"Do without an OpenXR extension that the runtime has, such as XR_KHR_visibility_mask."`
	Record   string   `env:"RECORD" placeholder:"FILE.sim" help:"Write what headset and controllers do, as a script that spacetime sim run plays."`
}

// Validate reports the first setting that is wrong.
func (s *Settings) Validate() error {
	switch {
	case math.IsNaN(s.Rate) || s.Rate < 0 || s.Rate > maxRate:
		return fmt.Errorf("rate %g is not between 0 and %d frames a second", s.Rate, maxRate)
	case !slices.Contains([]int{0, 1, 2, 4, 8}, s.Samples):
		return fmt.Errorf("samples %d is not 0, 1, 2, 4 or 8", s.Samples)
	case s.Views != 1 && s.Views != 2:
		return fmt.Errorf("views %d is not 1 or 2", s.Views)
	case !(s.Headset.Scale >= 0.25 && s.Headset.Scale <= 2):
		return fmt.Errorf("vr-scale %g is not between 0.25 and 2", s.Headset.Scale)
	case !(s.Headset.Rate >= 0 && s.Headset.Rate <= maxRate):
		return fmt.Errorf("vr-rate %g is not between 0 and %d frames a second", s.Headset.Rate, maxRate)
	case !(s.Hands.MouseSensitivity >= 0.1 && s.Hands.MouseSensitivity <= 10):
		return fmt.Errorf("mouse-sensitivity %g is not between 0.1 and 10", s.Hands.MouseSensitivity)
	case !(s.Hands.StickDeadZone >= 0 && s.Hands.StickDeadZone <= 0.9):
		return fmt.Errorf("stick-dead-zone %g is not between 0 and 0.9", s.Hands.StickDeadZone)
	case !(s.Hands.StickCurve >= 1 && s.Hands.StickCurve <= 4):
		return fmt.Errorf("stick-curve %g is not between 1 and 4", s.Hands.StickCurve)
	case s.APIRequired && s.API == APIOff:
		return errors.New("the API cannot be both required and off")
	}
	return s.Server.validate()
}

// maxRate bounds rates that are asked for: a thousand is twice the fastest
// screen there is.
const maxRate = 1000

// APIOff is the address that means no API, or no telemetry.
const APIOff = "off"

// LogLevel is the name of a level, in small letters.
type LogLevel string

// Level returns the level of that name; info for any other text.
func (l LogLevel) Level() (level slog.Level) {
	_ = level.UnmarshalText([]byte(l)) // what it does not know leaves info
	return level
}

// Size is a size in pixels. As text: "1280x720".
type Size struct{ Width, Height int }

// maxSide bounds a picture's sides: the least texture size that every driver of
// this decade has.
const maxSide = 16384

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(strings.ToLower(string(text)), "x")
	width, errW := strconv.Atoi(w)
	height, errH := strconv.Atoi(h)
	if !ok || errW != nil || errH != nil {
		return fmt.Errorf("%q is not a size such as 1280x720", text)
	}
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return fmt.Errorf("size %q: sides run from 1 to %d", text, maxSide)
	}
	*s = Size{width, height}
	return nil
}

// MarshalText writes a size as UnmarshalText reads it.
func (s Size) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%dx%d", s.Width, s.Height), nil
}

// VSync says what a window waits for: the screen, nothing, or its own rate.
type VSync struct {
	On    bool
	CapHz float64 // at most so many frames a second; 0 is no limit
}

// UnmarshalText reads "on", "off" or a number of frames a second.
func (v *VSync) UnmarshalText(text []byte) error {
	switch string(text) {
	case "on":
		*v = VSync{On: true}
		return nil
	case "off":
		*v = VSync{}
		return nil
	}
	hz, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(hz >= 1 && hz <= maxRate) {
		return errors.New("vsync is on, off, or frames a second from 1 to " + strconv.Itoa(maxRate))
	}
	*v = VSync{CapHz: hz}
	return nil
}

// MarshalText writes v as UnmarshalText reads it.
func (v VSync) MarshalText() ([]byte, error) {
	switch {
	case v.CapHz > 0:
		return strconv.AppendFloat(nil, v.CapHz, 'g', -1, 64), nil
	case v.On:
		return []byte("on"), nil
	}
	return []byte("off"), nil
}
