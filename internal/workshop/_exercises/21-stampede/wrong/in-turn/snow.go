package snow

import "sync"

// WRONG: each valley has a lock, but who has waited for it does not look again.

// Cache keeps the snow reports of the valleys. Any number of goroutines may use it at once.
type Cache struct {
	load Load

	mu      sync.Mutex // guards the maps
	reports map[string]string
	loading map[string]*sync.Mutex // held while the valley's report loads
}

// New returns an empty cache that loads what it has not.
func New(load Load) *Cache {
	return &Cache{
		load:    load,
		reports: map[string]string{},
		loading: map[string]*sync.Mutex{},
	}
}

// Get returns the snow report of a valley. What is not there yet is loaded, and kept.
func (c *Cache) Get(valley string) (string, error) {
	c.mu.Lock()
	report, ok := c.reports[valley]
	if c.loading[valley] == nil {
		c.loading[valley] = new(sync.Mutex)
	}
	loading := c.loading[valley]
	c.mu.Unlock()
	if ok {
		return report, nil
	}
	loading.Lock()
	defer loading.Unlock()
	report, err := c.load(valley)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.reports[valley] = report
	c.mu.Unlock()
	return report, nil
}
