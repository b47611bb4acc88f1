package pottery

import (
	"sync"
	"time"
)

// WRONG: a painter who looks again now and then waits beside a full rack in between.

// Rack holds the pots that wait for a painter. It is for use by any number of goroutines.
type Rack struct {
	mu   sync.Mutex // guards pots
	pots []string
}

// NewRack returns an empty rack.
func NewRack() *Rack {
	return &Rack{}
}

// Put adds pots. It waits for nobody.
func (r *Rack) Put(pots ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pots = append(r.pots, pots...)
}

// Take removes the oldest pot and returns it. It waits until there is one.
func (r *Rack) Take() string {
	for {
		r.mu.Lock()
		if len(r.pots) > 0 {
			pot := r.pots[0]
			r.pots = r.pots[1:]
			r.mu.Unlock()
			return pot
		}
		r.mu.Unlock()
		time.Sleep(10 * time.Millisecond)
	}
}
