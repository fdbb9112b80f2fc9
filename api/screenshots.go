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

	"github.com/spacetime-vr/spacetime/engine"
)

const (
	screenshotsPath = "/api/v1/screenshots"
	// maxShots is how many screenshots are kept.
	maxShots = 8
	// shotTimeout is how long one waits for a frame: a headset that nobody wears
	// draws none.
	shotTimeout = 30 * time.Second
)

// shots keeps the last screenshots.
type shots struct {
	ctx  context.Context // ends with the server
	stop context.CancelFunc
	// encoding lets one picture be encoded at a time, so that the frame keeps its
	// cores.
	encoding chan struct{}

	mu   sync.Mutex
	kept []*shot // oldest first
}

// shot is one screenshot; png and err hold once done is closed.
type shot struct {
	id   string
	done chan struct{}
	png  []byte
	err  error
}

func newShots() *shots {
	ctx, cancel := context.WithCancel(context.Background())
	return &shots{ctx: ctx, stop: cancel, encoding: make(chan struct{}, 1)}
}

// take asks for a picture of the next frame. While all that are kept still wait
// for theirs it is ErrBusy.
func (s *shots) take(e Engine) (*shot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest := slices.IndexFunc(s.kept, (*shot).isDone)
	if len(s.kept) == maxShots && oldest < 0 {
		return nil, engine.ErrBusy
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
	go s.finish(sh, pending)
	return sh, nil
}

func (s *shots) finish(sh *shot, pending *engine.Pending) {
	defer close(sh.done)
	defer func() {
		if p := recover(); p != nil { // a mistake in the encoder must not end the flight
			sh.err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(s.ctx, shotTimeout)
	defer cancel()
	var png bytes.Buffer
	sh.err = pending.Use(ctx, func(p *engine.Picture) error {
		select {
		case s.encoding <- struct{}{}:
			defer func() { <-s.encoding }()
			return p.WritePNG(&png)
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	switch {
	case errors.Is(sh.err, context.DeadlineExceeded):
		sh.err = errLate
	case errors.Is(sh.err, context.Canceled):
		sh.err = engine.ErrNoPicture
	}
	sh.png = png.Bytes()
}

func (s *shots) find(id string) (*shot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sh := range s.kept {
		if sh.id == id {
			return sh, nil
		}
	}
	return nil, errNoScreenshot
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
	ID string `json:"id"`
}

func (s *Server) postScreenshot(w http.ResponseWriter, r *http.Request) error {
	if r.ContentLength != 0 {
		if err := decode(r, &struct{}{}); err != nil {
			return err
		}
	}
	sh, err := s.shots.take(s.options.Engine)
	if err != nil {
		return err
	}
	return sh.writePending(w)
}

func (s *shot) writePending(w http.ResponseWriter) error {
	w.Header().Set("Location", screenshotsPath+"/"+s.id)
	w.Header().Set("Retry-After", "1")
	return writeJSON(w, http.StatusAccepted, Screenshot{s.id})
}

func (s *Server) getScreenshot(w http.ResponseWriter, r *http.Request) error {
	sh, err := s.shots.find(r.PathValue("id"))
	switch {
	case err != nil:
		return err
	case !sh.isDone():
		return sh.writePending(w)
	case sh.err != nil:
		return sh.err
	}
	write(w, http.StatusOK, "image/png", sh.png)
	return nil
}
