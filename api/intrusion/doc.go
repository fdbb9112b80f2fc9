// Package intrusion notices who attacks the control plane, and bans the address
// for a while.
//
// The server reports a [Signal] with the address it came from. When the signals
// of ten minutes weigh [Threshold] or more, the address is banned for ten
// minutes; at each further ban for twice as long, up to a day. After a day
// without a ban the next one is short again.
//
// # What must not ban
//
// One address is not one person: behind it may be a class room, or, with IPv6,
// everybody who shares a /64. And most of what looks like an attack is a
// mistake. Hence
//
//   - Two kinds of signal at least are needed for a ban, a honeytoken excepted.
//   - What people do by mistake (a mistyped password, a page that asks for more
//     than its user may do, a malformed body) weighs [MistakesWeigh] at most,
//     all together and however often. Mistakes alone never ban; they only make
//     it more probable that the next hostile act does. Guessing passwords is
//     slowed down by the login limit, and does not need a ban to fail.
//   - The same thing again weighs nothing: a dashboard that polls with a token
//     of yesterday every five seconds makes one mistake, not 17 280 a day. An
//     attack has to try different things. So each report names its evidence,
//     the token, path or host presented, of which only a keyed hash is kept.
//   - Loopback and the addresses allowed by [Options] are never banned.
//
// Scores live in memory; only bans persist, in a [Store].
package intrusion
