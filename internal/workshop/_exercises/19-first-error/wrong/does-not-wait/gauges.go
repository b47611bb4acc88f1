package gauges

import "context"

// WRONG: it returns while the others have yet to hear that they are cancelled.

func Update(ctx context.Context, read Read, draw Draw, gauges []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(gauges))
	for _, gauge := range gauges {
		go func() {
			h, err := read(ctx, gauge)
			if err == nil {
				err = draw(ctx, gauge, h)
			}
			errs <- err
		}()
	}
	for range gauges {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}
