package drain

import (
	"context"
	"sync"
)

// Lab develops films, as many at once as it has workers. Others wait on its
// shelf.
//
// A closed channel still gives what is in it, so the workers range over the
// shelf and go home when it is closed and empty. Accept and Close share a
// lock: no film comes to the shelf after it is closed. All films have one
// context, which Close cancels when its own deadline passes, and a worker who
// finds it cancelled begins no other film.
type Lab struct {
	develop Develop
	workers sync.WaitGroup
	stop    context.CancelFunc // ends what is under way

	mu     sync.Mutex // guards closed, and that nobody sends when it is true
	closed bool
	shelf  chan string
}

// Open opens a lab with so many workers, and a shelf with so much room.
func Open(develop Develop, workers, room int) *Lab {
	ctx, stop := context.WithCancel(context.Background())
	l := &Lab{develop: develop, stop: stop, shelf: make(chan string, room)}
	for range workers {
		l.workers.Go(func() { l.work(ctx) })
	}
	return l
}

func (l *Lab) work(ctx context.Context) {
	for film := range l.shelf {
		if ctx.Err() != nil {
			return
		}
		l.develop(ctx, film)
	}
}

// Accept puts a film on the shelf. It does not wait: without room it returns
// ErrFull, and from the beginning of Close on ErrClosed. A film that it
// accepts is developed.
func (l *Lab) Accept(film string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrClosed
	}
	select {
	case l.shelf <- film:
		return nil
	default:
		return ErrFull
	}
}

// Close lets the lab develop what it has accepted, and returns when that is
// done. If ctx ends before, Close stops what is still under way, begins
// nothing more, and returns ctx's error. It is called once.
func (l *Lab) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	close(l.shelf)
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
