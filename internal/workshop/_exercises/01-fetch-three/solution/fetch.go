package fetch

import (
	"context"
	"errors"
	"sync"
)

// All returns the texts of the pages, in the order of their addresses.
//
// No page needs another one, so each is fetched by a goroutine of its own,
// and the waits overlap. Each goroutine writes to a place of its own: that
// keeps the order, and needs no lock, since nobody reads before Wait.
func All(ctx context.Context, get Get, urls []string) ([]string, error) {
	texts := make([]string, len(urls))
	errs := make([]error, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() { texts[i], errs[i] = get(ctx, url) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return texts, nil
}
