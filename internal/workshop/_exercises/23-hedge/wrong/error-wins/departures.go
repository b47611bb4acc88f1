package hedge

import (
	"context"
	"time"
)

// WRONG: what comes first is returned, be it an error, though the other one may answer.

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

	hedge := time.NewTimer(delay)
	defer hedge.Stop()
	asked := 1
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case a := <-answers:
			return a.text, a.err
		case <-hedge.C:
		}
		// The delay is over: it is the other one's turn.
		if asked == 1 && ctx.Err() == nil {
			asked++
			go send(Second)
		}
	}
}
