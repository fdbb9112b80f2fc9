// Package host is the machine round the program: where its files go, its log,
// its crash reports, its cache, how much memory it takes, and how its threads
// come to a core. It knows nothing of flying.
package host
