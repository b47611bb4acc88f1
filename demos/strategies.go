package demos

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Sequential runs the tasks one after the other.
func Sequential(ctx context.Context, tasks []Task) error {
	errs := make([]error, len(tasks))
	for i, task := range tasks {
		if errs[i] = ctx.Err(); errs[i] != nil {
			break
		}
		errs[i] = task.Run(ctx)
	}
	return errors.Join(errs...)
}

// Goroutines runs all tasks at once, each in its own goroutine.
func Goroutines(ctx context.Context, tasks []Task) error {
	errs := make([]error, len(tasks)) // a slot each needs no lock
	var wg sync.WaitGroup
	for i, task := range tasks {
		if errs[i] = ctx.Err(); errs[i] != nil {
			break
		}
		wg.Go(func() {
			errs[i] = task.Run(ctx)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Limited runs the tasks in goroutines, at most limit at once.
func Limited(limit int) Strategy {
	return func(ctx context.Context, tasks []Task) error {
		errs := make([]error, len(tasks))
		slots := make(chan struct{}, limit)
		var wg sync.WaitGroup
		for i, task := range tasks {
			slots <- struct{}{} // before go: waiting here is free
			if errs[i] = ctx.Err(); errs[i] != nil {
				break
			}
			wg.Go(func() {
				errs[i] = task.Run(ctx)
				<-slots
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	}
}

// Workers starts n goroutines that take tasks from one channel.
func Workers(n int) Strategy {
	return func(ctx context.Context, tasks []Task) error {
		errs := make([]error, len(tasks))
		queue := make(chan int)
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				for i := range queue {
					if errs[i] = ctx.Err(); errs[i] == nil {
						errs[i] = tasks[i].Run(ctx)
					}
				}
			})
		}
		for i := range tasks {
			queue <- i
		}
		close(queue) // ends each worker's range
		wg.Wait()
		return errors.Join(errs...)
	}
}

// ErrGroup runs the tasks, at most limit at once, until one fails.
func ErrGroup(limit int) Strategy {
	return func(ctx context.Context, tasks []Task) error {
		group, ctx := errgroup.WithContext(ctx) // ends at an error
		group.SetLimit(limit)
		for _, task := range tasks {
			group.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				return task.Run(ctx)
			})
		}
		return group.Wait()
	}
}
