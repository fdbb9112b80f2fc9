package telemetry

import (
	"math/bits"
	"slices"
	"time"
)

// Topic is what a client may subscribe to.
type Topic struct {
	Name    string
	Scope   string // that a principal needs
	Summary string
	// RateHz is how often a state topic is sampled at most. It is 0 for an event
	// topic, whose messages are sent as they happen and in order.
	RateHz float64
	// HighVolume topics are not part of "*": a client has to name them.
	HighVolume bool
	Messages   []string // the types of its messages
}

// State tells whether only the latest message of the topic counts.
func (t *Topic) State() bool { return t.RateHz > 0 }

// period is the time between two samples of a state topic.
func (t *Topic) period() time.Duration { return time.Duration(float64(time.Second) / t.RateHz) }

// topics is the catalogue. A topic's place in it is its bit in a topicSet.
var topics = [...]Topic{
	{
		Name: "frame", Scope: "telemetry:read", RateHz: 10, Messages: []string{"frame.stats"},
		Summary: "Frame rate, frame times, missed frames since the message before.",
	},
	{
		Name: "session", Scope: "state:read",
		Messages: []string{"xr.state_changed", "frame.budget_exceeded", "cert.expiring", "app.stopping"},
		Summary:  "The display, the program, and what it warns of.",
	},
	{
		Name: "scene", Scope: "scenes:read", Messages: []string{"scene.activated", "scene.changed", "scene.refused"},
		Summary: "What is shown: another scene, a change to it by a command, a refused one.",
	},
	{
		Name: "job", Scope: "screenshots:read", Messages: []string{"job.queued", "job.succeeded", "job.failed"},
		Summary: "The course of what takes longer than a request: pictures.",
	},
	{
		Name: "perf", Scope: "telemetry:read", RateHz: 1, Messages: []string{"perf.stats"},
		Summary: "What the process costs: memory, collector, scheduler, and the mean frame.",
	},
	{
		Name: "cache", Scope: "cache:read", RateHz: 0.2, Messages: []string{"cache.stats"},
		Summary: "Hits, misses and sizes of caches.",
	},
	{
		Name: "log", Scope: "logs:read", Messages: []string{"log.written"},
		Summary: "Records of the program's log.",
	},
	{
		Name: "audit", Scope: "audit:read", Messages: []string{"audit.recorded", "audit.checkpoint.created"},
		Summary: "Records and checkpoints of the audit log.",
	},
	{
		Name: "security", Scope: "security:read",
		Messages: []string{"security.ban.created", "security.ban.deleted", "security.alert.raised", "auth.login.failed"},
		Summary:  "Bans, alerts and refused logins.",
	},
	{
		Name: "pose", Scope: "pose:read", RateHz: 30, HighVolume: true, Messages: []string{"pose.sample"},
		Summary: "Where the ship is and how it is turned.",
	},
	{
		Name: "objects", Scope: "objects:read", RateHz: 10, HighVolume: true, Messages: []string{"objects.sample"},
		Summary: "Where the bodies of the Solar System are.",
	},
}

// Topics returns the catalogue of topics.
func Topics() []Topic { return slices.Clone(topics[:]) }

// topicSet is a set of topics, by their place in the catalogue.
type topicSet uint16

func (s topicSet) has(topic int) bool { return s>>topic&1 != 0 }

// names lists the topics of s in the order of the catalogue.
func (s topicSet) names() []string {
	names := make([]string, 0, bits.OnesCount16(uint16(s)))
	for i := range topics {
		if s.has(i) {
			names = append(names, topics[i].Name)
		}
	}
	return names
}

// topicNamed returns the place of a topic in the catalogue, -1 if there is none.
func topicNamed(name string) int {
	return slices.IndexFunc(topics[:], func(t Topic) bool { return t.Name == name })
}

// topicOf maps the types of messages to the places of their topics.
var topicOf = func() map[string]int {
	places := map[string]int{}
	for i := range topics {
		for _, kind := range topics[i].Messages {
			places[kind] = i
		}
	}
	return places
}()

// allTopics is every topic, lowVolume what "*" stands for in a subscription.
const allTopics topicSet = 1<<len(topics) - 1

var lowVolume = func() (low topicSet) {
	for i := range topics {
		if !topics[i].HighVolume {
			low |= 1 << i
		}
	}
	return low
}()
