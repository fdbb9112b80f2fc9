package api

import (
	"context"
	"runtime"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
)

// How much of the frames may be missed, beyond those that the machine misses
// anyway, before operators are asked to wait: the visitor comes first.
const (
	shedHeavy = 0.01 // the heavy lane closes, and telemetry comes twice a second
	shedLight = 0.03 // one light request at a time
	// shedHold is for how many seconds it stays so after the last reason for it.
	shedHold = 5
	// Few requests a second are never the reason why frames are late, and not many
	// need more than the costly ones to wait.
	few, many = 5, 20
	// One late frame in a second may have any reason.
	leastLate = 3
)

// shedder makes room for the frame when it is late, and gives it back.
type shedder struct {
	usual float64 // share of frames that is missed while hardly anybody asks
	known bool    // whether there was a second that told
	level int
	calm  int // seconds since the last reason

	frames, missed, requests uint64 // at the last look
}

// look returns the level for a second in which so many more frames were drawn
// and missed, and so many requests answered.
func (h *shedder) look(frames, missed, requests uint64) int {
	drawn, late, asked := frames-h.frames, missed-h.missed, requests-h.requests
	h.frames, h.missed, h.requests = frames, missed, requests
	if drawn+late == 0 {
		return h.level
	}
	share := float64(late) / float64(drawn+late)
	switch {
	case asked >= few:
	case h.known:
		h.usual += (share - h.usual) / 8 // of the last eight quiet seconds or so
	default:
		h.usual, h.known = share, true
	}
	wanted := 0
	switch excess := share - h.usual; {
	case asked < few || late < leastLate:
	case excess > shedLight && asked >= many:
		wanted = 2
	case excess > shedHeavy:
		wanted = 1
	}
	h.calm++
	if wanted >= h.level || h.calm >= shedHold {
		h.level, h.calm = wanted, 0
	}
	return h.level
}

// tend looks each second how the frame does, and each hour for what is old, until
// ctx ends.
func (s *Server) tend(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	var h shedder
	display := s.displayNow()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hour.C:
			s.prune(ctx)
			continue
		case <-tick.C:
		}
		stats := s.options.Monitor.Stats()
		s.setShed(h.look(stats.Frames, stats.Missed, s.answered.Load()))
		display = s.tellDisplay(display)
	}
}

// displayState is what the telemetry tells of the display when it changes.
type displayState struct {
	Display string `json:"display"` // its name
	Running bool   `json:"running"` // whether frames are being drawn
}

func (s *Server) displayNow() displayState {
	now := s.options.Engine.Snapshot()
	return displayState{now.Display.Name, now.Running}
}

// tellDisplay tells that the display has changed since it was told last.
func (s *Server) tellDisplay(last displayState) displayState {
	now := s.displayNow()
	if now != last {
		s.live.server.Publish("xr.state_changed", now)
	}
	return now
}

// setShed resizes the lanes for a level.
func (s *Server) setShed(level int) {
	before := int(s.shedLevel.Swap(int32(level)))
	if before == level {
		return
	}
	heavySlots, lightSlots := limit.HeavySlots, limit.LightSlots(runtime.NumCPU())
	if level >= 1 {
		heavySlots = 0
	}
	if level >= 2 {
		lightSlots = 1
	}
	s.lanes[heavy].Resize(heavySlots)
	s.lanes[light].Resize(lightSlots)
	s.live.server.SetShed(level)
	if level == 0 {
		s.log.Info("the frame has room again")
	} else {
		s.log.Info("the frame needs the machine", "shed_level", level)
	}
	if level > before {
		s.live.server.Publish("frame.budget_exceeded", map[string]int{"shed_level": level})
	}
}
