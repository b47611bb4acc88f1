package pharmacy

import (
	"context"
	"sync"
)

// WRONG: the answers are found at the same time, but go out in the order of the questions.

// Serve answers the questions as they come, until the channel is closed. It returns when
// all have their answers.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	before := make(chan struct{})
	close(before)
	for q := range questions {
		turn, next := before, make(chan struct{})
		wg.Go(func() {
			answer := look(ctx, q.Text)
			<-turn
			q.Reply <- answer
			close(next)
		})
		before = next
	}
	wg.Wait()
}
