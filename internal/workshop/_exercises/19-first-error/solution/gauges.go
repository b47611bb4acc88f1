package gauges

import (
	"context"
	"fmt"
	"sync"
)

// Update reads all gauges at the same time, and draws the height at each of
// them. It returns the error of the first one that fails.
//
// All goroutines share one context. Once keeps the first error and cancels
// the context; the errors that follow, because reads and draws are cancelled,
// come too late to replace it. Wait still waits for everybody, which is
// short: they all stop when the context ends. The package
// golang.org/x/sync/errgroup is made of the same parts.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	var failing sync.Once
	var first error
	for _, gauge := range gauges {
		wg.Go(func() {
			if err := update(ctx, read, draw, gauge); err != nil {
				failing.Do(func() {
					first = err
					cancel()
				})
			}
		})
	}
	wg.Wait()
	return first
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
