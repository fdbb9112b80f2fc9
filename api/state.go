package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// State is what GET /api/v1/state answers: the world at the last snapshot, at
// most 1/30 s old while frames are drawn. Lengths are in metres, angles in
// radians, vectors on ICRF axes.
type State struct {
	Environment string             `json:"environment"` // that the program was started for, such as production
	Revision    uint64             `json:"revision"`    // grows with every change; the ETag
	Tick        uint64             `json:"tick"`
	Frame       uint64             `json:"frame"`   // the last one drawn
	Running     bool               `json:"running"` // whether frames are being drawn
	Scene       SceneName          `json:"scene"`
	Time        TimeState          `json:"time"`
	Ship        ShipState          `json:"ship"`
	Target      TargetState        `json:"target"`
	Layers      []string           `json:"layers"`
	FOVRad      float64            `json:"fov_rad"` // vertical, of flat displays
	Display     engine.DisplayInfo `json:"display"` // its name is empty before the first frame
}

// SceneName names a scene. Both members are empty before the first is loaded.
type SceneName struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

// TimeState is the simulated date and how it runs.
type TimeState struct {
	Date   astro.Time `json:"date"` // civil, UTC
	Rate   float64    `json:"rate"` // simulated seconds a second
	Paused bool       `json:"paused"`
	Notice string     `json:"notice,omitempty"` // what the simulation tells the player
}

// ShipState is where the ship is, relative to the centre of Frame.
type ShipState struct {
	Frame       astro.Body `json:"frame"`
	PositionM   [3]float64 `json:"position_m"`
	VelocityMS  [3]float64 `json:"velocity_m_s"`
	HeightM     float64    `json:"height_m"`    // over the mean surface of Frame
	Orientation [4]float64 `json:"orientation"` // ship axes to ICRF: the quaternion w, x, y, z
}

// TargetState is what the ship looks at, and how far its centre is.
type TargetState struct {
	Body      astro.Body `json:"body"`
	DistanceM float64    `json:"distance_m"`
}

func (s *Server) stateOf(snapshot *engine.Snapshot) State {
	w := &snapshot.State
	return State{
		Environment: s.environment,
		Revision:    w.Revision, Tick: w.Tick, Frame: snapshot.Frame, Running: snapshot.Running,
		Scene:  SceneName{w.Slug, w.Title},
		Time:   timeOf(w),
		Ship:   shipOf(&w.Ship),
		Target: TargetState{w.Target, distanceM(w)},
		Layers: w.Layers.Names(), FOVRad: w.FOVRad,
		Display: snapshot.Display,
	}
}

func timeOf(s *scene.State) TimeState {
	return TimeState{s.Time(), s.Clock.Rate, s.Clock.Paused, s.Notice.String()}
}

func shipOf(s *scene.Ship) ShipState {
	q := s.Orientation
	return ShipState{
		Frame: s.Frame, PositionM: s.PositionM, VelocityMS: s.VelocityMS, HeightM: s.HeightM(),
		Orientation: [4]float64{q.W, q.V[0], q.V[1], q.V[2]},
	}
}

// distanceM is from the ship to the centre of its target.
func distanceM(s *scene.State) float64 {
	date := s.Time()
	ship := astro.StateAt(s.Ship.Frame, date).PositionM.Add(s.Ship.PositionM)
	return astro.StateAt(s.Target, date).PositionM.Sub(ship).Len()
}

// encodedState is a snapshot's JSON, so that many clients cost one encoding.
type encodedState struct {
	of   *engine.Snapshot
	tag  []string // its ETag
	body []byte
}

// statePeriod bounds how often the state is encoded while nothing but time
// changes it.
const statePeriod = 100 * time.Millisecond

// state returns the encoded state of now, or of at most statePeriod ago if
// nothing was changed since.
func (s *Server) state() (*encodedState, error) {
	snapshot := s.options.Engine.Snapshot()
	e := s.encoded.Load()
	if e != nil && e.of.State.Revision == snapshot.State.Revision && e.of.Running == snapshot.Running && snapshot.At-e.of.At < statePeriod {
		return e, nil
	}
	body, err := json.Marshal(s.stateOf(snapshot))
	if err != nil {
		return nil, err
	}
	tag := fmt.Sprintf(`"%d-%d"`, snapshot.State.Revision, snapshot.At.Milliseconds())
	e = &encodedState{snapshot, []string{tag}, body}
	s.encoded.Store(e)
	return e, nil
}

var getState = raw{(*Server).writeState, map[int]any{http.StatusOK: State{}, http.StatusNotModified: nil}}

func (s *Server) writeState(x *exchange, r *http.Request) error {
	e, err := s.state()
	if err != nil {
		return err
	}
	x.Header()["Etag"] = e.tag
	if r.Header.Get("If-None-Match") == e.tag[0] {
		x.WriteHeader(http.StatusNotModified)
		return nil
	}
	write(x, http.StatusOK, "application/json", e.body)
	return nil
}

// revisionTag is the ETag of what only changes with the revision. The state's own
// ETag begins with the revision too, which is what If-Match compares: that time
// goes on is no change that a client must know of.
func revisionTag(revision uint64) string { return fmt.Sprintf(`"%d"`, revision) }

// timeAnswer is what GET /api/v1/time answers.
type timeAnswer struct {
	ETag string `header:"ETag"`
	Body TimeState
}

func (s *Server) getTime(context.Context, *struct{}) (*timeAnswer, error) {
	now := &s.options.Engine.Snapshot().State
	return &timeAnswer{revisionTag(now.Revision), timeOf(now)}, nil
}

// Camera is what GET /api/v1/camera answers.
type Camera struct {
	Ship   ShipState   `json:"ship"`
	Target TargetState `json:"target"`
	FOVRad float64     `json:"fov_rad" doc:"Vertical, of flat displays."`
}

type cameraAnswer struct {
	ETag string `header:"ETag"`
	Body Camera
}

func (s *Server) getCamera(context.Context, *struct{}) (*cameraAnswer, error) {
	now := &s.options.Engine.Snapshot().State
	return &cameraAnswer{revisionTag(now.Revision), Camera{shipOf(&now.Ship), TargetState{now.Target, distanceM(now)}, now.FOVRad}}, nil
}

// Display is what GET /api/v1/xr answers: where the pictures go.
type Display struct {
	engine.DisplayInfo
	Running bool   `json:"running" doc:"Whether frames are being drawn."`
	Frames  uint64 `json:"frames" doc:"Drawn since the start."`
	Missed  uint64 `json:"missed" doc:"Periods of the display that passed without a frame."`
}

type displayAnswer struct{ Body Display }

func (s *Server) getDisplay(context.Context, *struct{}) (*displayAnswer, error) {
	now, stats := s.options.Engine.Snapshot(), s.options.Monitor.Stats()
	return &displayAnswer{Display{now.Display, now.Running, stats.Frames, stats.Missed}}, nil
}
