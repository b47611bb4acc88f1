package pgtest_test

import (
	"errors"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"meanwhile/internal/pgtest"
)

func TestServerTakesThePasswordOnly(t *testing.T) {
	t.Setenv("MEANWHILE_TEST_DSN", "")
	dsn, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := setting(t, dsn.String(), "server_version"); got == "" {
		t.Error("a server without a version")
	}
	dsn.User = url.UserPassword(dsn.User.Username(), "wrong")
	connection, err := pgx.Connect(t.Context(), dsn.String())
	if err == nil {
		t.Error("a wrong password got in", connection.Close(t.Context()))
	}
	if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != "28P01" { // invalid_password
		t.Errorf("a wrong password met %v, want the server's refusal", err)
	}
}

func TestServerIsSafeToRunAnywhere(t *testing.T) {
	t.Setenv("MEANWHILE_TEST_DSN", "")
	dsn := pgtest.DSN(t)
	for name, want := range map[string]string{
		"listen_addresses":        "127.0.0.1", // nobody else on the network reaches it
		"unix_socket_directories": "",
		"fsync":                   "on", // its commits wait as a real server's do
		"server_encoding":         "UTF8",
	} {
		if got := setting(t, dsn, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestServerIsShared(t *testing.T) {
	t.Setenv("MEANWHILE_TEST_DSN", "")
	first, second := pgtest.DSN(t), pgtest.DSN(t)
	if first != second {
		t.Errorf("two servers, %s and %s, want one", first, second)
	}
}

func TestDSNIsTheEnvironments(t *testing.T) {
	const dsn = "postgres://somebody@somewhere/something"
	t.Setenv("MEANWHILE_TEST_DSN", dsn)
	if got := pgtest.DSN(t); got != dsn {
		t.Errorf("got %s, want %s", got, dsn)
	}
}

// setting asks the server for one of its settings.
func setting(t *testing.T, dsn, name string) (value string) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := connection.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value); err != nil {
		t.Error(err)
	}
	if err := connection.Close(t.Context()); err != nil {
		t.Error(err)
	}
	return value
}
