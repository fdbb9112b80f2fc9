package api

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/api/intrusion"
	"github.com/spacetime-vr/spacetime/api/limit"
	"github.com/spacetime-vr/spacetime/api/store"
	"github.com/spacetime-vr/spacetime/scene"
)

// Allowlist is the scenes that may be shown here.
type Allowlist struct {
	Enforced bool     `json:"enforced" doc:"Whether the list counts; if not, every scene may be shown."`
	Scenes   []string `json:"scenes" maxItems:"1000" doc:"Their slugs." example:"[\"saturn\"]"`
}

type allowlistAnswer struct {
	ETag string `header:"ETag"`
	Body Allowlist
}

func answerAllowlist(l store.AllowList) *allowlistAnswer {
	return &allowlistAnswer{revisionTag(l.Revision), Allowlist{l.Enforced, append([]string{}, l.Scenes...)}}
}

func (s *Server) getAllowlist(context.Context, *struct{}) (*allowlistAnswer, error) {
	return answerAllowlist(s.allow.Load().AllowList), nil
}

type allowlistChange struct {
	MustMatch
	Body Allowlist
}

// putAllowlist changes the list. Slugs that no scene has are kept: the scene may
// come later.
func (s *Server) putAllowlist(ctx context.Context, in *allowlistChange) (*allowlistAnswer, error) {
	revision, err := in.revision()
	if err != nil {
		return nil, tellTag(ctx, err, s.allow.Load().Revision)
	}
	if i := slices.IndexFunc(in.Body.Scenes, func(slug string) bool { return !scene.IsSlug(slug) }); i >= 0 {
		return nil, wrong(fmt.Sprintf("body.scenes[%d]", i), "not a slug such as saturn")
	}
	list, err := s.store.SetAllowList(ctx, s.environment, store.AllowList{Scenes: in.Body.Scenes, Enforced: in.Body.Enforced, Revision: revision})
	if err != nil {
		return nil, tellTag(ctx, s.stored(err), s.allow.Load().Revision)
	}
	s.setAllowlist(list)
	x := exchangeOf(ctx)
	x.tell("enforced", strconv.FormatBool(list.Enforced))
	x.tell("scenes", strings.Join(list.Scenes, " "))
	return answerAllowlist(list), nil
}

// auditRequest asks for a part of the audit log.
type auditRequest struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many at most."`
	Cursor string `query:"cursor" maxLength:"512" doc:"Where to go on: next_cursor of the page before."`
	Newest bool   `query:"newest" doc:"The newest records instead of the oldest; there is no next page then, and no cursor."`
}

type auditAnswer = pageAnswer[audit.Record]

func (s *Server) getAudit(_ context.Context, in *auditRequest) (*auditAnswer, error) {
	if in.Newest {
		return s.newestAudit(in)
	}
	after, err := s.cursors.open("audit", in.Cursor)
	if err != nil {
		return nil, err
	}
	n, _ := strconv.ParseUint(after, 10, 64) // of our own making
	records, err := audit.Read(s.paths.Audit, n, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &auditAnswer{Body: Page[audit.Record]{Items: append([]audit.Record{}, records...)}}
	if len(records) == in.Limit {
		out.next(s, "audit", strconv.FormatUint(records[len(records)-1].Number, 10), in.Limit)
	}
	return out, nil
}

func (s *Server) newestAudit(in *auditRequest) (*auditAnswer, error) {
	if in.Cursor != "" {
		return nil, fmt.Errorf("%w: newest takes no cursor", errMalformed)
	}
	records, err := audit.Newest(s.paths.Audit, in.Limit)
	return &auditAnswer{Body: Page[audit.Record]{Items: append([]audit.Record{}, records...)}}, err
}

type checkpointAnswer struct{ Body audit.Checkpoint }

func (s *Server) getCheckpoint(context.Context, *struct{}) (*checkpointAnswer, error) {
	if s.audit.log == nil {
		return nil, errAudit
	}
	c, ok := s.audit.log.Newest()
	if !ok {
		return nil, fmt.Errorf("%w: the log has no checkpoint yet; one comes within a minute", errNotFound)
	}
	return &checkpointAnswer{c}, nil
}

type verifyRequest struct {
	Body struct {
		Checkpoint *audit.Checkpoint `json:"checkpoint,omitempty" doc:"That was kept elsewhere; without one, cutting off the end cannot be told."`
	}
}

// Verification is what POST /api/v1/audit/verify answers.
type Verification struct {
	Whole bool   `json:"whole" doc:"Whether nothing was changed."`
	Fault string `json:"fault,omitempty" doc:"The first that was."`
	First uint64 `json:"first" doc:"The oldest record that is kept."`
	Last  uint64 `json:"last" doc:"The last one that was looked at."`
}

type verifyAnswer struct{ Body Verification }

func (s *Server) verifyAudit(_ context.Context, in *verifyRequest) (*verifyAnswer, error) {
	if s.audit.log == nil {
		return &verifyAnswer{Verification{Fault: s.audit.missing.Error()}}, nil
	}
	report, err := s.audit.log.Verify(in.Body.Checkpoint)
	if err != nil {
		return nil, err
	}
	out := Verification{Whole: report.Fault == nil, First: report.First, Last: report.Last}
	if report.Fault != nil {
		out.Fault = report.Fault.Error()
	}
	return &verifyAnswer{out}, nil
}

// Ban keeps addresses out.
type Ban struct {
	ID        string    `json:"id"`
	Prefix    string    `json:"prefix" example:"203.0.113.7/32"`
	Reason    string    `json:"reason"`
	Strikes   int       `json:"strikes" doc:"How often in a row."`
	Manual    bool      `json:"manual" doc:"Whether an operator made it."`
	Monitored bool      `json:"monitored" doc:"Whether it is only told of."`
	Created   time.Time `json:"created"`
	Until     time.Time `json:"until"`
}

type banRequest struct {
	Body struct {
		Address string `json:"address" minLength:"2" maxLength:"64" example:"203.0.113.7" doc:"An address, or a prefix of the network that the program counts as one."`
		Minutes int    `json:"minutes,omitempty" minimum:"1" maximum:"1440" doc:"How long; 10 when left out."`
		Reason  string `json:"reason,omitempty" maxLength:"200"`
	}
}

type banCreated struct {
	Location string `header:"Location"`
	Body     Ban
}

// addressOf reads an address or the prefix that stands for one.
func addressOf(text string) (netip.Addr, error) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		if limit.Prefix(prefix.Addr()).Bits() != prefix.Bits() {
			return netip.Addr{}, wrong("body.address", "a whole network is never banned: give an address, or the /64 of IPv6 that counts as one")
		}
		return prefix.Addr(), nil
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return address, wrong("body.address", "not an address such as 203.0.113.7")
	}
	return address, nil
}

func banOf(b intrusion.Ban) Ban {
	return Ban{
		ID: banID(b.Prefix), Prefix: b.Prefix.String(), Reason: b.Reason, Strikes: b.Count,
		Manual: b.Manual, Monitored: b.Monitored, Created: b.From, Until: b.Until,
	}
}

// banID names the ban of a prefix, of which there is one.
func banID(p netip.Prefix) string {
	return strings.NewReplacer(".", "-", ":", "-", "/", "-").Replace(p.Addr().StringExpanded()) + "-" + strconv.Itoa(p.Bits())
}

func (s *Server) getBans(_ context.Context, in *pageRequest) (*pageAnswer[Ban], error) {
	return page(s, "bans", s.ids.List(), func(b intrusion.Ban) string { return banID(b.Prefix) }, in, banOf)
}

func (s *Server) createBan(ctx context.Context, in *banRequest) (*banCreated, error) {
	address, err := addressOf(in.Body.Address)
	if err != nil {
		return nil, err
	}
	if strings.ContainsFunc(in.Body.Reason, unshown) {
		return nil, wrong("body.reason", "has a character that does not show")
	}
	minutes := in.Body.Minutes
	if minutes == 0 {
		minutes = 10
	}
	exchangeOf(ctx).tell("address", address.String())
	b, err := s.ids.Ban(ctx, address, time.Duration(minutes)*time.Minute, in.Body.Reason)
	if errors.Is(err, intrusion.ErrExempt) {
		return nil, wrong("body.address", "this machine and the networks of ids-allow-cidrs are never banned")
	}
	if err != nil {
		return nil, s.stored(err)
	}
	return &banCreated{"/api/v1/security/bans/" + banID(b.Prefix), banOf(b)}, nil
}

// unshown tells a character that does not show, or changes how others do: in the
// log and in a terminal it is an attack.
func unshown(r rune) bool { return !unicode.IsGraphic(r) }

func (s *Server) deleteBan(ctx context.Context, in *Named) (*struct{}, error) {
	for _, b := range s.ids.List() {
		if banID(b.Prefix) == in.ID {
			exchangeOf(ctx).tell("address", b.Prefix.String())
			err := s.ids.Lift(ctx, b.Prefix.Addr())
			if err == nil {
				s.live.server.Publish("security.ban.deleted", banOf(b))
			}
			return nil, s.stored(err)
		}
	}
	return nil, errNotFound
}

// bans keeps bans in the database.
type bans struct{ store *store.Store }

// Load implements [intrusion.Store].
func (b bans) Load(ctx context.Context) (list []intrusion.Ban, _ error) {
	kept, err := b.store.Bans(ctx)
	for _, k := range kept {
		list = append(list, intrusion.Ban{Prefix: k.Prefix, From: k.Created, Until: k.Until, Count: k.Strikes, Reason: k.Reason, Manual: k.Manual})
	}
	return list, err
}

// Save implements [intrusion.Store].
func (b bans) Save(ctx context.Context, n intrusion.Ban) error {
	return b.store.PutBan(ctx, store.Ban{
		ID: banID(n.Prefix), Prefix: n.Prefix, Reason: n.Reason, Strikes: n.Count, Manual: n.Manual, Created: n.From, Until: n.Until,
	})
}

// Delete implements [intrusion.Store].
func (b bans) Delete(ctx context.Context, p netip.Prefix) error {
	err := b.store.DeleteBan(ctx, banID(p))
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// openDetector starts the intrusion detection, with the bans of earlier runs.
func (s *Server) openDetector(o Intrusion) (err error) {
	s.watching = o.Mode != IntrusionOff
	s.ids, err = intrusion.Open(context.Background(), intrusion.Options{
		Allow: o.Allow, Monitor: o.Mode == IntrusionMonitor, Store: bans{s.store}, OnBan: s.banned,
		OnError: func(err error) { s.log.Error("intrusion detection", "error", err) },
	})
	return err
}

// Intrusion says what becomes of addresses that attack.
type Intrusion struct {
	Mode  string         // IntrusionOn, IntrusionMonitor or IntrusionOff; "" is on
	Allow []netip.Prefix // never banned, besides this machine
}

// The modes of the intrusion detection: it bans, it only tells whom it would ban,
// it looks at nothing.
const (
	IntrusionOn      = "on"
	IntrusionMonitor = "monitor"
	IntrusionOff     = "off"
)

// lastAnswer is how long who is banned keeps what it has open. The answer to what it was
// banned for comes as it does to others: silence there would tell that a key is a decoy.
const lastAnswer = time.Second

// banned tells of a new ban, and ends what the address has open.
func (s *Server) banned(b intrusion.Ban) {
	if !b.Monitored {
		time.AfterFunc(lastAnswer, func() { s.connections.Drop(b.Prefix.Addr()) })
	}
	s.log.Warn("address banned", "address", b.Prefix, "until", b.Until, "reason", b.Reason, "monitored", b.Monitored)
	s.live.server.Publish("security.ban.created", banOf(b))
	s.alert(Alert{Kind: "ban", Address: b.Prefix.String(), Reason: b.Reason, Monitored: b.Monitored})
	s.note(audit.Record{
		What: "security.ban.created", Security: true,
		Details: map[string]string{"address": b.Prefix.String(), "reason": b.Reason, "monitored": strconv.FormatBool(b.Monitored)},
	})
}

// Alert is something that the intrusion detection noticed.
type Alert struct {
	ID        string    `json:"id"`
	When      time.Time `json:"when"`
	Kind      string    `json:"kind" enum:"ban,signal"`
	Address   string    `json:"address"`
	Reason    string    `json:"reason"`
	Monitored bool      `json:"monitored" doc:"Whether nobody was kept out for it."`
}

// maxAlerts is how many alerts are kept; the audit log has all bans.
const maxAlerts = 200

// alert keeps an alert for GET /api/v1/security/alerts.
func (s *Server) alert(a Alert) {
	s.live.server.Publish("security.alert.raised", s.alerts.keep(a))
}

// alerts are the last ones, oldest first.
type alerts struct {
	mu    sync.Mutex
	count int
	kept  []Alert
}

// keep returns the alert with its number and time.
func (l *alerts) keep(a Alert) Alert {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	a.ID, a.When = fmt.Sprintf("alert-%012d", l.count), time.Now().UTC()
	if len(l.kept) == maxAlerts {
		l.kept = append(l.kept[:0], l.kept[1:]...)
	}
	l.kept = append(l.kept, a)
	return a
}

func (s *Server) getAlerts(_ context.Context, in *pageRequest) (*pageAnswer[Alert], error) {
	s.alerts.mu.Lock()
	kept := slices.Clone(s.alerts.kept)
	s.alerts.mu.Unlock()
	return page(s, "alerts", kept, func(a Alert) string { return a.ID }, in, func(a Alert) Alert { return a })
}

// suspect tells the intrusion detection of a sign; evidence is what was sent, so
// that the same thing again counts once. Mistakes are not worth an alert.
func (s *Server) suspect(x *exchange, sign intrusion.Signal, evidence string) {
	if !s.watching || x.from.IsLoopback() {
		return
	}
	if s.ids.Report(context.Background(), x.from, sign, evidence) && sign.Weight() > 1 {
		s.alert(Alert{Kind: "signal", Address: x.from.String(), Reason: sign.String(), Monitored: true})
	}
}

// stolen tells whether a refused credential is a decoy. Whoever has it has read what
// it was hidden in: that is recorded, and raises an alert on this machine too.
func (s *Server) stolen(x *exchange, credential string) bool {
	k, ok := s.auth.DecoyOf(credential)
	if !ok {
		return false
	}
	s.log.Warn("a decoy was used: whoever did has read what it lies in", "key", k.Name, "address", x.from)
	s.alert(Alert{Kind: "signal", Address: x.from.String(), Reason: intrusion.Honeytoken.String() + " " + k.Name, Monitored: true})
	s.note(audit.Record{
		What: "security.decoy.used", Security: true,
		Details: map[string]string{"address": x.from.String(), "key": k.Name},
	})
	s.suspect(x, intrusion.Honeytoken, credential)
	return true
}

// keptOut tells whether an address is banned, if anybody watches.
func (s *Server) keptOut(a netip.Addr) bool { return s.watching && s.ids.Banned(a) }
