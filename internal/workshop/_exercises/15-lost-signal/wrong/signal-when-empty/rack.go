package pottery

import "sync"

// WRONG: two deliveries may come before a painter is awake, and the second one wakes
// nobody, since the rack is not empty.

// Rack holds the pots that wait for a painter. It is for use by any number of goroutines.
type Rack struct {
	mu     sync.Mutex // guards pots
	filled *sync.Cond // tells that pots have come
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
	empty := len(r.pots) == 0
	r.pots = append(r.pots, pots...)
	if !empty {
		return
	}
	for range pots {
		r.filled.Signal()
	}
}

// Take removes the oldest pot and returns it. It waits until there is one.
func (r *Rack) Take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.pots) == 0 {
		r.filled.Wait()
	}
	pot := r.pots[0]
	r.pots = r.pots[1:]
	return pot
}
