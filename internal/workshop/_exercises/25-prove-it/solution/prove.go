package prove

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Prove lets t fail if the limiters that newLimiter makes break a promise of
// Limiter.
//
// It is called in a bubble of virtual time already, as synctest.Test makes
// one: time.Sleep takes no real time, and synctest.Wait returns when all
// other goroutines wait for something.
//
// More jobs come at once than may run, or there would be nothing to limit.
// They stay for a minute, so synctest.Wait shows the limiter when it is full:
// not more than the limit run, and not fewer. A caller who gives up has to be
// gone at that very moment, which only virtual time can tell. After that the
// limiter is filled again, since a place may have got lost. Goroutines report
// by t.Errorf: t.Fatal may be called by the test's own goroutine alone.
func Prove(t *testing.T, newLimiter func(limit int) Limiter) {
	const limit = 3
	limiter := newLimiter(limit)
	checkFull(t, limiter, limit, "at first")
	checkGivesUp(t, limiter, limit)
	checkFull(t, limiter, limit, "after a caller gave up")
}

// checkFull lets twice as many jobs come as may run at once.
func checkFull(t *testing.T, limiter Limiter, limit int, when string) {
	t.Helper()
	var running, done atomic.Int64
	var jobs sync.WaitGroup
	for range 2 * limit {
		jobs.Go(func() {
			err := limiter.Do(t.Context(), func() {
				running.Add(1)
				time.Sleep(time.Minute)
				running.Add(-1)
				done.Add(1)
			})
			if err != nil {
				t.Errorf("Do returned %v", err)
			}
		})
	}
	synctest.Wait()
	if n := running.Load(); n != int64(limit) {
		t.Errorf("%s, %d jobs run at once, and should be %d", when, n, limit)
	}
	jobs.Wait()
	if n := done.Load(); n != int64(2*limit) {
		t.Errorf("%s, %d jobs ran, and should be %d", when, n, 2*limit)
	}
}

// checkGivesUp lets a caller wait for a place in vain.
func checkGivesUp(t *testing.T, limiter Limiter, limit int) {
	t.Helper()
	const patience = time.Minute
	var jobs sync.WaitGroup
	for range limit {
		jobs.Go(func() {
			err := limiter.Do(t.Context(), func() { time.Sleep(2 * patience) })
			if err != nil {
				t.Errorf("Do returned %v", err)
			}
		})
	}
	synctest.Wait() // every place is taken

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	began := time.Now()
	err := limiter.Do(ctx, func() { t.Error("a job ran whose caller had given up") })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Do returned %v, and should return %v", err, context.DeadlineExceeded)
	}
	if waited := time.Since(began); waited != patience {
		t.Errorf("Do gave up after %s, and should after %s", waited, patience)
	}
	jobs.Wait()
}
