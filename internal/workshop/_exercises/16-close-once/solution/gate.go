package tunnel

import "sync"

// Gate is a fire gate. It is for use by any number of goroutines.
type Gate struct {
	once  sync.Once
	lower func()        // starts the motor, and returns when the gate is down
	down  chan struct{} // closed when the gate is down
}

// New returns a gate that stands open. lower starts the motor, and returns
// when the gate is down.
func New(lower func()) *Gate {
	return &Gate{lower: lower, down: make(chan struct{})}
}

// Down returns a channel that is closed when the gate is down.
func (g *Gate) Down() <-chan struct{} {
	return g.down
}

// Drop lowers the gate, and returns when it is down.
//
// To look whether a channel is closed, and to close it then, are two steps:
// others look in between. once makes one step of all. The first call lowers
// the gate and closes the channel; all others wait in Do until that is done.
func (g *Gate) Drop() {
	g.once.Do(func() {
		g.lower()
		close(g.down)
	})
}
