package gauges

import (
	"context"
	"sync"
)

// WRONG: each error replaces the one before, and the last ones are cancellations.

// Update reads all gauges at the same time, and draws the height at each of them.
// It returns the error of the first one that fails.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex // guards failure
	var failure error
	fail := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		failure = err
		cancel()
	}
	var wg sync.WaitGroup
	for _, gauge := range gauges {
		wg.Go(func() {
			height, err := read(ctx, gauge)
			if err != nil {
				fail(err)
				return
			}
			if err := draw(ctx, gauge, height); err != nil {
				fail(err)
			}
		})
	}
	wg.Wait()
	return failure
}
