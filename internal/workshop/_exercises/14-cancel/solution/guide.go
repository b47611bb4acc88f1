package guide

import (
	"context"
	"fmt"
	"time"
)

// Explain returns the text of an exhibit in the language of the visitor. It
// takes no longer than limit.
//
// One context goes through the whole. It ends with the visitor's, from which
// it is derived, or when limit is over: both services share the time, since
// they share the context. cancel stops its timer as soon as nobody needs it
// any more.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
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
