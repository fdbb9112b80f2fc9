package xr

import (
	"testing"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
)

var _ engine.Display = (*Display)(nil)

// Sixty frames for each way that views lie in images, without a word from the
// runtime's strict checks.
func TestFlight(t *testing.T) {
	for _, tt := range []struct {
		name   string
		images Images
		depth  bool
	}{
		{"layered", ImagesLayered, false},
		{"wide", ImagesWide, false},
		{"per view", ImagesPerView, false},
		{"auto", ImagesAuto, false},
		{"layered with depth", ImagesLayered, true},
		{"wide with depth", ImagesWide, true},
		{"per view with depth", ImagesPerView, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report := simulate(t)
			f := fly(t, Options{Images: tt.images, Depth: tt.depth})
			f.draws(60)
			f.land()
			checkReport(t, report)
		})
	}
}

var _ = time.Second
