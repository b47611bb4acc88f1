package radio

import "sync"

// Radio hands warnings to the ships that listen. The zero Radio is ready for
// use, by any number of goroutines.
type Radio struct {
	mu    sync.Mutex // guards ships
	ships []chan string
}

// Listen adds a ship. It hears all later warnings on the channel.
func (r *Radio) Listen() <-chan string {
	ship := make(chan string)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ships = append(r.ships, ship)
	return ship
}

// Ships returns how many ships listen.
func (r *Radio) Ships() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ships)
}

// Warn sends a warning to every ship, and returns when all have heard it.
// Ships hear warnings that are given at the same time in any order.
func (r *Radio) Warn(warning string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, ship := range r.ships {
		ship <- warning
	}
}
