package lab_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/pgtest"
)

func TestPostgreSQLIsUsedAndLeftAsItWas(t *testing.T) {
	dsn := pgtest.DSN(t)
	before := schemas(t, dsn)
	for _, strategy := range demos.Strategies(3) {
		spec := small(t)
		spec.DSN, spec.Delays, spec.Tasks, spec.Pool = lab.DSN(dsn), nil, 20, 4
		opened := open(t, t.Context(), "database", spec)
		if opened.Simulated != "" {
			t.Errorf("a real database says it simulates %q", opened.Simulated)
		}
		if !strings.HasPrefix(opened.Real, "PostgreSQL ") {
			t.Errorf("it says that %q is real, want PostgreSQL", opened.Real)
		}
		if err := strategy.Run(t.Context(), opened.Tasks); err != nil {
			t.Errorf("%s: %v", strategy.Name, err)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	}
	if after := schemas(t, dsn); after != before {
		t.Errorf("there are %d schemas after the runs, and were %d before", after, before)
	}
}

func TestPostgreSQLWaitsOutADelayThatIsAskedFor(t *testing.T) {
	spec := small(t)
	spec.DSN, spec.Delays = lab.DSN(pgtest.DSN(t)), []time.Duration{ms}
	opened := open(t, t.Context(), "database", spec)
	defer opened.Close()
	if !strings.Contains(opened.Simulated, "round trip") {
		t.Errorf("it says it simulates %q, want the round trip", opened.Simulated)
	}
	if err := demos.Goroutines(t.Context(), opened.Tasks); err != nil {
		t.Error(err)
	}
}

func TestAWrongPasswordIsNeverPrinted(t *testing.T) {
	right, err := url.Parse(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	const wrong = "not-the-password"
	right.User = url.UserPassword(right.User.Username(), wrong)
	spec := small(t)
	spec.DSN = lab.DSN(right.String())
	workload, _ := lab.Find("database")
	_, err = workload.Open(t.Context(), spec)
	if err == nil {
		t.Fatal("the server took a wrong password")
	}
	if !strings.Contains(err.Error(), "check the address, the user and the password") {
		t.Errorf("%q does not say what to check", err)
	}
	if strings.Contains(err.Error(), wrong) {
		t.Errorf("%q tells the password", err)
	}
}

func TestADSNPrintsWithoutItsPassword(t *testing.T) {
	for _, dsn := range []lab.DSN{
		"postgres://me:hunter2@127.0.0.1/db",
		"postgres://127.0.0.1/db?user=me&password=hunter2",
		"postgres://127.0.0.1/db?sslpassword=hunter2",
		"postgres://me:hunter2@[::1/db", // not even an address
	} {
		asJSON, err := json.Marshal(dsn)
		if err != nil {
			t.Error(err)
		}
		for _, text := range []string{dsn.String(), fmt.Sprintf("%v %+v %#v %s %q", dsn, dsn, dsn, dsn, dsn), string(asJSON)} {
			if strings.Contains(text, "hunter2") {
				t.Errorf("%s tells the password", text)
			}
		}
	}
}

func TestAWebAddressPrintsWithoutItsPassword(t *testing.T) {
	const address = lab.URL("http://me:hunter2@127.0.0.1:8000/slow")
	asJSON, err := json.Marshal(address)
	if err != nil {
		t.Error(err)
	}
	if text := fmt.Sprintf("%v %#v %q %s", address, address, address, asJSON); strings.Contains(text, "hunter2") {
		t.Errorf("%s tells the password", text)
	}
}

func FuzzADSNPrintsWithoutItsPassword(f *testing.F) {
	f.Add("me", "hunter2", "127.0.0.1", "db")
	f.Add("", "p%40ss", "[::1]:5432", "a/b?c=d")
	f.Fuzz(func(t *testing.T, user, password, host, path string) {
		address := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: host, Path: path}
		secret := "secret-" + url.PathEscape(password) + "-secret"
		address.User = url.UserPassword(user, secret)
		for _, dsn := range []lab.DSN{
			lab.DSN(address.String()),
			lab.DSN("postgres://" + user + ":" + secret + "@" + host + "/" + path),
		} {
			rest := strings.ReplaceAll(user+host+path, secret, "")
			if text := dsn.String(); strings.Contains(text, secret) && !strings.Contains(rest, "secret") {
				t.Errorf("%q prints as %q", string(dsn), text)
			}
		}
	})
}

// schemas counts the schemas of our kind in the database.
func schemas(t *testing.T, dsn string) (n int) {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'meanwhile%'").Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
