package post

import (
	"context"
	"errors"
	"sync"
)

// DeliverAll delivers all parcels at once. It returns the errors of those
// that fail.
//
// All goroutines used to assign to the err of DeliverAll. While one was at
// EndRound, another one overwrote it: that is a data race, and errors got
// lost. Now := declares an err in each goroutine, and the outer one ends with
// its if. errs is still shared, but each goroutine has an element of its own,
// which nobody reads before Wait.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	if err := office.Open(ctx); err != nil {
		return err
	}
	errs := make([]error, len(parcels))
	var wg sync.WaitGroup
	for i, parcel := range parcels {
		wg.Go(func() {
			err := office.Deliver(ctx, parcel)
			office.EndRound(ctx, parcel)
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
