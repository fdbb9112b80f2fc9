//go:build !headless && scriptedpad

package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/spacetime-vr/spacetime/engine/controls"
	"github.com/spacetime-vr/spacetime/xr/desktop"
)

// This file is for tests alone: a program that is built with the tag scriptedpad
// has a gamepad that a pipe holds. No other program has it.

// padVariable names the pipe. Each line is the state of the pad from then on: "gone",
// or the controls that are held, by name, with a comma between; an empty one is at
// rest.
const padVariable = "SCRIPTED_PAD"

// scriptedPad is a gamepad as lines tell it.
type scriptedPad struct {
	mutex sync.Mutex
	name  string
	pad   controls.Pad
}

func pads() desktop.Pads {
	p := &scriptedPad{}
	if path := os.Getenv(padVariable); path != "" {
		go p.follow(path)
	}
	return p
}

// Read implements [desktop.Pads].
func (p *scriptedPad) Read(pad *controls.Pad) string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	*pad = p.pad
	return p.name
}

func (p *scriptedPad) follow(path string) {
	f, err := os.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, "scripted pad:", err)
		return
	}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		p.set(lines.Text())
	}
}

func (p *scriptedPad) set(line string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.name, p.pad = "Scripted Pad", controls.Pad{}
	if line == "gone" {
		p.name = ""
		return
	}
	for _, name := range strings.Split(line, ",") {
		if c, err := controls.Parse(strings.TrimSpace(name)); err == nil {
			p.pad.Hold(c)
		}
	}
}
