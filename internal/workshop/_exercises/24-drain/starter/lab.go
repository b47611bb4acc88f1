package drain

import (
	"context"
	"sync"
)

// Lab develops films, as many at once as it has workers. Others wait on its
// shelf.
type Lab struct {
	develop Develop
	shelf   chan string
	closing chan struct{}
	workers sync.WaitGroup
}

// Open opens a lab with so many workers, and a shelf with so much room.
func Open(develop Develop, workers, room int) *Lab {
	l := &Lab{
		develop: develop,
		shelf:   make(chan string, room),
		closing: make(chan struct{}),
	}
	for range workers {
		l.workers.Go(l.work)
	}
	return l
}

func (l *Lab) work() {
	for {
		select {
		case <-l.closing:
			return
		case film := <-l.shelf:
			l.develop(context.Background(), film)
		}
	}
}

// Accept puts a film on the shelf. It does not wait: without room it returns
// ErrFull, and from the beginning of Close on ErrClosed. A film that it
// accepts is developed.
func (l *Lab) Accept(film string) error {
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
	close(l.closing)
	l.workers.Wait()
	return nil
}
