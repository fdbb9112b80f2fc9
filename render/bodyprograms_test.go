package render

import (
	"slices"
	"testing"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// manners are the programs that were asked for.
func (s *studio) manners() map[manner]bool {
	list := map[manner]bool{}
	for m := range s.bodies.programs.all {
		list[m] = true
	}
	return list
}

// TestBodiesAreDrawnAsSimplyAsCanBe: what a body does not have, its program does not
// work on.
func TestBodiesAreDrawnAsSimplyAsCanBe(t *testing.T) {
	for name, tt := range map[string]struct {
		view
		want manner
	}{
		"the Moon from afar": {near(astro.Moon, astro.Moon, 100, 40, 20), onMaps},
		"the Moon":           {over(astro.Moon, 1e5, 40, astro.Moon, 0, 50), onMaps | detailAt*manner(detailCraters)},
		"Mars":               {over(astro.Mars, 4e5, 40, astro.Mars, 0, 50), inAir | onMaps | onFrost | detailAt*manner(detailDust)},
		"the Earth":          {over(astro.Earth, 4e5, 40, astro.Earth, 0, 50), inAir | onMaps | onSky | detailAt*manner(detailHills)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStudio(t, Options{})
			s.picture(tt.view)
			if got := s.manners(); !got[tt.want] {
				t.Errorf("drawn by %v, want %d", got, tt.want)
			}
		})
	}
}

// TestMannersAgree: what a program leaves out does not show where it is not needed.
func TestMannersAgree(t *testing.T) {
	s := newStudio(t, Options{})
	v := near(astro.Ceres, astro.Ceres, 30, 40, 10)
	simple := s.picture(v)
	all := s.bodies.programs.all
	at := slices.IndexFunc(s.bodies.list, func(d disc) bool { return d.body == astro.Ceres })
	if at < 0 {
		t.Fatal("Ceres shows no disc")
	}
	m := s.surfaces.manner(&s.frame, &s.bodies.list[at])
	full := m | inRings | onSky | detailAt*manner(detailCraters)
	if m == full || m&onMaps == 0 {
		t.Fatalf("Ceres is drawn in manner %d already", m)
	}
	if _, err := s.bodies.programs.ready(&s.state, full, true); err != nil {
		t.Fatal(err)
	}
	own := all[m]
	all[m] = all[full]
	defer func() { all[m] = own }()
	same(t, simple, s.picture(v))
}

// TestProgramsThatAreLate: a body whose program is still being compiled is drawn in a
// simpler manner, its mean colour at first, and no frame begins two programs for it.
func TestProgramsThatAreLate(t *testing.T) {
	s := newStudio(t, Options{})
	s.surfaces.settle = false
	w := gibbous.world(t)
	all := s.bodies.programs.all
	var shown manner
	for i := range 60 {
		before := len(all)
		if err := s.Draw(w, gibbous.frame(w)); err != nil {
			t.Fatal(err)
		}
		if i > 0 && len(all) > before+1 {
			t.Errorf("frame %d begins %d programs", i, len(all)-before)
		}
		for _, d := range s.bodies.list {
			for m, p := range all {
				if d.body != astro.Moon || d.program != &p.item {
					continue
				}
				if m < shown || i == 0 && m != 0 {
					t.Errorf("frame %d draws in manner %d, after %d", i, m, shown)
				}
				shown = m
			}
		}
	}
	if want := onMaps | detailAt*manner(detailCraters); shown != want {
		t.Errorf("at last the Moon is drawn in manner %d, want %d", shown, want)
	}
}
