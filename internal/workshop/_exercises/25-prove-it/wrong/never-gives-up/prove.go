package prove

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// WRONG: in this test no caller ever gives up.

// Prove lets t fail if the limiters that newLimiter makes break a promise of Limiter.
//
// It is called in a bubble of virtual time already, as synctest.Test makes one: time.Sleep
// takes no real time, and synctest.Wait returns when all other goroutines wait for
// something.
func Prove(t *testing.T, newLimiter func(limit int) Limiter) {
	const limit = 3
	limiter := newLimiter(limit)
	checkFull(t, limiter, limit, "at first")
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
