package workshop

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"sync"
	"time"

	"meanwhile/internal/workshop/check"
)

// Options are what a check can be asked for.
type Options struct {
	// Race asks for the race detector, where there is one.
	Race bool

	// Seed repeats an earlier check; 0 leaves it to chance.
	Seed uint64
}

// What a check may take at most.
const (
	buildTime = 2 * time.Minute  // with nothing in the cache
	runTime   = 15 * time.Second // behind the check's own bound
	maxOutput = 256 << 10        // bytes
)

// Check builds and runs an attempt, and says what came of it. An error tells that it could not be checked.
func (t *Toolchain) Check(ctx context.Context, e *Exercise, attempt Attempt, o Options) (*Outcome, error) {
	outcomes, err := t.Repeat(ctx, e, attempt, o, 1)
	if err != nil {
		return nil, err
	}
	return outcomes[0], nil
}

// Repeat builds an attempt once and runs it so many times, each with a seed of its own, and says what came of each. Code that
// does not come to run has one outcome.
func (t *Toolchain) Repeat(ctx context.Context, e *Exercise, attempt Attempt, o Options, times int) (_ []*Outcome, err error) {
	if refused := e.admit(attempt); refused != nil {
		return []*Outcome{refused}, nil
	}
	dir, err := os.MkdirTemp("", "meanwhile-check-")
	if err != nil {
		return nil, fmt.Errorf("nowhere to build: %w; set TMPDIR to a folder that can be written to", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m, err := newModule(dir, e, attempt)
	if err != nil {
		return nil, fmt.Errorf("cannot build in %s: %w", dir, err)
	}
	race := o.Race && t.Races()
	fault := t.build(ctx, m, race)
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if fault != nil {
		return []*Outcome{fault}, nil
	}
	var outcomes []*Outcome
	for i := range times {
		seed := o.Seed + uint64(i)
		if o.Seed == 0 {
			seed = randomSeed()
		}
		outcome := m.judge(m.run(ctx, seed), m.report(), race)
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		outcome.Schema, outcome.Exercise, outcome.Seed, outcome.WithoutRace = Schema, e.Name, seed, t.Without
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

func randomSeed() uint64 {
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	return binary.LittleEndian.Uint64(seed[:]) >> 12
}

// printed is what a program has printed, and how it ended.
type printed struct {
	text  string
	err   error
	flood bool
}

// build makes the test's program, and has go vet look at the code meanwhile. It returns what is wrong with the code; nil where
// nothing is.
func (t *Toolchain) build(ctx context.Context, m *module, race bool) *Outcome {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	var built, vetted printed
	var both sync.WaitGroup
	both.Go(func() { built = m.start(ctx, environment(os.Environ()), t.Command, m.compiles(race)...) })
	both.Go(func() { vetted = m.start(ctx, environment(os.Environ()), t.Command, m.vets()...) })
	both.Wait()
	switch {
	case built.err != nil:
		return m.uncompiled(built)
	case vetted.err != nil:
		return m.vetted(vetted)
	}
	return nil
}

// run runs the test's program.
func (m *module) run(ctx context.Context, seed uint64) printed {
	ctx, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	if err := os.Remove(m.file(reportFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return printed{err: err} // that of the run before would be taken for this one's
	}
	env := []string{
		check.FileVariable + "=" + m.file(reportFile), fmt.Sprintf("%s=%d", check.SeedVariable, seed),
		"GOTRACEBACK=all", "GORACE=atexit_sleep_ms=0 halt_on_error=1", "TMPDIR=" + m.dir, "TEMP=" + m.dir, "TMP=" + m.dir,
		"HOME=" + m.dir, "SystemRoot=" + os.Getenv("SystemRoot"),
	}
	return m.start(ctx, env, m.file("run.exe"), "-test.timeout=0", "-test.v")
}

// start runs a program in the module, in a group of processes that is ended as a whole, and returns the beginning of what it
// prints; one that prints without end is ended.
func (m *module) start(ctx context.Context, env []string, name string, args ...string) printed {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = m.dir, env
	out := &capped{full: cancel}
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second // for what holds the pipes open
	ownGroup(cmd)
	err := cmd.Run()
	endGroup(cmd)
	out.mu.Lock()
	defer out.mu.Unlock()
	return printed{text: out.buffer.String(), err: err, flood: out.flood}
}

// capped keeps the beginning of what is written, and calls full where there is more.
type capped struct {
	mu     sync.Mutex // guards the rest
	buffer bytes.Buffer
	full   func()
	flood  bool
}

func (c *capped) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	room := maxOutput - c.buffer.Len()
	c.buffer.Write(text[:min(len(text), room)])
	if len(text) > room && !c.flood {
		c.flood = true
		c.full()
	}
	return len(text), nil
}

// report reads what the test has handed over; what is not there is the zero report.
func (m *module) report() check.Report {
	var r check.Report
	data, err := os.ReadFile(m.file(reportFile))
	if err == nil && len(data) < maxReport {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return check.Report{}
	}
	return r
}

// maxReport is how long a report may be, in bytes: the learner's process has written it.
const maxReport = 4 << 20
