package telemetry

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/spacetime-vr/spacetime/engine"
)

// object is a JSON object.
type object = map[string]any

// payloads are the types of the data of those messages that this package makes;
// the data of the others are those of the HTTP API.
var payloads = map[string]reflect.Type{
	"frame.stats": reflect.TypeFor[Frame](), "pose.sample": reflect.TypeFor[Pose](), "perf.stats": reflect.TypeFor[Perf](),
	"scene.activated": reflect.TypeFor[Scene](), "scene.changed": reflect.TypeFor[Scene](),
}

// AsyncAPI returns the contract of the WebSocket as an AsyncAPI 3.0 document in
// JSON, made from the table of topics and the types of the data. Do not change it.
var AsyncAPI = sync.OnceValue(func() []byte {
	text, err := json.MarshalIndent(document(), "", "  ")
	if err != nil {
		panic("telemetry: " + err.Error()) // it is made of strings and numbers
	}
	return text
})

func document() object {
	messages := object{}
	operations := object{
		"request": operation("receive", "What a client may ask.", slices.Sorted(maps.Keys(requests()))...),
		"control": operation("send", "What is sent to every client.", slices.Sorted(maps.Keys(controls()))...),
	}
	maps.Copy(messages, requests())
	maps.Copy(messages, controls())
	for i := range topics {
		t := &topics[i]
		for _, kind := range t.Messages {
			messages[kind] = object{"name": kind, "payload": envelope(kind)}
		}
		o := operation("send", t.Summary, t.Messages...)
		o["x-scope"], o["x-high-volume"] = t.Scope, t.HighVolume
		if t.State() {
			o["x-max-rate-hz"] = t.RateHz
		}
		operations[t.Name] = o
	}
	references := object{}
	for name := range messages {
		references[name] = object{"$ref": "#/components/messages/" + name}
	}
	return object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "SpaceTime VR telemetry", "version": engine.Version,
			"description": "What the running program does, as it does it. Offer the subprotocol " + Protocol +
				" and send a credential before the upgrade. seq counts the messages of a connection; it has no holes but those a gap message tells of.",
		},
		"defaultContentType": "application/json",
		"servers": object{"local": object{
			"host": "127.0.0.1:8081", "protocol": "ws",
			"security": []object{{"$ref": "#/components/securitySchemes/bearer"}, {"$ref": "#/components/securitySchemes/ticket"}},
		}},
		"channels":   object{"telemetry": object{"address": Path, "messages": references, "bindings": binding()}},
		"operations": operations,
		"components": object{"messages": messages, "securitySchemes": object{
			"bearer": object{"type": "http", "scheme": "bearer", "description": "An access token or an API key, in the header Authorization."},
			"ticket": object{
				"type": "httpApiKey", "in": "header", "name": "Sec-WebSocket-Protocol",
				"description": "For browsers: " + TicketPrefix + "TICKET as a second subprotocol. A ticket holds for 30 s, once, from one address.",
			},
		}},
	}
}

func operation(action, summary string, messages ...string) object {
	references := []object{}
	for _, name := range messages {
		references = append(references, object{"$ref": "#/channels/telemetry/messages/" + name})
	}
	return object{
		"action": action, "summary": summary, "messages": references,
		"channel": object{"$ref": "#/channels/telemetry"},
	}
}

func binding() object {
	return object{"ws": object{"method": "GET", "headers": object{
		"type": "object", "required": []string{"Sec-WebSocket-Protocol"},
		"properties": object{"Sec-WebSocket-Protocol": object{"type": "string"}},
	}}}
}

// membersOf makes the schema of an object all of whose members are required but
// those in optional.
func membersOf(properties object, optional ...string) object {
	required := slices.DeleteFunc(slices.Sorted(maps.Keys(properties)), func(name string) bool { return slices.Contains(optional, name) })
	return object{"type": "object", "properties": properties, "required": required}
}

var (
	wholeNumber = object{"type": "integer", "minimum": 0}
	dateTime    = object{"type": "string", "format": "date-time"}
	version     = object{"const": protocolVersion}
	topicNames  = object{"type": "array", "items": object{"type": "string", "enum": allTopics.names()}}
)

// envelope is the schema of a message of a topic.
func envelope(kind string) object {
	data := object{}
	if t, ok := payloads[kind]; ok {
		data = schemaOf(t)
	}
	return membersOf(object{"v": version, "type": object{"const": kind}, "seq": object{"type": "integer", "minimum": 1}, "ts": dateTime, "data": data})
}

// controls are the messages that have no seq.
func controls() object {
	message := func(summary, kind string, properties object, optional ...string) object {
		properties["v"], properties["type"] = version, object{"const": kind}
		return object{"name": kind, "summary": summary, "payload": membersOf(properties, optional...)}
	}
	return object{
		"hello": message("The first message.", "hello", object{"ts": dateTime, "data": schemaOf(reflect.TypeFor[Hello]())}),
		"result": message("The answer to a request.", "result", object{
			"id": wholeNumber, "ok": object{"type": "boolean"}, "topics": topicNames, "problem": schemaOf(reflect.TypeFor[Problem]()),
		}, "topics", "problem"),
		"gap": message("Events from_seq to to_seq were lost: the client is too slow for them.", "gap", object{
			"from_seq": wholeNumber, "to_seq": wholeNumber, "topics": topicNames,
		}),
		"expiring": message("The credential ends within a minute; send another by reauth.", "expiring", object{"expires_at": dateTime}),
	}
}

// requests are the messages of a client.
func requests() object {
	asked := object{"type": "array", "minItems": 1, "maxItems": maxSubscriptions, "items": object{"type": "string", "enum": append(allTopics.names(), "*")}}
	properties := map[string]object{
		"topics":      asked,
		"max_rate_hz": {"type": "number", "minimum": minMaxRateHz, "maximum": maxMaxRateHz},
		"token":       {"type": "string"},
	}
	all := object{}
	for kind, names := range members {
		own := object{"id": wholeNumber, "type": object{"const": kind}}
		for _, name := range names {
			own[name] = properties[name]
		}
		payload := membersOf(own, "max_rate_hz")
		payload["additionalProperties"] = false
		all[kind] = object{"name": kind, "payload": payload}
	}
	return all
}

// schemaOf is the schema of what encoding/json makes of a type.
func schemaOf(t reflect.Type) object {
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Struct:
		return schemaOfStruct(t)
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Array:
		return object{"type": "array", "items": schemaOf(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Int:
		return object{"type": "integer"}
	}
	panic("telemetry: no schema for " + t.String())
}

func schemaOfStruct(t reflect.Type) object {
	properties := object{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		properties[name] = schemaOf(t.Field(i).Type)
	}
	return membersOf(properties)
}
