package tram

import (
	"context"
	"math/rand/v2"
	"time"
)

// WRONG: a try that is under way goes on when nobody waits for it any more.

func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	for step := first; ; step *= 2 {
		err := send(context.Background())
		if err == nil || !budget.Take() {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step/2 + rand.N(step/2)):
		}
	}
}
