package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/engine"
)

// exerciseAPI asks for what is public, what describes the rest, and what is not
// there.
func exerciseAPI(ctx context.Context, v *verification, f figures) (string, error) {
	if _, err := checkHealth(ctx, v, f); err != nil {
		return "", err
	}
	var document struct {
		OpenAPI string                     `json:"openapi"`
		Paths   map[string]json.RawMessage `json:"paths"`
	}
	_, a, err := getOpenAPI.ask(ctx, v.client, none)
	if err == nil {
		err = a.decode(&document)
	}
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(document.OpenAPI, "3.1") || document.Paths[getState.path] == nil {
		return "", fmt.Errorf("the document is of OpenAPI %q and has %d paths, not that of the state", document.OpenAPI, len(document.Paths))
	}
	if a, err = v.client.do(ctx, nowhere); err != nil {
		return "", err
	}
	if a.status != http.StatusNotFound || a.problem().Title == "" {
		return "", fmt.Errorf("what is not there is answered with %s", a.said())
	}
	f["paths"] = len(document.Paths)
	return fmt.Sprintf("version %s, OpenAPI %s with %d paths", v.Version, document.OpenAPI, len(document.Paths)), nil
}

// loopTime is how long the loop is watched.
const loopTime = time.Second

// exerciseLoop wants frames and ticks to go on.
func exerciseLoop(ctx context.Context, v *verification, f figures) (string, error) {
	first, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	if !pause(ctx, loopTime) {
		return "", ctx.Err()
	}
	last, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	frames, ticks := last.Frame-first.Frame, last.Tick-first.Tick
	f["frames"], f["ticks"] = frames, ticks
	switch {
	case !last.Running || frames == 0 || last.Frame < first.Frame:
		return "", fmt.Errorf("no frame in %v", loopTime)
	case ticks == 0 || last.Tick < first.Tick:
		return "", fmt.Errorf("%d frames in %v, and the simulation stands still", frames, loopTime)
	}
	return fmt.Sprintf("%d frames and %d ticks in %v on %q", frames, ticks, loopTime, last.Display.Name), nil
}

func exerciseComponents(ctx context.Context, v *verification, f figures) (string, error) {
	r, _, err := getReady.ask(ctx, v.client, none)
	if err != nil {
		return "", err
	}
	var names []string
	for _, c := range r.Components {
		names = append(names, c.Name)
	}
	f["components"] = names
	switch sick := sickOf(r.Components); {
	case len(sick) > 0:
		return "", errors.New("not well: " + strings.Join(sick, "; "))
	case !slices.ContainsFunc(r.Components, func(c engine.Health) bool { return c.Name == "engine" && c.Required }):
		return "", fmt.Errorf("the engine is not among the components: %s", strings.Join(names, ", "))
	}
	return fmt.Sprintf("%d well: %s", len(names), strings.Join(names, ", ")), nil
}

// exerciseScenes loads another scene that is allowed, and goes back.
func exerciseScenes(ctx context.Context, v *verification, f figures) (string, error) {
	before, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	v.before = &before
	other, err := v.another(ctx, before.Scene.Slug)
	if err != nil {
		return "", err
	}
	began := time.Now()
	if _, err := v.load(ctx, other); err != nil {
		return "", err
	}
	f["load_s"] = since(began)
	if _, err := v.load(ctx, before.Scene.Slug); err != nil {
		return "", err
	}
	if other == before.Scene.Slug {
		return fmt.Sprintf("%s again, the only one that is allowed, in %.2f s", other, f["load_s"]), nil
	}
	return fmt.Sprintf("%s in %.2f s, and back to %s", other, f["load_s"], before.Scene.Slug), nil
}

// another is a scene that may be loaded, another than the one named if there is
// one.
func (v *verification) another(ctx context.Context, slug string) (string, error) {
	all, err := list(ctx, v.client, listScenes)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(s api.Scene) bool { return s.Allowed && s.Slug != slug })
	if i < 0 {
		return slug, nil
	}
	return all[i].Slug, nil
}

// loadLimit is how long a scene may take to be seen.
const loadLimit = 5 * time.Second

// load loads a scene and waits for a frame that shows it.
func (v *verification) load(ctx context.Context, slug string) (api.State, error) {
	applied, _, err := putScene.ask(ctx, v.client, sceneChange{Slug: slug})
	if err != nil {
		return api.State{}, err
	}
	return v.shown(ctx, applied, func(s *api.State) error {
		if s.Scene.Slug != slug {
			return fmt.Errorf("the scene is %q, not %q", s.Scene.Slug, slug)
		}
		return nil
	})
}

// shown waits for a frame of a change, in which the state is as it should be.
func (v *verification) shown(ctx context.Context, applied api.Applied, right func(*api.State) error) (s api.State, err error) {
	for deadline := time.Now().Add(v.patience); ; {
		if s, err = v.state(ctx); err != nil {
			return s, err
		}
		err = right(&s)
		if err == nil && s.Frame >= applied.Frame {
			return s, nil
		}
		if time.Now().After(deadline) || !pause(ctx, lookPeriod) {
			return s, errors.Join(fmt.Errorf("no frame showed the change in %v", v.patience), err)
		}
	}
}

// exerciseSpawn loads the scene anew and looks where the ship is then.
func exerciseSpawn(ctx context.Context, v *verification, f figures) (string, error) {
	before, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	s, _, err := getScene.ask(ctx, v.client, none, with{id: before.Scene.Slug})
	if err != nil {
		return "", err
	}
	now, err := v.load(ctx, before.Scene.Slug)
	if err != nil {
		return "", err
	}
	f["frame"], f["height_m"] = now.Ship.Frame.String(), now.Ship.HeightM
	if err := sane(&now, &s); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s over %s, looking at %s", distance(now.Ship.HeightM), now.Ship.Frame, now.Target.Body), nil
}

// sane checks a ship that the scene has just placed.
func sane(s *api.State, placed *api.Scene) error {
	body, target := placed.Body, placed.Target
	position, q := mgl64.Vec3(s.Ship.PositionM), s.Ship.Orientation
	length := math.Sqrt(q[0]*q[0] + q[1]*q[1] + q[2]*q[2] + q[3]*q[3])
	radius := body.Info().MeanRadiusM
	switch {
	case s.Ship.Frame != body:
		return fmt.Errorf("the ship is at %s, and the scene at %s", s.Ship.Frame, body)
	case s.Target.Body != target:
		return fmt.Errorf("the ship looks at %s, and the scene at %s", s.Target.Body, target)
	case !(position.Len() >= radius) || math.IsInf(position.Len(), 0):
		return fmt.Errorf("the ship is %g m from the centre of %s, whose radius is %g m", position.Len(), body, radius)
	case !(math.Abs(length-1) < 1e-6):
		return fmt.Errorf("the ship's orientation %v is no unit quaternion", q)
	case math.Abs(s.Ship.HeightM-(position.Len()-radius)) > 1e-6*position.Len():
		return fmt.Errorf("the ship is %g m from the centre of %s, and %g m high", position.Len(), body, s.Ship.HeightM)
	case mgl64.Vec3(s.Ship.VelocityMS).Len() > 0:
		return fmt.Errorf("the ship moves at %g m/s as soon as it is there; is somebody flying?", mgl64.Vec3(s.Ship.VelocityMS).Len())
	}
	return nil
}

// physicsRate is how fast time runs meanwhile, physicsTime for how long.
const (
	physicsRate = 1000.0
	physicsTime = 3 * time.Second
)

// exercisePhysics lets time run, and holds the date to the ticks, the ticks to
// the clock, the ship to its body, and the Earth to its orbit.
func exercisePhysics(ctx context.Context, v *verification, f figures) (string, error) {
	applied, _, err := changeTime.ask(ctx, v.client, timeChange{"2026-11-22T00:00:00Z", new(physicsRate), new(false)})
	if err != nil {
		return "", err
	}
	first, err := v.shown(ctx, applied, func(s *api.State) error {
		if s.Time.Rate != physicsRate {
			return fmt.Errorf("the rate is %g", s.Time.Rate)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	began := time.Now()
	earth, err := v.earth(ctx)
	if err != nil {
		return "", err
	}
	if !pause(ctx, physicsTime) {
		return "", ctx.Err()
	}
	last, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	tookS := time.Since(began).Seconds()
	later, err := v.earth(ctx)
	if err != nil {
		return "", err
	}
	if err := errors.Join(ranEvenly(&first, &last, tookS, f), wentAlong(&first, &last), orbits(earth, later, f)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%.0f s passed in %.2f s; the Earth goes %.2f km/s at %.4f au", f["simulated_s"], tookS, f["earth_km_s"], f["earth_au"]), nil
}

// tickRate is how many ticks the simulation makes in a second, as its state tells
// them.
const tickRate = 90

// ranEvenly: a tick is 1/90 s of the clock and so much more of the date.
func ranEvenly(first, last *api.State, tookS float64, f figures) error {
	ticks := float64(last.Tick - first.Tick)
	simulated := float64(last.Time.Date-first.Time.Date) / 1e9
	f["simulated_s"], f["ticks"] = simulated, ticks
	const clockError = 0.05 // a state may be 0.1 s old at either end
	switch want := ticks / tickRate * physicsRate; {
	case math.Abs(simulated-want) > 1e-3*want+0.1 || want == 0:
		return fmt.Errorf("%.2f simulated seconds in %g ticks, not %.2f", simulated, ticks, want)
	case math.Abs(ticks/tickRate/tookS-1) > clockError:
		return fmt.Errorf("%g ticks in %.2f s, not %.0f", ticks, tookS, tookS*tickRate)
	}
	return nil
}

// wentAlong: the ship stays where it is as its body sees it, for that body's whole
// way round the Sun.
func wentAlong(first, last *api.State) error {
	moved := mgl64.Vec3(last.Ship.PositionM).Sub(first.Ship.PositionM).Len()
	if first.Ship.Frame != last.Ship.Frame || moved > 1 {
		return fmt.Errorf("the ship left its place over %s by %g m; is somebody flying?", first.Ship.Frame, moved)
	}
	return nil
}

// earthAt is the Earth from the Sun.
type earthAt struct {
	dateS    float64    // TDB
	position mgl64.Vec3 // m
	velocity mgl64.Vec3 // m/s
}

// earth asks until both bodies are of one date, which they are soon: dates change
// with the snapshots only.
func (v *verification) earth(ctx context.Context) (e earthAt, err error) {
	for range 20 {
		earth, _, err := getObject.ask(ctx, v.client, none, with{id: "earth"})
		sun, _, sunErr := getObject.ask(ctx, v.client, none, with{id: "sun"})
		if err := errors.Join(err, sunErr); err != nil {
			return e, err
		}
		if earth.Date == sun.Date {
			return earthAt{float64(earth.Date) / 1e9, mgl64.Vec3(earth.PositionM).Sub(sun.PositionM), mgl64.Vec3(earth.VelocityMS).Sub(sun.VelocityMS)}, nil
		}
	}
	return e, errors.New("the Earth and the Sun are never of one date")
}

// The Earth's orbit: its distance in perihelion and aphelion, and its speed there,
// with a little for the Moon, which moves the Earth by 4 671 km and 12.5 m/s.
//
// Source: NASA, Earth Fact Sheet: 147.095 and 152.100 million km, 30.29 and
// 29.29 km/s.
const (
	nearestM, farthestM = 147.09e9, 152.11e9
	slowestMS, fastMS   = 29.27e3, 30.31e3
	mPerAU              = 149597870700 // IAU 2012 resolution B2
)

// orbits checks where the Earth is and that it went where its velocity says.
func orbits(a, b earthAt, f figures) error {
	r, speed := a.position.Len(), a.velocity.Len()
	f["earth_au"], f["earth_km_s"] = r/mPerAU, speed/1e3
	dt := b.dateS - a.dateS
	// The mean of both velocities is exact but for the third derivative: 1e-9 m/s³
	// over an hour is less than 5 m.
	went, should := b.position.Sub(a.position), a.velocity.Add(b.velocity).Mul(dt/2)
	off := went.Sub(should).Len()
	f["earth_off_m"] = off
	switch {
	case r < nearestM || r > farthestM:
		return fmt.Errorf("the Earth is %.4f au from the Sun", r/mPerAU)
	case speed < slowestMS || speed > fastMS:
		return fmt.Errorf("the Earth goes at %.2f km/s", speed/1e3)
	case dt <= 0 || !(off < 10+1e-5*should.Len()):
		return fmt.Errorf("in %.0f s the Earth went %.0f m elsewhere than its velocity says", dt, off)
	}
	return nil
}

// restore puts back the scene and the time that were there before the exercises.
func (v *verification) restore(ctx context.Context) error {
	if v.before == nil || v.dead != "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*loadLimit)
	defer cancel()
	if _, _, err := putScene.ask(ctx, v.client, sceneChange{Slug: v.before.Scene.Slug}); err != nil {
		return fmt.Errorf("go back to the scene %s: %w", v.before.Scene.Slug, err)
	}
	was := &v.before.Time
	date, err := was.Date.MarshalText()
	if err == nil {
		_, _, err = changeTime.ask(ctx, v.client, timeChange{string(date), &was.Rate, &was.Paused})
	}
	if err != nil {
		return fmt.Errorf("put the time back to %s: %w", was.Date, err)
	}
	return nil
}

// simLimit is how long the flight in the simulated headset may take, in seconds.
const simLimit = "60s"

// exerciseVR draws frames in the simulated headset, unless the program is in a
// real one already.
func exerciseVR(ctx context.Context, v *verification, f figures) (string, error) {
	d, _, err := getDisplay.ask(ctx, v.client, none)
	if err != nil {
		return "", err
	}
	if d.Name != headless && d.Name != "window" && d.Views == 2 {
		if !d.Running || d.Frames == 0 {
			return "", fmt.Errorf("in the headset %q nothing is drawn", d.Name)
		}
		return fmt.Sprintf("in the headset %q, %d×%d an eye, %g Hz", d.Name, d.Width, d.Height, d.RefreshHz), nil
	}
	home, err := newHome()
	if err != nil {
		return "", err
	}
	found, err := simulate(ctx, v.program, home, f)
	return found, errors.Join(err, home.remove())
}

// simulate flies in the headset that is made of software, and reads its verdict.
func simulate(ctx context.Context, program string, home *ownHome, f figures) (string, error) {
	c := exec.CommandContext(ctx, program, "sim", "run", "still", "--clock", "stepped", "--json", "--limit", simLimit, "--",
		program, "--mode", "vr", "--frames", "60", "--api", "off")
	c.Env, c.Dir = home.environment(), home.folder
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	var verdict struct {
		OK       bool
		Failures []string
		Sessions int
		Frames   int
		StatesS  map[string]float64 `json:"states_s"`
	}
	if json.Unmarshal(out, &verdict) != nil {
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		return "", fmt.Errorf("%s sim run: %w: %s", program, err, lines[len(lines)-1])
	}
	f["sessions"], f["frames"] = verdict.Sessions, verdict.Frames
	_, focused := verdict.StatesS["focused"]
	if err != nil || !verdict.OK || !focused || verdict.Frames < 60 {
		return "", fmt.Errorf("in the simulated headset: %d frames, focused %t: %s", verdict.Frames, focused, strings.Join(verdict.Failures, "; "))
	}
	return fmt.Sprintf("%d frames in the simulated headset, which is left as it should be", verdict.Frames), nil
}
