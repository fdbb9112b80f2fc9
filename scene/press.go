package scene

import (
	"math"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// press does what buttons say that were pressed.
func (s *State) press(in *Input) {
	if in.Buttons == 0 {
		return
	}
	s.pressTime(in)
	s.pressView(in.Buttons)
	s.pressPilot(in.Buttons)
}

func (b Buttons) has(one Buttons) bool { return b&one != 0 }

func (s *State) pressTime(in *Input) {
	b := in.Buttons
	const any = ButtonPause | ButtonFaster | ButtonSlower | ButtonReverse | ButtonRealTime | ButtonNow
	if !b.has(any) {
		return
	}
	s.Clock.rebase(s.Tick)
	s.Notice = NoticeNone
	if b.has(ButtonPause) {
		s.Clock.Paused = !s.Clock.Paused
	}
	if b.has(ButtonFaster) {
		s.Clock.Rate = nextRate(s.Clock.Rate)
	}
	if b.has(ButtonSlower) {
		s.Clock.Rate = -nextRate(-s.Clock.Rate)
	}
	if b.has(ButtonReverse) {
		s.Clock.Rate = -s.Clock.Rate
	}
	if b.has(ButtonRealTime | ButtonNow) {
		s.Clock.Rate, s.Clock.Paused = 1, false
	}
	if b.has(ButtonNow) && in.Today.InRange() {
		s.Clock.Anchor = in.Today
	}
}

// rates are what the buttons step through.
var rates = [...]float64{-1e7, -1e6, -1e5, -1e4, -1e3, -100, -10, -1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7}

// nextRate is the first of rates above one.
func nextRate(rate float64) float64 {
	for _, r := range rates {
		if r > rate {
			return r
		}
	}
	return MaxRate
}

func (s *State) pressView(b Buttons) {
	for _, l := range [...]struct {
		button Buttons
		layer  Layers
	}{
		{ButtonLabels, LayerLabels},
		{ButtonOrbits, LayerOrbits},
		{ButtonConstellations, LayerConstellations},
		{ButtonHUD, LayerHUD},
	} {
		if b.has(l.button) {
			s.Layers ^= l.layer
		}
	}
	if b.has(ButtonExposureUp) {
		s.Exposure.brighten(exposureStep)
	}
	if b.has(ButtonExposureDown) {
		s.Exposure.brighten(-exposureStep)
	}
	if b.has(ButtonExposureAuto) {
		s.Exposure = Exposure{}
	}
	if b.has(ButtonThrottleUp) {
		s.Throttle = s.Throttle.add(1)
	}
	if b.has(ButtonThrottleDown) {
		s.Throttle = s.Throttle.add(-1)
	}
}

// exposureStep is what a press changes, in stops.
const exposureStep = 0.5

// brighten adds stops, within the limits.
func (e *Exposure) brighten(stops float64) {
	e.EV = math.Max(-MaxEV, math.Min(MaxEV, e.EV+stops))
}

// pressPilot gives the pilot orders about the target; the same order again ends
// what it began. What is pressed cannot be wrong, so that there is no error to
// tell.
func (s *State) pressPilot(b Buttons) {
	if b.has(ButtonNextTarget) {
		s.Target = (s.Target + 1) % astro.NumBodies
	}
	if b.has(ButtonPreviousTarget) {
		s.Target = (s.Target + astro.NumBodies - 1) % astro.NumBodies
	}
	here := s.Pilot.Body == s.Target
	switch {
	case b.has(ButtonTravel) && s.Pilot.Course == CourseTravel && here:
		e := s.sky()
		s.land(&e)
	case b.has(ButtonTravel):
		_ = Travel{To: s.Target}.apply(s)
	case b.has(ButtonOrbit) && s.Pilot.Course == CourseOrbit && here,
		b.has(ButtonFollow) && s.Pilot.Course == CourseHover && here:
		s.free()
	case b.has(ButtonOrbit):
		_ = Orbit{Body: s.Target}.apply(s)
	case b.has(ButtonFollow):
		_ = Follow{Body: s.Target, Ground: s.Pilot.Course == CourseFollow && here}.apply(s)
	}
	s.pressGaze(b)
}

func (s *State) pressGaze(b Buttons) {
	g := &s.Pilot.Gaze
	switch {
	case b.has(ButtonLookAt) && g.Toward == GazeBody && g.Body == s.Target:
		*g = Gaze{}
	case b.has(ButtonLookAt):
		_ = LookAt{Body: s.Target}.apply(s)
	case b.has(ButtonLevelEcliptic):
		_ = Level{To: GazeEcliptic}.apply(s)
	case b.has(ButtonLevelHorizon):
		_ = Level{To: GazeHorizon}.apply(s)
	}
}
