package pollen

import "sync"

// WRONG: the lock is held while a report loads, and all other towns wait for it.

// Cache keeps the pollen reports of the towns. Any number of goroutines may use it at once.
type Cache struct {
	load Load

	mu      sync.Mutex // guards reports
	reports map[string]string
}

// New returns an empty cache that loads what it has not.
func New(load Load) *Cache {
	return &Cache{load: load, reports: map[string]string{}}
}

// Get returns the pollen report of a town. What is not there yet is loaded, and kept.
func (c *Cache) Get(town string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	report, ok := c.reports[town]
	if ok {
		return report, nil
	}
	report, err := c.load(town)
	if err != nil {
		return "", err
	}
	c.reports[town] = report
	return report, nil
}
