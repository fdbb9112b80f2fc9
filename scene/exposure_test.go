package scene

import (
	"math"
	"strings"
	"testing"
)

func TestSetExposure(t *testing.T) {
	s := loaded(t)
	want := Exposure{Manual: true, EV: 3.5}
	set, err := Apply(s, SetExposure{want})
	if err != nil || set.Exposure != want || set.Hash() == s.Hash() {
		t.Errorf("exposure %+v, %v", set.Exposure, err)
	}
	var w World
	if w.Carry(&set, 0); w.Exposure != want {
		t.Errorf("carried %+v", w.Exposure)
	}
	for _, ev := range []float64{25, -25, math.NaN(), math.Inf(1)} {
		if got, err := Apply(set, SetExposure{Exposure{EV: ev}}); err == nil || !strings.Contains(err.Error(), "-24 and 24 stops") || got != set {
			t.Errorf("%g stops: %v", ev, err)
		}
	}
}
