package pharmacy

import (
	"context"
	"sync"
)

// WRONG: an answer that comes before the customer listens is dropped.

func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	for q := range questions {
		wg.Go(func() {
			a := look(ctx, q.Text)
			select {
			case q.Reply <- a:
			default:
			}
		})
	}
	wg.Wait()
}
