package pharmacy

import (
	"context"
	"sync"
)

// WRONG: a second counter helps with one long question, and two long ones block both.

// Serve answers the questions as they come, until the channel is closed. It returns when
// all have their answers.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for q := range questions {
				q.Reply <- look(ctx, q.Text)
			}
		})
	}
	wg.Wait()
}
