package tunnel

import (
	"sync/atomic"
	"time"
)

// WRONG: all but the first call look every millisecond whether the gate is down, and so
// return too late.

// Gate is a fire gate. It is for use by any number of goroutines.
type Gate struct {
	dropped atomic.Bool
	isDown  atomic.Bool
	lower   func()        // starts the motor, and returns when the gate is down
	down    chan struct{} // closed when the gate is down
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
	if g.dropped.CompareAndSwap(false, true) {
		g.lower()
		g.isDown.Store(true)
		close(g.down)
	}
	for !g.isDown.Load() {
		time.Sleep(time.Millisecond)
	}
}
