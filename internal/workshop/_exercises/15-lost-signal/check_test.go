package pottery_test

import (
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "practice/15-lost-signal"
	"practice/internal/check"
)

// workshop is a rack with its painters.
type workshop struct {
	c    *check.Case
	rack *Rack

	painters sync.WaitGroup

	mu    sync.Mutex // guards the rest
	taken []string
	times []time.Duration // when each was taken
}

func newWorkshop(c *check.Case) *workshop { return &workshop{c: c, rack: NewRack()} }

// paint lets so many painters come, each of whom takes a pot, and paints it.
func (w *workshop) paint(painters int) {
	takes := w.c.Between(200*time.Millisecond, 800*time.Millisecond, 100*time.Millisecond)
	for range painters {
		w.painters.Go(func() {
			pot := w.rack.Take()
			w.mu.Lock()
			w.taken = append(w.taken, pot)
			w.times = append(w.times, w.c.Now())
			w.mu.Unlock()
			if err := w.c.Call(w.c.Context(), "paint "+pot, takes); err != nil {
				return
			}
		})
	}
	synctest.Wait()
}

// pots are so many different pots.
func pots(c *check.Case, n int) []string {
	var made []string
	for len(made) < n {
		if pot := c.Word(); !slices.Contains(made, pot) {
			made = append(made, pot)
		}
	}
	return made
}

// pause is a time that nobody hits who looks at the rack every so often.
func pause(c *check.Case) time.Duration {
	return time.Second + time.Duration(c.Rand.Int64N(int64(time.Second)))
}

// count fails if not so many pots have been taken.
func (w *workshop) count(want int, when string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if taken := len(w.taken); taken != want {
		w.c.Fail(check.Value, "%s: painters should have %d pots, and have %d", when, want, taken)
	}
}

// served fails if some of so many painters wait, for whom there is a pot.
func (w *workshop) served(painters int) {
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if waiting := painters - len(w.taken); waiting > 0 {
		w.c.Fail(check.Deadlock, "%d pots have come for %d painters, and %d of the painters still wait beside the rack: nobody has told them",
			painters, painters, waiting)
	}
}

// each fails unless every pot was taken once.
func (w *workshop) each(made []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.c.Same("the pots that were taken", slices.Sorted(slices.Values(w.taken)), slices.Sorted(slices.Values(made)))
}

func TestRack(t *testing.T) {
	all := check.Begin(t)
	all.Run("painters who wait", func(c *check.Case) {
		w := newWorkshop(c)
		made := pots(c, 3+c.Rand.IntN(3))
		var came []time.Duration
		c.Do(func() {
			w.paint(len(made))
			for _, pot := range made {
				time.Sleep(pause(c))
				came = append(came, c.Now())
				w.rack.Put(pot)
			}
			w.painters.Wait()
		})
		c.Same("the pots, in the order in which they were taken", w.taken, made)
		for i, at := range w.times {
			if at != came[i] {
				c.Fail(check.Elapsed, "a painter waited %s beside a rack with a pot; Take should return as soon as a pot comes",
					at-came[i])
			}
		}
	})
	all.Run("an early kiln", func(c *check.Case) {
		w := newWorkshop(c)
		made := pots(c, 4+c.Rand.IntN(4))
		alone := 1 + c.Rand.IntN(len(made)-2)
		var taken []string
		c.Do(func() {
			for _, pot := range made[:alone] {
				w.rack.Put(pot)
			}
			w.rack.Put(made[alone:]...)
			for range made {
				taken = append(taken, w.rack.Take())
			}
		})
		c.Same("the pots", taken, made)
		c.Took(0, "there were pots for everybody")
	})
	all.Run("one delivery for all", func(c *check.Case) {
		w := newWorkshop(c)
		made := pots(c, 3+c.Rand.IntN(5))
		c.Do(func() {
			w.paint(len(made))
			w.rack.Put(made...)
			w.served(len(made))
			w.painters.Wait()
		})
		w.each(made)
	})
	all.Run("one delivery right after the other", func(c *check.Case) {
		// On one processor no painter comes between two deliveries, but with the race detector, where the order is random.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		for range 20 {
			w := newWorkshop(c)
			made := pots(c, 3+c.Rand.IntN(5))
			c.Do(func() {
				w.paint(len(made))
				for _, pot := range made {
					w.rack.Put(pot)
				}
				w.served(len(made))
				w.painters.Wait()
			})
			w.each(made)
		}
	})
	all.Run("fewer pots than painters", func(c *check.Case) {
		w := newWorkshop(c)
		made := pots(c, 4+c.Rand.IntN(4))
		some := 1 + c.Rand.IntN(len(made)-2)
		c.Do(func() {
			w.paint(len(made))
			w.rack.Put(made[:some]...)
			synctest.Wait()
			w.count(some, "after the first delivery")
			time.Sleep(pause(c))
			w.rack.Put(made[some:]...)
			w.painters.Wait()
		})
		w.each(made)
	})
	// A pot comes between any two steps of a painter's.
	all.Run("a pot and a painter at the same moment", func(c *check.Case) {
		check.Jostle(func() {
			for range 400 {
				rack, pot := NewRack(), c.Word()
				var got string
				c.Do(func() {
					var both sync.WaitGroup
					both.Go(func() { got = rack.Take() })
					both.Go(func() { rack.Put(pot) })
					synctest.Wait()
					if got == "" {
						c.Fail(check.Deadlock, "a painter came at the same moment as a pot, and waits beside it: the signal came when nobody waited yet")
					}
					both.Wait()
				})
				c.Same("the pot", got, pot)
			}
		})
	})
	all.Run("a rack for all pots", func(c *check.Case) {
		w := newWorkshop(c)
		made := slices.Repeat([]string{c.Word()}, 5000)
		c.Do(func() { w.rack.Put(made...) })
		c.Took(0, "Put waits for nobody")
		c.Same("the first pot", w.rack.Take(), made[0])
	})
	all.Done()
}
