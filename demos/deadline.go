package demos

import (
	"context"
	"time"
)

// Within runs a task and tells it to stop once its time is over.
func Within(ctx context.Context, d time.Duration, task Task) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()       // done early? Then stop the timer
	return task.Run(ctx) // returns when the task does, no sooner
}

// Steps does a step n times, and stops where its context ends.
func Steps(n int, step Task) Task {
	return Task{"steps", func(ctx context.Context) error {
		for range n {
			if err := step.Run(ctx); err != nil {
				return err // told to stop
			}
		}
		return nil
	}}
}

// DeafSteps does a step n times, whatever becomes of its context.
func DeafSteps(n int, step Task) Task {
	return Task{"steps", func(ctx context.Context) error {
		ctx = context.WithoutCancel(ctx) // tells it nothing
		for range n {
			if err := step.Run(ctx); err != nil {
				return err
			}
		}
		return nil
	}}
}
