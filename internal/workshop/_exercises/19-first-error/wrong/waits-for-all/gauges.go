package gauges

import (
	"context"
	"errors"
	"sync"
)

// WRONG: the error is kept, but nobody tells the others, and they go on to their end.

// Update reads all gauges at the same time, and draws the height at each of them.
// It returns the error of the first one that fails.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	errs := make([]error, len(gauges))
	var wg sync.WaitGroup
	for i, gauge := range gauges {
		wg.Go(func() {
			height, err := read(ctx, gauge)
			if err != nil {
				errs[i] = err
				return
			}
			errs[i] = draw(ctx, gauge, height)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
