package scoreboard

import (
	"slices"
	"sync"
)

// Board is the scoreboard of a tournament. Any number of goroutines may use
// it at once.
//
// One lock guards the table and the slice, and everybody who touches either
// holds it, the readers too. Hit reads and writes under one Lock: with RLock,
// or with the lock given back in between, two arrows would start from the
// same sum. A copy of a slice shares its elements, so Archers clones what it
// hands out, while it holds the lock.
type Board struct {
	mu      sync.RWMutex // guards all below
	table   Table
	archers []string // those in the table, in the order of their first arrows
}

// New returns a board that keeps its points in an empty table.
func New(table Table) *Board { return &Board{table: table} }

// Hit adds the points of an arrow to those of its archer.
func (b *Board) Hit(archer string, points int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	sum, known := b.table.Get(archer)
	b.table.Set(archer, sum+points)
	if !known {
		b.archers = append(b.archers, archer)
	}
}

// Points returns an archer's points, 0 for somebody who has hit nothing yet.
func (b *Board) Points(archer string) int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	sum, _ := b.table.Get(archer)
	return sum
}

// Archers returns all who are in the table, in the order of their first
// arrows. The slice is the caller's, who may sort or change it.
func (b *Board) Archers() []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return slices.Clone(b.archers)
}
