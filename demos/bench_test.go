package demos_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"meanwhile/demos"
)

// BenchmarkStrategy compares what each strategy costs a task that does nothing with the bare construct, which has the
// same error slots but does not look whether the context has ended:
//
//	go test -run - -bench Strategy -count 10 ./demos | benchstat -col /impl -
func BenchmarkStrategy(b *testing.B) {
	const n, limit = 1000, 64
	bare := map[string]demos.Strategy{
		"sequential": bareSequential,
		"goroutines": bareGoroutines,
		"limited":    bareLimited(limit),
		"workers":    bareWorkers(limit),
		"errgroup":   bareErrGroup(limit),
	}
	tasks := make([]demos.Task, n)
	for i := range tasks {
		tasks[i].Run = func(context.Context) error { return nil }
	}
	for _, strategy := range demos.Strategies(limit) {
		b.Run(strategy.Name+"/impl=bare", func(b *testing.B) { benchmark(b, bare[strategy.Name], tasks) })
		b.Run(strategy.Name+"/impl=demos", func(b *testing.B) { benchmark(b, strategy.Run, tasks) })
	}
}

func benchmark(b *testing.B, run demos.Strategy, tasks []demos.Task) {
	ctx, cancel := context.WithCancel(b.Context()) // that of a command can end too
	defer cancel()
	if err := run(ctx, tasks); err != nil { // leaves goroutines to use again
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := run(ctx, tasks); err != nil {
			b.Fatal(err)
		}
	}
}

func bareSequential(ctx context.Context, tasks []demos.Task) error {
	errs := make([]error, len(tasks))
	for i, task := range tasks {
		errs[i] = task.Run(ctx)
	}
	return errors.Join(errs...)
}

func bareGoroutines(ctx context.Context, tasks []demos.Task) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() { errs[i] = task.Run(ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func bareLimited(limit int) demos.Strategy {
	return func(ctx context.Context, tasks []demos.Task) error {
		errs := make([]error, len(tasks))
		slots := make(chan struct{}, limit)
		var wg sync.WaitGroup
		for i, task := range tasks {
			slots <- struct{}{}
			wg.Go(func() {
				errs[i] = task.Run(ctx)
				<-slots
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

func bareWorkers(n int) demos.Strategy {
	return func(ctx context.Context, tasks []demos.Task) error {
		errs := make([]error, len(tasks))
		queue := make(chan int)
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				for i := range queue {
					errs[i] = tasks[i].Run(ctx)
				}
			})
		}
		for i := range tasks {
			queue <- i
		}
		close(queue)
		wg.Wait()
		return errors.Join(errs...)
	}
}

func bareErrGroup(limit int) demos.Strategy {
	return func(ctx context.Context, tasks []demos.Task) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(limit)
		for _, task := range tasks {
			group.Go(func() error { return task.Run(ctx) })
		}
		return group.Wait()
	}
}
