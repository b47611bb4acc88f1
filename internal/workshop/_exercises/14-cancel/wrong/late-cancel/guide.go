package guide

import (
	"context"
	"fmt"
	"time"
)

// WRONG: cancel is called when the context has ended, and not when Explain is through.

// Explain returns the text of an exhibit in the language of the visitor. It takes no longer
// than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	context.AfterFunc(ctx, cancel)
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
