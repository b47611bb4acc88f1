package hedge

import (
	"context"
	"errors"
	"time"
)

// WRONG: nobody cancels the question that has lost, so its replica works for nobody.

// Departures returns what leaves next. It asks the first replica and, if that has not
// answered after so long a delay, the second one too. The answer that comes first counts.
// An error is no answer: it is returned only if both replicas fail. When ctx ends,
// Departures returns ctx's error at once, and asks nobody any more.
func Departures(ctx context.Context, ask Ask, delay time.Duration) (string, error) {
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

	hedge := time.NewTimer(delay)
	defer hedge.Stop()
	asked := 1
	var failures []error
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case a := <-answers:
			if a.err == nil {
				return a.text, nil
			}
			failures = append(failures, a.err)
			if len(failures) == 2 {
				return "", errors.Join(failures...)
			}
		case <-hedge.C:
		}
		// The delay is over, or a replica has failed: either way, it is the other one's
		// turn.
		if asked == 1 && ctx.Err() == nil {
			asked++
			go send(Second)
		}
	}
}
