package snow_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	. "practice/11-nested-read"
	"practice/internal/check"
)

func TestReport(t *testing.T) {
	all := check.Begin(t)
	all.Run("snow in the middle of a sum", func(c *check.Case) {
		g := newGauges(c, 3+c.Rand.IntN(4))
		g.snow(g.took*3/2, 0) // the first slope has been read, the second one is
	})
	all.Run("snow at any time of a sum", func(c *check.Case) {
		slopes := 3 + c.Rand.IntN(4)
		for read := range slopes {
			g := newGauges(c, slopes)
			g.snow(g.took*time.Duration(read)+g.took/2, 0)
		}
	})
	all.Run("snow at the moment of a sum", func(c *check.Case) {
		// On one processor goroutines take turns, and the snow comes some turns later each time. With the race detector their order
		// is random, so there are more times than turns.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		slopes := 3 + c.Rand.IntN(4)
		for i := range 100 {
			newGauges(c, slopes).snow(0, i%(2*slopes))
		}
	})
	all.Run("many who ask at once", func(c *check.Case) {
		g := newGauges(c, 3+c.Rand.IntN(4))
		report := g.report()
		var got int
		c.Do(func() { got = report.Sum() })
		c.Same("the sum", got, g.sum())
		alone := c.Figures().Elapsed
		sums := make([]int, 3+c.Rand.IntN(5))
		c.Do(func() {
			var wg sync.WaitGroup
			for i := range sums {
				wg.Go(func() { sums[i] = report.Sum() })
			}
			wg.Wait()
		})
		for _, sum := range sums {
			c.Same("the sum", sum, g.sum())
		}
		if took := c.Figures().Elapsed; took > alone {
			c.Fail(check.Elapsed, "%d people who asked for the sum at once were served in %s of virtual time, and one alone in %s: readers need not wait for one another",
				len(sums), took, alone)
		}
	})
	all.Run("a slope while it snows", func(c *check.Case) {
		g := newGauges(c, 4)
		report := g.report()
		fallen := 1 + c.Rand.IntN(40)
		slope := g.slopes[c.Rand.IntN(len(g.slopes))]
		before := g.depth(slope)
		all := g.sum()
		c.Do(func() {
			var wg sync.WaitGroup
			wg.Go(func() { report.Snow(fallen) })
			for range 6 {
				wait := c.Between(g.took/2, 9*g.took, g.took/2)
				wg.Go(func() {
					time.Sleep(wait)
					g.one("the depth of "+slope, report.Depth(slope), before, before+fallen)
				})
			}
			for i := range 2 * len(g.slopes) {
				wg.Go(func() {
					time.Sleep(g.took*time.Duration(i) + g.took/2) // while each Read and Set of Snow is under way
					report.Depth(slope)
				})
			}
			wg.Wait()
		})
		g.has(report, all+fallen*len(g.slopes))
	})
	all.Run("snow and more snow", func(c *check.Case) {
		g := newGauges(c, 2+c.Rand.IntN(3))
		report := g.report()
		var possible []int
		falls := 2 + c.Rand.IntN(3)
		fallen := 1 + c.Rand.IntN(40)
		for i := range falls + 1 {
			possible = append(possible, g.sum()+i*fallen*len(g.slopes))
		}
		c.Do(func() {
			var wg sync.WaitGroup
			for i := range falls {
				wg.Go(func() {
					time.Sleep(g.took * time.Duration(i) / 2)
					report.Snow(fallen)
				})
				for range 2 {
					wg.Go(func() {
						time.Sleep(g.took * time.Duration(3*i+1) / 3)
						g.one("the sum", report.Sum(), possible...)
					})
				}
			}
			wg.Wait()
		})
		g.has(report, possible[falls])
	})
	all.Done()
}

var _ Gauges = (*gauges)(nil)

// gauges are Gauges that end the check when they are used as they must not be.
type gauges struct {
	c      *check.Case
	slopes []string
	took   time.Duration // by each use

	mu               sync.Mutex // guards all below
	depths           map[string]int
	reading, setting int
}

func newGauges(c *check.Case, n int) *gauges {
	g := &gauges{c: c, took: c.Between(60*time.Millisecond, 180*time.Millisecond, 12*time.Millisecond), depths: map[string]int{}}
	for len(g.slopes) < n {
		if slope := c.Word(); !slices.Contains(g.slopes, slope) {
			g.slopes = append(g.slopes, slope)
			g.depths[slope] = 20 + c.Rand.IntN(200)
		}
	}
	return g
}

func (g *gauges) report() *Report { return New(slices.Clone(g.slopes), g) }

func (g *gauges) depth(slope string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.depths[slope]
}

func (g *gauges) sum() int {
	sum := 0
	for _, slope := range g.slopes {
		sum += g.depth(slope)
	}
	return sum
}

// snow has snow fall after a sum has begun, by so much time and so many turns of other goroutines.
func (g *gauges) snow(after time.Duration, turns int) {
	report := g.report()
	fallen := 1 + g.c.Rand.IntN(40)
	before := g.sum()
	all := before + fallen*len(g.slopes)
	var sum int
	g.c.Do(func() {
		var wg sync.WaitGroup
		wg.Go(func() {
			time.Sleep(after)
			for range turns {
				runtime.Gosched()
			}
			report.Snow(fallen)
		})
		wg.Go(func() { sum = report.Sum() })
		wg.Wait()
	})
	g.one("the sum", sum, before, all)
	g.has(report, all)
}

func (g *gauges) Read(slope string) int {
	g.use(&g.reading, slope, "read")
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reading--
	return g.depths[slope]
}

func (g *gauges) Set(slope string, depth int) {
	g.use(&g.setting, slope, "set")
	g.mu.Lock()
	defer g.mu.Unlock()
	g.setting--
	g.depths[slope] = depth
}

// use takes as long as a gauge does, and counts those who use one meanwhile.
func (g *gauges) use(those *int, slope, what string) {
	g.mu.Lock()
	switch {
	case g.setting > 0:
		g.c.Fail(check.Misuse, "the gauge of %s was %s while somebody set one: meanwhile nobody else may read or set any", slope, what)
	case g.reading > 0 && what == "set":
		g.c.Fail(check.Misuse, "the gauge of %s was set while somebody read one: who sets has to be alone", slope)
	}
	*those++
	g.mu.Unlock()
	_ = g.c.Call(context.Background(), what+" "+slope, g.took)
}

// one fails if a number is none of those that it can be.
func (g *gauges) one(what string, got int, possible ...int) {
	if slices.Contains(possible, got) {
		return
	}
	g.mu.Lock() // and kept: where several fall short at once, the report is the first one's
	if len(possible) == 2 {
		g.c.Fail(check.Value, "%s came out as %d cm: before the snow it is %d, and after it %d", what, got, possible[0], possible[1])
	}
	g.c.Fail(check.Value, "%s came out as %d cm: at no moment is it that, only one of %d", what, got, possible)
}

// has fails if the sum is another one, by the report's word or the gauges'.
func (g *gauges) has(report *Report, want int) {
	var got int
	g.c.Do(func() { got = report.Sum() })
	if set := g.sum(); got != want || set != want {
		g.c.Fail(check.Value, "in the end the sum should be %d cm; Sum says %d, and the gauges say %d", want, got, set)
	}
}
