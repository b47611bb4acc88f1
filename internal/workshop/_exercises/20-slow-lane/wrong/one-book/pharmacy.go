package pharmacy

import (
	"context"
	"sync"
)

// WRONG: each question has a goroutine, but the lock lets one of them look at a time.

// Serve answers the questions as they come, until the channel is closed. It returns when
// all have their answers.
func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for q := range questions {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			q.Reply <- look(ctx, q.Text)
		})
	}
	wg.Wait()
}
