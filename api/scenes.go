package api

import (
	"context"
	"fmt"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Scene is one scene of GET /api/v1/scenes.
type Scene struct {
	SceneName
	Body      astro.Body `json:"body" doc:"That it is at."`
	Target    astro.Body `json:"target" doc:"That it looks at."`
	Allowed   bool       `json:"allowed" doc:"Whether it may be loaded here."`
	Bookmarks []string   `json:"bookmarks"`
	SHA256    string     `json:"sha256" doc:"Of the file that it was read from." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
}

func (s *Server) sceneOf(sc *scene.Scene) Scene {
	answer := Scene{
		SceneName: SceneName{sc.Slug, sc.Title}, Body: sc.Place.Body, Target: sc.Look.Target,
		Allowed: s.options.Engine.Allows(sc) == nil, Bookmarks: []string{}, SHA256: s.options.Engine.Scenes().SHA256(sc.Slug),
	}
	for _, b := range sc.Bookmarks {
		answer.Bookmarks = append(answer.Bookmarks, b.Name)
	}
	return answer
}

func (s *Server) getScenes(_ context.Context, in *pageRequest) (*pageAnswer[Scene], error) {
	list := s.options.Engine.Scenes().List()
	slug := func(sc *scene.Scene) string { return sc.Slug }
	return page(s, "scenes", list, slug, in, s.sceneOf)
}

// Named is the request for one thing of a list.
// Its name is exported since huma passes over embedded types of other names.
type Named struct {
	ID string `path:"id" pattern:"^[a-z0-9][a-z0-9-]{0,62}$" example:"saturn"`
}

type sceneAnswer struct{ Body Scene }

func (s *Server) getScene(_ context.Context, in *Named) (*sceneAnswer, error) {
	found, err := s.options.Engine.Scenes().Find(in.ID)
	if err != nil {
		return nil, fmt.Errorf("%w: no scene %q", errNotFound, in.ID)
	}
	return &sceneAnswer{s.sceneOf(found)}, nil
}

// CurrentScene is what GET /api/v1/scenes/current answers.
type CurrentScene struct {
	SceneName
	Revision uint64 `json:"revision"`
}

type currentSceneAnswer struct {
	ETag string `header:"ETag"`
	Body CurrentScene
}

func (s *Server) getCurrentScene(context.Context, *struct{}) (*currentSceneAnswer, error) {
	now := &s.options.Engine.Snapshot().State
	return &currentSceneAnswer{revisionTag(now.Revision), CurrentScene{SceneName{now.Slug, now.Title}, now.Revision}}, nil
}

// Object is a body of the Solar System, as GET /api/v1/objects lists it.
type Object struct {
	ID          astro.Body `json:"id"`
	Name        string     `json:"name"`
	MeanRadiusM float64    `json:"mean_radius_m"`
}

// ObjectState is where a body is, at the simulated date.
type ObjectState struct {
	Object
	Date       astro.Time `json:"date" doc:"Civil, UTC."`
	PositionM  [3]float64 `json:"position_m" doc:"From the barycentre of the Solar System, on ICRF axes."`
	VelocityMS [3]float64 `json:"velocity_m_s"`
}

var bodies = func() (all []astro.Body) {
	for b := range astro.NumBodies {
		all = append(all, b)
	}
	return all
}()

func objectOf(b astro.Body) Object {
	info := b.Info()
	return Object{ID: b, Name: info.Name, MeanRadiusM: info.MeanRadiusM}
}

func (s *Server) getObjects(_ context.Context, in *pageRequest) (*pageAnswer[Object], error) {
	return page(s, "objects", bodies, astro.Body.String, in, objectOf)
}

// Bodies is the data of the telemetry's topic objects.
type Bodies struct {
	Date      astro.Time                `json:"date"` // simulated, civil, UTC
	PositionM map[astro.Body][3]float64 `json:"position_m"`
}

func (s *Server) bodiesNow() Bodies {
	date := s.options.Engine.Snapshot().State.Time()
	now := Bodies{date, map[astro.Body][3]float64{}}
	for _, b := range bodies {
		now.PositionM[b] = astro.StateAt(b, date).PositionM
	}
	return now
}

type objectAnswer struct{ Body ObjectState }

func (s *Server) getObject(_ context.Context, in *Named) (*objectAnswer, error) {
	body, err := astro.ParseBody(in.ID)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotFound, err)
	}
	date := s.options.Engine.Snapshot().State.Time()
	at := astro.StateAt(body, date)
	return &objectAnswer{ObjectState{objectOf(body), date, at.PositionM, at.VelocityMS}}, nil
}
