package gauges

import (
	"context"
	"sync"
)

// WRONG: a read that was cancelled is followed by a draw all the same.

// Update reads all gauges at the same time, and draws the height at each of them.
// It returns the error of the first one that fails.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, gauge := range gauges {
		wg.Go(func() {
			height, err := read(ctx, gauge)
			if err != nil {
				cancel(err)
			}
			if err := draw(ctx, gauge, height); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
