package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/limit"
)

// load is all that is asked of the program at once.
type load struct {
	program *program
	count   *tally
	client  *http.Client
	callers map[auth.Role][]*caller // with API keys of the role
	nobody  *caller                 // without a credential

	turns atomic.Int64 // so that names are new each time
}

// keys is how many API keys of each role the load asks with: quotas are for a key.
var keys = map[auth.Role]int{auth.Viewer: 4, auth.Operator: 2, auth.Maintainer: 1, auth.Admin: 2, auth.Metrics: 1}

// connections is what the program's bound for an address, 16, leaves beside the
// listeners and one that asks whether the program is ready.
const connections = limit.MaxConnectionsPerAddress - listeners - 2

const (
	userName     = "visitor-services"
	userPassword = "correct horse battery staple"
	listed       = 7 // users besides, so that their list has pages
)

// prepare makes the users and keys that the load asks with.
func prepare(ctx context.Context, p *program) (*load, error) {
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections, IdleConnTimeout: 20 * time.Second,
	}}
	l := &load{program: p, count: newTally(), client: client, callers: map[auth.Role][]*caller{}}
	token, err := p.token(auth.Admin)
	if err != nil {
		return nil, err
	}
	l.nobody = l.caller("")
	admin := l.caller(token)
	if err := addUser(ctx, admin, userName, auth.Operator); err != nil {
		return nil, err
	}
	for i := range listed {
		if err := addUser(ctx, admin, fmt.Sprintf("guide-%d", i), auth.Viewer); err != nil {
			return nil, err
		}
	}
	for role, n := range keys {
		for i := range n {
			key, _, err := addKey(ctx, admin, fmt.Sprintf("%s-%d", role, i), role)
			if err != nil {
				return nil, err
			}
			l.callers[role] = append(l.callers[role], l.caller(key))
		}
	}
	l.count = newTally() // what came before does not count
	for _, callers := range l.callers {
		for _, c := range callers {
			c.count = l.count
		}
	}
	l.nobody.count = l.count
	return l, nil
}

func (l *load) caller(credential string) *caller {
	return &caller{base: l.program.at.HTTP, credential: credential, client: l.client, count: l.count}
}

func addUser(ctx context.Context, admin *caller, name string, role auth.Role) error {
	_, err := admin.must(ctx, http.StatusCreated, http.MethodPost, "/api/v1/users", fmt.Sprintf(`{"name":%q,"password":%q,"role":%q}`, name, userPassword, role))
	return err
}

func addKey(ctx context.Context, admin *caller, name string, role auth.Role) (key, id string, err error) {
	a, err := admin.must(ctx, http.StatusCreated, http.MethodPost, "/api/v1/api-keys", fmt.Sprintf(`{"name":%q,"role":%q}`, name, role))
	if err != nil {
		return "", "", err
	}
	var made struct{ Key, ID string }
	return made.Key, made.ID, a.into(&made)
}

// chore is one thing that is asked for again and again.
type chore struct {
	name  string
	every time.Duration
	do    func(l *load, ctx context.Context)
}

// chores stay below the quotas of package limit: of reads 20/s for a key, of
// changes 5/s for a key, of logins 5/min and of what has no credential 10/s for an
// address, of screenshots 6/min for a key.
var chores = []chore{
	{"state", time.Second / 20, (*load).readState},
	{"lists", time.Second, (*load).readLists},
	{"changes", time.Second, (*load).change},
	{"screenshots", 10500 * time.Millisecond, (*load).takePicture},
	{"sessions", time.Minute, (*load).logIn},
	{"wrong passwords", time.Minute, (*load).guess},
	{"forged tokens", 2 * time.Second, (*load).forge},
	{"bad bodies", 2 * time.Second, (*load).garble},
	{"keys", 10 * time.Second, (*load).makeKey},
	{"bans", 10 * time.Second, (*load).ban},
	{"metrics", 5 * time.Second, (*load).scrape},
	{"audit", time.Minute, (*load).readAudit},
	{"cache", 30 * time.Second, (*load).purge},
}

// run does all of it until ctx ends, each chore on a goroutine of its own and at
// once to begin with.
func (l *load) run(ctx context.Context) (ended <-chan struct{}) {
	var all sync.WaitGroup
	for _, c := range chores {
		all.Go(func() {
			tick := time.NewTicker(c.every)
			defer tick.Stop()
			for ctx.Err() == nil {
				c.do(l, ctx)
				select {
				case <-ctx.Done():
				case <-tick.C:
				}
			}
		})
	}
	for i := range listeners {
		all.Go(func() { l.listen(ctx, i) })
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	return done
}

// one is a caller of a role, another each time.
func (l *load) one(role auth.Role) *caller {
	callers := l.callers[role]
	return callers[int(l.turns.Add(1))%len(callers)]
}

// readState reads the state, every other time only if it has changed.
func (l *load) readState(ctx context.Context) {
	c := l.one(auth.Viewer)
	a := c.get(ctx, "/api/v1/state")
	if a == nil || l.turns.Load()%4 != 0 {
		return
	}
	c.get(ctx, "/api/v1/state", "If-None-Match", a.header.Get("Etag"))
}

var lists = []string{"objects", "scenes", "users", "sessions", "api-keys", "security/alerts"}

// readLists goes through one list, page by page.
func (l *load) readLists(ctx context.Context) {
	turn := int(l.turns.Add(1))
	c, path := l.callers[auth.Admin][0], "/api/v1/"+lists[turn%len(lists)]+"?limit=5"
	for cursor, pages := "", 0; pages < 5; pages++ {
		a := c.get(ctx, path+cursor)
		if a == nil {
			return
		}
		var page struct {
			Next string `json:"next_cursor"`
		}
		if err := a.into(&page); err != nil {
			l.count.surprised(err.Error())
		}
		if page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	l.count.did("lists")
}

// changesOfWorld are what an operator does all day.
var changesOfWorld = [][3]string{
	{http.MethodPut, "/api/v1/scenes/current", `{"slug":"saturn"}`},
	{http.MethodPatch, "/api/v1/time", `{"rate":60,"paused":false}`},
	{http.MethodPatch, "/api/v1/camera", `{"place":{"body":"mars","distance":"20000 km"}}`},
	{http.MethodPatch, "/api/v1/time", `{"date":"2027-08-02T10:00:00Z","rate":1}`},
	{http.MethodPut, "/api/v1/scenes/current", `{"slug":"solar-system"}`},
	{http.MethodPatch, "/api/v1/camera", `{"place":{"body":"moon","altitude":"110 km"},"look":{"target":"earth"}}`},
}

// tour shows for a while each what the load will show, so that what the program makes
// once and keeps, such as the surfaces of worlds, is there before it is measured.
func (l *load) tour(ctx context.Context, each time.Duration) error {
	for _, c := range changesOfWorld {
		if _, err := l.one(auth.Operator).must(ctx, http.StatusOK, c[0], c[1], c[2]); err != nil {
			return err
		}
		pause(ctx, each)
	}
	return ctx.Err()
}

func (l *load) change(ctx context.Context) {
	c := changesOfWorld[int(l.turns.Add(1))%len(changesOfWorld)]
	if l.one(auth.Operator).want(ctx, []int{http.StatusOK}, c[0], c[1], c[2]) != nil {
		l.count.did("changes")
	}
}

// logIn logs in, goes on once, and out again; then neither token may be good.
func (l *load) logIn(ctx context.Context) {
	type tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	var first, second tokens
	path, ok := "/api/v1/auth/token", []int{http.StatusOK}
	a := l.nobody.want(ctx, ok, http.MethodPost, path, fmt.Sprintf(`{"grant_type":"password","name":%q,"password":%q}`, userName, userPassword))
	if a == nil || a.into(&first) != nil {
		return
	}
	a = l.nobody.want(ctx, ok, http.MethodPost, path, fmt.Sprintf(`{"grant_type":"refresh_token","refresh_token":%q}`, first.Refresh))
	if a == nil || a.into(&second) != nil {
		return
	}
	c := l.caller(second.Access)
	c.count = l.count
	if c.get(ctx, "/api/v1/auth/session") == nil || c.want(ctx, []int{http.StatusNoContent}, http.MethodPost, "/api/v1/auth/logout", "") == nil {
		return
	}
	for _, over := range []string{first.Access, second.Access} {
		c.credential = over
		c.want(ctx, []int{http.StatusUnauthorized}, http.MethodGet, "/api/v1/state", "")
	}
	l.count.did("sessions")
}

// guess tries names that nobody has: five failures of one name would be answered
// otherwise.
func (l *load) guess(ctx context.Context) {
	body := fmt.Sprintf(`{"grant_type":"password","name":"nobody-%d","password":"password1234"}`, l.turns.Add(1))
	if l.nobody.want(ctx, []int{http.StatusUnauthorized}, http.MethodPost, "/api/v1/auth/token", body) != nil {
		l.count.did("wrong passwords")
	}
}

// forge asks with tokens that look like ours: unsigned, with another signature,
// cut short.
func (l *load) forge(ctx context.Context) {
	real, err := l.program.token(auth.Admin)
	if err != nil {
		l.count.surprised(err.Error())
		return
	}
	parts := strings.Split(real, ".")
	const unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0" // {"alg":"none","typ":"at+jwt"}
	forged := [][]string{{unsigned, parts[1], ""}, {parts[0], parts[1], strings.Repeat("A", len(parts[2]))}, parts[:2]}
	c := l.caller(strings.Join(forged[int(l.turns.Add(1))%len(forged)], "."))
	c.count = l.count
	if c.want(ctx, []int{http.StatusUnauthorized}, http.MethodGet, "/api/v1/state", "") != nil {
		l.count.did("forged tokens")
	}
}

var badBodies = []struct {
	status     int
	body, kind string
}{
	{http.StatusBadRequest, `{"rate":`, "application/json"},
	{http.StatusUnprocessableEntity, `{"speed":1}`, "application/json"},
	{http.StatusUnprocessableEntity, `{"rate":"fast"}`, "application/json"},
	{http.StatusBadRequest, strings.Repeat("[", 64), "application/json"},
	{http.StatusUnsupportedMediaType, `rate=1`, "text/plain"},
	{http.StatusRequestEntityTooLarge, `{"date":"` + strings.Repeat(" ", 70<<10) + `"}`, "application/json"},
}

func (l *load) garble(ctx context.Context) {
	b := badBodies[int(l.turns.Add(1))%len(badBodies)]
	if l.callers[auth.Maintainer][0].want(ctx, []int{b.status}, http.MethodPatch, "/api/v1/time", b.body, "Content-Type", b.kind) != nil {
		l.count.did("bad bodies")
	}
}

// makeKey makes an API key, uses and revokes it.
func (l *load) makeKey(ctx context.Context) {
	admin := l.callers[auth.Admin][0]
	name := fmt.Sprintf("kiosk-%d", l.turns.Add(1))
	a := admin.want(ctx, []int{http.StatusCreated}, http.MethodPost, "/api/v1/api-keys", fmt.Sprintf(`{"name":%q,"role":"viewer"}`, name))
	if a == nil {
		return
	}
	var made struct{ Key, ID string }
	if err := a.into(&made); err != nil {
		l.count.surprised(err.Error())
		return
	}
	c := l.caller(made.Key)
	c.count = l.count
	c.get(ctx, "/api/v1/state")
	if admin.want(ctx, []int{http.StatusNoContent}, http.MethodDelete, "/api/v1/api-keys/"+made.ID, "") == nil {
		return
	}
	c.want(ctx, []int{http.StatusUnauthorized}, http.MethodGet, "/api/v1/state", "")
	l.count.did("keys")
}

// ban keeps out, and lets in again, an address for documentation (RFC 5737).
func (l *load) ban(ctx context.Context) {
	admin, path := l.callers[auth.Admin][1], "/api/v1/security/bans"
	body := fmt.Sprintf(`{"address":"203.0.113.%d","minutes":5,"reason":"soak"}`, l.turns.Add(1)%250+1)
	a := admin.want(ctx, []int{http.StatusCreated}, http.MethodPost, path, body)
	if a == nil || admin.get(ctx, path) == nil {
		return
	}
	if admin.want(ctx, []int{http.StatusNoContent}, http.MethodDelete, a.header.Get("Location"), "") != nil {
		l.count.did("bans")
	}
}

func (l *load) scrape(ctx context.Context) {
	if l.callers[auth.Metrics][0].get(ctx, "/metrics") != nil {
		l.count.did("metrics")
	}
}

// readAudit reads two pages of the audit log and has it verified.
func (l *load) readAudit(ctx context.Context) {
	admin, ok := l.callers[auth.Admin][1], []int{http.StatusOK}
	for cursor, pages := "", 0; pages < 2; pages++ {
		a := admin.want(ctx, ok, http.MethodGet, "/api/v1/audit/records?limit=100"+cursor, "")
		var page struct {
			Next string `json:"next_cursor"`
		}
		if a == nil || a.into(&page) != nil || page.Next == "" {
			break
		}
		cursor = "&cursor=" + page.Next
	}
	a := admin.want(ctx, ok, http.MethodPost, "/api/v1/audit/verify", `{}`)
	var found struct{ Whole bool }
	if a == nil || a.into(&found) != nil {
		return
	}
	if !found.Whole {
		l.count.surprised(fmt.Sprintf("the audit log: %s", a.body))
	}
	l.count.did("audit")
}

func (l *load) purge(ctx context.Context) {
	c := l.callers[auth.Maintainer][0]
	if c.get(ctx, "/api/v1/cache/stats") != nil && c.want(ctx, []int{http.StatusOK}, http.MethodPost, "/api/v1/cache/purge", `{}`) != nil {
		l.count.did("cache")
	}
}

// lacking is the chores that were never done.
func (l *load) lacking() (names []string) {
	for _, c := range chores {
		if c.name != "state" && l.count.done[c.name] == 0 {
			names = append(names, c.name)
		}
	}
	slices.Sort(names)
	return names
}
