package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// sceneText is a scene on which tests fly: near the Moon, an hour a second.
const sceneText = `spacetime-scene = 1
slug = "%s"
title = "Test"
time = "2026-11-22T00:00:00Z"
rate = 3600.0
[place]
body = "moon"
altitude = "500 km"
toward = "earth"
angle = "30deg"
[look]
target = "moon"
`

// fakeDisplay is a display on a scripted clock of so many frames a second.
type fakeDisplay struct {
	hz           int
	start        time.Duration
	input        func(frame int) scene.Input
	beforeWait   func(frame int)
	openFor      int // frames until Poll says closed; 0 is for ever
	lostAt       int // the frame in which Wait is ErrDisplayLost; 0 is never
	skip         func(frame int) bool
	n            int
	begun, ended int
	frame        Frame
}

func (d *fakeDisplay) Poll() (bool, error) { return d.openFor == 0 || d.n < d.openFor, nil }

func (d *fakeDisplay) Wait() (Timing, error) {
	if d.lostAt > 0 && d.n == d.lostAt {
		return Timing{}, ErrDisplayLost
	}
	if d.beforeWait != nil {
		d.beforeWait(d.n)
	}
	// Rounded up, so that a frame at the instant of a tick is not a nanosecond before it.
	at := (time.Duration(d.n)*time.Second + time.Duration(d.hz) - 1) / time.Duration(d.hz)
	t := Timing{DisplayTime: d.start + at, Period: time.Second / time.Duration(d.hz), Render: true}
	if d.input != nil {
		t.Input = d.input(d.n)
	}
	if d.skip != nil {
		t.Render = !d.skip(d.n)
	}
	d.n++
	return t, nil
}

func (d *fakeDisplay) Begin(t Timing, _ *scene.World) (*Frame, error) {
	d.begun++
	d.frame = Frame{Render: t.Render, ViewCount: 1}
	d.frame.Target.Rect[0] = Rect{W: 4, H: 2}
	return &d.frame, nil
}

func (d *fakeDisplay) End(*Frame) error { d.ended++; return nil }
func (d *fakeDisplay) Info() DisplayInfo {
	return DisplayInfo{Name: "fake", Width: 4, Height: 2, Views: 1}
}
func (d *fakeDisplay) Close() error { return nil }

// fakeRenderer keeps the instants it was asked to draw.
type fakeRenderer struct {
	times            []astro.Time
	ships            []scene.Pose
	keep             bool
	err              error
	copying          bool
	panel            *Panel // of the frame last drawn
	shown            int    // frames with a panel
	taken, leaked    int    // pictures, and those of a frame with a panel
	target           Target // of the frame last drawn
	draw             func() // called in a frame
	late             int    // calls of EndCapture until the copy has arrived
	beginErr, endErr error
}

func (r *fakeRenderer) Draw(w *scene.World, f *Frame) error {
	if r.draw != nil {
		r.draw()
	}
	r.panel, r.target = f.Panel, f.Target
	if r.panel != nil {
		r.shown++
	}
	if r.keep {
		r.times = append(r.times, w.Time())
		r.ships = append(r.ships, w.Ship)
	}
	return r.err
}

func (r *fakeRenderer) BeginCapture() error {
	r.taken++
	if r.panel != nil {
		r.leaked++
	}
	r.copying = true
	r.late = 2
	return r.beginErr
}

func (r *fakeRenderer) EndCapture(p *Picture, wait bool) (bool, error) {
	if r.late--; r.late > 0 && !wait {
		return false, nil
	}
	r.copying = false
	if r.endErr != nil {
		return false, r.endErr
	}
	p.Width, p.Height, p.Views = 2, 2, 1
	p.Pix = append(p.Pix[:0], 1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255)
	return true, nil
}

func (r *fakeRenderer) Counts() Counts {
	return Counts{Cull: time.Microsecond, Submit: time.Millisecond, Calls: 10, Draws: 3, Triangles: 100, UploadBytes: 256, StateChanges: 5, GPU: [MaxGPUParts]GPUTime{{"stars", time.Millisecond / 2}, {"bodies", 2 * time.Millisecond}}}
}

// library has the scenes "test" and "other".
func library(t testing.TB) *Scenes {
	t.Helper()
	folder := fstest.MapFS{}
	for _, slug := range []string{"test", "other"} {
		folder[slug+".toml"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(sceneText, slug))}
	}
	s, err := ReadScenes(folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func flying(t testing.TB) *Engine {
	t.Helper()
	e := New(library(t))
	if _, err := e.LoadScene(context.Background(), "test", nil, nil); err != nil {
		t.Fatal(err)
	}
	return e
}

// fly runs frames on a display and fails on an error.
func fly(t testing.TB, e *Engine, d Display, r Renderer, frames uint64) {
	t.Helper()
	if err := e.Run(context.Background(), d, r, frames); err != nil && !errors.Is(err, ErrDisplayLost) {
		t.Fatal(err)
	}
}
