package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/spacetime-vr/spacetime/api/limit"
	"github.com/spacetime-vr/spacetime/engine"
)

const (
	screenshotsPath = "/api/v1/screenshots"
	// maxShots is how many screenshots are known; their pictures are in the cache
	// for as long as there is room.
	maxShots = 8
	// shotTimeout is how long one waits for a frame: a headset that nobody wears
	// draws none.
	shotTimeout = 30 * time.Second
)

// shots are the last screenshots.
type shots struct {
	cache   *cache
	encoder *limit.Lane       // lets few pictures be encoded at a time, so that the frame keeps its cores
	tell    func(string, any) // the telemetry's Publish

	mu   sync.Mutex
	kept []*shot // oldest first
}

// shot is one screenshot; err holds once done is closed.
type shot struct {
	id   string
	done chan struct{}
	err  error
}

// Job is the data of the telemetry's topic job.
type Job struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`             // screenshot
	Result string `json:"result,omitempty"` // where it is, once it is there
}

// take asks for a picture of the next frame, which is waited for until ctx ends. While
// all that are known still wait for theirs it is ErrBusy.
func (s *shots) take(ctx context.Context, e Engine) (*shot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := slices.IndexFunc(s.kept, (*shot).isDone)
	if len(s.kept) == maxShots && oldest < 0 || s.encoder.Counts().Slots == 0 {
		return nil, engine.ErrBusy // who is told "later" need not wait for a frame that cannot spare it
	}
	pending, err := e.Capture()
	if err != nil {
		return nil, err
	}
	if len(s.kept) == maxShots {
		s.kept = slices.Delete(s.kept, oldest, oldest+1)
	}
	sh := &shot{id: rand.Text(), done: make(chan struct{})}
	s.kept = append(s.kept, sh)
	s.tell("job.queued", Job{ID: sh.id, Kind: "screenshot"})
	go s.finish(ctx, sh, pending)
	return sh, nil
}

func (s *shots) finish(ctx context.Context, sh *shot, pending *engine.Pending) {
	ctx, cancel := context.WithTimeout(ctx, shotTimeout)
	defer cancel()
	sh.err = s.picture(ctx, sh, pending)
	switch {
	case errors.Is(sh.err, context.DeadlineExceeded):
		sh.err = errLate
	case errors.Is(sh.err, context.Canceled):
		sh.err = engine.ErrNoPicture
	}
	close(sh.done)
	if sh.err != nil {
		s.tell("job.failed", Job{ID: sh.id, Kind: "screenshot"})
		return
	}
	s.tell("job.succeeded", Job{sh.id, "screenshot", screenshotsPath + "/" + sh.id})
}

// picture waits for the frame and encodes it.
func (s *shots) picture(ctx context.Context, sh *shot, pending *engine.Pending) (err error) {
	defer func() {
		if p := recover(); p != nil { // a mistake in the encoder must not end the flight
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return pending.Use(ctx, func(p *engine.Picture) error {
		leave, err := s.enter(ctx)
		if err != nil {
			return err
		}
		defer leave()
		var png bytes.Buffer
		if err := p.WritePNG(&png); err != nil {
			return err
		}
		s.cache.put(cacheKey(sh.id), png.Bytes())
		return nil
	})
}

// enter waits for a place to encode in, for as long as ctx.
func (s *shots) enter(ctx context.Context) (leave func(), err error) {
	for {
		if leave, ok := s.encoder.Enter(ctx); ok {
			return leave, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(holdBack): // the lane is closed while the frame is late
		}
	}
}

func cacheKey(id string) string { return "screenshots/" + id }

// find returns the screenshot of that id, and its picture once it is there.
func (s *shots) find(id string) (*shot, []byte, error) {
	s.mu.Lock()
	i := slices.IndexFunc(s.kept, func(sh *shot) bool { return sh.id == id })
	if i < 0 {
		s.mu.Unlock()
		return nil, nil, errNoScreenshot
	}
	sh := s.kept[i]
	s.mu.Unlock()
	if !sh.isDone() || sh.err != nil {
		return sh, nil, nil
	}
	png, ok := s.cache.get(cacheKey(id))
	if !ok {
		return nil, nil, errNoScreenshot
	}
	return sh, png, nil
}

func (s *shot) isDone() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// Screenshot names a picture that is not there yet; the header Location says
// where it will be.
type Screenshot struct {
	ID string `json:"id" example:"K3BZ7A2M"`
}

type screenshotPending struct {
	Location   string `header:"Location"`
	RetryAfter int    `header:"Retry-After"`
	Body       Screenshot
}

func (s *Server) postScreenshot(context.Context, *struct{}) (*screenshotPending, error) {
	sh, err := s.shots.take(s.ctx, s.options.Engine)
	if err != nil {
		return nil, err
	}
	return &screenshotPending{screenshotsPath + "/" + sh.id, 1, Screenshot{sh.id}}, nil
}

var getScreenshot = raw{(*Server).screenshot, map[int]any{http.StatusOK: "image/png", http.StatusAccepted: Screenshot{}}}

func (s *Server) screenshot(x *exchange, r *http.Request) error {
	sh, png, err := s.shots.find(r.PathValue("id"))
	switch {
	case err != nil:
		return err
	case !sh.isDone():
		x.Header().Set("Location", screenshotsPath+"/"+sh.id)
		x.Header().Set("Retry-After", "1")
		return writeJSON(x, http.StatusAccepted, Screenshot{sh.id})
	case sh.err != nil:
		return sh.err
	}
	write(x, http.StatusOK, "image/png", png)
	return nil
}
