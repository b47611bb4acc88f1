//go:build !race

package sync

import "sync"

// guard is a mutex; where there is a race detector, it takes care of that.
type guard struct{ mu sync.Mutex }

func (g *guard) lock()   { g.mu.Lock() }
func (g *guard) unlock() { g.mu.Unlock() }

// edge is an order that a race detector sees.
type edge struct{}

func (*edge) acquire() {}
func (*edge) release() {}
