package snow

import "sync"

// Report is the snow report of a mountain. Any number of goroutines may use
// it at once.
type Report struct {
	slopes []string // never changes
	mu     sync.RWMutex
	gauges Gauges // guarded by mu
}

// New returns a report about some slopes.
func New(slopes []string, gauges Gauges) *Report {
	return &Report{slopes: slopes, gauges: gauges}
}

// Depth returns how deep the snow is on a slope.
func (r *Report) Depth(slope string) int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.gauges.Read(slope)
}

// Sum returns the depths of all slopes, added up, as they are at one moment.
func (r *Report) Sum() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	sum := 0
	for _, slope := range r.slopes {
		sum += r.Depth(slope)
	}
	return sum
}

// Snow adds what has fallen to the depths of all slopes. Nobody sees a part
// of it.
func (r *Report) Snow(fallen int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, slope := range r.slopes {
		r.gauges.Set(slope, r.gauges.Read(slope)+fallen)
	}
}
