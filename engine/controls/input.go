package controls

import "github.com/spacetime-vr/spacetime/scene"

// half is a pair of actions that move an axis.
type half struct{ more, less Action }

// In the order of the axes of [scene.Input].
var (
	moves = [3]half{{FlyRight, FlyLeft}, {FlyUp, FlyDown}, {FlyBack, FlyForward}}
	turns = [3]half{{PitchUp, PitchDown}, {YawLeft, YawRight}, {RollLeft, RollRight}}
)

// buttons are the actions that the ship or a display knows as buttons.
var buttons = []struct {
	action Action
	button scene.Buttons
}{
	{SpeedUp, scene.ButtonThrottleUp},
	{SpeedDown, scene.ButtonThrottleDown},
	{Travel, scene.ButtonTravel},
	{Orbit, scene.ButtonOrbit},
	{Follow, scene.ButtonFollow},
	{LookAt, scene.ButtonLookAt},
	{NextTarget, scene.ButtonNextTarget},
	{PreviousTarget, scene.ButtonPreviousTarget},
	{Level, scene.ButtonLevelEcliptic},
	{LevelHorizon, scene.ButtonLevelHorizon},
	{NextSight, scene.ButtonNextBookmark},
	{Pause, scene.ButtonPause},
	{Faster, scene.ButtonFaster},
	{Slower, scene.ButtonSlower},
	{Reverse, scene.ButtonReverse},
	{RealTime, scene.ButtonRealTime},
	{Now, scene.ButtonNow},
	{ExposureUp, scene.ButtonExposureUp},
	{ExposureDown, scene.ButtonExposureDown},
	{ExposureAuto, scene.ButtonExposureAuto},
	{ToggleHUD, scene.ButtonHUD},
	{ToggleLabels, scene.ButtonLabels},
	{ToggleOrbits, scene.ButtonOrbits},
	{ToggleConstellations, scene.ButtonConstellations},
	{Screenshot, scene.ButtonScreenshot},
	{Fullscreen, scene.ButtonFullscreen},
	{Headset, scene.ButtonHeadset},
	{Recentre, scene.ButtonRecentre},
}

// Input returns what hands do as the ship takes it.
func (b *Bindings) Input(h *Hands) (in scene.Input) {
	for i := range moves {
		in.Move[i] = b.Value(h, moves[i].more) - b.Value(h, moves[i].less)
		in.Turn[i] = b.Value(h, turns[i].more) - b.Value(h, turns[i].less)
	}
	in.Zoom = b.Value(h, ZoomIn) - b.Value(h, ZoomOut)
	for i := range buttons {
		if b.Pressed(h, buttons[i].action) {
			in.Buttons |= buttons[i].button
		}
	}
	return in
}
