package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// NextStep says what to try after a task failed with err; it is empty where nothing better than the error is known.
func NextStep(err error) string {
	if postgres, ok := errors.AsType[*pgconn.PgError](err); ok && postgres.Code == "53300" {
		return "the database allows fewer connections: use a smaller --pool"
	}
	full, ok := errors.AsType[*sqlite.Error](err)
	switch {
	case errors.Is(err, syscall.ENOSPC), ok && full.Code() == sqlite3.SQLITE_FULL:
		return "the disk is full: free some space, name another --dir, or a smaller --size"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "name another directory with --dir"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "too many files are open: use --strategy limited, or raise 'ulimit -n'"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ECONNRESET):
		return "the other side went away or refused so many at once: use --strategy limited with a small --limit"
	}
	return ""
}

// explain adds to err what to try.
func explain(err error) error {
	if next := NextStep(err); next != "" {
		return fmt.Errorf("%w; %s", err, next)
	}
	return err
}
