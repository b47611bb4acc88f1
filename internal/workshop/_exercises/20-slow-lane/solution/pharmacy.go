package pharmacy

import (
	"context"
	"sync"
)

// Serve answers the questions as they come, until the channel is closed. It
// returns when all have their answers.
//
// The loop only receives, so it is back for the next question at once.
// Whoever has to wait is a goroutine with a question of its own, and a
// waiting goroutine stands in nobody's way. The last questions are still
// being looked up when the channel is closed: Wait waits for them.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	for q := range questions {
		wg.Go(func() { q.Reply <- look(ctx, q.Text) })
	}
	wg.Wait()
}
