package drain

import (
	"context"
	"sync"
	"sync/atomic"
)

// WRONG: to look whether the lab is closed and to put a film on the shelf are two steps.

type Lab struct {
	develop Develop
	closed  atomic.Bool
	shelf   chan string
	closing chan struct{}
	workers sync.WaitGroup
	ctx     context.Context
	cancel  func()
}

func Open(develop Develop, workers, room int) *Lab {
	l := &Lab{develop: develop, shelf: make(chan string, room)}
	l.closing = make(chan struct{})
	l.ctx, l.cancel = context.WithCancel(context.Background())
	for range workers {
		l.workers.Go(l.work)
	}
	return l
}

func (l *Lab) work() {
	for l.ctx.Err() == nil {
		select {
		case film := <-l.shelf:
			l.develop(l.ctx, film)
			continue
		default:
		}
		select {
		case film := <-l.shelf:
			l.develop(l.ctx, film)
		case <-l.closing:
			if len(l.shelf) == 0 {
				return
			}
		}
	}
}

func (l *Lab) Accept(film string) error {
	if l.closed.Load() {
		return ErrClosed
	}
	select {
	case l.shelf <- film:
		return nil
	default:
		return ErrFull
	}
}

func (l *Lab) Close(ctx context.Context) error {
	l.closed.Store(true)
	close(l.closing)
	defer context.AfterFunc(ctx, l.cancel)()
	l.workers.Wait()
	return ctx.Err()
}
