package crawl

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// WRONG: three pages begin together, and the next three wait for the slowest of them.

// Crawl returns the addresses of all pages that can be reached from start, each once and
// sorted, and the errors of the pages that could not be fetched.
func Crawl(ctx context.Context, get Get, start string) ([]string, error) {
	var mu sync.Mutex // guards seen and errs
	seen := map[string]bool{start: true}
	var errs []error

	// note keeps what a visit has brought, and returns the links that are new.
	note := func(links []string, err error) []string {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			errs = append(errs, err)
		}
		var fresh []string
		for _, link := range links {
			if !seen[link] {
				seen[link] = true
				fresh = append(fresh, link)
			}
		}
		return fresh
	}

	known := []string{start}
	for len(known) > 0 {
		var wg sync.WaitGroup
		three := known[:min(Limit, len(known))]
		found := make([][]string, len(three))
		for i, url := range three {
			wg.Go(func() { found[i] = note(get(ctx, url)) })
		}
		wg.Wait()
		known = append(known[len(three):], slices.Concat(found...)...)
	}
	return slices.Sorted(maps.Keys(seen)), errors.Join(errs...)
}
