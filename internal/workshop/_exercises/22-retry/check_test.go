package tram_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	. "practice/22-retry"
	"practice/internal/check"
)

var _ Budget = (*exchange)(nil)

// exchange is what the machines report to.
type exchange struct {
	c       *check.Case
	refused error
	refuses int           // how many tries of each machine it refuses
	takes   time.Duration // each try

	scarce bool // whether the tokens are looked at

	mu       sync.Mutex // guards the rest
	tokens   int
	taken    int
	tries    int
	machines int
}

// newExchange has a budget of so many retries.
func newExchange(c *check.Case, refuses, tokens int) *exchange {
	return &exchange{
		c: c, refused: errors.New(c.Word() + " is overloaded"), refuses: refuses, tokens: tokens,
		takes: c.Between(10*time.Millisecond, 50*time.Millisecond, 10*time.Millisecond),
	}
}

// Take makes it the budget.
func (e *exchange) Take() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.taken == e.tokens {
		return false
	}
	e.taken++
	return true
}

// machine is one that reports, and when it did.
type machine struct {
	err      error
	returned time.Duration
	waits    []time.Duration
	tries    int
	last     time.Duration // when the last try ended
}

// machine has one more machine retry until it is done.
func (e *exchange) machine(ctx context.Context, first time.Duration) *machine {
	e.mu.Lock()
	e.machines++
	name := fmt.Sprintf("machine %d", e.machines)
	e.mu.Unlock()
	m := &machine{}
	m.err = Retry(ctx, e, first, func(ctx context.Context) error {
		if m.tries > 0 {
			wait := e.c.Now() - m.last
			e.stepped(m.tries, wait, first)
			m.waits = append(m.waits, wait)
		}
		m.tries++
		e.mu.Lock()
		e.tries++
		retries, without := e.tries-e.machines, e.tries-e.machines-e.taken
		e.mu.Unlock()
		if e.scarce && without > 0 {
			e.c.Fail(check.Calls, "each retry takes a token of the budget first: retry number %d began, and %d tokens were taken", retries, retries-without)
		}
		e.c.From(ctx, "send")
		err := e.c.Call(ctx, name, e.takes)
		m.last = e.c.Now()
		if err == nil && m.tries <= e.refuses {
			err = e.refused
		}
		return err
	})
	m.returned = e.c.Now()
	return m
}

// fleet has so many machines report, all from the same moment on.
func (e *exchange) fleet(n int, first time.Duration) []*machine {
	machines := make([]*machine, n)
	e.c.Do(func() {
		var all sync.WaitGroup
		for i := range machines {
			all.Go(func() { machines[i] = e.machine(e.c.Context(), first) })
		}
		all.Wait()
	})
	return machines
}

// stepped fails if a wait was longer or shorter than it should be.
func (e *exchange) stepped(failures int, wait, first time.Duration) {
	step := first << (failures - 1)
	if low := step / 2; wait < low || wait > step {
		e.c.Fail(check.Elapsed, "after failure %d it waited %s, and should wait from %s to %s: the step begins with %s, and doubles each time",
			failures, wait.Round(time.Microsecond), low, step, first)
	}
}

// spread fails if the waits after a failure are much the same for all machines.
func (e *exchange) spread(machines []*machine, first time.Duration) {
	const parts = 10
	for i := range e.refuses {
		low := (first << i) / 2
		var counts [parts]int
		for _, m := range machines {
			counts[min(int((m.waits[i]-low)*parts/low), parts-1)]++
		}
		for _, count := range counts {
			if count > len(machines)/2 {
				e.c.Fail(check.Most, "after failure %d, %d of %d machines came back within %s of each other: their waits should be spread evenly from %s to %s",
					i+1, count, len(machines), low/parts, low, 2*low)
			}
		}
	}
}

func TestRetry(t *testing.T) {
	all := check.Begin(t)
	step := func(c *check.Case) time.Duration {
		return c.Between(time.Second, 3*time.Second, 200*time.Millisecond)
	}
	all.Run("one machine", func(c *check.Case) {
		first := step(c)
		e := newExchange(c, 6+c.Rand.IntN(3), 100)
		m := e.fleet(1, first)[0]
		c.Is("the error", m.err, nil)
		c.Called("machine 1", e.refuses+1, "it tries until it succeeds, and no longer")
	})
	all.Run("fifty machines", func(c *check.Case) {
		first := step(c)
		e := newExchange(c, 3, 1000)
		machines := e.fleet(50, first)
		for _, m := range machines {
			c.Is("the error", m.err, nil)
			c.Same("the number of tries", m.tries, e.refuses+1)
		}
		e.spread(machines, first)
	})
	all.Run("an exchange that stays down", func(c *check.Case) {
		first := step(c) / 100
		e := newExchange(c, 1000, 50+c.Rand.IntN(10))
		e.scarce = true
		machines := e.fleet(5, first)
		for _, m := range machines {
			c.Is("the error", m.err, e.refused)
		}
		if retries := e.tries - e.machines; retries < e.tokens {
			c.Fail(check.Calls, "the budget allows %d retries, and it gave up after %d", e.tokens, retries)
		}
		for _, m := range machines {
			if late := m.returned - m.last; late > 0 {
				c.Fail(check.Elapsed, "a machine that got no token returned only %s after its last try; there was nothing to wait for", late)
			}
		}
	})
	all.Run("a caller that gives up", func(c *check.Case) {
		first := 8 * step(c)
		e := newExchange(c, 1000, 1000)
		after := first/4 + c.Between(0, time.Second, 10*time.Millisecond) // within the first wait
		ctx, cancel := context.WithTimeout(c.Context(), after)
		defer cancel()
		var m *machine
		c.Do(func() { m = e.machine(ctx, first) })
		c.Took(after, "the caller's context ended then, during a wait")
		c.Is("the error", m.err, context.DeadlineExceeded)
		c.NoneLate("nobody waits for the answer any more")
	})
	all.Done()
}
