package catalog

import (
	"bytes"
	"math"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// FuzzRead: whatever the bytes, Read returns either an error or stars that make
// sense and that Write turns into the same bytes. The checksum would keep the
// fuzzer out, so every input is tried as it is and with the right one put in.
func FuzzRead(f *testing.F) {
	f.Add(write(f))
	f.Add(write(f, barnard))
	f.Add(write(f, barnard, astro.Star{HIP: 32349, RARad: 1.76779, DecRad: -0.29175, Magnitude: -1.44, Name: "Sirius"}))
	f.Add(write(f, barnard)[:40])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, file []byte) {
		expectSound(t, file)
		if len(file) >= headerBytes {
			expectSound(t, resealed(file, func([]byte) {}))
		}
	})
}

func expectSound(t *testing.T, file []byte) {
	stars, err := Read(bytes.NewReader(file))
	if err != nil {
		return
	}
	for i, star := range stars {
		if !(star.RARad >= 0 && star.RARad < 2*math.Pi && math.Abs(star.DecRad) <= math.Pi/2) {
			t.Errorf("star %d is at %g, %g", i, star.RARad, star.DecRad)
		}
	}
	if again := write(t, stars...); !bytes.Equal(again, file) {
		t.Errorf("read and written again, %x became %x", file, again)
	}
}
