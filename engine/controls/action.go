package controls

import "strings"

// Action is something that a player can do with a control.
type Action uint8

// The actions. Each half of an axis of the ship is one.
const (
	FlyForward Action = iota
	FlyBack
	FlyLeft
	FlyRight
	FlyUp
	FlyDown
	PitchUp
	PitchDown
	YawLeft
	YawRight
	RollLeft
	RollRight
	SpeedUp
	SpeedDown

	Travel
	Orbit
	Follow
	LookAt
	NextTarget
	PreviousTarget
	Level
	LevelHorizon
	NextSight

	Pause
	Faster
	Slower
	Reverse
	RealTime
	Now

	ZoomIn
	ZoomOut
	ExposureUp
	ExposureDown
	ExposureAuto
	ToggleHUD
	ToggleLabels
	ToggleOrbits
	ToggleConstellations

	OpenMenu
	OpenPlaces
	OpenHelp
	OpenPhoto
	Screenshot
	Fullscreen
	Headset
	Recentre

	NumActions
)

// Group is a heading for actions.
type Group string

// The groups, in the order in which they are shown.
const (
	GroupFly     Group = "Fly"
	GroupBodies  Group = "Bodies"
	GroupTime    Group = "Time"
	GroupView    Group = "View"
	GroupProgram Group = "Program"
)

// Info describes an action.
type Info struct {
	ID     string // in the settings file
	Title  string
	Group  Group
	Analog bool // it has a strength for as long as it is held; others happen once

	keys, pad string // what is bound to it at first, by name
}

var actions = [NumActions]Info{
	FlyForward: {"forward", "Forward", GroupFly, true, "W", "Left Stick Up"},
	FlyBack:    {"back", "Back", GroupFly, true, "S", "Left Stick Down"},
	FlyLeft:    {"left", "Left", GroupFly, true, "A", "Left Stick Left"},
	FlyRight:   {"right", "Right", GroupFly, true, "D", "Left Stick Right"},
	FlyUp:      {"up", "Up", GroupFly, true, "R", "Right Trigger"},
	FlyDown:    {"down", "Down", GroupFly, true, "F", "Left Trigger"},
	PitchUp:    {"pitch-up", "Nose up", GroupFly, true, "Up+Mouse Up", "Right Stick Up"},
	PitchDown:  {"pitch-down", "Nose down", GroupFly, true, "Down+Mouse Down", "Right Stick Down"},
	YawLeft:    {"yaw-left", "Turn left", GroupFly, true, "Left+Mouse Left", "Right Stick Left"},
	YawRight:   {"yaw-right", "Turn right", GroupFly, true, "Right+Mouse Right", "Right Stick Right"},
	RollLeft:   {"roll-left", "Roll left", GroupFly, true, "Q", "Left Bumper"},
	RollRight:  {"roll-right", "Roll right", GroupFly, true, "E", "Right Bumper"},
	SpeedUp:    {"speed-up", "Speed up", GroupFly, false, "Wheel Up+Left Shift", ""},
	SpeedDown:  {"speed-down", "Speed down", GroupFly, false, "Wheel Down+Left Control", ""},

	Travel:         {"travel", "Travel to the target", GroupBodies, false, "T", "Pad A"},
	Orbit:          {"orbit", "Orbit the target", GroupBodies, false, "O", "Pad X"},
	Follow:         {"follow", "Follow the target", GroupBodies, false, "K", ""},
	LookAt:         {"look-at", "Look at the target", GroupBodies, false, "G", "Pad Y"},
	NextTarget:     {"next-target", "Next target", GroupBodies, false, "N", "D-Pad Right"},
	PreviousTarget: {"previous-target", "Previous target", GroupBodies, false, "B", "D-Pad Left"},
	Level:          {"level", "Level to the ecliptic", GroupBodies, false, "X", "Right Stick Press"},
	LevelHorizon:   {"level-horizon", "Level to the horizon", GroupBodies, false, "Z", "Left Stick Press"},

	NextSight: {"next-sight", "Next sight of the scene", GroupBodies, false, "M", ""},

	Pause:    {"pause", "Stop time, or go on", GroupTime, false, "Space", "Pad B"},
	Faster:   {"faster", "Time faster", GroupTime, false, "Period", "D-Pad Up"},
	Slower:   {"slower", "Time slower", GroupTime, false, "Comma", "D-Pad Down"},
	Reverse:  {"reverse", "Turn time round", GroupTime, false, "Slash", ""},
	RealTime: {"real-time", "Real rate", GroupTime, false, "Backslash", ""},
	Now:      {"now", "Today", GroupTime, false, "Backspace", ""},

	ZoomIn:               {"zoom-in", "Zoom in", GroupView, true, "Equal", ""},
	ZoomOut:              {"zoom-out", "Zoom out", GroupView, true, "Minus", ""},
	ExposureUp:           {"exposure-up", "Brighter", GroupView, false, "Right Bracket", ""},
	ExposureDown:         {"exposure-down", "Darker", GroupView, false, "Left Bracket", ""},
	ExposureAuto:         {"exposure-auto", "Exposure by itself", GroupView, false, "0", ""},
	ToggleHUD:            {"hud", "Figures", GroupView, false, "H", ""},
	ToggleLabels:         {"labels", "Names", GroupView, false, "L", ""},
	ToggleOrbits:         {"orbits", "Orbits", GroupView, false, "J", ""},
	ToggleConstellations: {"constellations", "Constellations", GroupView, false, "C", ""},

	OpenMenu:   {"menu", "Menu", GroupProgram, false, "Escape+Right Button", "Pad Start"},
	OpenPlaces: {"places", "Places", GroupProgram, false, "Enter", "Pad Back"},
	OpenHelp:   {"help", "Help", GroupProgram, false, "F1", ""},
	OpenPhoto:  {"photo", "Photo mode", GroupProgram, false, "P", ""},
	Screenshot: {"screenshot", "Picture", GroupProgram, false, "F12", ""},
	Fullscreen: {"fullscreen", "Fill the screen", GroupProgram, false, "F11", ""},
	Headset:    {"headset", "Headset on or off", GroupProgram, false, "V", ""},
	Recentre:   {"recentre", "Recentre the seat", GroupProgram, false, "Home", ""},
}

// Info describes the action.
func (a Action) Info() *Info { return &actions[a] }

// String returns the action's ID.
func (a Action) String() string { return actions[a].ID }

// ParseAction finds an action by its ID.
func ParseAction(id string) (Action, bool) {
	for a := range NumActions {
		if actions[a].ID == strings.ToLower(id) {
			return a, true
		}
	}
	return 0, false
}
