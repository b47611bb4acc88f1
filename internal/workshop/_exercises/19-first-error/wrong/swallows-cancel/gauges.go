package gauges

import (
	"context"
	"errors"
	"sync"
)

// WRONG: a caller who cancels gets nil, and a map that is not whole.

func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	errs := make([]error, len(gauges))
	for i, gauge := range gauges {
		wg.Go(func() {
			h, err := read(ctx, gauge)
			if err == nil {
				err = draw(ctx, gauge, h)
			}
			if err != nil {
				cancel()
				if !errors.Is(err, context.Canceled) {
					errs[i] = err
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
