// Package limit keeps the control plane small beside the picture: how often a
// caller may ask ([Limiter]), how many handlers work at a time ([Lane]), and
// how many connections are open ([Connections]).
//
// # Rates
//
// A [Limiter] is GCRA, the generic cell rate algorithm (ITU-T I.371, 2004,
// annex A): for each key it keeps one instant, the time at which the key's
// bucket will be full again. That one int64 gives the exact remainder and the
// exact wait that the RateLimit fields promise
// (draft-ietf-httpapi-ratelimit-headers). A [Bucket] is the same for one caller, who is
// not told what is left.
//
// # What an attacker gains by making the limiter forget
//
// A limiter remembers [Entries] keys and forgets the one that has been silent
// longest. A plain table of that kind can be washed: whoever owns many
// addresses pushes a blocked key out, and the key returns with a full bucket.
// Here forgetting is never generous. The limiter keeps the latest instant that
// it ever forgot, and a key it does not know starts there instead of with a
// full bucket. So every bound holds for every key whatever is forgotten (the
// property tests run with a table of three keys), and washing buys nothing.
//
// The price is paid by newcomers while somebody is washing: they start with
// the bucket of the key forgotten last, which is the most rested of the 10 000
// known. Forgetting a key whose bucket is full costs nobody anything, and a
// read bucket is full after two seconds: to be felt, an attack needs 10 000
// addresses within two seconds, or, for logins, within a minute. The global
// limit of 200 requests a second, asked first, leaves no room for the former
// and hardly any for the latter; and each policy has a table of its own, so
// that reads never push out logins.
//
// # Keys
//
// Before a caller has proved who it is, take from its address, never from the
// name it claims: otherwise anybody could use up a victim's quota.
package limit
