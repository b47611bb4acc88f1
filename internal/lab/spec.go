package lab

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"

	"meanwhile/internal/predict"
)

// Spec is what a set of tasks is made of. Each workload takes the parts that its Flags name.
type Spec struct {
	// Tasks is how many there are.
	Tasks int `json:"tasks"`

	// Delays is how long one task waits (or, for cpu, works): one for all, or one a task, in order. None is the workload's
	// own: DefaultDelay, but nothing for a database that is real and has its own round trip.
	Delays []time.Duration `json:"delays_ns,omitempty"`

	// Jitter is the most that a delay of the network is lengthened or shortened by, evenly spread, drawn from Seed.
	Jitter time.Duration `json:"jitter_ns"`
	Seed   uint64        `json:"seed"`

	// URLs are real addresses to GET in turn, instead of the server of our own.
	URLs []URL `json:"urls,omitempty"`

	// Size is how many bytes a file has. Sync waits until the disk has them.
	Size int64 `json:"size_bytes"`
	Sync bool  `json:"sync"`

	// Dir is where files and the SQLite database are made; the user's cache directory where empty.
	Dir string `json:"dir,omitempty"`

	// DSN is a real PostgreSQL; SQLite where empty. Pool is the most connections at once.
	DSN  DSN `json:"dsn,omitempty"`
	Pool int `json:"pool"`

	// Work pins how many hashes a cpu task computes; 0 calibrates it to take about its delay.
	Work int `json:"work,omitempty"`
}

// DefaultDelay is long enough for the lateness of timers not to show, and short enough for a demonstration.
const DefaultDelay = 30 * time.Millisecond

// Bounds that keep a slip of the finger from taking the machine.
const (
	MaxTasks = 10_000_000
	MaxDelay = time.Hour
	MaxSize  = 1 << 30
	MaxPool  = 1000
	MaxURLs  = 1000
	MaxWork  = 1_000_000_000_000
)

// SpecError is a spec that cannot be run as asked: what is wrong, and what to ask for instead.
type SpecError struct{ Problem, Next string }

func (e SpecError) Error() string { return e.Problem + "; " + e.Next }

// Check tells what is wrong with the spec, as a SpecError.
func (s Spec) Check() error {
	switch {
	case s.Tasks < 1 || s.Tasks > MaxTasks:
		return SpecError{fmt.Sprintf("%d tasks cannot be run", s.Tasks), fmt.Sprintf("ask for 1 to %d with --tasks", MaxTasks)}
	case len(s.Delays) > 1 && len(s.Delays) != s.Tasks:
		return SpecError{
			fmt.Sprintf("%d delays do not fit %d tasks", len(s.Delays), s.Tasks),
			"give --delay one duration, or one for each task",
		}
	case slices.ContainsFunc(s.Delays, func(d time.Duration) bool { return d < 0 || d > MaxDelay }):
		return SpecError{"a delay is out of range", "give --delay durations from 0s to " + MaxDelay.String()}
	case s.Jitter < 0 || s.Jitter > MaxDelay:
		return SpecError{"the jitter is out of range", "give --jitter a duration from 0s to " + MaxDelay.String()}
	case s.Size < 1 || s.Size > MaxSize:
		return SpecError{fmt.Sprintf("a file of %d bytes is out of range", s.Size), "give --size from 1B to 1GiB"}
	case s.Pool < 1 || s.Pool > MaxPool:
		return SpecError{
			fmt.Sprintf("a pool of %d connections is out of range", s.Pool),
			fmt.Sprintf("give --pool 1 to %d", MaxPool),
		}
	case s.Work < 0 || s.Work > MaxWork:
		return SpecError{fmt.Sprintf("work of %d hashes is out of range", s.Work), fmt.Sprintf("give --work 1 to %d, or 0 to calibrate", MaxWork)}
	case len(s.URLs) > MaxURLs:
		return SpecError{fmt.Sprintf("%d URLs are too many", len(s.URLs)), fmt.Sprintf("give at most %d", MaxURLs)}
	}
	for _, address := range s.URLs {
		if err := address.check(); err != nil {
			return err
		}
	}
	return s.DSN.check()
}

// delays returns the delay of each task.
func (s Spec) delays() []time.Duration {
	if len(s.Delays) == 0 {
		return slices.Repeat([]time.Duration{DefaultDelay}, s.Tasks)
	}
	return slices.Repeat(s.Delays, s.Tasks/len(s.Delays))
}

// jittered lengthens or shortens each delay by what the seed draws.
func (s Spec) jittered(delays []time.Duration) []time.Duration {
	random := rand.New(rand.NewPCG(s.Seed, s.Seed))
	for i := range delays {
		delays[i] = max(0, delays[i]-s.Jitter+time.Duration(random.Int64N(int64(2*s.Jitter)+1)))
	}
	return delays
}

// Model is what is known of a workload's tasks before it is set up: how long each waits, how many the thing itself serves at
// once, and what they share. procs is the GOMAXPROCS to run with.
func (s Spec) Model(workload string, procs int) predict.Model {
	model := predict.Model{Delays: make([]time.Duration, s.Tasks)}
	switch {
	case workload == "sleep":
		model.Delays = s.delays()
	case workload == "network" && len(s.URLs) == 0:
		model.Delays = s.jittered(s.delays())
	case workload == "database":
		model.Slots = s.Pool
		if s.DSN == "" || len(s.Delays) > 0 {
			model.Delays = s.delays()
		}
		if s.DSN == "" {
			model.Shared = []predict.Resource{oneWriter()}
		}
	case workload == "cpu":
		model.Shared = []predict.Resource{cores(procs)}
		if len(s.Delays) > 1 {
			model.Delays = s.delays()
		}
	}
	return model
}

// oneWriter is what transactions of SQLite share.
func oneWriter() predict.Resource {
	return predict.Resource{Name: "SQLite's one writer at a time", Capacity: 1, AfterDelay: true}
}

// cores is what tasks that compute share.
func cores(procs int) predict.Resource {
	return predict.Resource{Name: Cores(procs), Capacity: procs}
}

// redacted stands where a password was.
const redacted = "xxxxx"

// URL is a web address. It prints, in every format, without a password that it may hold.
type URL string

// String returns the address without its password.
func (u URL) String() string {
	address, err := url.Parse(string(u))
	if err != nil || address.Host == "" {
		return redacted
	}
	return redact(address)
}

// GoString keeps the password out of %#v.
func (u URL) GoString() string { return u.String() }

// MarshalText keeps the password out of JSON.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

func (u URL) check() error {
	address, err := url.Parse(string(u))
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return SpecError{"--url is no web address", "write it like http://127.0.0.1:8000/slow"}
	}
	return nil
}

// DSN is the address of a PostgreSQL database. It prints, in every format, without its password.
type DSN string

// String returns the address without its password, and nothing of what is no address: a slip may have put the password
// anywhere.
func (d DSN) String() string {
	if d == "" {
		return ""
	}
	u, err := d.parse()
	if err != nil {
		return "postgres://" + redacted
	}
	return redact(u)
}

// redact writes an address without its password, and without what its query calls one.
func redact(u *url.URL) string {
	query := u.Query()
	for name := range query {
		if isSecret(name) {
			query.Set(name, redacted)
		}
	}
	if u.RawQuery != "" {
		u.RawQuery = query.Encode()
	}
	return u.Redacted()
}

// isSecret tells whether a part of a query is named like a password.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"password", "passwd", "secret", "token", "key"}, func(word string) bool {
		return strings.Contains(name, word)
	})
}

// parse reads the address. An @ behind the host is a password that was not escaped.
func (d DSN) parse() (*url.URL, error) {
	u, err := url.Parse(string(d))
	switch {
	case err != nil:
		return nil, err
	case u.Host == "", u.Fragment != "", u.Scheme != "postgres" && u.Scheme != "postgresql":
		return nil, errors.New("not the address of a PostgreSQL")
	case strings.Contains(u.Path+u.RawQuery, "@"):
		return nil, errors.New("an @ behind the host")
	case strings.Count(string(d), "@") > 1:
		return nil, errors.New("an @ in the password") // the driver takes what follows it for the host, and tells it
	}
	return u, nil
}

// GoString keeps the password out of %#v.
func (d DSN) GoString() string { return d.String() }

// MarshalText keeps the password out of JSON.
func (d DSN) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d DSN) check() error {
	if d == "" {
		return nil
	}
	if _, err := d.parse(); err != nil {
		return SpecError{
			"--dsn is not the address of a PostgreSQL",
			"write it like postgres://user@127.0.0.1:5432/database, with %40 for an @ in the password",
		}
	}
	return nil
}
