package post

import (
	"context"
	"errors"
	"sync"
)

// WRONG: err is safe while the lock is held, and so the carriers leave one at a time.

// DeliverAll delivers all parcels at once. It returns the errors of those that fail.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	err := office.Open(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, len(parcels))
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i, parcel := range parcels {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			err = office.Deliver(ctx, parcel)
			office.EndRound(ctx, parcel)
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
