package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// pragmas in the order in which they must run. In an address they would run in
// that of the alphabet, which makes the shared memory before the lock excludes it.
var pragmas = []string{
	"PRAGMA locking_mode = EXCLUSIVE",
	"PRAGMA journal_mode = WAL",
	"PRAGMA synchronous = FULL",
	"PRAGMA foreign_keys = ON",
	"PRAGMA trusted_schema = OFF",
}

// connector sets up each connection that database/sql makes; a second one
// follows when the first is broken.
type connector struct {
	driver  *sqlite.Driver
	dsn     string
	pragmas []string
}

func (c connector) Driver() driver.Driver { return c.driver }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	for _, pragma := range c.pragmas {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// write runs change in one transaction, all or nothing.
func (s *Store) write(ctx context.Context, change func(*transaction) error) error {
	if err := s.Healthy(); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return meaning(err)
	}
	defer conn.Close()
	ctx = context.WithoutCancel(ctx) // see the package comment
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return meaning(err)
	}
	if err := change(&transaction{ctx: ctx, tx: tx}); err != nil {
		return errors.Join(meaning(err), tx.Rollback())
	}
	return meaning(tx.Commit())
}

// transaction is a write in progress.
type transaction struct {
	ctx context.Context
	tx  *sql.Tx
}

// exec returns how many rows it changed.
func (t *transaction) exec(query string, args ...any) (int64, error) {
	result, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// must is exec of what has to change a row; otherwise it returns missing.
func (t *transaction) must(missing error, query string, args ...any) error {
	n, err := t.exec(query, args...)
	if err == nil && n == 0 {
		err = missing
	}
	return err
}

func (t *transaction) row(query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(t.ctx, query, args...)
}

// writeOne is a transaction of one statement.
func (s *Store) writeOne(ctx context.Context, missing error, query string, args ...any) error {
	return s.write(ctx, func(t *transaction) error { return t.must(missing, query, args...) })
}

// list returns all rows of a query.
func list[T any](ctx context.Context, s *Store, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, meaning(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, meaning(rows.Err())
}

// meaning turns SQLite's codes into this package's errors.
func meaning(err error) error {
	var code *sqlite.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case !errors.As(err, &code):
		return err
	}
	switch code.Code() {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrInUse
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrExists
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrNotFound
	}
	switch code.Code() & 0xff { // without what the code says besides
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("database: %w: %w; restore a backup, or move the file away to begin without any account", ErrDamaged, err)
	}
	return fmt.Errorf("database: %w", err)
}

// stamp is a time as the database has it.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// instant scans a stamp.
type instant struct{ t *time.Time }

func (i instant) Scan(value any) error {
	n, ok := value.(int64)
	switch {
	case !ok:
		return fmt.Errorf("%T is not a time", value)
	case n == 0:
		*i.t = time.Time{}
	default:
		*i.t = time.Unix(0, n).UTC()
	}
	return nil
}
