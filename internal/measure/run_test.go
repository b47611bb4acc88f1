package measure_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

const ms = time.Millisecond

func quiet(measure.Progress) {}

// plan is the default plan for one workload and all strategies.
func plan(workload string) measure.Plan {
	p := measure.DefaultPlan()
	p.Workloads = []string{workload}
	p.Strategies = []string{"sequential", "goroutines", "limited", "workers", "errgroup"}
	return p
}

func rows(t *testing.T, results []measure.Result) map[string]measure.Row {
	t.Helper()
	if len(results) != 1 {
		t.Fatalf("%d results, want one", len(results))
	}
	byName := map[string]measure.Row{}
	for _, row := range results[0].Rows {
		byName[row.Strategy] = row
	}
	return byName
}

// In a bubble nothing takes time but the delays: what is measured is exactly what is predicted.
func TestEveryStrategyTakesItsSchedule(t *testing.T) {
	cases := []struct {
		name   string
		delays []time.Duration
		limit  int
		want   map[string]time.Duration
	}{
		{"ten equal delays", slices.Repeat([]time.Duration{30 * ms}, 10), 4, map[string]time.Duration{
			"sequential": 300 * ms, "goroutines": 30 * ms, "limited": 90 * ms, "workers": 90 * ms, "errgroup": 90 * ms,
		}},
		{"a long one last", []time.Duration{100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 300 * ms}, 3, map[string]time.Duration{
			"sequential": 900 * ms, "goroutines": 300 * ms, "limited": 500 * ms, "workers": 500 * ms, "errgroup": 500 * ms,
		}},
		{"the long one first", []time.Duration{300 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms, 100 * ms}, 3, map[string]time.Duration{
			"sequential": 900 * ms, "goroutines": 300 * ms, "limited": 300 * ms, "workers": 300 * ms, "errgroup": 300 * ms,
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := plan("sleep")
				p.Spec.Tasks, p.Spec.Delays, p.Limit = len(c.delays), c.delays, c.limit
				results, err := measure.Run(t.Context(), p, "sleep", quiet)
				if err != nil {
					t.Fatal(err)
				}
				for name, row := range rows(t, results) {
					if got := time.Duration(row.Elapsed.Median); got != c.want[name] {
						t.Errorf("%s took %v, want %v", name, got, c.want[name])
					}
					if row.Verdict.Outcome != measure.Inside {
						t.Errorf("%s, predicted %v: %v", name, row.Predicted, row.Verdict)
					}
					if len(row.Rounds) != p.Rounds {
						t.Errorf("%s has %d rounds, want %d", name, len(row.Rounds), p.Rounds)
					}
					if name == "sequential" {
						continue
					}
					want := float64(c.want["sequential"]) / float64(c.want[name])
					if s := row.Speedup; s.Median != want || s.Interval == nil || s.Interval.Low != want || s.Interval.High != want {
						t.Errorf("%s is %v times as fast, want %v", name, s, want)
					}
				}
			})
		})
	}
}

func TestMostInFlightIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		results, err := measure.Run(t.Context(), plan("sleep"), "sleep", quiet)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{"sequential": 1, "goroutines": 10, "limited": 4, "workers": 4, "errgroup": 4}
		for name, row := range rows(t, results) {
			for _, round := range row.Rounds {
				if round.MostInFlight != want[name] {
					t.Errorf("%s had %d tasks in flight, want %d", name, round.MostInFlight, want[name])
				}
			}
		}
	})
}

func TestRoundsInterleaveInRotatingOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan("sleep")
		p.Strategies, p.Rounds = []string{"sequential", "goroutines", "limited"}, 4
		var order []string
		_, err := measure.Run(t.Context(), p, "sleep", func(now measure.Progress) {
			order = append(order, now.Strategy[:1])
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(order, ""), "sgl"+"sgl"+"gls"+"lsg"+"sgl"; got != want {
			t.Errorf("the strategies ran in the order %s, want %s", got, want)
		}
	})
}

func TestProgressTellsTheTimeLeftOnceItIsKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan("sleep")
		p.Strategies = []string{"sequential", "goroutines"}
		start := time.Now()
		var ends []time.Duration
		_, err := measure.Run(t.Context(), p, "sleep", func(now measure.Progress) {
			if now.Left > 0 && now.Strategy == "sequential" && now.Round == 2 {
				ends = append(ends, time.Since(start)+now.Left)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if total := time.Since(start); len(ends) != 1 || ends[0] != total {
			t.Errorf("after the warm-up the end was foretold for %v, and came after %v", ends, total)
		}
	})
}

func TestWithoutSequentialAFewTasksAreTimedAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan("sleep")
		p.Strategies, p.Spec.Tasks = []string{"goroutines"}, 1000
		results, err := measure.Run(t.Context(), p, "sleep", quiet)
		if err != nil {
			t.Fatal(err)
		}
		if alone := results[0].Alone; len(alone) != 10 || alone[0] != 30*ms {
			t.Errorf("timed alone: %v, want ten times 30ms", alone)
		}
		if row := results[0].Rows[0]; row.Predicted == nil || row.Speedup != nil {
			t.Errorf("prediction %v, speed-up %v; want one, and none", row.Predicted, row.Speedup)
		}
	})
}

func TestWithoutWarmupThereIsNoVerdict(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan("sleep")
		p.Warmup = 0
		results, err := measure.Run(t.Context(), p, "sleep", quiet)
		if err != nil {
			t.Fatal(err)
		}
		for name, row := range rows(t, results) {
			if row.Predicted != nil || row.Verdict.Outcome != measure.Unknown {
				t.Errorf("%s: prediction %v, verdict %v; want neither", name, row.Predicted, row.Verdict)
			}
		}
		if !warned(results[0], measure.NoWarmup) {
			t.Errorf("it does not warn of it: %v", results[0].Warnings)
		}
	})
}

func TestFewRoundsClaimNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := plan("sleep")
		p.Rounds = measure.MinRounds - 1
		results, err := measure.Run(t.Context(), p, "sleep", quiet)
		if err != nil {
			t.Fatal(err)
		}
		for name, row := range rows(t, results) {
			if row.Elapsed.Interval != nil || row.Speedup != nil && row.Speedup.Differs() {
				t.Errorf("%s claims an interval or a difference from %d rounds", name, p.Rounds)
			}
		}
		if !warned(results[0], measure.FewRounds) {
			t.Errorf("it does not warn of it: %v", results[0].Warnings)
		}
	})
}

func warned(r measure.Result, kind measure.Kind) bool {
	return slices.ContainsFunc(r.Warnings, func(w measure.Warning) bool {
		return w.Kind == kind && w.What != "" && w.Cause != ""
	})
}

func TestAnInterruptionKeepsWhatWasMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
		p := plan("sleep")
		p.Strategies = []string{"sequential", "goroutines"}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("somebody pressed a key")
		time.AfterFunc(4*330*ms-10*ms, func() { cancel(why) }) // in the third round, by goroutines
		start := time.Now()
		results, err := measure.Run(ctx, p, "sleep", quiet)
		if !errors.Is(err, why) {
			t.Errorf("it ended with %v, want %v", err, why)
		}
		if took := time.Since(start); took != 4*330*ms-10*ms {
			t.Errorf("it ended after %v, not at once", took)
		}
		byName := rows(t, results)
		if s, g := len(byName["sequential"].Rounds), len(byName["goroutines"].Rounds); s != 3 || g != 2 {
			t.Errorf("%d rounds of sequential and %d of goroutines are kept, want 3 and 2", s, g)
		}
	})
}

func TestATaskThatFailsIsNamedWithANextStep(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) > 12 {
			http.Error(w, "tired", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	p := plan("network")
	p.Strategies, p.Spec.URLs = []string{"sequential"}, []lab.URL{lab.URL(server.URL)}
	_, err := measure.Run(t.Context(), p, "network", quiet)
	failed, ok := errors.AsType[*measure.TaskError](err)
	if !ok {
		t.Fatalf("got %v, want a TaskError", err)
	}
	if failed.Workload != "network" || failed.Strategy != "sequential" || failed.Round != 2 || failed.Failed != 9 || failed.Tasks != 10 {
		t.Errorf("got %+v, want 9 of 10 tasks of network's sequential in round 2", failed)
	}
	if !strings.Contains(err.Error(), "503") {
		t.Errorf("%q does not tell what the server answered", err)
	}
}

func TestADirectoryThatVanishesIsAFailure(t *testing.T) {
	p := plan("file")
	p.Spec.Dir = t.TempDir()
	_, err := measure.Run(t.Context(), p, "file", func(now measure.Progress) {
		if now.Round == 3 {
			if err := os.RemoveAll(p.Spec.Dir); err != nil {
				t.Error(err)
			}
		}
	})
	if failed, ok := errors.AsType[*measure.TaskError](err); !ok || !errors.Is(err, os.ErrNotExist) || failed.Round != 3 {
		t.Errorf("got %v, want the missing directory, in round 3", err)
	}
}

func TestCPUGivesAResultForEachNumberOfCoresWithTheSameWork(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	p := plan("cpu")
	p.Strategies, p.Spec.Tasks, p.Spec.Delays, p.Rounds = []string{"sequential", "goroutines"}, 2, []time.Duration{ms}, 1
	p.Procs = []int{1, before}
	results, err := measure.Run(t.Context(), p, "cpu", quiet)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 2 || results[0].Procs != 1 || results[1].Procs != before {
		t.Fatalf("got %d results, want one for 1 and one for %d", len(results), before)
	}
	if results[0].Work == 0 || results[0].Work != results[1].Work {
		t.Errorf("the work was %d and %d hashes, want the same", results[0].Work, results[1].Work)
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("GOMAXPROCS is left at %d, and was %d", after, before)
	}
}

// A sleeper only waits and a hash only computes: whatever else the machine does, the one waits for more of its time.
func TestTheShareOfWaitingIsMeasured(t *testing.T) {
	share := map[string]float64{}
	for _, workload := range []string{"sleep", "cpu"} {
		p := plan(workload)
		p.Strategies, p.Spec.Tasks, p.Spec.Delays = []string{"sequential"}, 4, []time.Duration{20 * ms}
		results, err := measure.Run(t.Context(), p, workload, quiet)
		if err != nil {
			t.Fatal(err)
		}
		share[workload] = results[0].Rows[0].Waiting
	}
	if share["cpu"] >= share["sleep"] || share["sleep"] > 1 || share["cpu"] < 0 {
		t.Errorf("the shares of waiting are %v", share)
	}
}
