package render

import (
	"errors"
	"testing"

	"github.com/spacetime-vr/spacetime/engine"
)

func TestChooseStereo(t *testing.T) {
	for _, tt := range []struct {
		name       string
		extensions []string
		software   bool
		wish, want Stereo // no want: unavailable
	}{
		{"graphics processor", []string{extLayerARB}, false, StereoAuto, StereoLayer},
		{"graphics processor of AMD", []string{extLayerAMD}, false, "", StereoLayer},
		{"no layers", nil, false, StereoAuto, StereoWide},
		{"software", []string{extLayerARB}, true, StereoAuto, StereoTwice},
		{"layers in software, as asked", []string{extLayerARB}, true, StereoLayer, StereoLayer},
		{"wide, as asked", []string{extLayerARB}, false, StereoWide, StereoWide},
		{"two passes, as asked", []string{extLayerARB}, false, StereoTwice, StereoTwice},
		{"layers asked for in vain", nil, false, StereoLayer, ""},
	} {
		d := &device{extensions: tt.extensions}
		d.Software = tt.software
		got, err := d.chooseStereo(tt.wish)
		if got != tt.want || (tt.want == "") != errors.Is(err, engine.ErrUnavailable) {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}

// BenchmarkStereo times what [device.chooseStereo] chooses from, drawn to the
// end by a capture.
func BenchmarkStereo(b *testing.B) {
	for _, path := range []Stereo{StereoTwice, StereoWide, StereoLayer} {
		b.Run(string(path), func(b *testing.B) {
			s := newStudio(b, Options{Stereo: path})
			w := pair.world(b)
			f := pair.frame(w)
			for b.Loop() {
				if err := s.Draw(w, f); err != nil {
					b.Fatal(err)
				}
				s.capture()
			}
		})
	}
}
