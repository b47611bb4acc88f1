package tunnel

import "sync"

// WRONG: the channel is closed before the gate is down.

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
func (g *Gate) Drop() {
	g.once.Do(func() {
		close(g.down)
		g.lower()
	})
}
