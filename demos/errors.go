package demos

import (
	"context"
	"errors"
	"time"
)

// Fail waits for d and then fails: its siblings do not hear of it,
// unless somebody cancels their context.
func Fail(d time.Duration) Task {
	return Task{"fail", func(ctx context.Context) error {
		if err := Sleep(d).Run(ctx); err != nil {
			return err
		}
		return errors.New("no luck")
	}}
}
