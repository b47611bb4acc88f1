package gauges

import (
	"context"
	"fmt"
	"sync"
)

// Update reads all gauges at the same time, and draws the height at each of
// them. It returns the error of the first one that fails.
//
// All goroutines share one context. The first error cancels it and becomes
// its cause; the errors that follow, because reads and draws are cancelled,
// come too late to replace it. Wait still waits for everybody, which is
// short: they all stop when the context ends.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, gauge := range gauges {
		wg.Go(func() {
			if err := update(ctx, read, draw, gauge); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// update reads one gauge, and draws its height on the map.
func update(ctx context.Context, read Read, draw Draw, gauge string) error {
	height, err := read(ctx, gauge)
	if err != nil {
		return fmt.Errorf("read %s: %w", gauge, err)
	}
	if err := draw(ctx, gauge, height); err != nil {
		return fmt.Errorf("draw %s: %w", gauge, err)
	}
	return nil
}
