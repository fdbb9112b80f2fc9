package scene

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spacetime-vr/spacetime/scene/astro"
)

// Likeness is how well a name fits what was typed; less is better.
type Likeness uint8

// The likenesses.
const (
	Same   Likeness = iota
	Begins          // with what was typed
	Within          // what was typed is within the name
	Typo            // it begins with what was typed, but for a letter too many, too few, wrong or swapped
	unlike
)

// Match is a body that was found.
type Match struct {
	Body     astro.Body
	Likeness Likeness
}

// Find lists at most limit bodies whose names fit what somebody has typed so far,
// the likeliest first, and of equals the ones that come first from the Sun. Mistakes
// are looked for only where nothing fits as it is. All fit nothing.
func Find(query string, limit int) []Match {
	query = strings.ToLower(strings.TrimSpace(query))
	matches := []Match{}
	for b := range astro.NumBodies {
		if l := likeness(query, b.Info().Name); l < unlike {
			matches = append(matches, Match{b, l})
		}
	}
	slices.SortStableFunc(matches, func(a, b Match) int { return cmp.Compare(a.Likeness, b.Likeness) })
	if typo := slices.IndexFunc(matches, func(m Match) bool { return m.Likeness == Typo }); typo > 0 {
		matches = matches[:typo]
	}
	return matches[:min(max(limit, 0), len(matches))]
}

func likeness(query, name string) Likeness {
	switch {
	case query == name:
		return Same
	case strings.HasPrefix(name, query):
		return Begins
	case strings.Contains(name, query):
		return Within
	case len(query) >= leastTyped && mistyped(query, name):
		return Typo
	}
	return unlike
}

// leastTyped is how many letters tell that one of them is wrong.
const leastTyped = 3

// mistyped tells whether name begins with query but for one mistake.
func mistyped(query, name string) bool {
	i := 0
	for i < len(query) && i < len(name) && query[i] == name[i] {
		i++
	}
	if i == len(query) {
		return true
	}
	rest, left := query[i:], name[i:]
	switch {
	case strings.HasPrefix(left, rest[1:]): // one too many
		return true
	case left == "":
		return false
	case strings.HasPrefix(left[1:], rest), strings.HasPrefix(left[1:], rest[1:]): // one too few, a wrong one
		return true
	}
	return len(rest) >= 2 && len(left) >= 2 && rest[0] == left[1] && rest[1] == left[0] && strings.HasPrefix(left[2:], rest[2:])
}
