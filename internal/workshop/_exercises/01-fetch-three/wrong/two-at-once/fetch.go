package fetch

import (
	"context"
	"errors"
	"sync"
)

// WRONG: two pages are fetched at once, and the third waits for one of them without need.

// All returns the texts of the pages, in the order of their addresses.
func All(ctx context.Context, get Get, urls []string) ([]string, error) {
	texts := make([]string, len(urls))
	errs := make([]error, len(urls))
	slots := make(chan struct{}, 2)
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			texts[i], errs[i] = get(ctx, url)
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return texts, nil
}
