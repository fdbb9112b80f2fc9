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
	{Pause, scene.ButtonPause},
	{Faster, scene.ButtonFaster},
	{Slower, scene.ButtonSlower},
	{Screenshot, scene.ButtonScreenshot},
	{ToggleLabels, scene.ButtonLabels},
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
	for i := range buttons {
		if b.Pressed(h, buttons[i].action) {
			in.Buttons |= buttons[i].button
		}
	}
	return in
}
