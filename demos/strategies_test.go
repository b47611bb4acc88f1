package demos_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

const ms = time.Millisecond

// record tells what became of the tasks of one run.
type record struct {
	began    time.Time
	mu       sync.Mutex // guards what follows
	starts   []time.Duration
	inFlight int
	most     int
}

// tasks returns a task for each delay; it ends with the error of the same index, where there is one.
func (r *record) tasks(delays []time.Duration, errs ...error) []demos.Task {
	r.began = time.Now()
	tasks := make([]demos.Task, len(delays))
	for i, delay := range delays {
		tasks[i] = demos.Task{Name: fmt.Sprint("task ", i), Run: func(ctx context.Context) error {
			r.enter()
			defer r.leave()
			err := demos.Sleep(delay).Run(ctx)
			if err == nil && i < len(errs) {
				err = errs[i]
			}
			return err
		}}
	}
	return tasks
}

func (r *record) enter() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.starts = append(r.starts, time.Since(r.began))
	r.inFlight++
	r.most = max(r.most, r.inFlight)
}

func (r *record) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight--
}

// check holds the record against what it should be, once the strategy has returned.
func (r *record) check(t *testing.T, took time.Duration, started int) {
	t.Helper()
	if passed := time.Since(r.began); passed != took {
		t.Errorf("took %v, want %v", passed, took)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.starts) != started {
		t.Errorf("%d tasks were started, want %d: at %v", len(r.starts), started, r.starts)
	}
	if r.inFlight != 0 {
		t.Errorf("returned before %d of its tasks", r.inFlight)
	}
}

// equal returns n equal delays.
func equal(n int, delay time.Duration) []time.Duration {
	return slices.Repeat([]time.Duration{delay}, n)
}

// forEachStrategy runs a test in a bubble for each strategy; atOnce(n) is how many of n tasks it runs at once. In a
// bubble time is exact, and a goroutine that stays behind for ever is a failure.
func forEachStrategy(
	t *testing.T, limit int, test func(t *testing.T, strategy demos.NamedStrategy, atOnce func(n int) int),
) {
	t.Helper()
	for _, strategy := range demos.Strategies(limit) {
		atOnce := func(n int) int {
			if strategy.Slots == 0 {
				return n
			}
			return min(n, strategy.Slots)
		}
		t.Run(strategy.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, strategy, atOnce) })
		})
	}
}

func TestStrategiesTakeExactlyTheirTime(t *testing.T) {
	longestLast := []time.Duration{100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 300 * ms}
	longestFirst := slices.Clone(longestLast)
	slices.Reverse(longestFirst)
	tests := []struct {
		name                            string
		limit                           int
		delays                          []time.Duration
		sequential, goroutines, bounded time.Duration
	}{
		{"full rounds", 5, equal(10, 100*ms), 1000 * ms, 100 * ms, 200 * ms},
		{"a last round of one", 3, equal(10, 100*ms), 1000 * ms, 100 * ms, 400 * ms},
		{"as many as the limit", 10, equal(10, 100*ms), 1000 * ms, 100 * ms, 100 * ms},
		{"the longest comes last", 3, longestLast, 900 * ms, 300 * ms, 500 * ms},
		{"the longest comes first", 3, longestFirst, 900 * ms, 300 * ms, 300 * ms},
		{"a limit of one", 1, longestLast, 900 * ms, 300 * ms, 900 * ms},
		{"more room than tasks", 100, longestLast, 900 * ms, 300 * ms, 300 * ms},
		{"ten thousand tasks", 100, equal(10_000, 10*ms), 100 * time.Second, 10 * ms, 1000 * ms},
		{"no task", 3, nil, 0, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			forEachStrategy(t, test.limit, func(t *testing.T, strategy demos.NamedStrategy, atOnce func(int) int) {
				want := test.bounded
				switch strategy.Name {
				case "sequential":
					want = test.sequential
				case "goroutines":
					want = test.goroutines
				}
				var record record
				if err := strategy.Run(t.Context(), record.tasks(test.delays)); err != nil {
					t.Fatal(err)
				}
				record.check(t, want, len(test.delays))
				if most := atOnce(len(test.delays)); record.most != most {
					t.Errorf("%d tasks were in flight at the most, want exactly %d", record.most, most)
				}
			})
		})
	}
}

// listSchedule tells when each task starts and when the last one ends, where each in turn takes the first slot to be
// free.
func listSchedule(delays []time.Duration, slots int) (starts []time.Duration, end time.Duration) {
	free := make([]time.Duration, slots)
	for _, delay := range delays {
		first := slices.Index(free, slices.Min(free))
		starts = append(starts, free[first])
		free[first] += delay
	}
	return starts, slices.Max(free)
}

func TestTasksStartInOrderAsSlotsBecomeFree(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		limit := 1 + random.IntN(8)
		delays := make([]time.Duration, 1+random.IntN(40))
		for i := range delays {
			delays[i] = time.Duration(1+random.IntN(20)) * ms
		}
		t.Run(fmt.Sprintf("%d tasks, limit %d", len(delays), limit), func(t *testing.T) {
			forEachStrategy(t, limit, func(t *testing.T, strategy demos.NamedStrategy, atOnce func(int) int) {
				starts, end := listSchedule(delays, atOnce(len(delays)))
				var record record
				if err := strategy.Run(t.Context(), record.tasks(delays)); err != nil {
					t.Fatal(err)
				}
				record.check(t, end, len(delays))
				if !slices.Equal(record.starts, starts) {
					t.Errorf("tasks were started at\n%v, want\n%v", record.starts, starts)
				}
			})
		})
	}
}

func TestEveryErrorIsJoinedAndStopsNobody(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	forEachStrategy(t, 2, func(t *testing.T, strategy demos.NamedStrategy, atOnce func(int) int) {
		if strategy.Name == "errgroup" {
			t.Skip("an errgroup stops at the first error; it has a test of its own")
		}
		// The second to be started fails first: the joined errors keep the order of the tasks all the same.
		delays := []time.Duration{300 * ms, 100 * ms, 100 * ms, 100 * ms}
		_, end := listSchedule(delays, atOnce(len(delays)))
		var record record
		err := strategy.Run(t.Context(), record.tasks(delays, first, second))
		if !errors.Is(err, first) || !errors.Is(err, second) || err.Error() != "first\nsecond" {
			t.Errorf("error %q, want both, in the order of the tasks", err)
		}
		record.check(t, end, len(delays))
	})
}

func TestErrGroupStopsAtTheFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure, later := errors.New("failure"), errors.New("later")
		var record record
		delays := []time.Duration{300 * ms, 50 * ms, 100 * ms, 100 * ms, 100 * ms}
		err := demos.ErrGroup(3)(t.Context(), record.tasks(delays, nil, failure, later, later, later))
		if err != failure {
			t.Errorf("error %v, want the first one alone", err)
		}
		record.check(t, 50*ms, 3) // those in flight are cancelled, and the other two never start
	})
}

func TestNothingStartsOnceTheContextHasEnded(t *testing.T) {
	type maker func(context.Context, time.Duration) (context.Context, context.CancelFunc)
	cancelled := func(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		if after == 0 {
			cancel()
		} else {
			time.AfterFunc(after, cancel)
		}
		return ctx, cancel
	}
	tests := []struct {
		name  string
		begin maker
		after time.Duration
		want  error
	}{
		{"cancelled before", cancelled, 0, context.Canceled},
		{"cancelled in the middle", cancelled, 250 * ms, context.Canceled},
		{"deadline in the middle", context.WithTimeout, 250 * ms, context.DeadlineExceeded},
	}
	delays := equal(20, 100*ms)
	delays[2] = time.Hour // in flight at that time, whatever the strategy
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			forEachStrategy(t, 3, func(t *testing.T, strategy demos.NamedStrategy, atOnce func(int) int) {
				starts, _ := listSchedule(delays, atOnce(len(delays)))
				started := 0
				for _, start := range starts {
					if start < test.after {
						started++
					}
				}
				ctx, cancel := test.begin(t.Context(), test.after)
				defer cancel()
				var record record
				err := strategy.Run(ctx, record.tasks(delays))
				if !errors.Is(err, test.want) {
					t.Errorf("error %v, want the context's: %v", err, test.want)
				}
				record.check(t, test.after, started)
			})
		})
	}
}
