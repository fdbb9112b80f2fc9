// Package threats attacks the real program as the threat model says somebody
// would: a page in an operator's browser, a name that is bound anew, a neighbour on
// the network, one who guesses, forges, steals or plants. It is all tests, behind
// the tag threats: they need Chromium, another network, root, and minutes.
// `make test-threats` runs them, and a tool that is missing fails them.
//
// Each test prints what was tried and what became of it, and each has a part that
// must succeed: what refuses everybody protects nothing.
package threats
