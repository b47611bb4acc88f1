package tunnel

import "sync/atomic"

// WRONG: to look at began and to set it are two steps, and both buttons may look first.

type Gate struct {
	lower func()
	down  chan struct{}
	began atomic.Bool
}

func New(lower func()) *Gate {
	return &Gate{lower: lower, down: make(chan struct{})}
}
func (g *Gate) Down() <-chan struct{} { return g.down }
func (g *Gate) Drop() {
	if g.began.Load() {
		<-g.down
		return
	}
	g.began.Store(true)
	g.lower()
	close(g.down)
}
