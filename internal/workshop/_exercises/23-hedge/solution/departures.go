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
//
// Each question is a goroutine of its own, so the first one goes on while the
// second one is sent: what it has waited for already is not thrown away.
// cancel ends the question that has lost. The channel has room for both
// answers, so the loser can leave without a reader. Most answers come before
// the delay is over, so the second replica is seldom asked.
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
		// The delay is over, or a replica has failed: either way, it is the
		// other one's turn.
		if asked == 1 && ctx.Err() == nil {
			asked++
			go send(Second)
		}
	}
}
