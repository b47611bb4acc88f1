package lab_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"meanwhile/demos"
	"meanwhile/internal/lab"
)

// openPool opens a pool whose tasks need a connection for 50 ms.
func openPool(t *testing.T, tasks, size int, write bool) (pool *lab.Pool, spec lab.Spec) {
	t.Helper()
	spec = small(t)
	spec.Tasks, spec.Delays, spec.Pool = tasks, []time.Duration{50 * ms}, size
	pool, err := lab.OpenPool(t.Context(), spec, write)
	if err != nil {
		t.Fatal(err)
	}
	return pool, spec
}

// In a bubble a connection is held for exactly the delay, and SQLite takes no time.
func TestAPoolTellsHowLongTasksQueuedAndHeldTheirConnection(t *testing.T) {
	for _, test := range []struct {
		tasks, size int
		write       bool
		queued      []time.Duration
	}{
		{6, 2, false, []time.Duration{0, 0, 50 * ms, 50 * ms, 100 * ms, 100 * ms}},
		{3, 1, false, []time.Duration{0, 50 * ms, 100 * ms}},
		{3, 5, false, []time.Duration{0, 0, 0}},
		{3, 1, true, []time.Duration{0, 50 * ms, 100 * ms}},
	} {
		synctest.Test(t, func(t *testing.T) {
			pool, _ := openPool(t, test.tasks, test.size, test.write)
			for range 2 { // what is told is of the last run
				if err := demos.Goroutines(t.Context(), pool.Tasks); err != nil {
					t.Error(err)
				}
			}
			uses := pool.Uses()
			slices.SortFunc(uses, func(a, b lab.Use) int { return cmp.Compare(a.Queued, b.Queued) })
			for i, use := range uses {
				if want := (lab.Use{Queued: test.queued[i], Held: 50 * ms}); use != want {
					t.Errorf("%d tasks on %d connections, writing %v: one had %+v, want %+v",
						test.tasks, test.size, test.write, use, want)
				}
			}
			if err := pool.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A transaction waits with the write lock in its hands: no other begins meanwhile.
func TestWritersQueueForTheLockOnTheirConnections(t *testing.T) {
	const delay = 2000 * ms // far more than the second one may be late
	spec := small(t)
	spec.Tasks, spec.Delays, spec.Pool = 2, []time.Duration{delay}, 2
	pool, err := lab.OpenPool(t.Context(), spec, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := demos.Goroutines(t.Context(), pool.Tasks); err != nil {
		t.Error(err)
	}
	uses := pool.Uses()
	slices.SortFunc(uses, func(a, b lab.Use) int { return cmp.Compare(a.Locked, b.Locked) })
	first, second := uses[0], uses[1]
	if first.Held < first.Locked+delay || second.Held < second.Locked+delay || second.Locked < delay/4 {
		t.Errorf("of two writers on two connections, one had %+v and the other %+v", first, second)
	}
	if err := pool.Close(); err != nil {
		t.Error(err)
	}
}

func TestAPoolLeavesNothingBehindThoughItIsInterrupted(t *testing.T) {
	for _, write := range []bool{false, true} {
		ignored := goleak.IgnoreCurrent()
		pool, spec := openPool(t, 20, 5, write)
		ctx, cancel := context.WithTimeout(t.Context(), 70*ms)
		if err := demos.Goroutines(ctx, pool.Tasks); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("interrupted tasks ended with %v", err)
		}
		cancel()
		if err := pool.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(spec.Dir); err != nil || len(left) > 0 {
			t.Errorf("left behind in the directory: %v, %v", left, err)
		}
		goleak.VerifyNone(t, ignored)
	}
}

func TestAPoolThatCannotBeMadeLeavesNothingBehind(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	spec := small(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if pool, err := lab.OpenPool(ctx, spec, false); pool != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v and the error %v, want the context's", pool, err)
	}
	if left, err := os.ReadDir(spec.Dir); err != nil || len(left) > 0 {
		t.Errorf("left behind in the directory: %v, %v", left, err)
	}
}

func TestAServerOfOurOwnAnswersByItsHandlerUntilItIsClosed(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	server, err := lab.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.WriteString(w, "at "+r.URL.Path); err != nil {
			t.Error(err)
		}
	}), 3)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, path := range []string{"/1", "/2", "/3"} {
		wg.Go(func() {
			answer, err := server.Client.Get(server.URL + path)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			if text, err := io.ReadAll(answer.Body); err != nil || string(text) != "at "+path {
				t.Errorf("%s answered %q, %v", path, text, err)
			}
		})
	}
	wg.Wait()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if answer, err := server.Client.Get(server.URL); err == nil {
		answer.Body.Close()
		t.Error("it answers after its end")
	}
}
