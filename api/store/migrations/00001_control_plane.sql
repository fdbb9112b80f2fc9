-- +goose Up
-- Times are nanoseconds since 1970 UTC; 0 is "never".

CREATE TABLE users (
	id       TEXT    NOT NULL PRIMARY KEY,
	name     TEXT    NOT NULL UNIQUE,
	role     TEXT    NOT NULL,
	password BLOB    NOT NULL,
	disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
	revision INTEGER NOT NULL CHECK (revision > 0),
	created  INTEGER NOT NULL,
	updated  INTEGER NOT NULL
) STRICT;

-- A session without a user is one of a local token; only revoked ones are kept.
CREATE TABLE sessions (
	id        TEXT    NOT NULL PRIMARY KEY,
	user_id   TEXT    REFERENCES users (id) ON DELETE CASCADE,
	created   INTEGER NOT NULL,
	last_used INTEGER NOT NULL,
	expires   INTEGER NOT NULL,
	revoked   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_user ON sessions (user_id);

-- Used refresh tokens stay until their session goes: showing one again is theft.
CREATE TABLE refresh_tokens (
	hash       BLOB    NOT NULL PRIMARY KEY,
	session_id TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
	used       INTEGER NOT NULL CHECK (used IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);

CREATE TABLE api_keys (
	id      TEXT    NOT NULL PRIMARY KEY,
	name    TEXT    NOT NULL UNIQUE,
	role    TEXT    NOT NULL,
	hash    BLOB    NOT NULL UNIQUE,
	created INTEGER NOT NULL,
	expires INTEGER NOT NULL
) STRICT;

CREATE TABLE bans (
	id      TEXT    NOT NULL PRIMARY KEY,
	prefix  TEXT    NOT NULL UNIQUE,
	reason  TEXT    NOT NULL,
	strikes INTEGER NOT NULL,
	manual  INTEGER NOT NULL CHECK (manual IN (0, 1)),
	created INTEGER NOT NULL,
	until   INTEGER NOT NULL
) STRICT;

-- status 0: the request still runs.
CREATE TABLE idempotency (
	principal   TEXT    NOT NULL,
	route       TEXT    NOT NULL,
	key         TEXT    NOT NULL,
	fingerprint BLOB    NOT NULL,
	status      INTEGER NOT NULL,
	header      TEXT    NOT NULL,
	body        BLOB    NOT NULL,
	created     INTEGER NOT NULL,
	PRIMARY KEY (principal, route, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created);

CREATE TABLE allow_list (
	environment TEXT    NOT NULL PRIMARY KEY,
	scenes      TEXT    NOT NULL,
	enforced    INTEGER NOT NULL CHECK (enforced IN (0, 1)),
	revision    INTEGER NOT NULL CHECK (revision > 0)
) STRICT;

CREATE TABLE meta (
	key   TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
) STRICT;
