package prove_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "practice/25-prove-it"
	"practice/internal/check"
)

// inTurn is a limiter that serves those who wait in their order.
type inTurn struct{ places chan struct{} }

func newInTurn(limit int) Limiter { return &inTurn{make(chan struct{}, limit)} }

func (l *inTurn) Do(ctx context.Context, job func()) error {
	if err := l.enter(ctx); err != nil {
		return err
	}
	defer func() { <-l.places }()
	job()
	return nil
}

func (l *inTurn) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	select {
	case l.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lastFirst is a limiter that serves first who came last, as none should be built; but Limiter promises no order.
type lastFirst struct {
	limit   int
	mu      sync.Mutex // guards the rest, and is never held while anybody waits
	running int
	waiting []chan struct{}
}

func newLastFirst(limit int) Limiter { return &lastFirst{limit: limit} }

func (l *lastFirst) Do(ctx context.Context, job func()) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.mu.Lock()
	if l.running < l.limit {
		l.running++
		l.mu.Unlock()
	} else {
		turn := make(chan struct{})
		l.waiting = append(l.waiting, turn)
		l.mu.Unlock()
		select {
		case <-turn:
		case <-ctx.Done():
			l.mu.Lock()
			i := slices.Index(l.waiting, turn)
			if i >= 0 {
				l.waiting = slices.Delete(l.waiting, i, i+1)
			}
			l.mu.Unlock()
			if i < 0 { // it got its turn at that very moment
				l.leave()
			}
			return ctx.Err()
		}
	}
	defer l.leave()
	job()
	return nil
}

// leave hands the place on.
func (l *lastFirst) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := len(l.waiting) - 1; last >= 0 {
		close(l.waiting[last])
		l.waiting = l.waiting[:last]
	} else {
		l.running--
	}
}

// deaf is a limiter that looks at the context only when there is a place.
type deaf struct{ inTurn }

func newDeaf(limit int) Limiter { return &deaf{inTurn{make(chan struct{}, limit)}} }

func (l *deaf) Do(ctx context.Context, job func()) error {
	l.places <- struct{}{}
	defer func() { <-l.places }()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	job()
	return nil
}

// losing is a limiter in which who gives up gets a place later, and never gives it back.
type losing struct{ inTurn }

func newLosing(limit int) Limiter { return &losing{inTurn{make(chan struct{}, limit)}} }

func (l *losing) Do(ctx context.Context, job func()) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	entered := make(chan struct{})
	go func() {
		l.places <- struct{}{}
		close(entered)
	}()
	select {
	case <-entered:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.places }()
	job()
	return nil
}

// mutants are limiters that are broken, and how.
var mutants = []struct {
	does       string
	newLimiter func(limit int) Limiter
}{
	{"that lets one job more run at once than its limit", func(limit int) Limiter { return newInTurn(limit + 1) }},
	{"that lets only one job run at once, whatever its limit", func(int) Limiter { return newInTurn(1) }},
	{"whose Do looks at ctx only when it gets a place, so that who gives up goes on waiting", newDeaf},
	{"that loses a place for ever when a caller gives up", newLosing},
}

// shown is a limiter whose jobs are noted as calls.
type shown struct {
	Limiter
	c *check.Case
}

func (l shown) Do(ctx context.Context, job func()) error {
	return l.Limiter.Do(ctx, func() {
		ctx, end := context.WithCancel(context.Background())
		var noted sync.WaitGroup
		noted.Go(func() { _ = l.c.Call(ctx, "job", 1<<62) })
		defer noted.Wait()
		defer end()
		job()
	})
}

// proves runs the learner's test, and tells whether it passes.
func proves(newLimiter func(limit int) Limiter) bool {
	return testing.RunTests(func(_, _ string) (bool, error) { return true, nil }, []testing.InternalTest{
		{Name: "Prove", F: func(t *testing.T) { Prove(t, newLimiter) }},
	})
}

// verdict is what came of the learner's test.
type verdict struct {
	passed bool
	stuck  bool          // it never ended, or left goroutines behind, which fails with go test too
	took   time.Duration // virtual
}

// try runs the learner's test in a bubble of its own, as go test would.
func try(t *testing.T, newLimiter func(limit int) Limiter) (v verdict) {
	defer func() {
		if what := recover(); what != nil {
			if err, ok := what.(error); !ok || !strings.Contains(err.Error(), "deadlock") {
				panic(what)
			}
			v = verdict{stuck: true}
		}
	}()
	synctest.Test(t, func(*testing.T) {
		began := time.Now()
		v.passed = proves(newLimiter)
		v.took = time.Since(began)
	})
	return v
}

// right fails unless the learner's test passes for a limiter that keeps all promises.
func right(t *testing.T, all *check.Check, name string, newLimiter func(limit int) Limiter, seen func(c *check.Case)) {
	v := try(t, newLimiter)
	all.Run(name, func(c *check.Case) {
		seen(c)
		if !v.passed && !v.stuck {
			c.FailNext(check.Value, "look at what it says, in the log", "your test fails for %s, which keeps all promises", name)
		}
		if !v.stuck && v.took > longest {
			return // it is right, and takes more time than a case has
		}
		c.Do(func() {
			proves(func(limit int) Limiter { return shown{newLimiter(limit), c} })
		})
		if v.stuck {
			c.Fail(check.Left, "your test returned while goroutines of its own were still at work: it has to wait for them")
		}
	})
}

// longest is how much virtual time a test may take to be shown in a picture.
const longest = 30 * time.Minute

func TestProve(t *testing.T) {
	all := check.Begin(t)
	var random *rand.Rand
	numbers := func(c *check.Case) { random = c.Rand }

	// A test that knows which call is for which limiter does not pass: their order is another one each time.
	right(t, all, "a limiter that serves the callers in their order", newInTurn, numbers)
	survived := make([]bool, len(mutants))
	for _, i := range random.Perm(len(mutants) + 2) {
		switch i {
		case len(mutants):
			right(t, all, "a limiter that serves the callers in their order", newInTurn, numbers)
		case len(mutants) + 1:
			right(t, all, "a limiter that serves last who came first", newLastFirst, numbers)
		default:
			survived[i] = try(t, mutants[i].newLimiter).passed
		}
	}
	all.Run("broken limiters", func(c *check.Case) {
		n := 0
		for _, passed := range survived {
			if passed {
				n++
			}
		}
		if n > 0 {
			c.Fail(check.Value, "your test passes for %d of %d broken limiters, and should fail for all: for one %s",
				n, len(mutants), mutants[slices.Index(survived, true)].does)
		}
	})
	all.Done()
}
