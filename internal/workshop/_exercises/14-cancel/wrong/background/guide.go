package guide

import (
	"context"
	"fmt"
	"time"
)

// WRONG: the context is not derived from the visitor's, who walks on in vain.

// Explain returns the text of an exhibit in the language of the visitor. It takes no longer
// than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
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
