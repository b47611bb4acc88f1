package guide

import (
	"context"
	"fmt"
	"time"
)

// WRONG: each service has the whole limit for itself, so both together take up to
// twice as long.

// Explain returns the text of an exhibit in the language of the visitor. It takes no longer
// than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	finding, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	text, err := find(finding, exhibit)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", exhibit, err)
	}
	translating, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	translated, err := translate(translating, text)
	if err != nil {
		return "", fmt.Errorf("translate %s: %w", exhibit, err)
	}
	return translated, nil
}
