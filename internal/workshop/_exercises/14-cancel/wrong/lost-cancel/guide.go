package guide

import (
	"context"
	"fmt"
	"time"
)

// WRONG: without its cancel function the context and its timer stay until the limit is
// over.

// Explain returns the text of an exhibit in the language of the visitor. It takes no longer
// than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	ctx, _ = context.WithTimeout(ctx, limit)
	text, err := find(ctx, exhibit)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", exhibit, err)
	}
	translated, err := translate(ctx, text)
	if err != nil {
		return "", fmt.Errorf("translate %s: %w", exhibit, err)
	}
	return translated, nil
}
