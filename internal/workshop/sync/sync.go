// Package sync stands in for the standard library's in a check. Its locks wait on channels, and not in the runtime: to wait for a
// channel lets virtual time go on, and where nobody can go on any more that is found, while a goroutine that waits for a real
// sync.Mutex is taken for one that is about to run (https://go.dev/issue/77687).
//
// What does not wait for other goroutines, or does so in a way that virtual time knows, is the original.
package sync

import "sync"

// The originals.
type (
	Locker    = sync.Locker
	WaitGroup = sync.WaitGroup
	Cond      = sync.Cond
	Map       = sync.Map
	Pool      = sync.Pool
)

// NewCond is the original's.
func NewCond(l Locker) *Cond { return sync.NewCond(l) }

// The locks keep notes of who holds them and who waits, under a guard that the race detector does not see: an order among those
// who only read, and among those who only come by, would hide races from it. What it shall see is told it, as the originals do:
// an edge from who gives a lock up to who takes it.

// Mutex is a lock that one goroutine holds at a time. Those that wait are served in their order.
type Mutex struct {
	state   guard // guards the rest, and is never held while anybody waits
	locked  bool
	waiting []chan struct{}
	given   edge
}

// Lock waits until nobody holds the lock, and takes it.
func (m *Mutex) Lock() {
	if turn := m.come(); turn != nil {
		<-turn // the lock was handed over
	}
	m.given.acquire()
}

// come takes the lock, or queues for it and returns what is closed when it is handed over.
//
//go:norace
func (m *Mutex) come() (turn chan struct{}) {
	m.state.lock()
	defer m.state.unlock()
	if !m.locked {
		m.locked = true
		return nil
	}
	turn = make(chan struct{})
	m.waiting = append(m.waiting, turn)
	return turn
}

// TryLock takes the lock if nobody holds it.
//
//go:norace
func (m *Mutex) TryLock() bool {
	m.state.lock()
	free := !m.locked
	m.locked = true
	m.state.unlock()
	if free {
		m.given.acquire()
	}
	return free
}

// Unlock hands the lock to the goroutine that has waited longest, if there is one.
//
//go:norace
func (m *Mutex) Unlock() {
	m.given.release()
	m.state.lock()
	defer m.state.unlock()
	switch {
	case !m.locked:
		panic("sync: unlock of unlocked mutex")
	case len(m.waiting) == 0:
		m.locked = false
	default:
		close(m.waiting[0])
		m.waiting = m.waiting[1:]
	}
}

// RWMutex is a lock that one writer holds, or any number of readers. A reader that comes while a writer waits, waits behind it,
// as with the original.
type RWMutex struct {
	state   guard // guards the rest, and is never held while anybody waits
	writing bool
	reading int
	waiting []waiter

	written edge // from a writer to all that follow
	read    edge // from readers to the next writer
}

type waiter struct {
	writes bool
	turn   chan struct{}
}

// Lock waits until nobody holds the lock, and takes it to write.
func (m *RWMutex) Lock() { m.lock(true) }

// RLock waits until no writer holds the lock or waits for it, and takes it to read.
func (m *RWMutex) RLock() { m.lock(false) }

func (m *RWMutex) lock(writes bool) {
	if turn := m.come(writes); turn != nil {
		<-turn // the lock was handed over
	}
	m.acquire(writes)
}

// come takes the lock, or queues for it and returns what is closed when it is handed over.
//
//go:norace
func (m *RWMutex) come(writes bool) (turn chan struct{}) {
	m.state.lock()
	defer m.state.unlock()
	if len(m.waiting) == 0 && m.free(writes) {
		m.take(writes)
		return nil
	}
	turn = make(chan struct{})
	m.waiting = append(m.waiting, waiter{writes, turn})
	return turn
}

// acquire is behind those who had the lock before: a reader behind the last writer, and a writer behind the readers, too.
func (m *RWMutex) acquire(writes bool) {
	m.written.acquire()
	if writes {
		m.read.acquire()
	}
}

// TryLock takes the lock to write if nobody holds it.
func (m *RWMutex) TryLock() bool { return m.tryLock(true) }

// TryRLock takes the lock to read if no writer holds it or waits for it.
func (m *RWMutex) TryRLock() bool { return m.tryLock(false) }

//go:norace
func (m *RWMutex) tryLock(writes bool) bool {
	m.state.lock()
	free := len(m.waiting) == 0 && m.free(writes)
	if free {
		m.take(writes)
	}
	m.state.unlock()
	if free {
		m.acquire(writes)
	}
	return free
}

// Unlock ends the writing.
//
//go:norace
func (m *RWMutex) Unlock() {
	m.written.release()
	m.state.lock()
	defer m.state.unlock()
	if !m.writing {
		panic("sync: Unlock of unlocked RWMutex")
	}
	m.writing = false
	m.hand()
}

// RUnlock ends the reading of one reader.
//
//go:norace
func (m *RWMutex) RUnlock() {
	m.read.release()
	m.state.lock()
	defer m.state.unlock()
	if m.reading == 0 {
		panic("sync: RUnlock of unlocked RWMutex")
	}
	m.reading--
	m.hand()
}

// free tells whether the lock can be taken. state is held.
//
//go:norace
func (m *RWMutex) free(writes bool) bool { return !m.writing && (!writes || m.reading == 0) }

// take takes it. state is held.
//
//go:norace
func (m *RWMutex) take(writes bool) {
	if writes {
		m.writing = true
	} else {
		m.reading++
	}
}

// hand gives the lock to those in front for whom it is free. state is held.
//
//go:norace
func (m *RWMutex) hand() {
	for len(m.waiting) > 0 && m.free(m.waiting[0].writes) {
		m.take(m.waiting[0].writes)
		close(m.waiting[0].turn)
		m.waiting = m.waiting[1:]
	}
}

// RLocker is a Locker that reads.
func (m *RWMutex) RLocker() Locker { return (*reader)(m) }

type reader RWMutex

func (r *reader) Lock()   { (*RWMutex)(r).RLock() }
func (r *reader) Unlock() { (*RWMutex)(r).RUnlock() }

// Once does something once.
type Once struct {
	lock Mutex
	done bool
}

// Do calls f if this is the first call, and otherwise waits until that call has returned.
func (o *Once) Do(f func()) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if o.done {
		return
	}
	defer func() { o.done = true }() // also where f panics
	f()
}

// OnceFunc returns a function that calls f once. A panic of f is that of every call.
func OnceFunc(f func()) func() {
	once := OnceValue(func() struct{} { f(); return struct{}{} })
	return func() { once() }
}

// OnceValue returns a function that calls f once, and returns its value. A panic of f is that of every call.
func OnceValue[T any](f func() T) func() T {
	once := OnceValues(func() (T, struct{}) { return f(), struct{}{} })
	return func() T {
		value, _ := once()
		return value
	}
}

// OnceValues returns a function that calls f once, and returns its values. A panic of f is that of every call.
func OnceValues[T, U any](f func() (T, U)) func() (T, U) {
	var once Once
	var first T
	var second U
	var reason any
	whole := false
	return func() (T, U) {
		once.Do(func() {
			defer func() {
				if !whole {
					reason = recover()
				}
			}()
			first, second = f()
			whole = true
		})
		if !whole {
			panic(reason)
		}
		return first, second
	}
}
