package pharmacy

import (
	"context"
	"sync"
)

// WRONG: a look-up does not hear that the shop has closed.

func Serve(ctx context.Context, look Look, questions <-chan Question) {
	var wg sync.WaitGroup
	for q := range questions {
		wg.Go(func() {
			a := look(context.Background(), q.Text)
			q.Reply <- a
		})
	}
	wg.Wait()
}
