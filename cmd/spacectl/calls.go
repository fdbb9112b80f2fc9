package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/spacetime-vr/spacetime/api"
	"github.com/spacetime-vr/spacetime/api/audit"
	"github.com/spacetime-vr/spacetime/engine"
)

// operation is one of the API's, by the id, the method and the path that its
// OpenAPI document has; S is the JSON that it is sent, A the JSON that it answers. A
// test holds all of them to the document.
type operation[S, A any] struct{ id, method, path string }

type (
	// nothing is no JSON.
	nothing struct{}
	// raw is an answer that is no JSON of a known form.
	raw []byte
	// lists is an operation that answers a page of a list.
	lists[T any] = operation[nothing, api.Page[T]]
)

var none nothing

// The operations that spacectl uses. It asks for nothing else.
var (
	getLive    = operation[nothing, api.Readiness]{"get-live", http.MethodGet, "/livez"}
	getReady   = operation[nothing, api.Readiness]{"get-ready", http.MethodGet, "/readyz"}
	getVersion = operation[nothing, engine.Build]{"get-version", http.MethodGet, "/version"}
	getMetrics = operation[nothing, raw]{"get-metrics", http.MethodGet, "/metrics"}
	getOpenAPI = operation[nothing, raw]{"get-openapi", http.MethodGet, "/api/v1/openapi.json"}
	getLogs    = operation[nothing, raw]{"get-logs", http.MethodGet, "/api/v1/logs"}
	probeLimit = operation[nothing, nothing]{"probe-limit", http.MethodGet, "/api/v1/limits/probe"}

	getState         = operation[nothing, api.State]{"get-state", http.MethodGet, "/api/v1/state"}
	getDisplay       = operation[nothing, api.Display]{"get-display", http.MethodGet, "/api/v1/xr"}
	getObject        = operation[nothing, api.ObjectState]{"get-object", http.MethodGet, "/api/v1/objects/{id}"}
	listScenes       = lists[api.Scene]{"list-scenes", http.MethodGet, "/api/v1/scenes"}
	getScene         = operation[nothing, api.Scene]{"get-scene", http.MethodGet, "/api/v1/scenes/{id}"}
	getCurrentScene  = operation[nothing, api.CurrentScene]{"get-current-scene", http.MethodGet, "/api/v1/scenes/current"}
	putScene         = operation[sceneChange, api.Applied]{"put-scene", http.MethodPut, "/api/v1/scenes/current"}
	changeTime       = operation[timeChange, api.Applied]{"change-time", http.MethodPatch, "/api/v1/time"}
	changeCamera     = operation[cameraChange, api.Applied]{"change-camera", http.MethodPatch, "/api/v1/camera"}
	createScreenshot = operation[nothing, api.Screenshot]{"create-screenshot", http.MethodPost, "/api/v1/screenshots"}
	getScreenshot    = operation[nothing, raw]{"get-screenshot", http.MethodGet, "/api/v1/screenshots/{id}"}

	createToken   = operation[tokenRequest, api.Tokens]{"create-token", http.MethodPost, "/api/v1/auth/token"}
	pairAccount   = operation[pairRequest, api.Tokens]{"pair", http.MethodPost, "/api/v1/auth/pair"}
	logout        = operation[nothing, nothing]{"logout", http.MethodPost, "/api/v1/auth/logout"}
	getSession    = operation[nothing, api.Caller]{"get-session", http.MethodGet, "/api/v1/auth/session"}
	createPairing = operation[pairingRequest, api.Pairing]{"create-pairing-code", http.MethodPost, "/api/v1/auth/pairing-codes"}
	listUsers     = lists[api.User]{"list-users", http.MethodGet, "/api/v1/users"}
	createUser    = operation[userRequest, api.User]{"create-user", http.MethodPost, "/api/v1/users"}
	changeUser    = operation[userChange, api.User]{"change-user", http.MethodPatch, "/api/v1/users/{id}"}
	deleteUser    = operation[nothing, nothing]{"delete-user", http.MethodDelete, "/api/v1/users/{id}"}
	listKeys      = lists[api.Key]{"list-keys", http.MethodGet, "/api/v1/api-keys"}
	createKey     = operation[keyRequest, api.NewKey]{"create-key", http.MethodPost, "/api/v1/api-keys"}
	deleteKey     = operation[nothing, nothing]{"delete-key", http.MethodDelete, "/api/v1/api-keys/{id}"}
	listSessions  = lists[api.Session]{"list-sessions", http.MethodGet, "/api/v1/sessions"}
	deleteSession = operation[nothing, nothing]{"delete-session", http.MethodDelete, "/api/v1/sessions/{id}"}

	listBans      = lists[api.Ban]{"list-bans", http.MethodGet, "/api/v1/security/bans"}
	createBan     = operation[banRequest, api.Ban]{"create-ban", http.MethodPost, "/api/v1/security/bans"}
	deleteBan     = operation[nothing, nothing]{"delete-ban", http.MethodDelete, "/api/v1/security/bans/{id}"}
	listAlerts    = lists[api.Alert]{"list-alerts", http.MethodGet, "/api/v1/security/alerts"}
	getAllowlist  = operation[nothing, api.Allowlist]{"get-allowlist", http.MethodGet, "/api/v1/scene-allowlist"}
	putAllowlist  = operation[api.Allowlist, api.Allowlist]{"put-allowlist", http.MethodPut, "/api/v1/scene-allowlist"}
	listAudit     = lists[audit.Record]{"list-audit", http.MethodGet, "/api/v1/audit/records"}
	getCheckpoint = operation[nothing, audit.Checkpoint]{"get-checkpoint", http.MethodGet, "/api/v1/audit/checkpoint"}
	verifyAudit   = operation[verifyRequest, api.Verification]{"verify-audit", http.MethodPost, "/api/v1/audit/verify"}
	createBackup  = operation[nothing, raw]{"create-backup", http.MethodPost, "/api/v1/backups"}
	getCache      = operation[nothing, api.CacheStats]{"get-cache", http.MethodGet, "/api/v1/cache/stats"}
	purgeCache    = operation[purgeRequest, api.CacheStats]{"purge-cache", http.MethodPost, "/api/v1/cache/purge"}
)

// nowhere is a path at which the API has nothing, for those who want to see that.
var nowhere = question{method: http.MethodGet, path: "/api/v1/nothing-is-here"}

// with is what else a request has.
type with struct {
	id        string     // in the place of {id} in the path
	query     url.Values // after the path
	match     string     // If-Match
	after     string     // Last-Event-ID
	anonymous bool       // whether the credential is left out
}

// question is the request; w has one item at most.
func (o operation[S, A]) question(body S, w ...with) question {
	q := question{method: o.method, path: o.path}
	if len(w) > 0 {
		q.with = w[0]
		q.path = strings.Replace(q.path, "{id}", url.PathEscape(q.id), 1)
	}
	if len(q.query) > 0 {
		q.path += "?" + q.query.Encode()
	}
	if _, empty := any(body).(nothing); !empty {
		q.body = body
	}
	return q
}

// do asks once and returns whatever the program answers.
func (o operation[S, A]) do(ctx context.Context, c *client, body S, w ...with) (*answer, error) {
	return c.do(ctx, o.question(body, w...))
}

// ask is do for what must succeed; see [client.ask]. The answer is returned as it
// came, too.
func (o operation[S, A]) ask(ctx context.Context, c *client, body S, w ...with) (v A, a *answer, err error) {
	if a, err = c.ask(ctx, o.question(body, w...)); err != nil {
		return v, nil, err
	}
	switch v := any(&v).(type) {
	case *nothing:
	case *raw:
		*v = a.body
	default:
		err = a.decode(v)
	}
	return v, a, err
}
