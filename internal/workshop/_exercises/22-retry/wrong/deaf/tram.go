package tram

import (
	"context"
	"math/rand/v2"
	"time"
)

// WRONG: time.Sleep does not hear when ctx ends.

// Retry calls send until it succeeds, with waits in between that begin with a step of
// first. Each call but the first needs a token of the budget; without one, Retry returns
// the error of send. When ctx ends, it returns the context's error.
func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	for step := first; ; step *= 2 {
		err := send(ctx)
		if err == nil || !budget.Take() {
			return err
		}
		wait := step/2 + rand.N(step/2)
		time.Sleep(wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
