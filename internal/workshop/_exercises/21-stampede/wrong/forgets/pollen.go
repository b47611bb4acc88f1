package pollen

import "sync"

// WRONG: the entry leaves the map when the load has ended, so nothing is kept.

// Cache keeps the pollen reports of the towns. Any number of goroutines may use it at once.
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

// Get returns the pollen report of a town. What is not there yet is loaded, and kept.
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
	c.mu.Lock()
	delete(c.entries, town)
	c.mu.Unlock()
	close(e.ready)
	return e.report, e.err
}
