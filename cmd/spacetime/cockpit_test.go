package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spacetime-vr/spacetime/assets"
	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/engine/host"
	"github.com/spacetime-vr/spacetime/engine/menu"
	"github.com/spacetime-vr/spacetime/engine/settings"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// flown is a cockpit of an engine at Saturn, without a window: its settings file and
// its log are a test's own.
type flown struct {
	*cockpit
	t     *testing.T
	log   *bytes.Buffer
	file  string
	hands controls.Hands
	world scene.World
	state scene.State
	quits int
}

func newFlown(t *testing.T, file string) *flown {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("APPDATA", home)
	t.Setenv("LOCALAPPDATA", home)
	f := &flown{t: t, log: new(bytes.Buffer), file: settingsPath()}
	if err := os.MkdirAll(filepath.Dir(f.file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.file, []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	paths, err := host.UserPaths()
	if err != nil {
		t.Fatal(err)
	}
	scenes, err := readScenes(assets.FS, "")
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(scenes)
	if _, err := e.LoadScene(context.Background(), "saturn", nil, nil); err != nil {
		t.Fatal(err)
	}
	f.cockpit = newCockpit(&settings.Settings{HUD: true, Hands: settings.Hands{MouseSensitivity: 1, StickCurve: 1}}, paths, slog.New(slog.NewTextHandler(f.log, nil)), func() { f.quits++ })
	f.cockpit.fly(e)
	f.frame()
	return f
}

// frame is one in which keys are pressed, by their names.
func (f *flown) frame(keys ...string) scene.Input {
	for _, name := range keys {
		c, err := controls.Parse(name)
		if err != nil {
			f.t.Fatal(err)
		}
		f.hands.Key(c, controls.EventPress)
	}
	f.hands.Begin(engine.Now())
	in := f.Fly(&f.hands)
	f.hands.End()
	f.state = f.engine.Snapshot().State
	f.world.Carry(&f.state, 0)
	f.Overlay(&f.world, &f.state, 1280, 720)
	return in
}

func (f *flown) let(keys ...string) {
	for _, name := range keys {
		c, _ := controls.Parse(name)
		f.hands.Key(c, controls.EventRelease)
	}
}

// settle has the orders done, and returns the settings file.
func (f *flown) settle() string {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f.work(ctx)
	text, err := os.ReadFile(f.file)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

// TestMenuRestsTheShip: what is held when a menu opens flies on only after it.
func TestMenuRestsTheShip(t *testing.T) {
	f := newFlown(t, "")
	if in := f.frame("W"); in.Move[2] != -1 {
		t.Errorf("%+v", in)
	}
	if in := f.frame("Escape"); in != (scene.Input{}) || !f.menu.Open() {
		t.Errorf("menu: %+v", in)
	}
	if in := f.frame("F11", "Space"); in != (scene.Input{Buttons: scene.ButtonFullscreen}) {
		t.Errorf("in the menu: %+v", in)
	}
	if in := f.frame("Escape"); in.Move[2] != 0 || f.menu.Open() {
		t.Errorf("the menu closes: %+v", in)
	}
	if in := f.frame(); in.Move[2] != -1 {
		t.Errorf("after it: %+v", in)
	}
}

// TestUnseenMenu: where no overlay is drawn, as in a headset, no menu takes the
// keys.
func TestUnseenMenu(t *testing.T) {
	f := newFlown(t, "")
	f.frame("Escape")
	f.seen = false
	f.hands.Key(controls.Up, controls.EventPress)
	if in := f.Fly(&f.hands); in.Turn[0] != 1 || f.menu.Open() {
		t.Errorf("%+v", in)
	}
}

// inHeadset is a frame in a headset in which controls are pressed and let go, and the ship
// would be told in.
func (f *flown) inHeadset(in scene.Input, keys ...string) scene.Input {
	for _, name := range keys {
		c, err := controls.Parse(name)
		if err != nil {
			f.t.Fatal(err)
		}
		f.hands.Key(c, controls.EventPress)
		f.hands.Key(c, controls.EventRelease)
	}
	f.hands.Begin(engine.Now())
	in = f.Reach(&f.hands, in)
	f.hands.End()
	f.state = f.engine.Snapshot().State
	f.world.Carry(&f.state, 0)
	f.Overlay(&f.world, &f.state, 340, 300)
	return in
}

// TestMenuInHeadset: the menu button opens the menu, under which the ship rests, hands
// point and click in it, and what they hold as it closes flies only after they let go.
func TestMenuInHeadset(t *testing.T) {
	f := newFlown(t, "")
	flies := scene.Input{Move: [3]float64{0, 0, -1}, Buttons: scene.ButtonFaster}
	if in := f.inHeadset(flies); in != flies || f.overlay.Menu {
		t.Errorf("without a menu: %+v", in)
	}
	if in := f.inHeadset(flies, "Pad Start"); in != (scene.Input{}) || !f.overlay.Menu {
		t.Errorf("the menu opens: %+v, shown %t", in, f.overlay.Menu)
	}
	boxes := len(f.overlay.Boxes)
	f.hands.Pointing = true
	f.hands.Move(100, 60)
	if f.inHeadset(flies); len(f.overlay.Boxes) != boxes+1 || f.overlay.Boxes[boxes].Left != 97.5 || f.overlay.Boxes[boxes].Bottom != 62.5 {
		t.Errorf("no dot where the hand points: %+v", f.overlay.Boxes[boxes:])
	}
	said := func() (text string) {
		for i := range f.overlay.Lines {
			text += string(f.overlay.Says(&f.overlay.Lines[i])) + "|"
		}
		return text
	}
	if !strings.Contains(said(), "Resume|Places|Time|") {
		t.Errorf("the menu says %q", said())
	}
	f.hands.Move(100, 62) // Resume is the first row
	if in := f.inHeadset(flies, "Left Button"); in != (scene.Input{}) || f.overlay.Menu {
		t.Errorf("clicked: %+v, menu %t", in, f.overlay.Menu)
	}
	if in := f.inHeadset(scene.Input{Turn: [3]float64{0, 1, 0}}); in != (scene.Input{}) {
		t.Errorf("held on: %+v", in)
	}
	if in := f.inHeadset(scene.Input{}); in != (scene.Input{}) {
		t.Errorf("let go: %+v", in)
	}
	if in := f.inHeadset(flies); in != flies {
		t.Errorf("after it: %+v", in)
	}
	f.inHeadset(scene.Input{}, "Pad Start")
	f.inHeadset(scene.Input{}, "Down", "Pad A") // places
	if !f.menu.Typing() || !strings.Contains(said(), "Places|") {
		t.Errorf("places: %q", said())
	}
	f.inHeadset(scene.Input{}, "Pad B", "Pad B")
	if f.menu.Open() {
		t.Error("the way back does not end")
	}
}

// TestBindingsOfTheFile: what is right counts, what is wrong is said once with its
// line, and stays.
func TestBindingsOfTheFile(t *testing.T) {
	const file = "# mine\n[keys]\nforward = 'I'\nfly-to-andromeda = 'X'\n[gamepad]\ntravel = 'Pad Q'\n"
	f := newFlown(t, file)
	if in := f.frame("I"); in.Move[2] != -1 {
		t.Errorf("%+v", in)
	}
	f.let("I")
	for _, want := range []string{"line=4", "fly-to-andromeda: there is no such action", "line=6", "Pad Q"} {
		if strings.Count(f.log.String(), want) != 1 {
			t.Errorf("%q is not said once: %s", want, f.log)
		}
	}
	if err := f.bindings.Bind(controls.Orbit, controls.Tab); err != nil {
		t.Fatal(err)
	}
	f.Rebound(controls.Keys, controls.Orbit)
	if got, want := f.settle(), strings.Replace(file, "'X'\n", "'X'\norbit = ['Tab', 'O']\n", 1); got != want {
		t.Errorf("the file is %q, want %q", got, want)
	}
	f.bindings.Reset(controls.Keys, controls.Orbit)
	f.Rebound(controls.Keys, controls.Orbit)
	if got := f.settle(); got != file {
		t.Errorf("the file is %q, want %q", got, file)
	}
}

// TestSettingsOfTheMenu: each is read and written by the name and in the form of the
// command line.
func TestSettingsOfTheMenu(t *testing.T) {
	f := newFlown(t, "rate = 72 # mine\n[museum]\nhall = 2\n")
	for _, s := range [][2]string{{"quality", "low"}, {"samples", "4"}, {"vsync", "off"}, {"hud", "false"}, {"mouse-look", "true"}, {"stick-curve", "2"}, {"size", "1920x1080"}, {"fullscreen", "true"}} {
		f.Set(s[0], s[1])
		if f.Setting(s[0]) != s[1] {
			t.Errorf("%s is %s", s[0], f.Setting(s[0]))
		}
	}
	want := "rate = 72 # mine\nquality = 'low'\nsamples = 4\nvsync = 'off'\nhud = false\nmouse-look = true\nstick-curve = 2\nsize = '1920x1080'\nfullscreen = true\n[museum]\nhall = 2\n"
	if got := f.settle(); got != want {
		t.Errorf("the file is\n%swant\n%s", got, want)
	}
	in := f.frame()
	if f.engine.Snapshot().State.Layers.Has(scene.LayerHUD) || !f.hands.Captured || f.options.Curve != 2 || in.Buttons != scene.ButtonFullscreen {
		t.Errorf("layers %v, captured %t, curve %g, buttons %b", f.engine.Snapshot().State.Layers.Names(), f.hands.Captured, f.options.Curve, in.Buttons)
	}
	if _, err := parse([]string{"--api", "off"}, new(bytes.Buffer), new(bytes.Buffer)); err != nil {
		t.Errorf("the command line refuses the file: %v", err)
	}
}

// TestCorruptFile: it is left as it is, and the player is told.
func TestCorruptFile(t *testing.T) {
	f := newFlown(t, "a = = 1\n")
	f.Set("quality", "low")
	if got := f.settle(); got != "a = = 1\n" {
		t.Errorf("the file is %q", got)
	}
	if f.frame(); !strings.Contains(f.toast.text, "not saved: ") || !strings.Contains(f.toast.text, "line 1") {
		t.Errorf("the player reads %q", f.toast.text)
	}
}

func titles(places []menu.Place) (names []string) {
	for _, p := range places {
		names = append(names, p.Title)
	}
	return names
}

// TestPlaces: bodies, scenes and what was visited are found, and remembered by the
// next start.
func TestPlaces(t *testing.T) {
	f := newFlown(t, "")
	if got := titles(f.Find("tita")); !slices.Equal(got, []string{"Titan", "Titania"}) {
		t.Errorf("tita: %v", got)
	}
	if got := f.Find(""); len(got) < int(astro.NumBodies)+5 {
		t.Errorf("%d places", len(got))
	}
	mars := f.Find("mars")[0]
	f.Favourite(mars)
	f.Go(f.Find("titan")[0])
	if s := f.engine.Snapshot().State; s.Pilot.Course != scene.CourseTravel || s.Pilot.Body != astro.Titan {
		t.Errorf("the ship is on course %v to %v", s.Pilot.Course, s.Pilot.Body)
	}
	f.settle()
	var again visited
	if err := again.read(f.paths); err != nil {
		t.Error(err)
	}
	if !slices.Equal(again.favourites, []string{"mars"}) || !slices.Equal(again.recent, []string{"titan"}) {
		t.Errorf("remembered: %+v", again)
	}
	f.Go(f.Find("io")[0])
	if all := f.Find(""); all[0].Title != "Io" || all[1].Title != "Titan" || !all[1].Recent || all[2].Recent {
		t.Errorf("the latest are not first: %v", titles(all[:3]))
	}
	for range 2 * maxRecent {
		f.visited.went("titan")
	}
	for b := range astro.Body(2 * maxRecent) {
		f.visited.went(b.String())
	}
	if len(f.visited.recent) != maxRecent {
		t.Errorf("visited %v", f.visited.recent)
	}
}

// TestPlacesUnreadable: a list that cannot be read is put aside and told, and what is
// marked then does not take its place.
func TestPlacesUnreadable(t *testing.T) {
	f := newFlown(t, "")
	path := visitedPath(f.paths)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("favourites = [\"mars\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	f.visited = visited{}
	if err := f.visited.read(f.paths); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("told as %v", err)
	}
	f.Favourite(f.Find("titan")[0])
	f.settle()
	if kept, err := os.ReadFile(path + aside); err != nil || string(kept) != "favourites = [\"mars\n" {
		t.Errorf("kept: %q, %v", kept, err)
	}
	var again visited
	if err := again.read(f.paths); err != nil || !slices.Equal(again.favourites, []string{"titan"}) {
		t.Errorf("remembered: %+v, %v", again, err)
	}
}

// TestFiguresHideThePanel: who puts the figures away puts away a code that is offered, too.
func TestFiguresHideThePanel(t *testing.T) {
	f := newFlown(t, "")
	f.engine.ShowPanel(&engine.Panel{Title: "Remote control"})
	if f.frame(); f.engine.Panel() == nil {
		t.Error("it has gone by itself")
	}
	if f.frame("H"); f.engine.Panel() != nil {
		t.Error("it is still there")
	}
}

// TestPhotoSizes: in the photo mode the key of the picture takes one of its size.
func TestPhotoSizes(t *testing.T) {
	f := newFlown(t, "")
	if in := f.frame("F12"); in.Buttons != scene.ButtonScreenshot {
		t.Errorf("%+v", in)
	}
	f.frame("P")
	f.frame("Down", "Down", "Right") // the size
	f.frame("Up", "Enter")           // compose
	if in := f.frame("F12"); in.Buttons != 0 || len(f.photos) != 1 {
		t.Errorf("%+v, %d pictures", in, len(f.photos))
	}
	if size := <-f.photos; size.Width != 3840 || size.Height != 2160 {
		t.Errorf("%+v", size)
	}
}

// TestGreeting: who begins anew is told how to go on, once, by the keys that hold, or in a
// headset by the controllers that are held.
func TestGreeting(t *testing.T) {
	f := newFlown(t, "[keys]\nnext-sight = \"Insert\"\nhelp = []\n")
	if f.toast.text != "" {
		t.Errorf("greeted with %q", f.toast.text)
	}
	f.greet = true
	if f.frame(); f.toast.text != "Enter: places  ·  Escape: menu" {
		t.Errorf("where there are no sights greeted with %q", f.toast.text)
	}
	if f.frame("Insert"); !strings.Contains(f.toast.text, "no sights") {
		t.Errorf("the key for the next sight says %q", f.toast.text)
	}
	if _, err := f.engine.LoadScene(t.Context(), settings.FirstScene, nil, nil); err != nil {
		t.Fatal(err)
	}
	f.frame()
	f.greet = true
	if f.frame(); f.toast.text != "Insert: next sight  ·  Enter: places  ·  Escape: menu" || f.greet {
		t.Errorf("greeted with %q", f.toast.text)
	}
	if f.toast.until != f.state.Tick+15*90 {
		t.Errorf("greeted at tick %d until %d, want 15 s", f.state.Tick, f.toast.until)
	}
	if f.frame("Escape"); f.toast.text != "" {
		t.Errorf("over the menu it still says %q", f.toast.text)
	}
	f = newFlown(t, "")
	f.greet = true
	if f.inHeadset(scene.Input{}); f.toast.text != "" {
		t.Errorf("without controllers greeted with %q", f.toast.text)
	}
	f.Hold([][2]string{{"Roll left", "left grip"}, {"Menu", "left menu"}})
	if f.inHeadset(scene.Input{}); f.toast.text != "The menu: left menu" {
		t.Errorf("with controllers greeted with %q", f.toast.text)
	}
	if f.Controllers()[0][1] != "left grip" {
		t.Errorf("held are %q", f.Controllers())
	}
}

// TestPadUnplugged: a pad that is pulled while its sticks are held lets go of them in
// that frame, also in a menu; coming and going are told once each.
func TestPadUnplugged(t *testing.T) {
	f := newFlown(t, "")
	held := &controls.Pad{Sticks: [4]float64{0, -1, 1, 0}, Triggers: [2]float64{0, 1}}
	forward := scene.Input{Move: [3]float64{0, 1, -1}, Turn: [3]float64{0, -1, 0}}
	for i, tt := range []struct {
		pad  string
		keys []string
		want scene.Input
	}{
		{"Pad 7", nil, forward},
		{"Pad 7", nil, forward},
		{"", nil, scene.Input{}},
		{"", nil, scene.Input{}},
		{"Pad 8", nil, forward},
		{"Pad 8", []string{"Escape"}, scene.Input{}},
		{"", nil, scene.Input{}},
		{"", []string{"Escape"}, scene.Input{}},
		{"", nil, scene.Input{}},
	} {
		f.hands.SetPad(tt.pad, held)
		if in := f.frame(tt.keys...); in != tt.want {
			t.Errorf("frame %d, pad %q: %+v, want %+v", i, tt.pad, in, tt.want)
		}
	}
	told := f.log.String()
	if strings.Count(told, "Pad 7") != 1 || strings.Count(told, "Pad 8") != 1 || strings.Count(told, "gone") != 2 || f.toast.text != "The gamepad is gone" {
		t.Errorf("%s, %q", told, f.toast.text)
	}
}

// TestCockpitAllocatesNothing while nothing is done: with figures, and with a menu.
func TestCockpitAllocatesNothing(t *testing.T) {
	f := newFlown(t, "")
	for _, keys := range [][]string{nil, {"Escape"}} {
		f.frame(keys...)
		f.let(keys...)
		n := testing.AllocsPerRun(50, func() {
			f.hands.Begin(engine.Now())
			f.Fly(&f.hands)
			f.hands.End()
			f.Overlay(&f.world, &f.state, 1280, 720)
		})
		n += testing.AllocsPerRun(50, func() {
			f.hands.Begin(engine.Now())
			f.Reach(&f.hands, scene.Input{})
			f.hands.End()
			f.Overlay(&f.world, &f.state, 340, 300)
		})
		if n != 0 {
			t.Errorf("%v: %g allocations a frame", keys, n)
		}
	}
}
