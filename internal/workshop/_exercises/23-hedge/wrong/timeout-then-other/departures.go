package hedge

import (
	"context"
	"errors"
	"time"
)

// WRONG: the first question is given up when the delay is over, with all that it has
// waited.

// Departures returns what leaves next. It asks the first replica and, if that has not
// answered after so long a delay, the second one too. The answer that comes first counts.
// An error is no answer: it is returned only if both replicas fail. When ctx ends,
// Departures returns ctx's error at once, and asks nobody any more.
func Departures(ctx context.Context, ask Ask, delay time.Duration) (string, error) {
	hurried, cancel := context.WithTimeout(ctx, delay)
	defer cancel()
	text, lost := ask(hurried, First)
	if lost == nil {
		return text, nil
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	text, err := ask(ctx, Second)
	if err != nil {
		return "", errors.Join(lost, err)
	}
	return text, nil
}
