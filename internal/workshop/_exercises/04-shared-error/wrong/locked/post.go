package post

import (
	"context"
	"sync"
)

// WRONG: the lock ends the data race, but one variable still has room for one error.

// DeliverAll delivers all parcels at once. It returns the errors of those that fail.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	err := office.Open(ctx)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, parcel := range parcels {
		wg.Go(func() {
			failed := office.Deliver(ctx, parcel)
			office.EndRound(ctx, parcel)
			if failed != nil {
				mu.Lock()
				err = failed
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return err
}
