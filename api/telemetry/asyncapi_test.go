package telemetry

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestAsyncAPI holds the document against the table of topics, and its
// references against itself.
func TestAsyncAPI(t *testing.T) {
	var d struct {
		AsyncAPI   string
		Channels   map[string]struct{ Address string }
		Operations map[string]struct {
			Action   string
			Messages []struct {
				Ref string `json:"$ref"`
			}
			Scope      string  `json:"x-scope"`
			HighVolume bool    `json:"x-high-volume"`
			MaxRateHz  float64 `json:"x-max-rate-hz"`
		}
	}
	if err := json.Unmarshal(AsyncAPI(), &d); err != nil {
		t.Fatal(err)
	}
	if d.AsyncAPI != "3.0.0" || d.Channels["telemetry"].Address != "/ws/v1/telemetry" || len(d.Operations) != len(topics)+2 {
		t.Errorf("version %s, address %s, %d operations", d.AsyncAPI, d.Channels["telemetry"].Address, len(d.Operations))
	}
	for _, topic := range Topics() {
		o := d.Operations[topic.Name]
		var kinds []string
		for _, m := range o.Messages {
			kinds = append(kinds, strings.TrimPrefix(m.Ref, "#/channels/telemetry/messages/"))
		}
		if o.Action != "send" || o.Scope != topic.Scope || o.HighVolume != topic.HighVolume || o.MaxRateHz != topic.RateHz || !slices.Equal(kinds, topic.Messages) {
			t.Errorf("%s: %+v, want %+v", topic.Name, o, topic)
		}
	}
	var whole any
	json.Unmarshal(AsyncAPI(), &whole)
	checkReferences(t, whole, whole)
}

func checkReferences(t *testing.T, whole, part any) {
	switch v := part.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			at := whole
			for _, name := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
				m, _ := at.(map[string]any)
				at = m[name]
			}
			if at == nil {
				t.Errorf("%s leads nowhere", ref)
			}
		}
		for _, value := range v {
			checkReferences(t, whole, value)
		}
	case []any:
		for _, value := range v {
			checkReferences(t, whole, value)
		}
	}
}

// TestSchema holds a schema against literal JSON.
func TestSchema(t *testing.T) {
	got, _ := json.Marshal(envelope("scene.changed"))
	const want = `{"properties":{"data":{"properties":{"date":{"type":"string"},"revision":{"minimum":0,"type":"integer"},` +
		`"slug":{"type":"string"},"tick":{"minimum":0,"type":"integer"},"title":{"type":"string"}},` +
		`"required":["date","revision","slug","tick","title"],"type":"object"},"seq":{"minimum":1,"type":"integer"},` +
		`"ts":{"format":"date-time","type":"string"},"type":{"const":"scene.changed"},"v":{"const":1}},` +
		`"required":["data","seq","ts","type","v"],"type":"object"}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestTopics holds the catalogue together.
func TestTopics(t *testing.T) {
	seen := map[string]bool{}
	for i, topic := range Topics() {
		if topicNamed(topic.Name) != i || !strings.HasSuffix(topic.Scope, ":read") || topic.Summary == "" || len(topic.Messages) == 0 {
			t.Errorf("%+v", topic)
		}
		if topic.State() && len(topic.Messages) != 1 {
			t.Errorf("the state topic %s has %d types of messages, want 1", topic.Name, len(topic.Messages))
		}
		for _, kind := range topic.Messages {
			if seen[kind] || topicOf[kind] != i {
				t.Errorf("%s is in two topics", kind)
			}
			seen[kind] = true
		}
	}
	if got := strings.Join((allTopics &^ lowVolume).names(), " "); got != "pose objects" {
		t.Errorf("of high volume are %s, want pose and objects", got)
	}
}
