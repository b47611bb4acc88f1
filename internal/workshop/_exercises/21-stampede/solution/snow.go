package snow

import "sync"

// Cache keeps the snow reports of the valleys. Any number of goroutines may use it at once.
type Cache struct {
	load Load

	mu      sync.Mutex // guards entries
	entries map[string]*entry
}

// entry is a report that is there, or on its way.
type entry struct {
	ready  chan struct{} // closed when the load has ended; the rest is not read before
	report string
	err    error
}

// New returns an empty cache that loads what it has not.
func New(load Load) *Cache {
	return &Cache{load: load, entries: map[string]*entry{}}
}

// Get returns the snow report of a valley. What is not there yet is loaded, and kept.
//
// The entry is in the map before the load begins, so to find none and to put one there
// is a single step under the lock, and one caller does it. All others find the entry and
// wait for its channel. The load itself runs without the lock: other valleys do not wait
// for it. An entry whose load failed leaves the map, so that the next caller tries again.
func (c *Cache) Get(valley string) (string, error) {
	c.mu.Lock()
	e, ok := c.entries[valley]
	if ok {
		c.mu.Unlock()
		<-e.ready
		return e.report, e.err
	}
	e = &entry{ready: make(chan struct{})}
	c.entries[valley] = e
	c.mu.Unlock()

	e.report, e.err = c.load(valley)
	if e.err != nil {
		c.mu.Lock()
		delete(c.entries, valley)
		c.mu.Unlock()
	}
	close(e.ready)
	return e.report, e.err
}
