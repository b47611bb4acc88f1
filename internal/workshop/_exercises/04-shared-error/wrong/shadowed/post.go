package post

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// WRONG: the err of the if is another variable, and the one that is kept stays nil.

// DeliverAll delivers all parcels at once. It returns the errors of those that fail.
func DeliverAll(ctx context.Context, office Office, parcels []string) error {
	if err := office.Open(ctx); err != nil {
		return err
	}
	errs := make([]error, len(parcels))
	var wg sync.WaitGroup
	for i, parcel := range parcels {
		wg.Go(func() {
			var err error
			if err := office.Deliver(ctx, parcel); err != nil {
				err = fmt.Errorf("parcel %s: %w", parcel, err)
			}
			office.EndRound(ctx, parcel)
			errs[i] = err
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
