// Package check is what the hidden test of an exercise runs a learner's code with: cases in bubbles of virtual time, calls that
// are counted while they wait, and findings in sentences. It is copied into the module in which the code is checked, and so it
// imports the standard library alone.
package check

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The environment of a check.
const (
	// FileVariable names the file that the report is written to.
	FileVariable = "MEANWHILE_CHECK"

	// CaseMark begins a line before all that the code prints in a case: the case's name is behind it.
	CaseMark = "--- case: "

	// SeedVariable holds the seed of what a case leaves to chance.
	SeedVariable = "MEANWHILE_SEED"
)

// Report is what a check came to, as it is handed over.
type Report struct {
	// Done tells that every case has come to its end.
	Done bool `json:"done"`

	// Finding is what fell short, the first thing that did.
	Finding *Finding `json:"finding,omitempty"`

	// Case is the one that fell short or, where none did, the first.
	Case Figures `json:"case"`
}

// Finding is something that a learner's code does not do.
type Finding struct {
	Reason Reason `json:"reason"`

	// Said is what was expected and what happened, a sentence; Next is what to do about it, where there is more to say than a
	// hint would.
	Said string `json:"said"`
	Next string `json:"next,omitempty"`

	// Stacks are the goroutines that it is about, as the runtime writes them.
	Stacks string `json:"stacks,omitempty"`
}

// Figures are what was counted in a case. All times are virtual.
type Figures struct {
	Name    string        `json:"name"`
	Elapsed time.Duration `json:"elapsed_ns"` // until Do has returned

	// Calls is how many calls began, and Most how many were under way at once.
	Calls int `json:"calls"`
	Most  int `json:"most"`

	// Left is how many goroutines were still there at the end.
	Left int `json:"left"`

	Spans []Span `json:"spans"`
}

// Span is a call of a collaborator.
type Span struct {
	Name  string        `json:"name"`
	Start time.Duration `json:"start_ns"`
	End   time.Duration `json:"end_ns"`
}

// Reason is the kind of a finding, in a word that scripts can rely on.
type Reason string

// The reasons. A check also ends by others, which are found from outside: see package workshop.
const (
	Elapsed  Reason = "elapsed"  // it took longer than the waits that overlap, or less than there is to wait for
	Most     Reason = "most"     // too many at once, or too few
	Calls    Reason = "calls"    // a collaborator was called too often, or not at all
	Value    Reason = "value"    // the result is another one
	Left     Reason = "left"     // it returned while goroutines of its own were at work
	Leak     Reason = "leak"     // goroutines that never end
	Deadlock Reason = "deadlock" // everybody waits for somebody else
	Late     Reason = "late"     // a call after it was told to stop
	Misuse   Reason = "misuse"   // a collaborator was used as it must not be
	Panic    Reason = "panic"    // it panicked
	Endless  Reason = "endless"  // it computes, and time stands still
	Memory   Reason = "memory"   // it takes more memory than a check has
)

// bounds of a case, besides those of the process.
const (
	patience = time.Hour       // of virtual time, after which nobody is waited for any more
	realTime = 5 * time.Second // for all cases
	mostHeap = 1 << 30         // bytes
)

// Check is the cases of a hidden test, in a process of its own.
type Check struct {
	t       *testing.T
	current atomic.Pointer[Case]
	first   *Figures   // what was counted in the first case
	ending  sync.Mutex // held from the first finding on: no other is told
}

// Begin begins a check. It ends the process when that takes too long, for real, or too much memory.
func Begin(t *testing.T) *Check {
	k := &Check{t: t}
	go k.watch()
	return k
}

// Run runs a case in a bubble. What falls short ends the process, with the report written.
func (k *Check) Run(name string, body func(c *Case)) {
	k.t.Helper()
	synctest.Test(k.t, func(t *testing.T) {
		seed, err := strconv.ParseUint(os.Getenv(SeedVariable), 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", SeedVariable, err)
		}
		c := &Case{Rand: rand.New(rand.NewPCG(seed, hash(name))), check: k, t: t, start: time.Now()}
		c.figures.Name = name
		k.current.Store(c)
		fmt.Fprintln(os.Stderr, CaseMark+name)
		before := goroutines()
		stuck := time.AfterFunc(patience, c.stuck)
		body(c)
		stuck.Stop()
		c.settle(before)
		if k.first == nil {
			figures := c.whole()
			k.first = &figures
		}
	})
}

// hash makes each case's numbers differ from the other ones'.
func hash(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return h.Sum64()
}

// Done says that all cases have come to their end.
func (k *Check) Done() {
	k.t.Helper()
	if k.first == nil {
		k.t.Fatal("no case has run")
	}
	write(Report{Done: true, Case: *k.first})
}

// end writes the last report and ends the process: goroutines that are left would only add noise.
func (k *Check) end(r Report) {
	k.ending.Lock()
	write(r)
	os.Exit(1)
}

// write hands the report over, as a whole.
func write(r Report) {
	data, err := json.Marshal(r)
	if err == nil {
		err = os.WriteFile(os.Getenv(FileVariable), data, 0o600)
	}
	if err != nil {
		panic(fmt.Errorf("the check cannot be reported: %w", err))
	}
}

// Case is one run of the learner's code, in a bubble of virtual time.
type Case struct {
	// Rand is seeded anew for each check: a solution that knows the numbers of the last one does not pass.
	Rand *rand.Rand

	check *Check
	t     *testing.T
	start time.Time
	ledger
}

// Context is of the case: it ends with it.
func (c *Case) Context() context.Context {
	return context.WithValue(c.t.Context(), caseKey{}, c)
}

// caseKey is under which a context has its case.
type caseKey struct{}

// From fails if a context is neither the case's own nor made of it: what is called with such a one goes on when the caller has given up.
func (c *Case) From(ctx context.Context, called string) {
	if ctx.Value(caseKey{}) != c {
		c.Fail(Misuse, "%s was called with another context than the one that was given: it does not hear when that one ends", called)
	}
}

// Now is the virtual time since the case began.
func (c *Case) Now() time.Duration { return time.Since(c.start) }

// Between returns a random duration from low to high, in whole steps.
func (c *Case) Between(low, high, step time.Duration) time.Duration {
	return low + step*time.Duration(c.Rand.Int64N(int64((high-low)/step)+1))
}

// Fail ends the check with a finding. Durations among the arguments stand as Duration writes them.
func (c *Case) Fail(reason Reason, format string, args ...any) {
	c.FailNext(reason, "", format, args...)
}

// FailNext is Fail with what to do about it.
func (c *Case) FailNext(reason Reason, next, format string, args ...any) {
	for i, arg := range args {
		if d, ok := arg.(time.Duration); ok {
			args[i] = Duration(d)
		}
	}
	finding := &Finding{Reason: reason, Said: fmt.Sprintf(format, args...), Next: next, Stacks: ownStack()}
	c.check.end(Report{Finding: finding, Case: c.whole()})
}
