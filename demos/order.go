package demos

import (
	"context"
	"errors"
	"sync"
)

// ByArrival runs all tasks at once and lists them as they end.
func ByArrival(
	ctx context.Context, tasks []Task,
) ([]string, error) {
	var answers []string
	var mu sync.Mutex // guards answers
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() {
			errs[i] = task.Run(ctx)
			mu.Lock()
			answers = append(answers, task.Name)
			mu.Unlock()
		})
	}
	wg.Wait()
	return answers, errors.Join(errs...)
}

// BySlot runs all tasks at once and lists them as they were given.
func BySlot(
	ctx context.Context, tasks []Task,
) ([]string, error) {
	answers := make([]string, len(tasks)) // a slot each: no lock
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	for i, task := range tasks {
		wg.Go(func() {
			errs[i] = task.Run(ctx)
			answers[i] = task.Name
		})
	}
	wg.Wait()
	return answers, errors.Join(errs...)
}
