package drain

import (
	"context"
	"sync"
)

// WRONG: there is always room on a slice, so the lab accepts more than it can develop.

// Lab develops films, as many at once as it has workers. Others wait on its shelf.
type Lab struct {
	develop Develop
	workers sync.WaitGroup
	stop    context.CancelFunc // ends what is under way

	mu      sync.Mutex // guards closed and shelf
	changed *sync.Cond // tells that a film has come, or that the lab closes
	closed  bool
	shelf   []string
}

// Open opens a lab with so many workers, and room for so many films on the shelf.
func Open(develop Develop, workers, room int) *Lab {
	ctx, stop := context.WithCancel(context.Background())
	l := &Lab{develop: develop, stop: stop}
	l.changed = sync.NewCond(&l.mu)
	for range workers {
		l.workers.Go(func() { l.work(ctx) })
	}
	return l
}

func (l *Lab) work(ctx context.Context) {
	for {
		film, ok := l.next()
		if !ok || ctx.Err() != nil {
			return
		}
		l.develop(ctx, film)
	}
}

// next waits for a film. There is none any more when the lab is closed and its shelf empty.
func (l *Lab) next() (film string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.shelf) == 0 && !l.closed {
		l.changed.Wait()
	}
	if len(l.shelf) == 0 {
		return "", false
	}
	film, l.shelf = l.shelf[0], l.shelf[1:]
	return film, true
}

// Accept puts a film on the shelf. It does not wait: without room it returns ErrFull, and
// from the beginning of Close on ErrClosed. A film that it accepts is developed.
func (l *Lab) Accept(film string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	l.shelf = append(l.shelf, film)
	l.changed.Signal()
	return nil
}

// Close lets the lab develop what it has accepted, and returns when that is done. If ctx
// ends before, Close stops what is still under way, begins nothing more, and returns ctx's
// error. It is called once.
func (l *Lab) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.changed.Broadcast()
	l.mu.Unlock()

	defer l.stop()
	done := make(chan struct{})
	go func() {
		l.workers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		l.stop()
		<-done
		return ctx.Err()
	}
}
