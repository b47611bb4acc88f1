package pottery

import "sync"

// WRONG: between the look at the pots and the wait, a pot may come: its signal is lost.

type Rack struct {
	mu   sync.Mutex
	c    *sync.Cond
	pots []string
}

func NewRack() *Rack { r := &Rack{}; r.c = sync.NewCond(&r.mu); return r }

func (r *Rack) Put(pots ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pots = append(r.pots, pots...)
	r.c.Broadcast()
}

func (r *Rack) pop() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pots) == 0 {
		return "", false
	}
	pot := r.pots[0]
	r.pots = r.pots[1:]
	return pot, true
}

func (r *Rack) Take() string {
	for {
		if pot, ok := r.pop(); ok {
			return pot
		}
		r.mu.Lock()
		r.c.Wait()
		r.mu.Unlock()
	}
}
