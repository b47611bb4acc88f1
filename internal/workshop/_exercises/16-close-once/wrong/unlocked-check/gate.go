package tunnel

import "sync"

// WRONG: the lock guards the question and the close, each by itself; two calls ask before
// one of them closes.

// Gate is a fire gate. It is for use by any number of goroutines.
type Gate struct {
	mu    sync.Mutex    // guards down
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
	if g.isDown() {
		return
	}
	g.lower()
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.down)
}

func (g *Gate) isDown() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.down:
		return true
	default:
		return false
	}
}
