package controls

import (
	"fmt"
	"strings"
)

// Control is something that a hand moves: a key, a button, half an axis.
type Control uint8

// names are those of all controls, in the order of their numbers: the keyboard,
// the mouse from mouseAt on, the gamepad from padAt on.
var names = [...]string{
	"none",

	"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
	"0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
	"Space", "Apostrophe", "Comma", "Minus", "Period", "Slash", "Semicolon", "Equal", "Left Bracket", "Backslash", "Right Bracket", "Grave", "World 1", "World 2",
	"Escape", "Enter", "Tab", "Backspace", "Insert", "Delete", "Right", "Left", "Down", "Up", "Page Up", "Page Down", "Home", "End",
	"Caps Lock", "Scroll Lock", "Num Lock", "Print Screen", "Pause",
	"F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
	"Keypad 0", "Keypad 1", "Keypad 2", "Keypad 3", "Keypad 4", "Keypad 5", "Keypad 6", "Keypad 7", "Keypad 8", "Keypad 9",
	"Keypad Decimal", "Keypad Divide", "Keypad Multiply", "Keypad Subtract", "Keypad Add", "Keypad Enter", "Keypad Equal",
	"Left Shift", "Left Control", "Left Alt", "Left Super", "Right Shift", "Right Control", "Right Alt", "Right Super", "Menu",

	"Left Button", "Right Button", "Middle Button", "Button 4", "Button 5",
	"Wheel Up", "Wheel Down", "Mouse Left", "Mouse Right", "Mouse Up", "Mouse Down",

	"Pad A", "Pad B", "Pad X", "Pad Y", "Left Bumper", "Right Bumper", "Pad Back", "Pad Start", "Pad Guide", "Left Stick Press", "Right Stick Press",
	"D-Pad Up", "D-Pad Right", "D-Pad Down", "D-Pad Left",
	"Left Stick Left", "Left Stick Right", "Left Stick Up", "Left Stick Down",
	"Right Stick Left", "Right Stick Right", "Right Stick Up", "Right Stick Down",
	"Left Trigger", "Right Trigger",
}

// NumControls is how many controls there are; the first is none.
const NumControls = len(names)

// The controls that mean something by themselves.
var (
	None = Control(0)

	Escape, Enter, KeypadEnter, Tab, Backspace, Delete = named("Escape"), named("Enter"), named("Keypad Enter"), named("Tab"), named("Backspace"), named("Delete")

	Up, Down, Left, Right, PageUp, PageDown, Home, End = named("Up"), named("Down"), named("Left"), named("Right"), named("Page Up"), named("Page Down"), named("Home"), named("End")

	LeftButton, RightButton, MiddleButton     = named("Left Button"), named("Right Button"), named("Middle Button")
	WheelUp, WheelDown                        = named("Wheel Up"), named("Wheel Down")
	MouseLeft, MouseRight, MouseUp, MouseDown = named("Mouse Left"), named("Mouse Right"), named("Mouse Up"), named("Mouse Down")
	PadA, PadB, PadX, PadY, PadBack, PadStart = named("Pad A"), named("Pad B"), named("Pad X"), named("Pad Y"), named("Pad Back"), named("Pad Start")
	LeftBumper, RightBumper                   = named("Left Bumper"), named("Right Bumper")
	DPadUp, DPadDown, DPadLeft, DPadRight     = named("D-Pad Up"), named("D-Pad Down"), named("D-Pad Left"), named("D-Pad Right")
	StickUp, StickDown, StickLeft, StickRight = named("Left Stick Up"), named("Left Stick Down"), named("Left Stick Left"), named("Left Stick Right")
	RightStickLeft, LeftTrigger, RightTrigger = named("Right Stick Left"), named("Left Trigger"), named("Right Trigger")
	mouseAt, padAt, motionAt, padHalvesAt     = LeftButton, PadA, MouseLeft, StickLeft
)

// String returns the control's name.
func (c Control) String() string {
	if int(c) < NumControls {
		return names[c]
	}
	return names[0]
}

// OnPad tells whether a control is a gamepad's.
func (c Control) OnPad() bool { return c >= padAt }

// OnMouse tells whether a control is the mouse's.
func (c Control) OnMouse() bool { return c >= mouseAt && c < padAt }

// IsMotion tells whether a control is the mouse being moved, which nobody does
// only to answer a question.
func (c Control) IsMotion() bool { return c >= motionAt && c < padAt }

// Parse finds a control by its name, in letters of any case, with or without its
// blanks.
func Parse(name string) (Control, error) {
	for c := 1; c < NumControls; c++ {
		if same(name, names[c]) {
			return Control(c), nil
		}
	}
	return None, fmt.Errorf("there is no key or button %q", name)
}

func same(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", ""))
}

func named(name string) Control {
	c, err := Parse(name)
	if err != nil {
		panic("controls: " + err.Error())
	}
	return c
}
