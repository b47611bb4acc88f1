package greeters_test

import (
	"fmt"
	"testing"
	"time"

	. "practice/02-greeters"
	"practice/internal/check"
)

func TestWelcome(t *testing.T) {
	all := check.Begin(t)
	all.Run("a few guests", func(c *check.Case) { evening(c, 3+c.Rand.IntN(4), false) })
	all.Run("one guest", func(c *check.Case) { evening(c, 1, false) })
	// So many that a limit shows, at moments that nobody hits who looks every so often.
	all.Run("a crowd", func(c *check.Case) { evening(c, 120+c.Rand.IntN(30), true) })
	all.Run("nobody", func(c *check.Case) {
		c.Do(func() {
			Welcome(func(guest string) { c.Fail(check.Calls, "%q was greeted, and there was no guest", guest) }, nil)
		})
		c.Took(0, "there is nobody to wait for")
	})
	all.Done()
}

// evening welcomes so many guests. No greeting is as long as another one, so that who waits for some of them is caught. If odd,
// they take a little longer than whole steps.
func evening(c *check.Case, n int, odd bool) {
	guests, waits, takes := make([]string, n), make([]time.Duration, n), map[string]time.Duration{}
	for i, rank := range c.Rand.Perm(n) {
		guests[i] = fmt.Sprintf("guest %d, %s", i+1, c.Word())
		waits[i] = 2*time.Second + time.Duration(rank)*500*time.Millisecond + c.Between(0, 400*time.Millisecond, 100*time.Millisecond)
		if odd {
			waits[i] += time.Duration(1+c.Rand.IntN(499)) * time.Microsecond
		}
		takes[guests[i]] = waits[i]
	}
	var greet Greet = func(guest string) {
		d, invited := takes[guest]
		if !invited {
			c.Fail(check.Misuse, "%q was greeted, who is no guest", guest)
		}
		_ = c.Call(c.Context(), guest, d) // the case outlives it
	}
	c.Do(func() { Welcome(greet, guests) })
	for _, guest := range guests {
		switch n := c.Calls(guest); {
		case n == 0:
			c.Fail(check.Calls, "%s was not greeted, and each guest should be", guest)
		case n > 1:
			c.Fail(check.Calls, "%s was greeted %d times, and once is enough", guest, n)
		}
	}
	c.Overlapped(waits...)
}
