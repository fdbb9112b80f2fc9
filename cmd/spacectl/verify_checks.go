package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/telemetry"
	"github.com/spacetime-vr/spacetime/engine"
)

// theChecks are what GO takes. All of them are critical.
var theChecks = []check{
	{"V1", "health", true, checkHealth},
	{"V2", "state", true, checkState},
	{"V3", "scene", true, checkScene},
	{"V4", "credentials", true, checkCredentials},
	{"V5", "allow-list", true, checkAllowList},
	{"V6", "frames on time", true, checkFrames},
	{"V7", "rate limit", true, checkLimit},
	{"V8", "telemetry", true, checkTelemetry},
	{"V9", "log", true, checkLog},
}

// checkHealth asks whether the program runs at all; without that there is
// nothing else to ask.
func checkHealth(ctx context.Context, v *verification, _ figures) (string, error) {
	a, err := getLive.do(ctx, v.client, none, with{anonymous: true})
	if err != nil {
		v.dead = "nothing answers"
		return "", err
	}
	var r api.Readiness
	if err := cmp.Or(v.client.refused(a), a.decode(&r)); err != nil {
		return "", err
	}
	if r.Status != api.Pass {
		return "", fmt.Errorf("%s says %q", getLive.path, r.Status)
	}
	build, _, err := getVersion.ask(ctx, v.client, none)
	if err != nil {
		return "", err
	}
	v.Version = build.Version
	return "200, version " + build.Version, nil
}

// checkState asks whether every component does well. One that the program can do
// without counts too: it was not installed to be broken.
func checkState(ctx context.Context, v *verification, f figures) (string, error) {
	s, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	v.Environment, v.Display = s.Environment, s.Display
	f["environment"], f["components"] = s.Environment, 0
	a, err := getReady.do(ctx, v.client, none) // 503 tells why not
	if err != nil {
		return "", err
	}
	var r api.Readiness
	if err := a.decode(&r); err != nil {
		return "", err
	}
	f["components"] = len(r.Components)
	switch sick := sickOf(r.Components); {
	case len(sick) > 0:
		return "", errors.New("not well: " + strings.Join(sick, "; "))
	case a.status != http.StatusOK || r.Status != api.Pass:
		return "", fmt.Errorf("%s answers %d and %q", getReady.path, a.status, r.Status)
	case !s.Running:
		return "", errors.New("no frames are being drawn")
	case v.wantEnvironment != "" && s.Environment != v.wantEnvironment:
		return "", fmt.Errorf("it is run for %q, not for %q", s.Environment, v.wantEnvironment)
	}
	text := fmt.Sprintf("%d components well, environment %s", len(r.Components), s.Environment)
	if v.wantEnvironment == "" {
		text += " (none was asked for)"
	}
	return text, nil
}

func sickOf(all []engine.Health) (sick []string) {
	for _, c := range all {
		if !c.OK {
			sick = append(sick, strings.TrimSuffix(c.Name+": "+c.Detail, ": "))
		}
	}
	return sick
}

// checkScene asks for the scene that is expected. When nobody said which, what
// the place's own list of scenes allows is what is expected there.
func checkScene(ctx context.Context, v *verification, f figures) (string, error) {
	now, _, err := getCurrentScene.ask(ctx, v.client, none)
	if err != nil {
		return "", err
	}
	v.Scene, f["scene"] = now.Slug, now.Slug
	switch {
	case now.Slug == "":
		return "", errors.New("no scene is loaded")
	case v.wantScene != "" && now.Slug != v.wantScene:
		return "", fmt.Errorf("%s is loaded, not %s", now.Slug, v.wantScene)
	}
	s, _, err := getScene.ask(ctx, v.client, none, with{id: now.Slug})
	if err != nil {
		return "", err
	}
	if !s.Allowed {
		return "", fmt.Errorf("%s is loaded and not on the allow-list", now.Slug)
	}
	if v.wantScene == "" {
		return now.Slug + " is loaded and allowed (none was asked for)", nil
	}
	return now.Slug + " is loaded and allowed", nil
}

func checkCredentials(ctx context.Context, v *verification, _ figures) (string, error) {
	without, err := getState.do(ctx, v.client, none, with{anonymous: true})
	if err != nil {
		return "", err
	}
	if without.status != http.StatusUnauthorized {
		return "", fmt.Errorf("without a credential %s answers %s, not 401", getState.path, without.said())
	}
	if !strings.HasPrefix(without.header.Get("WWW-Authenticate"), "Bearer") {
		return "", errors.New("the 401 does not say how to authenticate (WWW-Authenticate: Bearer)")
	}
	if _, err := v.state(ctx); err != nil {
		return "", fmt.Errorf("with the credential: %w", err)
	}
	return "401 without, 200 with a credential", nil
}

// never is a condition that no state meets: a program that would show the scene
// all the same answers 412, and shows nothing.
var never = strconv.Quote(strconv.FormatUint(math.MaxUint64, 10))

// checkAllowList asks for a scene that cannot exist, and for one that exists and
// is not listed, if there is one.
func checkAllowList(ctx context.Context, v *verification, f figures) (string, error) {
	before, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	tried := []string{"no-such-scene-" + strings.ToLower(rand.Text())}
	unlisted, err := v.unlisted(ctx)
	if err != nil {
		return "", err
	}
	if unlisted != "" {
		tried = append(tried, unlisted)
	}
	for _, slug := range tried {
		if err := v.refuses(ctx, slug); err != nil {
			return "", err
		}
	}
	after, err := v.state(ctx)
	if err != nil {
		return "", err
	}
	f["tried"], f["revision"] = tried, after.Revision
	if after.Revision != before.Revision || after.Scene != before.Scene {
		return "", fmt.Errorf("the state changed meanwhile, from revision %d to %d; if somebody else did that, verify again", before.Revision, after.Revision)
	}
	if unlisted == "" {
		return "403 for one that does not exist; every one that exists is allowed", nil
	}
	return "403 for one that does not exist, and for " + unlisted + ", which is not listed", nil
}

// unlisted finds a scene that exists and must not be shown.
func (v *verification) unlisted(ctx context.Context) (string, error) {
	scenes, err := list(ctx, v.client, listScenes)
	i := slices.IndexFunc(scenes, func(s api.Scene) bool { return !s.Allowed })
	if err != nil || i < 0 {
		return "", err
	}
	return scenes[i].Slug, nil
}

func (v *verification) refuses(ctx context.Context, slug string) error {
	a, err := putScene.do(ctx, v.client, sceneChange{Slug: slug}, with{match: never})
	switch {
	case err != nil:
		return err
	case a.kind() == "insufficient-scope":
		return v.client.refused(a)
	case a.status != http.StatusForbidden:
		return fmt.Errorf("the scene %s is answered with %s, not 403", slug, a.said())
	case a.kind() != "scene-not-allowed":
		return fmt.Errorf("the scene %s is refused, but not since it is not allowed: %s", slug, a.said())
	}
	return nil
}

// maxProbes bounds how often the probe of the limit is asked.
const maxProbes = 100

func checkLimit(ctx context.Context, v *verification, f figures) (string, error) {
	for n := 1; n <= maxProbes; n++ {
		a, err := probeLimit.do(ctx, v.client, none)
		if err != nil {
			return "", err
		}
		f["requests"] = n
		for _, name := range []string{"RateLimit-Policy", "RateLimit"} {
			if a.header.Get(name) == "" {
				return "", fmt.Errorf("the answer %d lacks the header %s", a.status, name)
			}
		}
		switch a.status {
		case http.StatusNoContent, http.StatusOK:
			continue
		case http.StatusTooManyRequests:
			return limited(a, n, f)
		}
		return "", fmt.Errorf("the probe of the limit: %w", cmp.Or(v.client.refused(a), errors.New(a.said())))
	}
	return "", fmt.Errorf("%d requests in a row, and none was refused", maxProbes)
}

// limited reads the refusal.
func limited(a *answer, n int, f figures) (string, error) {
	wait, err := strconv.Atoi(a.header.Get("Retry-After"))
	if err != nil || wait < 1 {
		return "", fmt.Errorf("the 429 does not say when to come again: Retry-After is %q", a.header.Get("Retry-After"))
	}
	f["retry_after_s"], f["policy"] = wait, a.header.Get("RateLimit-Policy")
	return fmt.Sprintf("429 at request %d (%s), again in %d s", n, a.header.Get("RateLimit-Policy"), wait), nil
}

// firstFrame is how long telemetry may take to its first frame.
const firstFrame = 3 * time.Second

func checkTelemetry(ctx context.Context, v *verification, f figures) (string, error) {
	began := time.Now()
	until, cancel := context.WithDeadline(ctx, began.Add(v.hearing))
	defer cancel()
	l, err := dialLive(until, v.client)
	if err != nil {
		return "", err
	}
	defer l.close()
	f["hello_s"] = since(began)
	if err := l.subscribe("frame"); err != nil {
		return "", err
	}
	frame, err := freshFrame(until, l, began.Add(v.hearing))
	switch {
	case err != nil && ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil && !time.Now().Before(began.Add(v.hearing)):
		return "", fmt.Errorf("hello came, and no frame in %v", v.hearing)
	case err != nil:
		return "", fmt.Errorf("hello came, and no frame: %w", err)
	}
	f["first_frame_s"], f["frame_time_s"] = since(began), frame.FrameTimeS
	return fmt.Sprintf("hello, and a frame after %.2f s", since(began)), nil
}

// freshFrame waits for the figures of frames that were drawn since the
// subscription: the first figures may be of long ago.
func freshFrame(ctx context.Context, l *live, deadline time.Time) (frame telemetry.Frame, err error) {
	for first := true; ; {
		e, err := l.next(ctx, deadline)
		if err != nil {
			return frame, err
		}
		if e.Type != "frame.stats" {
			continue
		}
		if err := json.Unmarshal(e.Data, &frame); err != nil {
			return frame, fmt.Errorf("frame.stats is not understood: %w", err)
		}
		if frame.Frames > 0 && !first {
			return frame, nil
		}
		first = false
	}
}
