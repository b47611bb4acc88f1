package crawl

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// Crawl returns the addresses of all pages that can be reached from start,
// each once and sorted, and the errors of the pages that could not be
// fetched.
func Crawl(ctx context.Context, get Get, start string) ([]string, error) {
	var wg sync.WaitGroup
	var mu sync.Mutex // guards seen and errs
	seen := map[string]bool{start: true}
	var errs []error

	// note keeps what a visit has brought, and returns the links that are
	// new.
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

	var visit func(url string)
	visit = func(url string) {
		links, err := get(ctx, url)
		for _, link := range note(links, err) {
			wg.Go(func() { visit(link) })
		}
	}
	visit(start)
	wg.Wait()
	return slices.Sorted(maps.Keys(seen)), errors.Join(errs...)
}
