package crawl

import "context"

// Get fetches a page and returns the addresses that it links to.
type Get func(ctx context.Context, url string) ([]string, error)

// Limit is how many pages may be fetched at the same time.
const Limit = 3
