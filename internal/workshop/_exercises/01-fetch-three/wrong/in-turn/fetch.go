package fetch

import (
	"context"
	"sync"
)

// WRONG: the Wait stands in the loop, so each goroutine ends before the next one starts.

// All returns the texts of the pages, in the order of their addresses.
func All(ctx context.Context, get Get, urls []string) ([]string, error) {
	texts := make([]string, len(urls))
	for i, url := range urls {
		var wg sync.WaitGroup
		wg.Go(func() { texts[i], _ = get(ctx, url) })
		wg.Wait()
	}
	return texts, nil
}
