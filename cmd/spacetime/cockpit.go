package main

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/hud"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/scene"
)

// cockpit is what stands between the player and the ship: it makes what hands do into
// what the ship or a menu is told, and shows figures and menus. It is a pilot of
// xr/desktop and of xr, an [engine.Cockpit] and a [menu.Host]. All but
// [cockpit.tell] and [cockpit.work] is for the thread of the frame.
type cockpit struct {
	log      *slog.Logger
	paths    host.Paths
	engine   *engine.Engine // nil before there is one
	quit     func()
	bindings controls.Bindings
	options  controls.Options
	values   map[string]string // of settings, as in the file
	visited  visited

	menu    *menu.Menu
	hands   *controls.Hands // of the last frame
	state   *scene.State    // of the engine; nil before the first frame
	overlay engine.Overlay
	pressed scene.Buttons // by a menu, for the next frame
	full    bool          // the window fills the screen
	seen    bool          // the overlay was drawn since hands were read
	resting bool          // what a headset's hands still hold since a menu was open counts for nothing
	pointer pointer
	held    [][2]string // what a headset's controllers do, and their parts
	worn    bool        // a headset is
	greet   bool        // the player is to be told how to go on

	news   chan string    // of other goroutines, for the player
	orders chan order     // what takes longer than a frame
	photos chan menu.Size // pictures that are asked for, larger than the window
	toast  toast
}

var _ engine.Cockpit = (*cockpit)(nil)

// order is something to do beside the frame.
type order func(context.Context) error

// toast is a line that is shown for a while, until a tick: by the clock of the flight,
// so that the same flight shows the same.
type toast struct {
	text   string
	until  uint64
	greets bool // goes as a menu opens
}

// maxOrders is how much may wait to be done beside the frame.
const maxOrders = 64

func newCockpit(s *settings.Settings, paths host.Paths, log *slog.Logger, quit func()) *cockpit {
	c := &cockpit{
		log: log, paths: paths, quit: quit, values: menuValues(s), options: optionsOf(&s.Hands), full: s.Fullscreen,
		news: make(chan string, maxOrders), orders: make(chan order, maxOrders), photos: make(chan menu.Size, 1),
	}
	c.bindings = c.readBindings()
	if err := c.visited.read(paths); err != nil {
		log.Warn("favourites and history begin anew", "error", err)
		c.tell("Favourites and history cannot be read, and are put aside")
	}
	c.menu = menu.New(c)
	return c
}

// fly has the cockpit at work for an engine.
func (c *cockpit) fly(e *engine.Engine) {
	c.engine = e
	e.SetCockpit(c)
	if c.values["hud"] == "false" {
		c.Ask(scene.SetLayers{Hide: scene.LayerHUD})
	}
}

// tell shows a line to the player. It is safe on any goroutine.
func (c *cockpit) tell(text string) {
	select {
	case c.news <- text:
	default:
	}
}

// work does orders until the context ends, and what is left of them.
func (c *cockpit) work(ctx context.Context) {
	for {
		select {
		case do := <-c.orders:
			c.do(ctx, do)
		case <-ctx.Done():
			for len(c.orders) > 0 {
				c.do(context.WithoutCancel(ctx), <-c.orders)
			}
			return
		}
	}
}

// patienceForOrder is how long one may take.
const patienceForOrder = 5 * time.Second

func (c *cockpit) do(ctx context.Context, do order) {
	ctx, cancel := context.WithTimeout(ctx, patienceForOrder)
	defer cancel()
	if err := do(ctx); err != nil {
		c.log.Warn("as asked in the menu", "error", err)
		c.tell(err.Error())
	}
}

// order has something done beside the frame.
func (c *cockpit) order(do order) {
	select {
	case c.orders <- do:
	default:
		c.show("Too much at once; try again")
	}
}

// Fly makes what hands do into what the ship is told. While a menu is open it is
// told nothing but what a menu asks for.
func (c *cockpit) Fly(h *controls.Hands) (in scene.Input) {
	c.hands, h.Options = h, c.options
	c.tellPads(h)
	c.updateMenu()
	switch {
	case !c.seen: // a headset shows no menu, so that none may take the keys
		c.menu.Close()
		in = c.bindings.Input(h)
	case c.menu.Open():
		in.Buttons = c.throughMenu(h)
		c.menu.Handle(h)
	case !c.opens(h):
		in = c.bindings.Input(h)
	}
	c.seen = false
	open := c.menu.Open()
	if open {
		h.Drop()
	}
	h.Captured = c.options.MouseLook && !open
	c.addPressed(&in)
	return in
}

func (c *cockpit) updateMenu() {
	if c.state != nil {
		c.menu.Update(engine.Now(), c.state)
	}
}

// pointer is where a headset's hand points to on the overlay.
type pointer struct {
	on   bool
	x, y float32
}

// Hold implements [xr.Pilot].
func (c *cockpit) Hold(uses [][2]string) { c.held, c.worn = uses, len(uses) > 0 }

// Reach implements [xr.Pilot]: while a menu is open controllers are for it, and what
// they hold then flies only once it was let go, since the trigger that closes a menu
// would fly to it.
func (c *cockpit) Reach(h *controls.Hands, in scene.Input) scene.Input {
	c.updateMenu()
	switch {
	case c.menu.Open():
		c.menu.Handle(h)
		c.resting, in.Buttons = true, 0
	case h.Pressed(controls.PadStart):
		c.menu.OpenRoot()
		c.resting, in.Buttons = true, 0
	}
	c.worn = true
	x, y := h.Pointer()
	c.pointer = pointer{h.Pointing, float32(x), float32(y)}
	c.resting = c.resting && (c.menu.Open() || in.Move != [3]float64{} || in.Turn != [3]float64{})
	if c.resting {
		in = scene.Input{Buttons: in.Buttons}
	}
	c.addPressed(&in)
	return in
}

// always are the buttons that count in a menu too, unless it wants letters.
const always = scene.ButtonScreenshot | scene.ButtonFullscreen

func (c *cockpit) throughMenu(h *controls.Hands) scene.Buttons {
	if c.menu.Typing() || c.menu.Waiting() {
		return 0
	}
	return c.bindings.Input(h).Buttons & always
}

// opens opens what a key is for, and tells whether it did.
func (c *cockpit) opens(h *controls.Hands) bool {
	for _, page := range [...]struct {
		action controls.Action
		open   func()
	}{
		{controls.OpenMenu, c.menu.OpenRoot},
		{controls.OpenPlaces, c.menu.OpenPlaces},
		{controls.OpenHelp, c.menu.OpenHelp},
		{controls.OpenPhoto, c.menu.OpenPhoto},
	} {
		if c.bindings.Pressed(h, page.action) {
			page.open()
			return true
		}
	}
	return false
}

// addPressed adds the buttons that a menu pressed, and takes out what is not the ship's.
func (c *cockpit) addPressed(in *scene.Input) {
	in.Buttons |= c.pressed
	c.pressed = 0
	if in.Buttons&scene.ButtonFullscreen != 0 {
		c.full = !c.full
	}
	if in.Buttons&scene.ButtonHUD != 0 && c.engine != nil {
		c.engine.ShowPanel(nil) // a code that was offered goes with the figures
	}
	if in.Buttons&scene.ButtonNextBookmark != 0 && len(c.sights()) == 0 {
		c.show("This scene has no sights of its own: those of another are under Places")
	}
	if in.Buttons&scene.ButtonScreenshot == 0 {
		return
	}
	if on, w, h := c.menu.PhotoMode(); on && w > 0 {
		in.Buttons &^= scene.ButtonScreenshot
		c.Shoot(w, h)
	}
}

// tellPads says what comes and goes.
func (c *cockpit) tellPads(h *controls.Hands) {
	for _, e := range h.Events() {
		switch e.Kind {
		case controls.EventPad:
			c.log.Info("gamepad", "name", h.PadName)
			c.show("Gamepad: " + h.PadName)
		case controls.EventPadGone:
			c.log.Warn("the gamepad is gone; its sticks are at rest")
			c.show("The gamepad is gone")
		}
	}
}

// How long a line is shown, and the greeting, in ticks.
const (
	toastFor = 5 * scene.TickRate
	greetFor = 15 * scene.TickRate
)

func (c *cockpit) show(text string) { c.showFor(text, toastFor) }

func (c *cockpit) showFor(text string, ticks uint64) {
	if c.toast = (toast{text: text, until: ticks}); c.state != nil {
		c.toast.until += c.state.Tick
	}
}

// Overlay implements [engine.Cockpit].
func (c *cockpit) Overlay(world *scene.World, state *scene.State, width, height int) *engine.Overlay {
	c.state, c.seen = state, true
	c.overlay.Reset()
	photo, _, _ := c.menu.PhotoMode()
	switch {
	case c.menu.Open():
		c.overlay.Menu = true
		c.menu.Draw(&c.overlay, width, height)
		c.drawPointer()
	case !photo && world.Layers.Has(scene.LayerHUD):
		hud.Draw(&c.overlay, &world.Readout, width, height)
	}
	c.drawToast(width, height)
	return &c.overlay
}

// The dot where a hand points: half a degree on a headset's sheet.
const dotRadius = 2.5

var dotInk = engine.Colour{R: 255, G: 196, B: 104, A: 235}

func (c *cockpit) drawPointer() {
	if p := &c.pointer; p.on {
		c.overlay.Box(engine.Box{Left: p.x - dotRadius, Top: p.y - dotRadius, Right: p.x + dotRadius, Bottom: p.y + dotRadius, Radius: dotRadius, Colour: dotInk})
	}
}

// greeting says, to one who begins anew, how to go on.
func (c *cockpit) greeting() string {
	if c.worn {
		for _, use := range c.held {
			if use[0] == "Menu" {
				return "The menu: " + use[1]
			}
		}
		return ""
	}
	var said []string
	for _, hint := range [...]struct {
		what   string
		action controls.Action
	}{
		{"next sight", controls.NextSight}, {"places", controls.OpenPlaces}, {"menu", controls.OpenMenu}, {"keys", controls.OpenHelp},
	} {
		if hint.action == controls.NextSight && len(c.sights()) == 0 {
			continue
		}
		if key := c.bindings.Of(controls.Keys, hint.action)[0]; key != controls.None {
			said = append(said, c.Label(key)+": "+hint.what)
		}
	}
	return strings.Join(said, "  ·  ")
}

func (c *cockpit) drawToast(width, height int) {
	if c.greet && !c.menu.Open() {
		if text := c.greeting(); text != "" {
			c.greet = false
			c.showFor(text, greetFor)
			c.toast.greets = true
		}
	}
	select {
	case text := <-c.news:
		c.show(text)
	default:
	}
	if c.menu.Open() && c.toast.greets {
		c.toast = toast{} // who is in the menu has found it
	}
	if c.toast.text != "" && c.state.Tick < c.toast.until {
		hud.DrawLine(&c.overlay, c.toast.text, width, height)
	}
}
