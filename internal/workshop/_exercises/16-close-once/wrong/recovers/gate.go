package tunnel

// WRONG: the panic is swallowed, and the motor has still been started twice.

// Gate is a fire gate. It is for use by any number of goroutines.
type Gate struct {
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
	defer func() { _ = recover() }()
	select {
	case <-g.down:
		return // it is down already
	default:
	}
	g.lower()
	close(g.down)
}
