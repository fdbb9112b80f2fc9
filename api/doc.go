// Package api is the HTTP API of the running program: what operators and
// their tools ask and change, on this machine only.
//
// # Default deny
//
// Every request passes [Server.ServeHTTP], and there, in this order: limits on
// headers, query and body; the Host, which must name this listener; Origin and
// Sec-Fetch-Site, with which a browser says who asks; the table of routes,
// which is all that exists; and, unless the table calls the route public, the
// bearer token. Only then is a handler called. The Host is what holds against
// DNS rebinding, where Origin and Host agree on the attacker's name.
//
// /livez, /readyz and /version are public: they tell nothing that a local
// process could not see otherwise (what exactly is wrong with a component is
// told only to those with the token). /metrics wants the token, since it tells
// what is done here and how much; Prometheus sends it from a credentials_file.
//
// # Finding it
//
// A server writes two files for the user alone, 0600: the token, 256 random
// bits made anew at each start, and [Instance], which tells the address. It
// removes both at the end unless another instance has written them since.
//
// # The frame comes first
//
// No handler touches the engine's state: reads take the last snapshot and are
// encoded once for all who ask, changes go through the engine's bounded queue,
// pictures are encoded one at a time. Full is 503, never a wait for the frame.
//
// # Errors
//
// Every error of a route or a check is a problem of RFC 9457; [Problem] lists
// its members and errors.go all kinds. Only what net/http refuses before it has
// a request (a broken request line, headers over 16 KiB) is plain text.
package api
