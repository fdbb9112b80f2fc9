package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/hud"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// The cockpit is the host of its menus.
var _ menu.Host = (*cockpit)(nil)

// Ask implements [menu.Host].
func (c *cockpit) Ask(command scene.Command) {
	if c.engine == nil {
		return
	}
	if err := c.engine.Post(command); err != nil {
		c.show(err.Error())
	}
}

// Press implements [menu.Host].
func (c *cockpit) Press(b scene.Buttons) { c.pressed |= b }

// Quit implements [menu.Host].
func (c *cockpit) Quit() { c.quit() }

// Bindings implements [menu.Host].
func (c *cockpit) Bindings() *controls.Bindings { return &c.bindings }

// Label implements [menu.Host].
func (c *cockpit) Label(control controls.Control) string {
	if c.hands == nil {
		return control.String()
	}
	return c.hands.Name(control)
}

// Controllers implements [menu.Host].
func (c *cockpit) Controllers() [][2]string { return c.held }

// Now implements [menu.Host].
func (c *cockpit) Now() astro.Time { return astro.FromUTC(time.Now()) }

// Shoot implements [menu.Host].
func (c *cockpit) Shoot(width, height int) {
	if width == 0 {
		c.Press(scene.ButtonScreenshot)
		return
	}
	select {
	case c.photos <- menu.Size{Width: width, Height: height}:
	default:
		c.show("A picture is being taken")
	}
}

// Go implements [menu.Host]: a flight to a body or a sight, and to a scene as it
// begins.
func (c *cockpit) Go(p menu.Place) {
	if p.Sight == 0 {
		c.visited.went(placeKey(&p))
		c.saveVisited()
	}
	switch {
	case p.Scene != "":
		c.order(func(ctx context.Context) error {
			_, err := c.engine.LoadScene(ctx, p.Scene, nil, nil)
			return err
		})
	case p.Sight > 0:
		c.order(func(ctx context.Context) error {
			_, err := c.engine.GoToBookmark(ctx, p.Sight, false, nil)
			return err
		})
	default:
		c.Ask(scene.Travel{To: p.Body})
	}
}

// Favourite implements [menu.Host].
func (c *cockpit) Favourite(p menu.Place) {
	c.visited.mark(placeKey(&p))
	c.saveVisited()
}

// Find implements [menu.Host].
func (c *cockpit) Find(text string) (found []menu.Place) {
	text = strings.ToLower(text)
	bodies := scene.Find(text, int(astro.NumBodies))
	for _, m := range bodies {
		if m.Likeness < scene.Within {
			found = append(found, bodyPlace(m.Body))
		}
	}
	found = append(found, c.findScenes(text)...)
	for _, m := range bodies {
		if m.Likeness >= scene.Within {
			found = append(found, bodyPlace(m.Body))
		}
	}
	for i := range found {
		key := placeKey(&found[i])
		found[i].Favourite = slices.Contains(c.visited.favourites, key)
		found[i].Recent = slices.Contains(c.visited.recent, key)
	}
	if text == "" { // what is typed for comes in the order in which it is like it
		slices.SortStableFunc(found, func(a, b menu.Place) int { return cmp.Compare(c.visited.since(&a), c.visited.since(&b)) })
	}
	return found
}

func bodyPlace(b astro.Body) menu.Place {
	return menu.Place{Title: hud.Name(b), Detail: describe(b), Body: b}
}

// describe says in a word or two what a body is.
func describe(b astro.Body) string {
	info := b.Info()
	switch info.Kind {
	case astro.KindStar:
		return "star"
	case astro.KindGiant:
		return "giant planet"
	case astro.KindDwarf:
		return "dwarf planet"
	case astro.KindMoon:
		return "moon of " + hud.Name(info.Parent)
	}
	return "planet"
}

// findScenes lists the sights of the scene that is shown, and the scenes that may be.
func (c *cockpit) findScenes(text string) (found []menu.Place) {
	if c.engine == nil {
		return nil
	}
	for i, sight := range c.sights() {
		if strings.Contains(strings.ToLower(sight.Name), text) {
			found = append(found, menu.Place{Title: sight.Name, Detail: "sight", Sight: i + 1})
		}
	}
	for _, sc := range c.engine.Scenes().List() {
		fits := strings.Contains(strings.ToLower(sc.Title), text) || strings.Contains(sc.Slug, text)
		if fits && sc.Slug != "test-pattern" && c.engine.Allows(sc) == nil {
			found = append(found, menu.Place{Title: sc.Title, Detail: "scene", Scene: sc.Slug})
		}
	}
	return found
}

// sights are those of the scene that is shown.
func (c *cockpit) sights() []scene.Bookmark {
	if c.engine == nil || c.state == nil {
		return nil
	}
	sc, err := c.engine.Scenes().Find(c.state.Slug)
	if err != nil {
		return nil
	}
	return sc.Bookmarks
}

// Setting implements [menu.Host].
func (c *cockpit) Setting(name string) string { return c.values[name] }

// Set implements [menu.Host].
func (c *cockpit) Set(name, value string) {
	c.values[name] = value
	switch name {
	case "hud":
		layers := scene.SetLayers{Show: scene.LayerHUD}
		if value == "false" {
			layers = scene.SetLayers{Hide: scene.LayerHUD}
		}
		c.Ask(layers)
	case "fullscreen":
		if c.full != (value == "true") {
			c.Press(scene.ButtonFullscreen)
		}
	default:
		setOption(&c.options, name, value)
	}
	c.order(func(context.Context) error { return saveSetting(name, value) })
}

// Rebound implements [menu.Host].
func (c *cockpit) Rebound(d controls.Device, a controls.Action) {
	first, names := c.bindings.IsDefault(d, a), c.bindings.Names(d, a)
	c.order(func(context.Context) error { return saveBinding(d, a, names, first) })
}

func (c *cockpit) saveVisited() {
	file, err := c.visited.file()
	c.order(func(context.Context) error {
		if err != nil {
			return err
		}
		return writeFile(visitedPath(c.paths), file)
	})
}
