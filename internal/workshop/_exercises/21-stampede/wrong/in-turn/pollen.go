package pollen

import "sync"

// WRONG: each town has a lock, but who has waited for it does not look again.

// Cache keeps the pollen reports of the towns. Any number of goroutines may use it at once.
type Cache struct {
	load Load

	mu      sync.Mutex // guards the maps
	reports map[string]string
	loading map[string]*sync.Mutex // held while the town's report loads
}

// New returns an empty cache that loads what it has not.
func New(load Load) *Cache {
	return &Cache{
		load:    load,
		reports: map[string]string{},
		loading: map[string]*sync.Mutex{},
	}
}

// Get returns the pollen report of a town. What is not there yet is loaded, and kept.
func (c *Cache) Get(town string) (string, error) {
	c.mu.Lock()
	report, ok := c.reports[town]
	if c.loading[town] == nil {
		c.loading[town] = new(sync.Mutex)
	}
	loading := c.loading[town]
	c.mu.Unlock()
	if ok {
		return report, nil
	}
	loading.Lock()
	defer loading.Unlock()
	report, err := c.load(town)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.reports[town] = report
	c.mu.Unlock()
	return report, nil
}
