package observatory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	. "practice/03-ordered-results"
	"practice/internal/check"
)

func TestBrightness(t *testing.T) {
	all := check.Begin(t)
	// What three workers cannot share evenly.
	all.Run("a few plates", func(c *check.Case) { night(c, []int{4, 5, 7}[c.Rand.IntN(3)]) })
	all.Run("many plates", func(c *check.Case) { night(c, 120+c.Rand.IntN(30)) })
	all.Run("one plate", func(c *check.Case) { night(c, 1) })
	all.Run("no plate", func(c *check.Case) { night(c, 0) })
	all.Done()
}

// night measures so many plates. The first one takes longest, so that it never arrives first, and neither its number nor its
// value is the smallest or the largest: the order of the plates is none that can be had by sorting.
func night(c *check.Case, n int) {
	plates, want, waits := make([]Plate, n), make([]float64, n), make([]time.Duration, n)
	number, value, delay := middleFirst(c, n), middleFirst(c, n), c.Rand.Perm(n)
	if n > 0 {
		slowest := slices.Index(delay, n-1)
		delay[0], delay[slowest] = delay[slowest], delay[0]
	}
	for i := range plates {
		plates[i] = Plate{Number: 100 + 7*number[i] + c.Rand.IntN(7), Star: c.Word()}
		want[i] = float64(10+7*value[i]+c.Rand.IntN(7)) / 10
		waits[i] = time.Second + time.Duration(delay[i])*200*time.Millisecond
		if n > 100 { // at moments that nobody hits who looks every so often
			waits[i] += time.Duration(1+c.Rand.IntN(499)) * time.Microsecond
		}
	}
	if n > 1 {
		plates[1].Star = plates[0].Star // a star on two plates
	}
	measure := func(plate Plate) float64 {
		i := slices.Index(plates, plate)
		if i < 0 {
			c.Fail(check.Misuse, "plate %d of %q was measured, and there is no such plate", plate.Number, plate.Star)
		}
		_ = c.Call(c.Context(), fmt.Sprintf("plate %d", plate.Number), waits[i]) // the case outlives it
		return want[i]
	}
	given := slices.Clone(plates)
	var got []float64
	c.Do(func() { got = Brightness(measure, given) })
	if len(got) != n {
		c.Fail(check.Value, "%d values came out, and there should be one for each of %d plates", len(got), n)
	}
	for i, value := range got {
		switch whose := slices.Index(want, value); {
		case whose == i:
		case whose >= 0:
			c.Fail(check.Value, "value %d should be %.1f, that of plate %d, and is %.1f, that of plate %d",
				i+1, want[i], plates[i].Number, value, plates[whose].Number)
		case value == 0:
			c.Fail(check.Value, "value %d should be %.1f, that of plate %d, and is 0: the result of that plate is lost",
				i+1, want[i], plates[i].Number)
		default:
			c.Fail(check.Value, "value %d should be %.1f, that of plate %d, and is %v", i+1, want[i], plates[i].Number, value)
		}
	}
	if calls := c.Calls("plate"); calls != n {
		c.Fail(check.Calls, "%d measurements were made of %d plates, and one for each is enough", calls, n)
	}
	if n > 0 {
		c.Overlapped(waits...)
	}
}

// middleFirst is a random order of the numbers from 0 up to n in which the first is neither the smallest nor the largest, if
// there are as many as that.
func middleFirst(c *check.Case, n int) []int {
	order := c.Rand.Perm(n)
	if n > 2 {
		middle := slices.Index(order, 1+c.Rand.IntN(n-2))
		order[0], order[middle] = order[middle], order[0]
	}
	return order
}
