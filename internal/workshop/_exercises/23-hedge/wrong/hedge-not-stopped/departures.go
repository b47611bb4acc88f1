package hedge

import (
	"context"
	"errors"
	"time"
)

// WRONG: nobody stops the timer, so the second replica is asked when the answer is long
// there.

// Departures returns what leaves next. It asks the first replica and, if that has not
// answered after so long a delay, the second one too. The answer that comes first counts.
// An error is no answer: it is returned only if both replicas fail. When ctx ends,
// Departures returns ctx's error at once, and asks nobody any more.
func Departures(ctx context.Context, ask Ask, delay time.Duration) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 2)
	send := func(replica Replica) {
		text, err := ask(ctx, replica)
		answers <- answer{text, err}
	}
	go send(First)
	time.AfterFunc(delay, func() { send(Second) })
	var failures []error
	for range 2 {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case a := <-answers:
			if a.err == nil {
				return a.text, nil
			}
			failures = append(failures, a.err)
		}
	}
	return "", errors.Join(failures...)
}
