package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/cmd/internal/exit"
)

// watchCommand is `spacectl watch`.
type watchCommand struct {
	Telemetry string `placeholder:"URL" help:"Where telemetry is; by default where the instance file says, or at the port after the API's."`
}

func (*watchCommand) Help() string {
	return `Shows on a terminal, until Ctrl-C, how the frames do and what happens; where the
output is no terminal, a line a second. --json prints telemetry's own messages.

Example:

  spacectl watch`
}

// How often things happen while one watches.
const (
	redrawPeriod = 250 * time.Millisecond
	pollPeriod   = time.Second
	firstBackOff = 500 * time.Millisecond
	maxBackOff   = 30 * time.Second
)

// watchedTopics are asked for if the credential may have them.
var watchedTopics = []string{"frame", "perf", "scene", "session", "security", "log"}

func (c *watchCommand) Run(con *console, n *connection) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	w := &watcher{find: func() (*client, error) { return n.openLive(con, c.Telemetry) }, updates: make(chan update, 64), backOff: firstBackOff}
	w.view = newView(con.out, con.err, n.JSON)
	return w.run(ctx)
}

// newView picks how to show what comes.
func newView(out, errs io.Writer, asJSON bool) view {
	if asJSON {
		return &messagesView{out: out, err: errs}
	}
	if _, _, ok := terminalSize(out); ok {
		return &screenView{out: out, size: func() (int, int) { w, h, _ := terminalSize(out); return w, h }}
	}
	return &linesView{out: out}
}

// view shows a board. Its methods are called by one goroutine.
type view interface {
	begin() error
	message(b *board, e *event) error     // one came, and is on the board
	notice(b *board, note string) error   // something about the connection
	redraw(b *board, now time.Time) error // every redrawPeriod
	end() error
}

// update is something that came.
type update struct {
	message *event
	notice  string
	state   *api.State
	clients *float64
	base    string
	version string
	err     error // ends the watch
}

// watcher follows a program. The connection and the polls are goroutines of their
// own, which send updates; run owns the board.
type watcher struct {
	find    func() (*client, error)
	view    view
	updates chan update
	board   board
	backOff time.Duration // the first; doubled up to maxBackOff
}

func (w *watcher) run(ctx context.Context) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := w.view.begin(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.view.end()) }()
	go w.follow(ctx)
	tick := time.NewTicker(redrawPeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case u := <-w.updates:
			err = w.take(u)
		case now := <-tick.C:
			err = w.view.redraw(&w.board, now)
		}
		if err != nil {
			return err
		}
	}
}

func (w *watcher) take(u update) error {
	b := &w.board
	switch {
	case u.err != nil:
		return u.err
	case u.message != nil:
		b.message(u.message)
		return w.view.message(b, u.message)
	case u.notice != "":
		b.connected = false
		b.line(time.Now(), u.notice)
		return w.view.notice(b, u.notice)
	case u.state != nil:
		b.state = *u.state
	case u.clients != nil:
		b.clients = u.clients
	case u.base != "":
		b.base, b.version, b.connected = u.base, u.version, true
	}
	return nil
}

func (w *watcher) send(ctx context.Context, u update) {
	select {
	case w.updates <- u:
	case <-ctx.Done():
	}
}

// follow connects, and again whenever the connection is lost. The program may
// have been started anew at another port, so it is looked for each time. That it
// is not there at first ends the watch.
func (w *watcher) follow(ctx context.Context) {
	wait, met := w.backOff, false
	for ctx.Err() == nil {
		began := time.Now()
		ever, err := w.once(ctx)
		met = met || ever
		if ctx.Err() != nil {
			return
		}
		if !met {
			w.send(ctx, update{err: exit.WithDefault(exit.Unavailable, err)})
			return
		}
		if ever && time.Since(began) > maxBackOff {
			wait = w.backOff
		}
		w.send(ctx, update{notice: fmt.Sprintf("not connected (%v); again in %v", err, wait)})
		if !pause(ctx, wait) {
			return
		}
		wait = min(2*wait, maxBackOff)
	}
}

// once is one connection, to its end. It says whether there was one.
func (w *watcher) once(ctx context.Context) (ever bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := w.find()
	if err != nil {
		return false, err
	}
	l, err := dialLive(ctx, c)
	if err != nil {
		return false, err
	}
	defer l.close()
	topics := slices.DeleteFunc(slices.Clone(watchedTopics), func(name string) bool { return !slices.Contains(l.hello.Topics, name) })
	if err := l.subscribe(topics...); err != nil {
		return true, err
	}
	w.send(ctx, update{base: c.base, version: l.hello.Version})
	w.send(ctx, update{message: &l.first})
	go w.poll(ctx, c)
	for {
		e, err := l.next(ctx, time.Time{})
		if err != nil {
			return true, err
		}
		w.send(ctx, update{message: &e})
	}
}

// poll asks for what telemetry does not tell: the date, and how many connections
// there are. A caller without the right to the metrics does without.
func (w *watcher) poll(ctx context.Context, c *client) {
	tick := time.NewTicker(pollPeriod)
	defer tick.Stop()
	for n := 0; ; n++ {
		if s, _, err := getState.ask(ctx, c, none); err == nil {
			w.send(ctx, update{state: &s})
		}
		if n%5 == 0 {
			if m, err := c.metrics(ctx); err == nil {
				if clients, ok := m.sum("spacetime_connections"); ok {
					w.send(ctx, update{clients: &clients})
				}
			}
		}
		if !pauseUntil(ctx, tick.C) {
			return
		}
	}
}

// messagesView passes on the messages as they come.
type messagesView struct{ out, err io.Writer }

func (v *messagesView) begin() error { return nil }

func (v *messagesView) message(_ *board, e *event) error {
	_, err := v.out.Write(append(bytes.TrimSpace(e.text), '\n'))
	return err
}

func (v *messagesView) notice(_ *board, note string) error {
	_, err := fmt.Fprintln(v.err, exit.OneLine("spacectl: "+note))
	return err
}

func (v *messagesView) redraw(*board, time.Time) error { return nil }
func (v *messagesView) end() error                     { return nil }

// linesView prints a line a second, and one for whatever happens.
type linesView struct {
	out  io.Writer
	last time.Time
	said int // how many of the board's lines are printed
}

func (v *linesView) begin() error { return nil }

func (v *linesView) message(b *board, _ *event) error { return v.news(b) }
func (v *linesView) notice(b *board, _ string) error  { return v.news(b) }

// news prints what happened since.
func (v *linesView) news(b *board) error {
	for _, line := range b.lines[max(0, len(b.lines)-(b.said-v.said)):] {
		if err := v.print(line); err != nil {
			return err
		}
	}
	v.said = b.said
	return nil
}

func (v *linesView) redraw(b *board, now time.Time) error {
	if !b.connected || now.Sub(v.last) < pollPeriod-redrawPeriod/2 {
		return nil
	}
	v.last = now
	return v.print(b.summary(now))
}

func (v *linesView) print(line string) error {
	_, err := fmt.Fprintln(v.out, exit.OneLine(line))
	return err
}

func (v *linesView) end() error { return nil }

// screenView draws the board in place, on the terminal's other screen.
type screenView struct {
	out  io.Writer
	size func() (width, height int)
}

func (v *screenView) begin() error {
	_, err := io.WriteString(v.out, "\x1b[?1049h\x1b[?25l\x1b[2J")
	return err
}

func (v *screenView) message(*board, *event) error { return nil }
func (v *screenView) notice(*board, string) error  { return nil }

// redraw asks for the size each time: that is how it follows the window.
func (v *screenView) redraw(b *board, now time.Time) error {
	width, height := v.size()
	lines := b.draw(width, height, now)
	for i, line := range lines {
		if strings.HasSuffix(line, lostMark) || strings.HasSuffix(line, lateMark) {
			lines[i] = "\x1b[1;7m" + line + "\x1b[0m"
		}
	}
	text := "\x1b[H" + strings.Join(lines, "\x1b[K\r\n") + "\x1b[K\x1b[J"
	_, err := io.WriteString(v.out, text)
	return err
}

func (v *screenView) end() error {
	_, err := io.WriteString(v.out, "\x1b[?25h\x1b[?1049l")
	return err
}
