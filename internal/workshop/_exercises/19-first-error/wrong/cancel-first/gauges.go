package gauges

import (
	"context"
	"sync"
)

// WRONG: those who are cancelled may keep their error before the one that failed.

func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	for _, gauge := range gauges {
		wg.Go(func() {
			h, err := read(ctx, gauge)
			if err == nil {
				err = draw(ctx, gauge, h)
			}
			if err != nil {
				cancel()
				mu.Lock()
				defer mu.Unlock()
				if first == nil {
					first = err
				}
			}
		})
	}
	wg.Wait()
	return first
}
