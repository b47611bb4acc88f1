// Package pgtest gives tests a real PostgreSQL: the one that MEANWHILE_TEST_DSN names, or one of the test binary's own.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"meanwhile/internal/testneed"
)

// DSN returns the postgres:// URL, password included, of a server that answers. All tests of a test binary share the
// server and its database, so each cleans up the tables that it makes. The server ends with the test binary.
//
// Where PostgreSQL is not installed the test skips, or fails where MEANWHILE_REQUIRE names postgres.
func DSN(tb testing.TB) string {
	tb.Helper()
	if dsn := os.Getenv("MEANWHILE_TEST_DSN"); dsn != "" {
		return dsn
	}
	dsn, err := server()
	if missing, ok := errors.AsType[missingError](err); ok {
		testneed.Missing(tb, "postgres", missing.Error())
	}
	if err != nil {
		tb.Fatalf("PostgreSQL is installed but does not start: %v", err)
	}
	return dsn
}

// server starts PostgreSQL when the first test asks for it.
var server = sync.OnceValues(func() (string, error) {
	dsn, err := start()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	connection, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return "", fmt.Errorf("it started but does not answer: %w", err)
	}
	return dsn, connection.Close(ctx)
})

// missingError says what to install so that a server can be started.
type missingError string

func (e missingError) Error() string { return string(e) }
