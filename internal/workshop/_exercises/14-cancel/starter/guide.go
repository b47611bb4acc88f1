package guide

import (
	"context"
	"fmt"
	"time"
)

// Explain returns the text of an exhibit in the language of the visitor. It
// takes no longer than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	text, err := find(context.TODO(), exhibit)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", exhibit, err)
	}
	translated, err := translate(context.TODO(), text)
	if err != nil {
		return "", fmt.Errorf("translate %s: %w", exhibit, err)
	}
	return translated, nil
}
