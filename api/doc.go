// Package api is the control plane of the running program: what operators and
// their tools ask and change, over HTTP on one port and a WebSocket on another.
//
// # Default deny
//
// The table in routes.go is all there is: each row says whom it answers, what it
// costs and what the audit log calls it, and a row that does not say whom it
// answers keeps the server from starting. Every request passes
// [Server.ServeHTTP], and there, in this order: connections that are too many or
// banned, closed at accept; the Host, which must name this listener, and Origin
// and Sec-Fetch-Site, with which a browser says who asks; the whole program's
// budget of requests; the shape of path and body; the row of the table; the
// caller's credential; the caller's quota; the right that the row names; a place
// in the row's lane; the body, as JSON that all decoders read alike; the
// condition If-Match; whether the audit log can be written; whether the request
// was answered before. Only then is a handler called. A request, from end to end,
// is pipeline.go.
//
// # Who is who
//
// Package auth has identities. Whoever can read the instance's key file may do
// anything, as the user who runs the program could anyway: that is how spacectl
// works on the same machine. Others have accounts, made by a pairing code that
// only somebody who sees the view can read, or by an admin, or API keys.
//
// # The frame comes first
//
// No handler touches the engine's state: reads take the last snapshot, and the
// state is encoded once for all who ask; changes go through the engine's bounded
// queue; passwords and pictures take turns in the heavy lane. What is too much is
// refused, after a pause, so that asking on and on costs the client. While frames
// are late the lanes close ([shedder]).
//
// # What is kept
//
// [Control] holds what outlives a run: accounts, sessions and the allow-list in
// SQLite, the audit log as a signed chain of records. What changes something is
// not answered before it is recorded, and not done while it cannot be. Scenes are
// allowed or not by [Control.ScenePolicy], which the engine asks in its one
// loader, whoever wants the scene.
//
// # Errors
//
// Every error is a problem of RFC 9457; errors.go has all kinds, and what each is
// a sign of. Only what net/http refuses before it has a request (a broken request
// line, headers over 16 KiB) is plain text.
package api
