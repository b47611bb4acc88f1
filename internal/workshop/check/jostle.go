package check

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
)

// jostling tells whether statements lose their turn. It is only read while the learner's code runs, so it makes no order there that
// would hide a race.
var jostling atomic.Bool

// Jostle runs code in which others come between any two statements of the learner's now and then, as they may on any machine: what
// is right only as long as nobody does shows within some rounds.
func Jostle(run func()) {
	jostling.Store(true)
	defer jostling.Store(false)
	run()
}

// Turn stands before each statement of the learner's code when it is checked, and between what a hidden test does where that
// matters: while Jostle runs, others may go first.
func Turn() {
	if !jostling.Load() {
		return
	}
	most := fewTurns
	if rand.IntN(rarely) == 0 {
		most = manyTurns
	}
	for range rand.IntN(most) {
		runtime.Gosched()
	}
}

// How many turns others are given before a statement, at most: mostly so few that they come by its side, and now and then so many
// that they go through all of theirs.
const (
	fewTurns  = 3
	manyTurns = 50
	rarely    = 6 // one time in so many
)
