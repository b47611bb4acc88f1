package workshop

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
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
func (t *Toolchain) Repeat(ctx context.Context, e *Exercise, attempt Attempt, o Options, times int) ([]*Outcome, error) {
	if refused := e.admit(attempt); refused != nil {
		return []*Outcome{refused}, nil
	}
	dir, err := scratch()
	if err != nil {
		return nil, fmt.Errorf("nowhere to build: %w; set TMPDIR to a folder that can be written to", err)
	}
	defer remove(dir)
	m, err := newModule(dir, e, attempt)
	if err != nil {
		return nil, fmt.Errorf("cannot build in %s: %w", dir, err)
	}
	race, without := o.Race && t.Races(), t.Without
	fault, err := t.build(ctx, m, race)
	if err != nil && race { // the race detector needs more than the code does
		race, without = false, err.Error()
		fault, err = t.build(ctx, m, race)
	}
	if err := cmp.Or(context.Cause(ctx), err); err != nil {
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
		run := m.run(ctx, seed)
		if err := cmp.Or(context.Cause(ctx), run.unstarted()); err != nil {
			return nil, err
		}
		outcome := m.judge(run, m.report(), race)
		outcome.Schema, outcome.Exercise, outcome.Seed, outcome.WithoutRace = Schema, e.Name, seed, without
		outcomes = append(outcomes, outcome)
	}
	return outcomes, nil
}

// scratch makes a folder to build in. It is named without symbolic links, as the go command names it: the files that it compiles in
// place of others are found by their paths.
func scratch() (string, error) {
	dir, err := os.MkdirTemp("", "meanwhile-check-")
	if err != nil {
		return "", err
	}
	whole, err := filepath.Abs(dir)
	if err == nil {
		whole, err = filepath.EvalSymlinks(whole)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return whole, nil
}

// remove removes what was built, also where the code has made folders in it that cannot be entered, and where a program that has
// just ended is still held by the system. What is left even then is the temporary folder's: no verdict is lost for it.
func remove(dir string) {
	for range 10 {
		if os.RemoveAll(dir) == nil {
			return
		}
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, _ error) error {
			if entry != nil && entry.IsDir() {
				return os.Chmod(path, 0o700)
			}
			return nil
		})
		time.Sleep(20 * time.Millisecond)
	}
}

func randomSeed() uint64 {
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	return 1 + binary.LittleEndian.Uint64(seed[:])%mostSeeds
}

// mostSeeds is how many there are to choose from: so few that one can be typed, and too many to have them all in a solution.
const mostSeeds = 1_000_000

// printed is what a program has printed, and how it ended.
type printed struct {
	text  string
	err   error
	flood bool
}

// unstarted says why a program did not come to run, which no code is to blame for; nil where it has run.
func (p printed) unstarted() error {
	_, ran := errors.AsType[*exec.ExitError](p.err)
	if p.err == nil || ran || errors.Is(p.err, exec.ErrWaitDelay) || errors.Is(p.err, context.Canceled) || errors.Is(p.err, context.DeadlineExceeded) {
		return nil
	}
	return fmt.Errorf("what was built does not run: %w; 'meanwhile practice doctor' looks at the machine", p.err)
}

// build makes the test's program, and has go vet look at the code meanwhile. It returns what is wrong with the code; nil where
// nothing is. An error tells that it is the machine that cannot build.
func (t *Toolchain) build(ctx context.Context, m *module, race bool) (*Outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, buildTime, fmt.Errorf("to build it takes longer than %s; check again, or warm the cache "+
		"by 'meanwhile practice doctor --warm'", check.Duration(buildTime)))
	defer cancel()
	var built, vetted printed
	var both sync.WaitGroup
	both.Go(func() { built = m.start(ctx, environment(os.Environ()), t.Command, m.compiles(race)...) })
	both.Go(func() { vetted = m.start(ctx, environment(os.Environ()), t.Command, m.vets()...) })
	both.Wait()
	switch {
	case context.Cause(ctx) != nil:
		return nil, context.Cause(ctx)
	case built.err != nil:
		return m.uncompiled(built)
	case vetted.err != nil:
		return m.vetted(vetted), nil
	}
	return nil, nil
}

// run runs the test's program.
func (m *module) run(ctx context.Context, seed uint64) printed {
	ctx, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	if err := os.RemoveAll(m.file(reportFile)); err != nil {
		return printed{err: err} // that of the run before would be taken for this one's
	}
	env := []string{
		check.FileVariable + "=" + m.file(reportFile), fmt.Sprintf("%s=%d", check.SeedVariable, seed),
		"GOTRACEBACK=all", "GORACE=atexit_sleep_ms=0 halt_on_error=1", "TMPDIR=" + m.dir, "TEMP=" + m.dir, "TMP=" + m.dir,
		"HOME=" + m.dir, "SystemRoot=" + os.Getenv("SystemRoot"),
	}
	return m.start(ctx, env, m.file("run.exe"), "-test.timeout=0")
}

// start runs a program in the module, in a group of processes that is ended as a whole, and returns the beginning of what it
// prints; one that prints without end is ended.
func (m *module) start(ctx context.Context, env []string, name string, args ...string) printed {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = m.dir, append(env, "PWD="+m.dir)
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
