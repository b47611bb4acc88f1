package gauges

import "context"

// WRONG: it returns at the first error, and leaves the others at work.

// Update reads all gauges at the same time, and draws the height at each of them.
// It returns the error of the first one that fails.
func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	done := make(chan error, len(gauges))
	for _, gauge := range gauges {
		go func() {
			height, err := read(ctx, gauge)
			if err == nil {
				err = draw(ctx, gauge, height)
			}
			done <- err
		}()
	}
	for range gauges {
		if err := <-done; err != nil {
			return err
		}
	}
	return nil
}
