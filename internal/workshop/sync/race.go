//go:build race

package sync

import (
	"runtime"
	"sync"
	"unsafe"
)

// guard is a mutex that makes no order among those who hold it, as far as the race detector sees. What is under it is changed by
// functions alone that the detector does not look into.
type guard struct{ mu sync.Mutex }

func (g *guard) lock() {
	runtime.RaceDisable()
	g.mu.Lock()
}

func (g *guard) unlock() {
	g.mu.Unlock()
	runtime.RaceEnable()
}

// edge is an order that the race detector sees: from each release to the acquires behind it.
type edge struct{ _ byte }

func (e *edge) acquire() { runtime.RaceAcquire(unsafe.Pointer(e)) }
func (e *edge) release() { runtime.RaceReleaseMerge(unsafe.Pointer(e)) }
