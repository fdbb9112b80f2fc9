package xr

import (
	"errors"
	"fmt"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/xr/internal/openxr"
)

// maxStrikes is how many frames may fail one after the other, of errors that say
// nothing about the session, until it is given up.
const maxStrikes = 10

// errLossPending is a session that the runtime is about to end.
var errLossPending = errors.New("the runtime is about to end the session")

// events handles all that the runtime tells.
func (d *Display) events() {
	for {
		var e openxr.Event
		more, err := d.instance.NextEvent(&e, d.session)
		if err != nil {
			d.fail(err)
			return
		}
		if !more {
			break
		}
		d.handle(&e)
		if d.instance == nil {
			return
		}
	}
	if d.session != nil && d.session.LossPending() {
		d.lose(errLossPending)
	}
}

func (d *Display) handle(e *openxr.Event) {
	switch e.Kind {
	case openxr.EventsLost:
		d.stats.EventsLost += e.Lost
		d.log.Warn("events of the headset were lost", "count", e.Lost)
	case openxr.EventInstanceLoss:
		d.lose(openxr.ErrInstanceLost)
		d.retry.notBefore(d.clock.application(e.Time))
	case openxr.EventSessionState:
		if e.Session {
			d.enter(e.State)
		}
	case openxr.EventRecentred:
		if e.Session && d.isBase(e.Space) {
			d.seat.expect(recentre{e.Time, e.Valid, e.Pose})
			d.heard.recentre(d.clock.application(e.Time), e.Valid)
			d.stats.Recentred++
		}
	case openxr.EventProfile:
		d.tellProfiles()
	case openxr.EventMask:
		if d.session != nil {
			d.fetchMask(e.View)
		}
	case openxr.EventRefreshRate:
		d.info.RefreshHz = float64(e.Hz)
	case openxr.EventPresence:
		d.heard.absent = !e.Present
		d.log.Info("headset", "worn", e.Present)
	}
}

// enter follows the session into a state.
func (d *Display) enter(state openxr.SessionState) {
	d.state = state
	d.log.Debug("headset", "state", state.String())
	switch state {
	case openxr.StateReady:
		// Frames begin at once: runtimes go on only when they see some.
		if err := d.session.Begin(); err != nil {
			d.lose(err)
			return
		}
		d.running = true
	case openxr.StateStopping:
		d.finishFrame()
		d.running = false
		var err error
		if d.watched(func() { err = d.session.End() }); err != nil {
			d.lose(err)
		}
	case openxr.StateExiting:
		d.dropSession()
		d.ended = true
	case openxr.StateLossPending:
		d.lose(errLossPending)
	}
}

func (d *Display) tellProfiles() {
	if d.session == nil {
		return
	}
	left, _ := d.session.Profile("/user/hand/left")
	right, _ := d.session.Profile("/user/hand/right")
	gamepad, _ := d.session.Profile("/user/gamepad")
	d.heard.profiles = [...]int{profileNumber(left), profileNumber(right), profileNumber(gamepad)}
	d.hold(d.heard.profiles[1], d.heard.profiles[0], d.heard.profiles[2])
	d.log.Info("controllers", "left", left, "right", right)
}

// fail takes an error of a call. One that says that something is lost costs the
// session, others the frame; too many of those in a row cost the session too.
func (d *Display) fail(err error) {
	d.stats.Failed++
	if !d.failed { // several errors of a frame are one
		d.failed = true
		if d.strikes++; d.strikes == 1 {
			d.log.Warn("headset", "error", err)
		}
	}
	if isLoss(err) || d.strikes > maxStrikes {
		d.lose(err)
	}
}

// lose lets go of the session, and of the runtime unless it may still be there,
// and tries again later.
func (d *Display) lose(err error) {
	if d.session != nil {
		d.stats.Losses++
		d.log.Warn("headset lost", "error", err)
	} else {
		d.lack(err)
	}
	if errors.Is(err, openxr.ErrSessionLost) || errors.Is(err, errLossPending) || errors.Is(err, openxr.ErrFormFactorAbsent) {
		d.dropSession()
	} else {
		d.disconnect()
	}
	d.retry.fail(engine.Now())
}

// lack says why there is no headset yet, and what helps, unless it has said so.
func (d *Display) lack(err error) {
	if why := err.Error(); why != d.lacking {
		d.lacking = why
		d.log.Warn("waiting for the headset", "error", err, "remedy", remedy(err))
	}
}

// finishFrame ends a frame that is under way, without a picture, and tells
// whether it did.
func (d *Display) finishFrame() bool {
	if d.session == nil {
		return false
	}
	if d.session.Waited() {
		if _, err := d.session.BeginFrame(false); err != nil {
			return false
		}
	}
	return d.session.Begun() && d.session.EndFrame(false, false) == nil
}

// leave asks the runtime to end a session that runs, and goes on with frames
// that show nothing until it has.
func (d *Display) leave() {
	d.closing = true
	if d.session == nil || !d.running {
		return
	}
	d.finishFrame()
	if err := d.session.RequestExit(); err != nil {
		return
	}
	for end := engine.Now() + exitLimit; d.session != nil && engine.Now() < end; {
		d.events()
		if d.running && !d.session.Waited() { // a second wait would never end
			if _, err := d.session.WaitFrame(); isLoss(err) {
				return
			}
		}
		if !d.finishFrame() { // no frame, or an error, which comes at once
			time.Sleep(time.Millisecond)
		}
	}
	if d.session != nil {
		d.log.Warn("the runtime did not end the session", "within", fmt.Sprint(exitLimit))
	}
}
