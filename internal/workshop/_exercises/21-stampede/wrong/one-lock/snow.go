package snow

import "sync"

// WRONG: the lock is held while a report loads, and all other valleys wait for it.

// Cache keeps the snow reports of the valleys. Any number of goroutines may use it at once.
type Cache struct {
	load Load

	mu      sync.Mutex // guards reports
	reports map[string]string
}

// New returns an empty cache that loads what it has not.
func New(load Load) *Cache {
	return &Cache{load: load, reports: map[string]string{}}
}

// Get returns the snow report of a valley. What is not there yet is loaded, and kept.
func (c *Cache) Get(valley string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	report, ok := c.reports[valley]
	if ok {
		return report, nil
	}
	report, err := c.load(valley)
	if err != nil {
		return "", err
	}
	c.reports[valley] = report
	return report, nil
}
