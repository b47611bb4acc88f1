package tram

import (
	"context"
	"math/rand/v2"
	"time"
)

// WRONG: machines that start at the same moment get the same seed, and the same waits.

// Retry calls send until it succeeds, with waits in between that begin with a step of
// first. Each call but the first needs a token of the budget; without one, Retry returns
// the error of send. When ctx ends, it returns the context's error.
func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	now := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(now, now))
	for step := first; ; step *= 2 {
		err := send(ctx)
		if err == nil || !budget.Take() {
			return err
		}
		wait := step/2 + time.Duration(random.Int64N(int64(step/2)))
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
