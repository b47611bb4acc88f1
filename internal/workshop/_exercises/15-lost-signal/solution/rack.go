package pottery

import "sync"

// Rack holds the pots that wait for a painter. It is for use by any number of
// goroutines.
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
//
// There may be pots for several painters, so Broadcast wakes all of them:
// those who come too late find the rack empty, and wait again.
func (r *Rack) Put(pots ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pots = append(r.pots, pots...)
	r.filled.Broadcast()
}

// Take removes the oldest pot and returns it. It waits until there is one.
//
// A signal reaches those who wait at that moment, and nobody else. So Take
// looks at the pots first, under the lock, and waits only while there are
// none. It looks again after each wait, since another painter may have taken
// the pot.
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
