package measure

import (
	"context"
	"flag"
	"runtime"
	"sync"
	"testing"
	"time"

	"meanwhile/internal/lab"
)

// What observing costs: CPU time per task of a measured round, with all that goes with it, beside the strategy alone.
// Compare with benchstat -col /impl.
func BenchmarkRound(b *testing.B) {
	plan := DefaultPlan()
	plan.Strategies = []string{"goroutines"}
	plan.Spec.Tasks, plan.Spec.Delays = 10_000, []time.Duration{time.Millisecond}
	strategy := plan.strategies()[0]
	opened := openSleeps(b, plan.Spec)
	bench := newBench(plan, opened, func(Progress) {})
	for _, c := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"impl=bare", func(ctx context.Context) error { return strategy.Run(ctx, opened.Tasks) }},
		{"impl=measured", func(ctx context.Context) error { _, err := bench.round(ctx, strategy, bench.tasks); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			cpu := CPUTime()
			for b.Loop() {
				if err := c.run(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(CPUTime()-cpu)/float64(b.N*plan.Spec.Tasks), "cpu-ns/task")
		})
	}
}

var million = flag.Bool("million", false, "run BenchmarkMillion, of which each part needs a process of its own")

// A million sleepers: the memory of one, and how late the last wakes. Each part needs a process of its own, since the
// runtime never gives a goroutine's record back: see 'make bench-million'.
func BenchmarkMillion(b *testing.B) {
	if !*million {
		b.Skip("needs three gigabytes and a process for each part: make bench-million")
	}
	const tasks, delay = 1_000_000, 10 * time.Second
	spec := DefaultPlan().Spec
	spec.Tasks, spec.Delays = tasks, []time.Duration{delay}
	for _, c := range []struct {
		name string
		run  func(*testing.B)
	}{
		{"impl=time.Sleep", func(*testing.B) {
			var wg sync.WaitGroup
			for range tasks {
				wg.Go(func() { time.Sleep(delay) })
			}
			wg.Wait()
		}},
		{"impl=bare", func(b *testing.B) {
			var wg sync.WaitGroup
			errs, ctx := make([]error, tasks), b.Context()
			for i := range tasks {
				wg.Go(func() {
					select {
					case <-time.After(delay):
					case <-ctx.Done():
						errs[i] = ctx.Err()
					}
				})
			}
			wg.Wait()
		}},
		{"impl=measured", func(b *testing.B) {
			plan := DefaultPlan()
			plan.Strategies, plan.Spec = []string{"goroutines"}, spec
			bench := newBench(plan, openSleeps(b, spec), func(Progress) {})
			if _, err := bench.round(b.Context(), bench.strategies[0], bench.tasks); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var most runtime.MemStats
			for b.Loop() {
				asleep := time.AfterFunc(delay*9/10, func() { runtime.ReadMemStats(&most) })
				start := time.Now()
				c.run(b)
				asleep.Stop()
				b.ReportMetric((time.Since(start) - delay).Seconds(), "late-s")
			}
			b.ReportMetric(float64(most.Sys)/tasks, "mem-B/task")
		})
	}
}

func openSleeps(b *testing.B, spec lab.Spec) *lab.Lab {
	b.Helper()
	sleep, _ := lab.Find("sleep")
	opened, err := sleep.Open(b.Context(), spec)
	if err != nil {
		b.Fatal(err)
	}
	return opened
}
