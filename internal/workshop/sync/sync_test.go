package sync_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/internal/workshop/sync"
)

// A lock that is held across a wait lets virtual time go on, which the original's does not; those who wait are served in order.
func TestAMutexIsHeldByOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		var order []int
		start := time.Now()
		for i := range 5 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				mu.Lock()
				defer mu.Unlock()
				time.Sleep(time.Second)
				order = append(order, i)
			})
		}
		wg.Wait()
		if took := time.Since(start); took != 5*time.Second || !slices.Equal(order, []int{0, 1, 2, 3, 4}) {
			t.Errorf("it took %v, in the order %v", took, order)
		}
		if !mu.TryLock() || mu.TryLock() {
			t.Error("a free lock is not taken once")
		}
	})
}

func TestReadersShareAndAWriterThatWaitsGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.RWMutex
		var wg sync.WaitGroup
		start := time.Now()
		began := map[string]time.Duration{}
		var noting sync.Mutex
		hold := func(name string, after time.Duration, lock, unlock func()) {
			wg.Go(func() {
				time.Sleep(after)
				lock()
				noting.Lock()
				began[name] = time.Since(start)
				noting.Unlock()
				time.Sleep(time.Second)
				unlock()
			})
		}
		hold("first reader", 0, mu.RLock, mu.RUnlock)
		hold("second reader", 100*time.Millisecond, mu.RLock, mu.RUnlock)
		hold("writer", 200*time.Millisecond, mu.Lock, mu.Unlock)
		hold("late reader", 300*time.Millisecond, mu.RLocker().Lock, mu.RLocker().Unlock)
		wg.Wait()
		for name, want := range map[string]time.Duration{
			"first reader": 0, "second reader": 100 * time.Millisecond, "writer": 1100 * time.Millisecond, "late reader": 2100 * time.Millisecond,
		} {
			if began[name] != want {
				t.Errorf("the %s began after %v, want %v", name, began[name], want)
			}
		}
		if !mu.TryRLock() || mu.TryLock() || !mu.TryRLock() {
			t.Error("a lock that is read is not shared, or is written")
		}
	})
}

func TestWhatIsNotLockedCannotBeUnlocked(t *testing.T) {
	for name, unlock := range map[string]func(){
		"a mutex": new(sync.Mutex).Unlock, "a writer": new(sync.RWMutex).Unlock, "a reader": new(sync.RWMutex).RUnlock,
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: nothing is said", name)
				}
			}()
			unlock()
		}()
	}
}

func TestOnceIsWaitedForByAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var wg sync.WaitGroup
		calls := 0
		value := sync.OnceValue(func() int {
			time.Sleep(time.Second)
			calls++
			return 7
		})
		start := time.Now()
		for range 3 {
			wg.Go(func() {
				if got := value(); got != 7 || time.Since(start) != time.Second {
					t.Errorf("%d after %v", got, time.Since(start))
				}
			})
		}
		wg.Wait()
		if calls != 1 {
			t.Errorf("%d calls", calls)
		}
	})
}

func TestAPanicOfOnceIsThatOfEveryCall(t *testing.T) {
	calls := 0
	once := sync.OnceFunc(func() {
		calls++
		panic("oh")
	})
	for range 2 {
		func() {
			defer func() {
				if what := recover(); what != "oh" {
					t.Errorf("it panics with %v", what)
				}
			}()
			once()
		}()
	}
	var plain sync.Once
	func() {
		defer func() { _ = recover() }()
		plain.Do(func() { panic("oh") })
	}()
	plain.Do(func() { calls++ })
	if calls != 1 {
		t.Errorf("%d calls", calls)
	}
}
