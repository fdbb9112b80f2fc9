package api

import (
	"errors"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// shoot asks for a screenshot and returns its path.
func (f *fixture) shoot(t *testing.T) string {
	t.Helper()
	w := f.admin(t, "POST", screenshotsPath, "")
	id := want[Screenshot](t, w, 202).ID
	path := w.Header().Get("Location")
	if path != screenshotsPath+"/"+id || len(id) < 26 {
		t.Fatalf("id %q, Location %q", id, path)
	}
	return path
}

// settle waits until every screenshot that was asked for is there or refused.
func (f *fixture) settle() {
	for _, sh := range slices.Clone(f.shots.kept) {
		<-sh.done
	}
}

func TestScreenshot(t *testing.T) {
	f := serve(t)
	path := f.shoot(t)
	w := f.admin(t, "GET", path, "")
	if w.Code != http.StatusAccepted || w.Header().Get("Retry-After") != "1" || w.Header().Get("Location") != path {
		t.Fatalf("before a frame was drawn: %d %v", w.Code, w.Header())
	}
	f.draw(t, 3, &painter{})
	f.settle()
	w = f.admin(t, "GET", path, "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" {
		t.Fatalf("got %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	picture, err := png.Decode(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := picture.At(1, 1), color.Color(color.RGBA{0x10, 0x20, 0x30, 0xff}); got != want || picture.Bounds().Dx() != 2 {
		t.Errorf("%v is %v, want %v", picture.Bounds(), got, want)
	}
}

func TestScreenshotTakesAnEmptyObject(t *testing.T) {
	f := serve(t)
	if w := f.admin(t, "POST", screenshotsPath, `{}`); w.Code != http.StatusAccepted {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestUnknownScreenshot(t *testing.T) {
	f := serve(t)
	for _, id := range []string{"ABCDEFGH", "..%2F..%2Fetc%2Fpasswd", "%00", "ABCDEFGH%20"} {
		wantProblem(t, f.admin(t, "GET", screenshotsPath+"/"+id, ""), http.StatusNotFound, "not-found")
	}
}

// TestOldScreenshotsGo: no more than eight are kept, and one that still waits is
// not dropped.
func TestOldScreenshotsGo(t *testing.T) {
	f := serve(t)
	var paths []string
	for range maxShots {
		paths = append(paths, f.shoot(t))
	}
	w := f.admin(t, "POST", screenshotsPath, "")
	if wantProblem(t, w, http.StatusServiceUnavailable, reducedCapacity); w.Header().Get("Retry-After") != "1" {
		t.Error("does not say when to try again")
	}
	f.draw(t, 4*maxShots, &painter{})
	f.settle()
	paths = append(paths, f.shoot(t))
	wantProblem(t, f.admin(t, "GET", paths[0], ""), http.StatusNotFound, "not-found")
	if w := f.admin(t, "GET", paths[1], ""); w.Code != http.StatusOK || len(f.shots.kept) != maxShots {
		t.Errorf("the second is %d, %d are kept", w.Code, len(f.shots.kept))
	}
	if w := f.admin(t, "GET", paths[maxShots], ""); w.Code != http.StatusAccepted {
		t.Errorf("the last is %d", w.Code)
	}
}

func TestScreenshotThatFails(t *testing.T) {
	for _, tt := range []struct {
		name    string
		frames  uint64
		painter *painter
		status  int
		kind    string
	}{
		{"the run ends first", 1, &painter{}, 503, "no-picture"},
		{"the driver fails", 3, &painter{err: errors.New("GL_OUT_OF_MEMORY")}, 500, "internal"},
		{"the encoder panics", 3, &painter{short: true}, 500, "internal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := serve(t)
			if tt.kind == "no-picture" {
				f.shoot(t) // the copy of this one is under way when the run ends
			}
			path := f.shoot(t)
			f.draw(t, tt.frames, tt.painter)
			f.settle()
			if p := wantProblem(t, f.admin(t, "GET", path, ""), tt.status, tt.kind); tt.status == 500 && p.Detail != "" {
				t.Errorf("tells the client %q", p.Detail)
			}
		})
	}
}

// TestScreenshotNeedsAFrame: where none is drawn, as with a headset that nobody
// wears, a screenshot fails after half a minute.
func TestScreenshotNeedsAFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := serve(t)
		path := f.shoot(t)
		time.Sleep(shotTimeout - time.Millisecond) // of the bubble's clock
		synctest.Wait()
		if w := f.admin(t, "GET", path, ""); w.Code != http.StatusAccepted {
			t.Errorf("a moment before: %d", w.Code)
		}
		time.Sleep(2 * time.Millisecond)
		synctest.Wait()
		wantProblem(t, f.admin(t, "GET", path, ""), http.StatusGatewayTimeout, "no-answer")
		f.draw(t, 3, &painter{}) // takes the request back
		synctest.Wait()
	})
}

// TestOneEncoderAtATime: while one picture is encoded the next waits for its
// turn.
func TestOneEncoderAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := serve(t)
		leave, ok := f.lanes[heavy].Enter(t.Context())
		if !ok {
			t.Fatal("the lane is taken")
		}
		path := f.shoot(t)
		f.draw(t, 3, &painter{})
		synctest.Wait()
		if w := f.admin(t, "GET", path, ""); w.Code != http.StatusAccepted {
			t.Errorf("encoded beside another: %d", w.Code)
		}
		leave()
		time.Sleep(heavyWait) // of the bubble's clock
		synctest.Wait()
		if w := f.admin(t, "GET", path, ""); w.Code != http.StatusOK {
			t.Errorf("then: %d", w.Code)
		}
	})
}

// TestScreenshotsEndWithTheServer: none holds the program up.
func TestScreenshotsEndWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := serve(t)
		path := f.shoot(t)
		f.end()
		synctest.Wait()
		wantProblem(t, f.admin(t, "GET", path, ""), http.StatusServiceUnavailable, "no-picture")
		f.draw(t, 3, &painter{})
		synctest.Wait()
	})
}
