package pollen

import "sync"

// Cache keeps the pollen reports of the towns. Any number of goroutines may
// use it at once.
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

// Get returns the pollen report of a town. What is not there yet is loaded,
// and kept.
//
// The entry is in the map before the load begins, so to find none and to put
// one there is a single step under the lock, and one caller does it. All
// others find the entry and wait for its channel. The load itself runs
// without the lock: other towns do not wait for it. An entry whose load
// failed leaves the map, so that the next caller tries again.
func (c *Cache) Get(town string) (string, error) {
	c.mu.Lock()
	e, ok := c.entries[town]
	if ok {
		c.mu.Unlock()
		<-e.ready
		return e.report, e.err
	}
	e = &entry{ready: make(chan struct{})}
	c.entries[town] = e
	c.mu.Unlock()

	e.report, e.err = c.load(town)
	if e.err != nil {
		c.mu.Lock()
		delete(c.entries, town)
		c.mu.Unlock()
	}
	close(e.ready)
	return e.report, e.err
}
