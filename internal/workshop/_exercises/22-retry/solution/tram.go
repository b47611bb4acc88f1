package tram

import (
	"context"
	"math/rand/v2"
	"time"
)

// Retry calls send until it succeeds, with waits in between that begin with a
// step of first. Each call but the first needs a token of the budget; without
// one, Retry returns the error of send. When ctx ends, it returns the
// context's error.
//
// The step doubles, which gives the exchange time to recover. The wait is a
// random part of it, so machines that failed together do not come back
// together. The budget bounds what all retries add to the load, however long
// the exchange is down. A wait that listens to ctx holds nobody up who no
// longer wants the answer.
func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	for step := first; ; step *= 2 {
		err := send(ctx)
		if err == nil || !budget.Take() {
			return err
		}
		wait := step/2 + rand.N(step/2)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
