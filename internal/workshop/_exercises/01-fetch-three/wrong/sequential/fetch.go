package fetch

import "context"

// WRONG: each page is waited for before the next one is asked for.

// All returns the texts of the pages, in the order of their addresses.
func All(ctx context.Context, get Get, urls []string) ([]string, error) {
	texts := make([]string, len(urls))
	for i, url := range urls {
		text, err := get(ctx, url)
		if err != nil {
			return nil, err
		}
		texts[i] = text
	}
	return texts, nil
}
