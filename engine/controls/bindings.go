package controls

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Device is what bindings are kept apart by.
type Device uint8

// The devices.
const (
	Keys    Device = iota // keyboard and mouse
	Gamepad               //
	NumDevices
)

// String returns the name of the device's table in the settings file.
func (d Device) String() string { return [...]string{"keys", "gamepad"}[d] }

// DeviceOf returns the device of a control.
func DeviceOf(c Control) Device {
	if c.OnPad() {
		return Gamepad
	}
	return Keys
}

// Slots is how many controls of a device an action can have.
const Slots = 2

// Bindings says which controls do what. It is a value; the zero value binds
// nothing.
type Bindings struct {
	of [NumDevices][NumActions][Slots]Control
}

// Defaults returns the bindings of a plain start.
func Defaults() (b Bindings) {
	for a := range NumActions {
		for device, list := range [...]string{actions[a].keys, actions[a].pad} {
			for i, name := range strings.Split(list, "+") {
				if list != "" {
					b.of[device][a][i] = named(name)
				}
			}
		}
	}
	return b
}

// Of returns the controls of an action, the first ones first; those after are
// none.
func (b *Bindings) Of(d Device, a Action) [Slots]Control { return b.of[d][a] }

// Has tells whether an action has a control.
func (b *Bindings) Has(a Action, c Control) bool {
	return c != None && slices.Contains(b.of[DeviceOf(c)][a][:], c)
}

// Others lists the actions besides a that have the control.
func (b *Bindings) Others(a Action, c Control) (others []Action) {
	for other := range NumActions {
		if other != a && b.Has(other, c) {
			others = append(others, other)
		}
	}
	return others
}

// Conflict tells whether some control of an action does something else besides.
func (b *Bindings) Conflict(d Device, a Action) bool {
	for _, c := range b.of[d][a] {
		if c == None {
			continue
		}
		for other := range NumActions {
			if other != a && b.Has(other, c) {
				return true
			}
		}
	}
	return false
}

// Bind makes c the action's first control and puts the one that was into the
// second place. Escape stays the menu's: the way out of everything must not be
// lost.
func (b *Bindings) Bind(a Action, c Control) error {
	if c == Escape && a != OpenMenu {
		return fmt.Errorf("%s always opens the menu", Escape)
	}
	slots := &b.of[DeviceOf(c)][a]
	if !slices.Contains(slots[:], c) {
		copy(slots[1:], slots[:Slots-1])
		slots[0] = c
	}
	b.keepMenu()
	return nil
}

// Unbind takes c from the action.
func (b *Bindings) Unbind(a Action, c Control) {
	slots := &b.of[DeviceOf(c)][a]
	kept := slices.DeleteFunc(slices.Clone(slots[:]), func(s Control) bool { return s == c || s == None })
	*slots = [Slots]Control{}
	copy(slots[:], kept)
	b.keepMenu()
}

// Reset gives an action its first bindings again.
func (b *Bindings) Reset(d Device, a Action) {
	first := Defaults()
	b.of[d][a] = first.of[d][a]
	b.keepMenu()
}

// keepMenu keeps Escape with the menu.
func (b *Bindings) keepMenu() {
	slots := &b.of[Keys][OpenMenu]
	if !slices.Contains(slots[:], Escape) {
		slots[Slots-1] = Escape
		if slots[0] == None {
			slots[0], slots[Slots-1] = Escape, None
		}
	}
}

// Names returns an action's controls as a file has them.
func (b *Bindings) Names(d Device, a Action) []string {
	list := []string{}
	for _, c := range b.of[d][a] {
		if c != None {
			list = append(list, c.String())
		}
	}
	return list
}

// IsDefault tells whether an action has what it has at first.
func (b *Bindings) IsDefault(d Device, a Action) bool {
	first := Defaults()
	return first.of[d][a] == b.of[d][a]
}

// Wrong is an entry of a table that counts for nothing.
type Wrong struct {
	Device Device
	Key    string // of the table; empty for the whole of it
	Why    string
}

func (w Wrong) String() string {
	if w.Key == "" {
		return fmt.Sprintf("[%s] %s", w.Device, w.Why)
	}
	return fmt.Sprintf("[%s] %s: %s", w.Device, w.Key, w.Why)
}

// Read returns the bindings that the tables of a file say, by the IDs of actions
// and the names of controls, each one or a list; what they do not say, or say
// wrongly, is as at first. An empty list binds nothing.
//
//	[keys]
//	forward = ["W", "Keypad 8"]
//	screenshot = "Print Screen"
func Read(tables [NumDevices]any) (b Bindings, wrong []Wrong) {
	b = Defaults()
	for d := range NumDevices {
		table, ok := tables[d].(map[string]any)
		if !ok && tables[d] != nil {
			wrong = append(wrong, Wrong{d, "", "is not a table of actions"})
		}
		for _, key := range slices.Sorted(maps.Keys(table)) {
			if err := b.read(d, key, table[key]); err != nil {
				wrong = append(wrong, Wrong{d, key, err.Error()})
			}
		}
	}
	b.keepMenu()
	return b, wrong
}

func (b *Bindings) read(d Device, key string, value any) error {
	a, ok := ParseAction(key)
	if !ok {
		return fmt.Errorf("there is no such action")
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if len(list) > Slots {
		return fmt.Errorf("%d controls; an action has at most %d", len(list), Slots)
	}
	var slots [Slots]Control
	for i, item := range list {
		name, ok := item.(string)
		if !ok {
			return fmt.Errorf("%v is not the name of a key or a button", item)
		}
		c, err := Parse(name)
		switch {
		case err != nil:
			return err
		case DeviceOf(c) != d:
			return fmt.Errorf("%s belongs into [%s]", c, DeviceOf(c))
		case c == Escape && a != OpenMenu:
			return fmt.Errorf("%s always opens the menu", c)
		}
		slots[i] = c
	}
	b.of[d][a] = slots
	return nil
}

// Value returns how far an action is wanted, 0 to 1: as far as the most pressed
// of its controls.
func (b *Bindings) Value(h *Hands, a Action) (v float64) {
	for d := range b.of {
		for _, c := range b.of[d][a] {
			v = max(v, h.Value(c))
		}
	}
	return v
}

// Pressed tells whether an action was asked for since the last frame.
func (b *Bindings) Pressed(h *Hands, a Action) bool {
	for d := range b.of {
		for _, c := range b.of[d][a] {
			if c != None && h.Pressed(c) {
				return true
			}
		}
	}
	return false
}
