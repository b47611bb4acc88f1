package fetch

import "context"

// Get fetches a page and returns its text. It takes as long as the network
// does.
type Get func(ctx context.Context, url string) (string, error)
