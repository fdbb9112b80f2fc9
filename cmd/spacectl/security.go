package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
)

// bansCommand is `spacectl bans`.
type bansCommand struct {
	List bansListCommand `cmd:"" help:"List the addresses that are kept out."`
	Add  bansAddCommand  `cmd:"" help:"Keep an address out."`
	Lift bansLiftCommand `cmd:"" help:"Let an address in again."`
}

// bansListCommand is `spacectl bans list`.
type bansListCommand struct{}

func (*bansListCommand) Help() string { return "Example:\n\n  spacectl bans list" }

func (*bansListCommand) Run(con *console, n *connection) error {
	titles := []string{"ADDRESS", "UNTIL", "TIMES", "BY", "REASON", "ID"}
	return tell(con, n, listBans, titles, func(b api.Ban) []string {
		by := "detection"
		switch {
		case b.Manual:
			by = "operator"
		case b.Monitored:
			by = "detection, only told"
		}
		return []string{b.Prefix, at(b.Until), fmt.Sprint(b.Strikes), by, b.Reason, b.ID}
	})
}

// bansAddCommand is `spacectl bans add`.
type bansAddCommand struct {
	Address string `arg:"" help:"An address, such as 203.0.113.7."`
	Minutes int    `default:"10" help:"How long, 1440 at most (default ${default})."`
	Reason  string `placeholder:"TEXT" help:"Why, for the others who look at the list."`
}

func (*bansAddCommand) Help() string {
	return "Example:\n\n  spacectl bans add 203.0.113.7 --minutes 60 --reason \"tries passwords\""
}

func (b *bansAddCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	made, a, err := createBan.ask(context.Background(), c, banRequest{Address: b.Address, Minutes: b.Minutes, Reason: b.Reason})
	if err != nil {
		return err
	}
	return printDone(con, n, rawJSON(a), "%s is kept out until %s", made.Prefix, at(made.Until))
}

// banRequest keeps an address out.
type banRequest struct {
	Address string `json:"address"`
	Minutes int    `json:"minutes"`
	Reason  string `json:"reason,omitempty"`
}

// bansLiftCommand is `spacectl bans lift`.
type bansLiftCommand struct {
	Address string `arg:"" help:"The address, or the id of the ban."`
}

func (*bansLiftCommand) Help() string { return "Example:\n\n  spacectl bans lift 203.0.113.7" }

func (b *bansLiftCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	ban, err := find(ctx, c, listBans, b.Address, func(x api.Ban) []string {
		texts := []string{x.ID, x.Prefix}
		if covers(x.Prefix, b.Address) {
			texts = append(texts, b.Address)
		}
		return texts
	})
	if err != nil {
		return err
	}
	return remove(ctx, con, n, c, deleteBan, with{id: ban.ID}, ban, ban.Prefix+" is let in again")
}

// covers tells whether the prefix of a ban has the address in it.
func covers(prefix, address string) bool {
	p, err := netip.ParsePrefix(prefix)
	a, addressErr := netip.ParseAddr(address)
	return err == nil && addressErr == nil && p.Contains(a.Unmap().WithZone(""))
}

// alertsCommand is `spacectl alerts`.
type alertsCommand struct{}

func (*alertsCommand) Help() string { return "Example:\n\n  spacectl alerts" }

func (*alertsCommand) Run(con *console, n *connection) error {
	titles := []string{"WHEN", "KIND", "ADDRESS", "REASON", "DONE"}
	return tell(con, n, listAlerts, titles, func(a api.Alert) []string {
		done := "kept out"
		if a.Monitored {
			done = "nothing"
		}
		return []string{at(a.When), a.Kind, a.Address, a.Reason, done}
	})
}

// allowlistCommand is `spacectl allowlist`.
type allowlistCommand struct {
	Show   allowlistShowCommand   `cmd:"" help:"List the scenes that may be shown."`
	Set    allowlistSetCommand    `cmd:"" help:"Allow these scenes and no others."`
	Add    allowlistAddCommand    `cmd:"" help:"Allow further scenes."`
	Remove allowlistRemoveCommand `cmd:"" help:"Allow scenes no longer."`
	On     allowlistOnCommand     `cmd:"" help:"Allow only the scenes of the list."`
	Off    allowlistOffCommand    `cmd:"" help:"Allow every scene; the list is kept."`
}

// allowlistShowCommand is `spacectl allowlist show`.
type allowlistShowCommand struct{}

func (*allowlistShowCommand) Help() string { return "Example:\n\n  spacectl allowlist show" }

func (*allowlistShowCommand) Run(con *console, n *connection) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	l, a, err := getAllowlist.ask(context.Background(), c, none)
	if err != nil {
		return err
	}
	return tellAllowlist(con, n, a, &l)
}

func tellAllowlist(con *console, n *connection, a *answer, l *api.Allowlist) error {
	if n.JSON {
		return printJSON(con.out, rawJSON(a))
	}
	counts := "does not count: every scene may be shown"
	if l.Enforced {
		counts = "counts"
	}
	return printTable(con.out, [][2]string{{"the list", counts}, {"scenes", cmp.Or(strings.Join(l.Scenes, " "), "none")}})
}

// editAllowlist changes the list as it is now. Where somebody else changes it at
// the same time, neither change is lost: the second is refused.
func editAllowlist(con *console, n *connection, edit func(*api.Allowlist)) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	ctx := context.Background()
	l, a, err := getAllowlist.ask(ctx, c, none)
	if isRefused(err, http.StatusForbidden) { // the role that may only read it would be refused next
		return fmt.Errorf("%w; to change the list takes the role admin: spacectl users set NAME --role admin, by an admin", err)
	}
	if err != nil {
		return err
	}
	before := slices.Clone(l.Scenes)
	edit(&l)
	slices.Sort(l.Scenes)
	l.Scenes = slices.Compact(append([]string{}, l.Scenes...))
	warnOfScenes(ctx, con, c, slices.DeleteFunc(slices.Clone(l.Scenes), func(slug string) bool { return slices.Contains(before, slug) }))
	if l, a, err = putAllowlist.ask(ctx, c, l, with{match: a.header.Get("ETag")}); err != nil {
		return err
	}
	return tellAllowlist(con, n, a, &l)
}

// warnOfScenes says which of the scenes that come onto the list there are not: a
// slip, or a scene that comes later.
func warnOfScenes(ctx context.Context, con *console, c *client, slugs []string) {
	if len(slugs) == 0 {
		return
	}
	scenes, err := list(ctx, c, listScenes)
	if err != nil {
		return // the list may change, whatever the scenes are
	}
	for _, slug := range slugs {
		if !slices.ContainsFunc(scenes, func(s api.Scene) bool { return s.Slug == slug }) {
			fmt.Fprintf(con.err, "spacectl: there is no scene %q yet\n", slug)
		}
	}
}

// allowlistSetCommand is `spacectl allowlist set`.
type allowlistSetCommand struct {
	Scenes []string `arg:"" help:"The scenes, as 'spacectl scenes' lists them."`
}

func (*allowlistSetCommand) Help() string {
	return "The list counts from then on.\n\nExample:\n\n  spacectl allowlist set saturn earthrise"
}

func (s *allowlistSetCommand) Run(con *console, n *connection) error {
	return editAllowlist(con, n, func(l *api.Allowlist) { l.Scenes, l.Enforced = s.Scenes, true })
}

// allowlistAddCommand is `spacectl allowlist add`.
type allowlistAddCommand struct {
	Scenes []string `arg:"" help:"The scenes, as 'spacectl scenes' lists them."`
}

func (*allowlistAddCommand) Help() string { return "Example:\n\n  spacectl allowlist add saturn" }

func (s *allowlistAddCommand) Run(con *console, n *connection) error {
	return editAllowlist(con, n, func(l *api.Allowlist) { l.Scenes = append(l.Scenes, s.Scenes...) })
}

// allowlistRemoveCommand is `spacectl allowlist remove`.
type allowlistRemoveCommand struct {
	Scenes []string `arg:"" help:"The scenes."`
}

func (*allowlistRemoveCommand) Help() string { return "Example:\n\n  spacectl allowlist remove saturn" }

func (s *allowlistRemoveCommand) Run(con *console, n *connection) error {
	return editAllowlist(con, n, func(l *api.Allowlist) {
		l.Scenes = slices.DeleteFunc(l.Scenes, func(slug string) bool { return slices.Contains(s.Scenes, slug) })
	})
}

// allowlistOnCommand is `spacectl allowlist on`.
type allowlistOnCommand struct{}

func (*allowlistOnCommand) Help() string { return "Example:\n\n  spacectl allowlist on" }

func (*allowlistOnCommand) Run(con *console, n *connection) error {
	return editAllowlist(con, n, func(l *api.Allowlist) { l.Enforced = true })
}

// allowlistOffCommand is `spacectl allowlist off`.
type allowlistOffCommand struct{}

func (*allowlistOffCommand) Help() string { return "Example:\n\n  spacectl allowlist off" }

func (*allowlistOffCommand) Run(con *console, n *connection) error {
	return editAllowlist(con, n, func(l *api.Allowlist) { l.Enforced = false })
}

// cacheCommand is `spacectl cache`.
type cacheCommand struct {
	Show  cacheShowCommand  `cmd:"" help:"Say what the cache of answers holds."`
	Purge cachePurgeCommand `cmd:"" help:"Empty the cache of answers."`
}

// cacheShowCommand is `spacectl cache show`.
type cacheShowCommand struct{}

func (*cacheShowCommand) Help() string { return "Example:\n\n  spacectl cache show" }

func (*cacheShowCommand) Run(con *console, n *connection) error {
	return tellCache(con, n, getCache, none)
}

// cachePurgeCommand is `spacectl cache purge`.
type cachePurgeCommand struct{ purgeRequest }

// purgeRequest is sent as it is.
type purgeRequest struct {
	Prefix string `help:"Remove only what begins so." placeholder:"TEXT" json:"prefix,omitempty"`
}

func (*cachePurgeCommand) Help() string { return "Example:\n\n  spacectl cache purge" }

func (p *cachePurgeCommand) Run(con *console, n *connection) error {
	return tellCache(con, n, purgeCache, p.purgeRequest)
}

func tellCache[S any](con *console, n *connection, o operation[S, api.CacheStats], body S) error {
	c, err := n.open(con)
	if err != nil {
		return err
	}
	s, a, err := o.ask(context.Background(), c, body)
	if err != nil {
		return err
	}
	if n.JSON {
		return printJSON(con.out, rawJSON(a))
	}
	return printTable(con.out, [][2]string{
		{"holds", fmt.Sprintf("%s, %d of %d bytes", count(s.Entries, "answer"), s.Bytes, s.Limit)},
		{"found", fmt.Sprintf("%d of %d", s.Hits, s.Hits+s.Misses)},
		{"made room", fmt.Sprint(s.Evictions)},
	})
}
