package api

import (
	"net/http"

	"github.com/spacetime-vr/spacetime/api/auth"
	"github.com/spacetime-vr/spacetime/api/limit"
)

// lane is where a route's handler runs: each lane runs few at a time, so that
// the frame keeps its cores.
type lane uint8

const (
	light lane = iota
	health
	heavy   // passwords, pictures, and what reads the audit log
	streams // answers that take as long as the client does
	numLanes
)

// routes is all there is. The OpenAPI document, the metrics and the test of every
// role's rights go by its rows.
func routes() []route {
	const (
		get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete
		v1                         = "/api/v1"
	)
	return []route{
		{method: get, path: "/livez", id: "get-live", summary: "Whether the program runs", access: public, lane: health, handler: getLive},
		{method: get, path: "/readyz", id: "get-ready", summary: "Whether every required component does well", access: public, lane: health, handler: getReady},
		{method: get, path: "/startupz", id: "get-started", summary: "Whether the first frame was drawn", access: public, lane: health, handler: getStarted},
		{method: get, path: "/version", id: "get-version", summary: "What was built", access: local, handler: typed[struct{}, versionAnswer]((*Server).getVersion)},
		{method: get, path: "/metrics", id: "get-metrics", summary: "Metrics for Prometheus", scope: auth.MetricsRead, handler: getMetrics},
		{method: get, path: "/.well-known/jwks.json", id: "get-keys", summary: "The keys that sign access tokens", access: public, handler: getJWKS},
		{method: get, path: v1 + "/openapi.json", id: "get-openapi", summary: "This document", access: local, handler: getOpenAPI},
		{method: get, path: v1 + "/openapi.yaml", id: "get-openapi-yaml", summary: "This document, as YAML", access: local, handler: getOpenAPIYAML},
		{method: get, path: v1 + "/asyncapi.json", id: "get-asyncapi", summary: "The telemetry's messages", access: local, handler: getAsyncAPI},
		{method: get, path: "/docs", id: "get-docs", summary: "This document, to be read", access: local, handler: getDocs},
		{method: get, path: "/problems/{slug}", id: "get-problem", summary: "What a kind of error means", access: local, handler: getProblem},

		{method: post, path: v1 + "/auth/pair", id: "pair", summary: "Make the account that a pairing code is for", access: public, quota: limit.Login, lane: heavy, action: "auth.pair", secret: true, status: http.StatusCreated, handler: typed[pairRequest, tokensAnswer]((*Server).pair)},
		{method: get, path: "/pair", id: "get-pair", summary: "The page behind the view's QR code", access: public, handler: getPair},
		{method: post, path: v1 + "/auth/token", id: "create-token", summary: "Log in, or go on", access: public, quota: limit.Login, lane: heavy, action: "auth.login", secret: true, handler: typed[tokenRequest, tokensAnswer]((*Server).createToken)},
		{method: post, path: v1 + "/auth/logout", id: "logout", summary: "End the session", access: signedIn, quota: limit.Write, action: "auth.logout", handler: typed[struct{}, struct{}]((*Server).logout)},
		{method: get, path: v1 + "/auth/session", id: "get-session", summary: "Who the caller is", access: signedIn, handler: typed[struct{}, sessionAnswer]((*Server).getOwnSession)},
		{method: post, path: v1 + "/auth/ws-tickets", id: "create-ticket", summary: "A ticket for a browser's telemetry", scope: auth.TelemetryRead, quota: limit.Write, action: "auth.ticket", secret: true, status: http.StatusCreated, handler: typed[struct{}, ticketCreated]((*Server).createTicket)},
		{method: post, path: v1 + "/auth/pairing-codes", id: "create-pairing-code", summary: "Show a code with which somebody makes an account", scope: auth.UsersWrite, quota: limit.Write, action: "auth.pairing-code", secret: true, status: http.StatusCreated, handler: typed[pairingRequest, pairingCreated]((*Server).createPairingCode)},
		{method: get, path: v1 + "/sessions", id: "list-sessions", summary: "The caller's sessions; with sessions:read everybody's", access: signedIn, handler: typed[pageRequest, pageAnswer[Session]]((*Server).getSessions)},
		{method: del, path: v1 + "/sessions/{id}", id: "delete-session", summary: "End a session; with sessions:write anybody's", access: signedIn, quota: limit.Write, action: "session.revoke", handler: typed[namedSession, struct{}]((*Server).deleteSession)},

		{method: get, path: v1 + "/users", id: "list-users", summary: "All users", scope: auth.UsersRead, handler: typed[pageRequest, pageAnswer[User]]((*Server).getUsers)},
		{method: post, path: v1 + "/users", id: "create-user", summary: "Add a user", scope: auth.UsersWrite, quota: limit.Write, lane: heavy, action: "user.create", status: http.StatusCreated, handler: typed[userRequest, userCreated]((*Server).createUser)},
		{method: get, path: v1 + "/users/{id}", id: "get-user", summary: "One user", scope: auth.UsersRead, handler: typed[Named, userAnswer]((*Server).getUser)},
		{method: patch, path: v1 + "/users/{id}", id: "change-user", summary: "Change a user's role or password, or lock one out", scope: auth.UsersWrite, quota: limit.Write, lane: heavy, action: "user.change", match: true, handler: typed[userChange, userAnswer]((*Server).patchUser)},
		{method: del, path: v1 + "/users/{id}", id: "delete-user", summary: "Remove a user", scope: auth.UsersWrite, quota: limit.Write, action: "user.delete", match: true, handler: typed[NamedMatch, struct{}]((*Server).deleteUser)},
		{method: get, path: v1 + "/api-keys", id: "list-keys", summary: "All API keys", scope: auth.KeysRead, handler: typed[pageRequest, pageAnswer[Key]]((*Server).getKeys)},
		{method: post, path: v1 + "/api-keys", id: "create-key", summary: "Make an API key", scope: auth.KeysWrite, quota: limit.Write, action: "key.create", secret: true, status: http.StatusCreated, handler: typed[keyRequest, keyCreated]((*Server).createKey)},
		{method: del, path: v1 + "/api-keys/{id}", id: "delete-key", summary: "Revoke an API key", scope: auth.KeysWrite, quota: limit.Write, action: "key.revoke", handler: typed[Named, struct{}]((*Server).deleteKey)},

		{method: get, path: v1 + "/state", id: "get-state", summary: "The world now", scope: auth.StateRead, handler: getState},
		{method: get, path: v1 + "/xr", id: "get-display", summary: "The display now", scope: auth.StateRead, handler: typed[struct{}, displayAnswer]((*Server).getDisplay)},
		{method: get, path: v1 + "/scenes", id: "list-scenes", summary: "All scenes", scope: auth.ScenesRead, handler: typed[pageRequest, pageAnswer[Scene]]((*Server).getScenes)},
		{method: get, path: v1 + "/scenes/{id}", id: "get-scene", summary: "One scene", scope: auth.ScenesRead, handler: typed[Named, sceneAnswer]((*Server).getScene)},
		{method: get, path: v1 + "/scenes/current", id: "get-current-scene", summary: "The scene that is shown", scope: auth.ScenesRead, handler: typed[struct{}, currentSceneAnswer]((*Server).getCurrentScene)},
		{method: put, path: v1 + "/scenes/current", id: "put-scene", summary: "Show a scene", scope: auth.ScenesActivate, quota: limit.Write, action: "scene.activate", handler: typed[change[sceneChange], changed]((*Server).putScene)},
		{method: get, path: v1 + "/scene-allowlist", id: "get-allowlist", summary: "The scenes that may be shown", scope: auth.AllowListRead, handler: typed[struct{}, allowlistAnswer]((*Server).getAllowlist)},
		{method: put, path: v1 + "/scene-allowlist", id: "put-allowlist", summary: "Say which scenes may be shown", scope: auth.AllowListWrite, quota: limit.Write, action: "allowlist.change", match: true, handler: typed[allowlistChange, allowlistAnswer]((*Server).putAllowlist)},
		{method: get, path: v1 + "/objects", id: "list-objects", summary: "The bodies of the Solar System", scope: auth.ObjectsRead, handler: typed[pageRequest, pageAnswer[Object]]((*Server).getObjects)},
		{method: get, path: v1 + "/objects/{id}", id: "get-object", summary: "Where a body is at the simulated date", scope: auth.ObjectsRead, handler: typed[Named, objectAnswer]((*Server).getObject)},
		{method: get, path: v1 + "/time", id: "get-time", summary: "The simulated date", scope: auth.SimulationRead, handler: typed[struct{}, timeAnswer]((*Server).getTime)},
		{method: patch, path: v1 + "/time", id: "change-time", summary: "Set the date, its rate, or pause", scope: auth.SimulationWrite, quota: limit.Write, action: "time.change", handler: typed[change[timeChange], changed]((*Server).patchTime)},
		{method: get, path: v1 + "/camera", id: "get-camera", summary: "Where the ship is and looks", scope: auth.SimulationRead, handler: typed[struct{}, cameraAnswer]((*Server).getCamera)},
		{method: patch, path: v1 + "/camera", id: "change-camera", summary: "Go somewhere, look somewhere", scope: auth.SimulationWrite, quota: limit.Write, action: "camera.change", handler: typed[change[cameraChange], changed]((*Server).patchCamera)},
		{method: post, path: screenshotsPath, id: "create-screenshot", summary: "Take a picture of the next frame", scope: auth.ScreenshotsWrite, quota: limit.Screenshot, action: "screenshot.create", status: http.StatusAccepted, handler: typed[struct{}, screenshotPending]((*Server).postScreenshot)},
		{method: get, path: screenshotsPath + "/{id}", id: "get-screenshot", summary: "A picture, once it is there", scope: auth.ScreenshotsRead, handler: getScreenshot},

		{method: get, path: v1 + "/cache/stats", id: "get-cache", summary: "What the cache of answers holds", scope: auth.CacheRead, handler: typed[struct{}, cacheAnswer]((*Server).getCache)},
		{method: post, path: v1 + "/cache/purge", id: "purge-cache", summary: "Empty the cache of answers", scope: auth.CacheWrite, quota: limit.Write, action: "cache.purge", handler: typed[purgeRequest, cacheAnswer]((*Server).purgeCache)},
		{method: get, path: v1 + "/limits/probe", id: "probe-limit", summary: "Does nothing, and counts against a small quota", access: signedIn, quota: probeQuota, handler: typed[struct{}, struct{}]((*Server).probe)},

		{method: post, path: v1 + "/backups", id: "create-backup", summary: "A copy of the database: accounts, API keys, bans, the allow-list", scope: auth.BackupsWrite, quota: limit.Write, lane: streams, action: "backup.create", secret: true, handler: postBackup},
		{method: get, path: logsPath, id: "get-logs", summary: "The last records of the log, and then those that follow", scope: auth.LogsRead, lane: streams, handler: getLogs},

		{method: get, path: v1 + "/audit/records", id: "list-audit", summary: "The audit log", scope: auth.AuditRead, lane: heavy, handler: typed[auditRequest, auditAnswer]((*Server).getAudit)},
		{method: get, path: v1 + "/audit/checkpoint", id: "get-checkpoint", summary: "The audit log's last signed checkpoint, to be kept elsewhere", scope: auth.AuditRead, handler: typed[struct{}, checkpointAnswer]((*Server).getCheckpoint)},
		{method: post, path: v1 + "/audit/verify", id: "verify-audit", summary: "Check the audit log", scope: auth.AuditRead, quota: limit.Write, lane: heavy, handler: typed[verifyRequest, verifyAnswer]((*Server).verifyAudit)},
		{method: get, path: v1 + "/security/bans", id: "list-bans", summary: "The addresses that are kept out", scope: auth.SecurityRead, handler: typed[pageRequest, pageAnswer[Ban]]((*Server).getBans)},
		{method: post, path: v1 + "/security/bans", id: "create-ban", summary: "Keep an address out", scope: auth.SecurityWrite, quota: limit.Write, action: "ban.create", status: http.StatusCreated, handler: typed[banRequest, banCreated]((*Server).createBan)},
		{method: del, path: v1 + "/security/bans/{id}", id: "delete-ban", summary: "Let an address in again", scope: auth.SecurityWrite, quota: limit.Write, action: "ban.delete", handler: typed[Named, struct{}]((*Server).deleteBan)},
		{method: get, path: v1 + "/security/alerts", id: "list-alerts", summary: "What the intrusion detection noticed", scope: auth.SecurityRead, handler: typed[pageRequest, pageAnswer[Alert]]((*Server).getAlerts)},
	}
}
