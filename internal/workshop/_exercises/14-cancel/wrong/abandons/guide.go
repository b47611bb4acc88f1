package guide

import (
	"context"
	"fmt"
	"time"
)

// WRONG: Explain returns in time, but the services never hear of it, and go on.

// Explain returns the text of an exhibit in the language of the visitor. It takes no longer
// than limit.
func Explain(
	ctx context.Context, find, translate Service, exhibit string, limit time.Duration,
) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		text, err := find(context.Background(), exhibit)
		if err == nil {
			text, err = translate(context.Background(), text)
		}
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		return a.text, a.err
	case <-ctx.Done():
		return "", fmt.Errorf("explain %s: %w", exhibit, ctx.Err())
	}
}
