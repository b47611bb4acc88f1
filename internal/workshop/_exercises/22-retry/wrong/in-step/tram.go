package tram

import (
	"context"
	"time"
)

// WRONG: the step doubles, but without chance all machines come back together.

// Retry calls send until it succeeds, with waits in between that begin with a step of
// first. Each call but the first needs a token of the budget; without one, Retry returns
// the error of send. When ctx ends, it returns the context's error.
func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	for step := first; ; step *= 2 {
		err := send(ctx)
		if err == nil || !budget.Take() {
			return err
		}
		select {
		case <-time.After(step):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
