package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/spacetime-vr/spacetime/scene"
	"github.com/spacetime-vr/spacetime/scene/astro"
)

func TestReadScenes(t *testing.T) {
	file := func(slug string) *fstest.MapFile { return &fstest.MapFile{Data: fmt.Appendf(nil, sceneText, slug)} }
	builtin := fstest.MapFS{"b.toml": file("b"), "a.toml": file("a"), "notes.txt": {Data: []byte("no scene")}, "deep/c.toml": file("c")}
	for _, tt := range []struct {
		name  string
		extra fstest.MapFS
		slugs string
		err   string
	}{
		{"built in", fstest.MapFS{}, "a b", ""},
		{"one more", fstest.MapFS{"x.toml": file("x")}, "a b x", ""},
		{"one instead", fstest.MapFS{"x.toml": {Data: []byte(strings.Replace(fmt.Sprintf(sceneText, "a"), "Test", "Mine", 1))}}, "a b", ""},
		{"twice in one folder", fstest.MapFS{"x.toml": file("x"), "y.toml": file("x")}, "", `scene y.toml: slug "x" is that of x.toml already`},
		{"corrupt", fstest.MapFS{"x.toml": {Data: []byte("spacetime-scene = 1\nslug = [")}}, "", "scene x.toml: line 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ReadScenes(builtin, tt.extra)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var slugs []string
			for _, sc := range s.List() {
				slugs = append(slugs, sc.Slug)
			}
			if got := strings.Join(slugs, " "); got != tt.slugs {
				t.Errorf("scenes %s, want %s", got, tt.slugs)
			}
			if a, _ := s.Find("a"); tt.name == "one instead" && a.Title != "Mine" {
				t.Errorf("the later folder's scene does not count: %q", a.Title)
			}
		})
	}
}

func anyScene(*scene.Scene) error { return nil }

func TestLoadScene(t *testing.T) {
	e := New(library(t))
	ctx := context.Background()
	date := astro.Time(1e18)
	for _, tt := range []struct {
		name, slug string
		policy     ScenePolicy
		date       *astro.Time
		want       error
	}{
		{"as it is", "test", anyScene, nil, nil},
		{"at another date", "test", anyScene, &date, nil},
		{"unknown", "tset", anyScene, nil, ErrSceneUnknown},
		{"not allowed", "test", func(*scene.Scene) error { return errors.New("closed today") }, nil, ErrSceneNotAllowed},
		{"out of range", "test", anyScene, pointer(astro.MaxTime + 1), astro.ErrRange},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := e.state
			e.SetScenePolicy(tt.policy)
			_, err := e.LoadScene(ctx, tt.slug, tt.date, nil)
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil && e.state != before {
				t.Error("a scene that was refused changed the state")
			}
			if err == nil && e.state.Slug != "test" {
				t.Errorf("loaded %q", e.state.Slug)
			}
			if tt.date != nil && err == nil && e.state.Time() != date {
				t.Errorf("the date is %v, want %v", e.state.Time(), date)
			}
		})
	}
	if _, err := e.LoadScene(ctx, "nowhere", nil, nil); err == nil || !strings.Contains(err.Error(), "there are other, test") {
		t.Errorf("the error does not list the scenes: %v", err)
	}
}

func TestLoadSceneNow(t *testing.T) {
	text := strings.Replace(fmt.Sprintf(sceneText, "test"), `"2026-11-22T00:00:00Z"`, `"now"`, 1)
	s, err := ReadScenes(fstest.MapFS{"test.toml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	e := New(s)
	if _, err := e.LoadScene(context.Background(), "test", nil, nil); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(e.state.Time().UTC()).Abs(); d > time.Minute {
		t.Errorf("a scene that starts now starts %v away from now", d)
	}
}
