package main

import (
	"testing"

	"github.com/spacetime-vr/spacetime/engine/settings"
)

func TestPaced(t *testing.T) {
	for _, tt := range []struct {
		name     string
		settings settings.Settings
		screen   screen
		want     bool
	}{
		{"headset, its window free", settings.Settings{}, screen{inHeadset: true}, true},
		{"headset on the offscreen context, rate 0", settings.Settings{}, screen{inHeadset: true, headless: true}, true},
		{"headless", settings.Settings{Rate: 90}, screen{headless: true}, true},
		{"headless as fast as it can", settings.Settings{VSync: settings.VSync{On: true}}, screen{headless: true}, false},
		{"window", settings.Settings{VSync: settings.VSync{On: true}}, screen{}, true},
		{"window at most 60", settings.Settings{VSync: settings.VSync{CapHz: 60}}, screen{}, true},
		{"window, free", settings.Settings{Rate: 90}, screen{}, false},
	} {
		f := flight{command: &flyCommand{Settings: tt.settings}, screen: &tt.screen}
		if got := f.paced(); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
