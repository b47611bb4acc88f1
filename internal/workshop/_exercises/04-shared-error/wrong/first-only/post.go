package post

import (
	"context"
	"sync"
)

// WRONG: the channel takes one error, and all others are thrown away.

// DeliverAll delivers all parcels at once. It returns the errors of those that fail.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	if err := office.Open(ctx); err != nil {
		return err
	}
	failed := make(chan error, 1)
	var wg sync.WaitGroup
	for _, parcel := range parcels {
		wg.Go(func() {
			err := office.Deliver(ctx, parcel)
			office.EndRound(ctx, parcel)
			if err == nil {
				return
			}
			select {
			case failed <- err:
			default:
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}
