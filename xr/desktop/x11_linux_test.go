package desktop

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
)

// Key codes of a PC keyboard in X.
const (
	codeW     = 25
	codeSpace = 65
)

// The requests of the X protocol that are used here (X11R7.7, X Window System
// Protocol, appendix B; X Test Extension Protocol).
const (
	xInternAtom     = 16
	xChangeProperty = 18
	xGetProperty    = 20
	xSendEvent      = 25
	xGetInputFocus  = 43
	xGetImage       = 73
	xQueryExtension = 98

	xResourceManager = 23 // atoms
	xString          = 31

	xClientMessage = 33
	xtestFakeInput = 2
	fakeKeyPress   = 2
	fakeKeyRelease = 3
	fakeButton     = 4
	fakeButtonUp   = 5
	fakeMotion     = 6
)

// xClient is another client of the X server: it sees what is on the screen, and
// acts as the user and the window manager.
type xClient struct {
	t     *testing.T
	conn  net.Conn
	root  uint32
	xtest byte
}

func connectX(t *testing.T) *xClient {
	t.Helper()
	number, _, _ := strings.Cut(strings.TrimPrefix(os.Getenv("DISPLAY"), ":"), ".")
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+number)
	if err != nil {
		t.Skip("the screen is not on this machine:", err)
	}
	t.Cleanup(func() { conn.Close() })
	x := &xClient{t: t, conn: conn}
	x.write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	head := x.read(8)
	rest := x.read(4 * int(binary.LittleEndian.Uint16(head[6:])))
	if head[0] != 1 {
		t.Skip("the X server wants a password; build/linux/with-xvfb.sh brings one without")
	}
	vendor, formats := int(binary.LittleEndian.Uint16(rest[16:])), int(rest[21])
	x.root = binary.LittleEndian.Uint32(rest[32+(vendor+3)&^3+8*formats:])
	x.xtest = x.name(xQueryExtension, "XTEST")[9]
	return x
}

func (x *xClient) write(b []byte) {
	if _, err := x.conn.Write(b); err != nil {
		x.t.Fatal(err)
	}
}

func (x *xClient) read(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(x.conn, b); err != nil {
		x.t.Fatal(err)
	}
	return b
}

// send sends a request of 4-byte words.
func (x *xClient) send(opcode, minor byte, words ...uint32) {
	b := []byte{opcode, minor}
	b = binary.LittleEndian.AppendUint16(b, uint16(1+len(words)))
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	x.write(b)
}

func (x *xClient) reply() []byte {
	head := x.read(32)
	for head[0] > 1 { // events that go to every client
		head = x.read(32)
	}
	if head[0] != 1 {
		x.t.Fatalf("X answers %v", head)
	}
	return append(head, x.read(4*int(binary.LittleEndian.Uint32(head[4:])))...)
}

// text returns the length of s, and s in words.
func text(s string) []uint32 {
	padded := make([]byte, (len(s)+3)&^3)
	copy(padded, s)
	words := []uint32{uint32(len(s))}
	for i := 0; i < len(padded); i += 4 {
		words = append(words, binary.LittleEndian.Uint32(padded[i:]))
	}
	return words
}

// name asks for an atom or an extension.
func (x *xClient) name(opcode byte, name string) []byte {
	x.send(opcode, 0, text(name)...)
	return x.reply()
}

// resources returns the settings of the desktop.
func (x *xClient) resources() string {
	x.send(xGetProperty, 0, x.root, xResourceManager, xString, 0, 1<<20)
	r := x.reply()
	return string(r[32 : 32+binary.LittleEndian.Uint32(r[16:])])
}

// setResources changes them.
func (x *xClient) setResources(s string) {
	x.send(xChangeProperty, 0, append([]uint32{x.root, xResourceManager, xString, 8}, text(s)...)...)
	x.send(xGetInputFocus, 0)
	x.reply()
}

// pixel returns red, green and blue of the screen at (px, py).
func (x *xClient) pixel(px, py int) [3]byte {
	x.send(xGetImage, 2, x.root, uint32(px)|uint32(py)<<16, 1|1<<16, 0xffffffff)
	p := x.reply()[32:]
	return [3]byte{p[2], p[1], p[0]}
}

// fake does what a user does, and returns when the server has seen it.
func (x *xClient) fake(kind, detail byte, px, py int) {
	x.send(x.xtest, xtestFakeInput, uint32(kind)|uint32(detail)<<8, 0, 0, 0, 0, uint32(px)|uint32(py)<<16, 0, 0)
	x.send(xGetInputFocus, 0)
	x.reply()
}

// closeWindow asks a window to close, as a window manager does.
func (x *xClient) closeWindow(window uint32) {
	atom := func(name string) uint32 { return binary.LittleEndian.Uint32(x.name(xInternAtom, name)[8:]) }
	x.send(xSendEvent, 0, window, 0, xClientMessage|32<<8, window, atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"), 0, 0, 0, 0)
}

// eventually draws frames until done says so.
func eventually(t *testing.T, d *Display, what string, done func(engine.Timing) bool) {
	t.Helper()
	for until := time.Now().Add(5 * time.Second); !done(drawFrame(t, d, nothing)); {
		if time.Now().After(until) {
			t.Fatal("never: ", what)
		}
	}
}

// What is drawn is on the screen.
func TestShows(t *testing.T) {
	d := open(t, Options{})
	x := connectX(t)
	px, py := d.window.GetPos()
	for _, colour := range [][3]byte{{255, 51, 0}, {0, 102, 204}} {
		for range 3 {
			drawFrame(t, d, func(*engine.Frame) {
				gl.ClearColor(float32(colour[0])/255, float32(colour[1])/255, float32(colour[2])/255, 1)
				gl.Clear(gl.COLOR_BUFFER_BIT)
			})
		}
		glfw.PollEvents()
		for _, at := range [][2]int{{0, 0}, {639, 0}, {0, 479}, {639, 479}} {
			if got := x.pixel(px+at[0], py+at[1]); got != colour {
				t.Errorf("pixel %v shows %v, want %v", at, got, colour)
			}
		}
	}
}

// Keys and the mouse arrive by way of the X server.
func TestUser(t *testing.T) {
	d := open(t, Options{})
	x := connectX(t)
	px, py := d.window.GetPos()
	eventually(t, d, "focus", func(engine.Timing) bool { return d.window.GetAttrib(glfw.Focused) == glfw.True })

	x.fake(fakeKeyPress, codeW, 0, 0)
	eventually(t, d, "W flies forward", func(m engine.Timing) bool { return m.Input.Move == [3]float64{0, 0, -1} })
	x.fake(fakeKeyPress, codeSpace, 0, 0)
	eventually(t, d, "space pauses", func(m engine.Timing) bool { return m.Input.Buttons == scene.ButtonPause })
	x.fake(fakeKeyRelease, codeSpace, 0, 0)
	x.fake(fakeKeyRelease, codeW, 0, 0)
	eventually(t, d, "all keys released", func(m engine.Timing) bool { return m.Input == scene.Input{} })

	x.fake(fakeMotion, 0, px+300, py+200)
	x.fake(fakeButton, 1, 0, 0)
	x.fake(fakeMotion, 0, px+360, py+170)
	eventually(t, d, "the mouse turns", func(m engine.Timing) bool { return m.Input.Turn == [3]float64{0.25, -0.5, 0} })
	x.fake(fakeButtonUp, 1, 0, 0)
	eventually(t, d, "the mouse released", func(m engine.Timing) bool { return m.Input == scene.Input{} })
}

// The window's own button ends the run.
func TestWindowManagerCloses(t *testing.T) {
	d := open(t, Options{CapHz: 200})
	connectX(t).closeWindow(uint32(d.window.GetX11Window()))
	for range 1000 {
		if open, err := d.Poll(); err != nil || !open {
			return
		}
		if _, err := d.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	t.Error("the window is still open")
}

// On a desktop that is scaled by two a window has twice the pixels each way.
func TestScaledDesktop(t *testing.T) {
	needScreen(t)
	x := connectX(t)
	defer x.setResources(x.resources())
	x.setResources("Xft.dpi:\t192\n")
	c, err := OpenContext("test", 320, 240)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d, err := New(c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	settle(t, d, 640, 480)
}

// Each way to have no window is one line that says what is wrong and what to
// do.
func TestUnavailable(t *testing.T) {
	needScreen(t) // to draw on with an old OpenGL
	for _, tt := range []struct {
		name    string
		environ []string
		want    []string
	}{
		{"no screen", nil, []string{"DISPLAY environment variable is missing", "--mode headless"}},
		{"wrong screen", []string{"DISPLAY=:65535"}, []string{":65535", "set DISPLAY"}},
		{"old OpenGL", []string{"DISPLAY=" + os.Getenv("DISPLAY"), "MESA_GL_VERSION_OVERRIDE=3.3"}, []string{"OpenGL 4.1 is needed", "update the graphics driver"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			program := exec.Command(os.Args[0])
			program.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "DISPLAY=") })
			program.Env = append(program.Env, append(tt.environ, tryVariable+"=1")...)
			out, err := program.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			text := string(out)
			t.Log(text)
			if !strings.HasPrefix(text, "true ") || strings.Contains(text, "\n") {
				t.Errorf("%q is not one line that wraps ErrUnavailable", text)
			}
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q does not say %q", text, want)
				}
			}
		})
	}
}

// Opening and closing windows leaves no file open.
func TestLeaksNothing(t *testing.T) {
	needScreen(t)
	files := 0
	for i := range 25 {
		c, err := OpenContext("test", 64, 64)
		if err != nil {
			t.Fatal(err)
		}
		d, err := New(c, Options{})
		if err != nil {
			t.Fatal(err)
		}
		drawFrame(t, d, nothing)
		if err := errors.Join(d.Close(), c.Close()); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		if i == 4 {
			files = len(entries)
		}
		if i > 4 && len(entries) > files {
			t.Fatalf("window %d: %d files open, before %d", i, len(entries), files)
		}
	}
}
