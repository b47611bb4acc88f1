package pollen

import "sync"

// WRONG: the second look comes after the load, when the weather service was asked already.

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
	report, ok := c.reports[town]
	c.mu.Unlock()
	if ok {
		return report, nil
	}
	report, err := c.load(town)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if first, ok := c.reports[town]; ok {
		return first, nil
	}
	c.reports[town] = report
	return report, nil
}
