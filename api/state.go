package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/spacetime-vr/spacetime/engine"
	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// State is what GET /api/v1/state answers: the world at the last snapshot, at
// most 1/30 s old while frames are drawn. Lengths are in metres, angles in
// radians, vectors on ICRF axes.
type State struct {
	Revision uint64             `json:"revision"` // grows with every change; the ETag
	Tick     uint64             `json:"tick"`
	Frame    uint64             `json:"frame"`   // the last one drawn
	Running  bool               `json:"running"` // whether frames are being drawn
	Scene    SceneName          `json:"scene"`
	Time     TimeState          `json:"time"`
	Ship     ShipState          `json:"ship"`
	Target   TargetState        `json:"target"`
	Layers   []string           `json:"layers"`
	FOVRad   float64            `json:"fov_rad"` // vertical, of flat displays
	Display  engine.DisplayInfo `json:"display"` // its name is empty before the first frame
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

func stateOf(snapshot *engine.Snapshot) State {
	s := &snapshot.State
	return State{
		Revision: s.Revision, Tick: s.Tick, Frame: snapshot.Frame, Running: snapshot.Running,
		Scene:  SceneName{s.Slug, s.Title},
		Time:   TimeState{s.Time(), s.Clock.Rate, s.Clock.Paused, s.Notice.String()},
		Ship:   shipOf(&s.Ship),
		Target: TargetState{s.Target, distanceM(s)},
		Layers: s.Layers.Names(), FOVRad: s.FOVRad,
		Display: snapshot.Display,
	}
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
	body []byte
}

func (s *Server) getState(w http.ResponseWriter, _ *http.Request) error {
	snapshot := s.options.Engine.Snapshot()
	e := s.encoded.Load()
	if e == nil || e.of != snapshot {
		body, err := json.Marshal(stateOf(snapshot))
		if err != nil {
			return err
		}
		e = &encodedState{snapshot, body}
		s.encoded.Store(e)
	}
	setRevision(w, snapshot.State.Revision)
	write(w, http.StatusOK, "application/json", e.body)
	return nil
}

// setRevision sets the ETag, which names what changes have made of the state;
// that time goes on does not count.
func setRevision(w http.ResponseWriter, revision uint64) {
	w.Header().Set("ETag", strconv.Quote(strconv.FormatUint(revision, 10)))
}

// Scene is one scene of GET /api/v1/scenes.
type Scene struct {
	SceneName
	Body      astro.Body `json:"body"` // that it is at
	Target    astro.Body `json:"target"`
	Allowed   bool       `json:"allowed"` // whether the API may load it
	Bookmarks []string   `json:"bookmarks"`
}

// SceneList is what GET /api/v1/scenes answers, by slug.
type SceneList struct {
	Scenes []Scene `json:"scenes"`
}

func (s *Server) getScenes(w http.ResponseWriter, _ *http.Request) error {
	list := SceneList{Scenes: []Scene{}}
	for _, sc := range s.options.Engine.Scenes().List() {
		item := Scene{
			SceneName: SceneName{sc.Slug, sc.Title}, Body: sc.Place.Body, Target: sc.Look.Target,
			Allowed: s.options.Policy(sc) == nil, Bookmarks: []string{},
		}
		for _, b := range sc.Bookmarks {
			item.Bookmarks = append(item.Bookmarks, b.Name)
		}
		list.Scenes = append(list.Scenes, item)
	}
	return writeJSON(w, http.StatusOK, list)
}

// Readiness is what GET /readyz answers, with 200 when ready and 503 when not.
type Readiness struct {
	Ready      bool            `json:"ready"` // every required component does well
	Components []engine.Health `json:"components"`
}

func (s *Server) getReady(w http.ResponseWriter, r *http.Request) error {
	answer := Readiness{Components: s.options.Health.Health()}
	answer.Ready = engine.Ready(answer.Components)
	if !s.hasToken(r) {
		for i := range answer.Components {
			answer.Components[i].Detail = "" // may name files
		}
	}
	status := http.StatusOK
	if !answer.Ready {
		status = http.StatusServiceUnavailable
	}
	return writeJSON(w, status, answer)
}

func (s *Server) getLive(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, struct {
		Live bool `json:"live"`
	}{true})
}

func (s *Server) getVersion(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, engine.ThisBuild())
}
