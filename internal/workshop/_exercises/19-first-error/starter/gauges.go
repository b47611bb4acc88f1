package gauges

import (
	"context"
	"log"
	"sync"
)

// Update reads all gauges at the same time, and draws the height at each of
// them. It returns the error of the first one that fails.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	var wg sync.WaitGroup
	for _, gauge := range gauges {
		wg.Go(func() {
			height, err := read(ctx, gauge)
			if err != nil {
				log.Printf("read %s: %v", gauge, err)
				return
			}
			if err := draw(ctx, gauge, height); err != nil {
				log.Printf("draw %s: %v", gauge, err)
			}
		})
	}
	wg.Wait()
	return nil
}
