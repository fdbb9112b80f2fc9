package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"time"
)

const (
	// maxSubscriptions bounds the topics of one request.
	maxSubscriptions = 32
	// minMaxRateHz and maxMaxRateHz bound max_rate_hz.
	minMaxRateHz, maxMaxRateHz = 0.01, 1000
)

// request is a message of a client.
type request struct {
	ID        uint64
	Type      string
	Topics    []string
	MaxRateHz float64
	Token     string
}

// members lists what a request of each type has besides id and type.
var members = map[string][]string{
	"subscribe":   {"topics", "max_rate_hz"},
	"unsubscribe": {"topics"},
	"reauth":      {"token"},
	"ping":        {},
}

// parseRequest reads one request strictly: an object, members spelt as they
// are, each once, no null, none that its type does not have. identified tells
// whether r.ID can be answered.
func parseRequest(text []byte) (r request, identified bool, err error) {
	given, err := r.decode(text)
	identified = slices.Contains(given, "id")
	if err != nil {
		return r, identified, err
	}
	known, ok := members[r.Type]
	switch {
	case !identified:
		return r, false, fmt.Errorf("a request needs an id, a whole number")
	case !ok:
		return r, true, fmt.Errorf("a request's type is subscribe, unsubscribe, reauth or ping")
	}
	for _, name := range given {
		if name != "id" && name != "type" && !slices.Contains(known, name) {
			return r, true, fmt.Errorf("%s does not have the member %s", r.Type, name)
		}
	}
	if len(known) > 0 && !slices.Contains(given, known[0]) {
		return r, true, fmt.Errorf("%s needs the member %s", r.Type, known[0])
	}
	return r, true, r.check(given)
}

// decode fills r and returns the names of the members that it read.
func (r *request) decode(text []byte) (given []string, err error) {
	fields := map[string]any{"id": &r.ID, "type": &r.Type, "topics": &r.Topics, "max_rate_hz": &r.MaxRateHz, "token": &r.Token}
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("a request is a JSON object")
	}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return given, fmt.Errorf("a request is a JSON object")
		}
		name, _ := t.(string)
		field, ok := fields[name]
		if !ok {
			return given, fmt.Errorf("a request has the members id, type, topics, max_rate_hz and token, each once")
		}
		delete(fields, name)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil || string(value) == "null" || json.Unmarshal(value, field) != nil {
			return given, fmt.Errorf("the member %s has a value of another type", name)
		}
		given = append(given, name)
	}
	d.Token() // the closing brace: the text is valid JSON
	if _, err := d.Token(); err != io.EOF {
		return given, fmt.Errorf("a message is one JSON object")
	}
	return given, nil
}

func (r *request) check(given []string) error {
	switch {
	case slices.Contains(given, "topics") && (len(r.Topics) == 0 || len(r.Topics) > maxSubscriptions):
		return fmt.Errorf("topics holds 1 to %d names", maxSubscriptions)
	case slices.Contains(given, "max_rate_hz") && !(r.MaxRateHz >= minMaxRateHz && r.MaxRateHz <= maxMaxRateHz):
		return fmt.Errorf("max_rate_hz is from %g to %d", minMaxRateHz, maxMaxRateHz)
	}
	return nil
}

// interval is the least time between two state messages, 0 when any will do.
func (r *request) interval() time.Duration {
	if r.MaxRateHz == 0 {
		return 0
	}
	return time.Duration(math.Round(float64(time.Second) / r.MaxRateHz))
}

// topicSet resolves the names; "*" stands for star. A name that does not exist or
// is not in may is a problem.
func (r *request) topicSet(may, star topicSet) (set topicSet, p *Problem) {
	for _, name := range r.Topics {
		if name == "*" {
			set |= star
			continue
		}
		i := topicNamed(name)
		switch {
		case i < 0:
			return 0, invalid("there is no such topic; hello lists those that you may have")
		case !may.has(i):
			return 0, &Problem{
				Type: "/problems/insufficient-scope", Title: "Insufficient scope", Status: http.StatusForbidden,
				Detail: "the topic " + topics[i].Name + " needs the scope " + topics[i].Scope + ", or is switched off here",
			}
		}
		set |= 1 << i
	}
	return set, nil
}

func invalid(detail string) *Problem {
	return &Problem{Type: "/problems/invalid", Title: "Invalid value", Status: http.StatusUnprocessableEntity, Detail: detail}
}
