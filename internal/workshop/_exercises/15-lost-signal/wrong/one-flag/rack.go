package pottery

import "sync"

// WRONG: the flag remembers that pots have come, and not how many.

// Rack holds the pots that wait for a painter. It is for use by any number of goroutines.
type Rack struct {
	mu     sync.Mutex // guards the rest
	filled *sync.Cond // tells that pots have come
	ready  bool
	pots   []string
}

// NewRack returns an empty rack.
func NewRack() *Rack {
	r := &Rack{}
	r.filled = sync.NewCond(&r.mu)
	return r
}

// Put adds pots. It waits for nobody.
func (r *Rack) Put(pots ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pots = append(r.pots, pots...)
	r.ready = true
	r.filled.Broadcast()
}

// Take removes the oldest pot and returns it. It waits until there is one.
func (r *Rack) Take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.ready {
		r.filled.Wait()
	}
	r.ready = false
	pot := r.pots[0]
	r.pots = r.pots[1:]
	return pot
}
