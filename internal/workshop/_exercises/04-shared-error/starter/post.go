package post

import (
	"context"
	"errors"
	"sync"
)

// DeliverAll delivers all parcels at once. It returns the errors of those
// that fail.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	err := office.Open(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, len(parcels))
	var wg sync.WaitGroup
	for i, parcel := range parcels {
		wg.Go(func() {
			err = office.Deliver(ctx, parcel)
			office.EndRound(ctx, parcel)
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
