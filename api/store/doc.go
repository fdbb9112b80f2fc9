// Package store keeps what the control plane must not forget: users, sessions,
// API keys, bans, answers to repeated requests, the scene allow-list. It is one
// SQLite file, owned by one process.
//
// The file is opened with locking_mode=EXCLUSIVE before journal_mode=WAL. In
// that order SQLite needs no shared memory, so there is no -shm file for a virus
// scanner on Windows to lock (cznic/sqlite#221), and a second process is turned
// away. With synchronous=FULL a method that returned nil has its data on disk.
//
// All methods are safe on any goroutine; one runs at a time. ctx bounds the wait
// for the turn: a write that has begun is finished, so an error always means
// that nothing was changed. No SQL leaves this package.
package store
