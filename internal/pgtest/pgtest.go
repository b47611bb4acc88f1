// Package pgtest gives tests a real PostgreSQL: the one that MEANWHILE_TEST_DSN names, or one of the test binary's own.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	server, err := shared()
	if missing, ok := errors.AsType[missingError](err); ok {
		testneed.Missing(tb, "postgres", missing.Error())
	}
	if err != nil {
		tb.Fatalf("PostgreSQL is installed but does not start: %v", err)
	}
	return server.dsn
}

// server is a PostgreSQL that this process started.
type server struct {
	dsn string

	// lifeline is a pipe, and the server ends when it closes. It is held here because the garbage collector closes what
	// nobody holds.
	lifeline io.Closer
}

// shared starts PostgreSQL when the first test asks for it, and holds it as long as the process lives.
var shared = sync.OnceValues(func() (server, error) {
	started, err := start()
	if err != nil {
		return server{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	connection, err := pgx.Connect(ctx, started.dsn)
	if err != nil {
		return server{}, errors.Join(fmt.Errorf("it started but does not answer: %w", err), started.lifeline.Close())
	}
	return started, connection.Close(ctx)
})

// missingError says what to install so that a server can be started.
type missingError string

func (e missingError) Error() string { return string(e) }
