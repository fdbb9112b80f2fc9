// Package host is the machine round the program: where its files go, its log,
// its crash reports, its cache, and how much memory it took. It knows nothing
// of flying.
package host
