package lab

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"meanwhile/demos"
	"meanwhile/internal/predict"
)

// openDatabase makes a table of counters, one a task, in SQLite or in the PostgreSQL that the spec names.
func openDatabase(ctx context.Context, spec Spec) (*Lab, error) {
	lab := &Lab{Tasks: make([]demos.Task, spec.Tasks), Delays: spec.delays(), Slots: spec.Pool}
	if spec.DSN != "" && len(spec.Delays) == 0 {
		clear(lab.Delays) // its round trip is real
	}
	connector, err := lab.connector(ctx, spec)
	if err != nil {
		return lab.abandon(err)
	}
	if longest := slices.Max(lab.Delays); longest > 0 {
		connector = distant{connector}
		lab.Simulated = "the round trip to the database: each transaction waits before it begins"
	}
	db, err := lab.openPool(ctx, connector, spec)
	if err != nil {
		return lab.abandon(err)
	}
	for i, delay := range lab.Delays {
		visit := demos.Visit(db, i+1)
		lab.Tasks[i] = demos.Task{Name: visit.Name, Run: func(ctx context.Context) error {
			return visit.Run(withTrip(ctx, &trip{delay: delay}))
		}}
	}
	return lab, nil
}

// openPool opens a database, with a pool of connections, and makes its counters.
func (l *Lab) openPool(ctx context.Context, connector driver.Connector, spec Spec) (*sql.DB, error) {
	db := sql.OpenDB(connector)
	l.onClose(db.Close)
	db.SetMaxOpenConns(spec.Pool)
	db.SetMaxIdleConns(spec.Pool)
	return db, makeCounters(ctx, db, spec.Tasks)
}

// connector returns what opens connections to the database that the spec asks for.
func (l *Lab) connector(ctx context.Context, spec Spec) (driver.Connector, error) {
	if spec.DSN != "" {
		return l.postgres(ctx, spec.DSN)
	}
	dir, err := l.scratch(spec.Dir)
	if err != nil {
		return nil, err
	}
	l.Real = "SQLite in a file, each commit on " + l.place(dir)
	l.Shared = []predict.Resource{oneWriter()}
	path := filepath.ToSlash(filepath.Join(dir, "meanwhile.sqlite"))
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	// Take the write lock when a transaction begins: to take it between the read and the write could fail at once.
	options := "_txlock=immediate&_busy_timeout=60000&_journal_mode=WAL&_synchronous=FULL"
	return sqlite.NewConnector((&url.URL{Scheme: "file", Path: path, RawQuery: options}).String())
}

// postgres makes a schema of our own in the database, so that nothing of the user's is touched. Close drops it.
func (l *Lab) postgres(ctx context.Context, dsn DSN) (driver.Connector, error) {
	config, err := pgx.ParseConfig(string(dsn))
	if err != nil {
		return nil, fmt.Errorf("the address %s cannot be read: %s; write it like postgres://user@host:5432/database",
			dsn, dsn.conceal(err))
	}
	schema := pgx.Identifier{"meanwhile_" + strings.ToLower(rand.Text())}.Sanitize()
	admin := stdlib.OpenDB(*config)
	l.onClose(admin.Close)
	var version string
	if err := admin.QueryRowContext(ctx, "SHOW server_version").Scan(&version); err != nil {
		return nil, fmt.Errorf("cannot reach %s: %s; check the address, the user and the password", dsn, dsn.conceal(err))
	}
	l.onClose(func() error {
		// The run may have been interrupted: its context has ended, but the schema has to go, made in full or not.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, err := admin.ExecContext(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		return err
	})
	if _, err := admin.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		return nil, fmt.Errorf("cannot make a schema in %s: %s; its user needs the right to create one",
			dsn, dsn.conceal(err))
	}
	config.RuntimeParams["search_path"] = schema
	l.Real = fmt.Sprintf("PostgreSQL %s at %s", version, config.Host)
	return stdlib.GetConnector(*config), nil
}

// conceal returns the text of err on one line, no line twice, and without the password, should a driver ever quote it.
func (d DSN) conceal(err error) string {
	var lines []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	text := strings.Join(lines, " ")
	for _, secret := range d.secrets() {
		if len(secret) < shortSecret {
			return "its driver's reason would tell the password"
		}
		text = strings.ReplaceAll(text, secret, redacted)
	}
	return text
}

// shortSecret is the length below which a password blacked out in a text could be read from what is missing.
const shortSecret = 4

// secrets are the passwords in the address.
func (d DSN) secrets() []string {
	u, err := d.parse()
	if err != nil {
		return nil
	}
	var secrets []string
	if password, _ := u.User.Password(); password != "" {
		secrets = append(secrets, password)
	}
	for name, values := range u.Query() {
		if isSecret(name) {
			secrets = append(secrets, slices.DeleteFunc(values, func(v string) bool { return v == "" })...)
		}
	}
	return secrets
}

// makeCounters makes the table that demos.Visit reads and writes.
func makeCounters(ctx context.Context, db *sql.DB, tasks int) error {
	_, err := db.ExecContext(ctx, "CREATE TABLE counters (id INTEGER PRIMARY KEY, visits INTEGER NOT NULL)")
	if err == nil {
		_, err = db.ExecContext(ctx, `WITH RECURSIVE numbers (id) AS (
			SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < $1
		) INSERT INTO counters SELECT id, 0 FROM numbers`, tasks)
	}
	if err != nil {
		return fmt.Errorf("cannot make the table of counters: %w", explain(err))
	}
	return nil
}

// distant puts a round trip in front of each transaction, and of a query outside of one: it is waited out on a connection.
// Before BEGIN, it holds no lock.
type distant struct{ driver.Connector }

func (d distant) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := d.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	near, ok := conn.(fullConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the driver's %T lacks contexts", conn), conn.Close())
	}
	return distantConn{near, new(*trip)}, nil
}

// fullConn is what database/sql uses of a modern driver's connection.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
}

type distantConn struct {
	fullConn
	holder **trip // whose task has the connection, where it is in use
}

// BeginTx waits out the round trip, then begins; or it begins, and the transaction's first query waits.
func (c distantConn) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	if err := c.travel(ctx, true); err != nil {
		return nil, err
	}
	start := time.Now()
	tx, err := c.fullConn.BeginTx(ctx, options)
	if t := *c.holder; t != nil {
		t.began = time.Since(start)
	}
	return tx, err
}

// QueryContext waits out the round trip, unless the transaction has.
func (c distantConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.travel(ctx, false); err != nil {
		return nil, err
	}
	return c.fullConn.QueryContext(ctx, query, args)
}

// travel notes whose the connection is, and waits out the round trip where it has not been made.
func (c distantConn) travel(ctx context.Context, begins bool) error {
	t, ok := ctx.Value(tripKey{}).(*trip)
	if !ok {
		return nil
	}
	if *c.holder != t {
		*c.holder, t.taken = t, time.Now()
	}
	if t.made || begins && t.inside {
		return nil
	}
	t.made = true
	return demos.Sleep(t.delay).Run(ctx)
}

// IsValid is asked when the connection goes back to the pool.
func (c distantConn) IsValid() bool {
	if t := *c.holder; t != nil {
		*c.holder, t.returned = nil, time.Now()
	}
	validator, ok := c.fullConn.(driver.Validator)
	return !ok || validator.IsValid()
}

// CheckNamedValue passes on what not every driver has.
func (c distantConn) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := c.fullConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// trip is a task's round trip to the database. It goes through database/sql to the driver in the task's context.
type trip struct {
	delay  time.Duration
	inside bool // of the transaction, under its locks
	made   bool

	// When the task asked for a connection of the pool, got it, and gave it back.
	asked, taken, returned time.Time

	began time.Duration // what BEGIN took
}

type tripKey struct{}

func withTrip(ctx context.Context, t *trip) context.Context {
	return context.WithValue(ctx, tripKey{}, t)
}
