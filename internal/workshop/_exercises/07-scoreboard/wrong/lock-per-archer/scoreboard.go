package scoreboard

import (
	"slices"
	"sync"
)

// WRONG: each archer has a lock, and the one table that all are in has none.

// Board is the scoreboard of a tournament. Any number of goroutines may use it at once.
type Board struct {
	locks   sync.Map // of *sync.Mutex, by archer
	mu      sync.Mutex
	table   Table
	archers []string // those in the table, in the order of their first arrows
}

// New returns a board that keeps its points in an empty table.
func New(table Table) *Board { return &Board{table: table} }

// lock takes the lock of an archer.
func (b *Board) lock(archer string) *sync.Mutex {
	mu, _ := b.locks.LoadOrStore(archer, &sync.Mutex{})
	mu.(*sync.Mutex).Lock()
	return mu.(*sync.Mutex)
}

// Hit adds the points of an arrow to those of its archer.
func (b *Board) Hit(archer string, points int) {
	defer b.lock(archer).Unlock()
	sum, known := b.table.Get(archer)
	b.table.Set(archer, sum+points)
	if !known {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.archers = append(b.archers, archer)
	}
}

// Points returns an archer's points, 0 for somebody who has hit nothing yet.
func (b *Board) Points(archer string) int {
	defer b.lock(archer).Unlock()
	sum, _ := b.table.Get(archer)
	return sum
}

// Archers returns all who are in the table, in the order of their first arrows. The slice
// is the caller's, who may sort or change it.
func (b *Board) Archers() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.archers)
}
