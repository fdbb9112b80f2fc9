package scene

import (
	"errors"
	"fmt"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Bookmark is a named place and look within a scene, and for what is to be seen at
// one time only, that.
type Bookmark struct {
	Name  string
	Place Place
	Look  Look
	Date  *astro.Time // nil leaves the date
	Rate  *float64    // simulated seconds a second; nil leaves it
}

// GoToBookmark goes to a bookmark of the scene that is shown: by a flight, or at
// once if Cut or if it has a date of its own.
type GoToBookmark struct {
	Scene  *Scene // that is shown
	Number int    // from 1
	Cut    bool
}

// Validate implements [Command].
func (c GoToBookmark) Validate() error {
	if c.Scene == nil {
		return errors.New("no scene given")
	}
	if n := len(c.Scene.Bookmarks); c.Number < 1 || c.Number > n {
		return fmt.Errorf("there is no bookmark %d; %s has %d", c.Number, c.Scene.Slug, n)
	}
	return nil
}

func (c GoToBookmark) apply(s *State) error {
	if c.Scene.Slug != s.Slug {
		return fmt.Errorf("bookmark of %s, and the scene is %s", c.Scene.Slug, s.Slug)
	}
	b := &c.Scene.Bookmarks[c.Number-1]
	if b.Date != nil || b.Rate != nil {
		if err := (SetTime{Date: b.Date, Rate: b.Rate}).apply(s); err != nil {
			return err
		}
	}
	e := s.sky()
	s.goTo(&e, b.Place, b.Look, c.Cut || b.Date != nil)
	s.Bookmark = uint8(c.Number)
	return nil
}

// NextBookmark is the number of the bookmark of sc after the one that s was at
// last, from 1; 0 where sc has none.
func NextBookmark(s *State, sc *Scene) int {
	if len(sc.Bookmarks) == 0 {
		return 0
	}
	return int(s.Bookmark)%len(sc.Bookmarks) + 1
}
