package fetch

import (
	"context"
	"sync"
)

// WRONG: it returns the error of the first page, and those of the others are lost.

// All returns the texts of the pages, in the order of their addresses.
func All(ctx context.Context, get Get, urls []string) ([]string, error) {
	texts := make([]string, len(urls))
	errs := make([]error, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() { texts[i], errs[i] = get(ctx, url) })
	}
	wg.Wait()
	return texts, errs[0]
}
