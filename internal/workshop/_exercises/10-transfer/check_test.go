package cellars_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	. "practice/10-transfer"
	"practice/internal/check"
)

func TestMove(t *testing.T) {
	all := check.Begin(t)
	all.Run("there and back", func(c *check.Case) {
		v := newVineyard(c, 2)
		there, back := 1+c.Rand.IntN(50), 1+c.Rand.IntN(50)
		v.move(step{0, 1, there}, step{1, 0, back})
		v.has()
	})
	all.Run("one helper", func(c *check.Case) {
		v := newVineyard(c, 2)
		v.move(step{0, 1, 1 + c.Rand.IntN(50)})
		v.has()
		v.move(step{1, 0, 1 + c.Rand.IntN(50)})
		v.has()
	})
	all.Run("too few bottles", func(c *check.Case) {
		v := newVineyard(c, 2)
		for _, way := range [][2]int{{0, 1}, {1, 0}} {
			var err error
			c.Do(func() { err = Move(v.cellars[way[0]], v.cellars[way[1]], v.want[way[0]]+1+c.Rand.IntN(50)) })
			if !errors.Is(err, ErrTooFew) {
				c.Fail(check.Value, "Move should return ErrTooFew where there are too few bottles, and returned %v", err)
			}
			v.has()
		}
		v.move(step{0, 1, v.want[0]}) // all there are
		v.has()
		v.move(step{1, 0, v.want[1]})
		v.has()
	})
	all.Run("a ring of helpers", func(c *check.Case) {
		v := newVineyard(c, 3+c.Rand.IntN(4))
		var ring []step
		for i := range v.cellars {
			ring = append(ring, step{i, (i + 1) % len(v.cellars), 1 + c.Rand.IntN(30)})
		}
		v.move(ring...)
		v.has()
		for i, s := range ring {
			ring[i] = step{s.to, s.from, s.n}
		}
		v.move(ring...)
		v.has()
	})
	all.Run("there and back, in any two cellars", func(c *check.Case) {
		v := newVineyard(c, 5)
		for a := range v.cellars {
			for b := range a {
				v.move(step{a, b, 1 + c.Rand.IntN(30)}, step{b, a, 1 + c.Rand.IntN(30)})
				v.has()
			}
		}
	})
	all.Run("helpers in other cellars", func(c *check.Case) {
		n := 2 + c.Rand.IntN(3)
		v := newVineyard(c, 2*n)
		v.move(step{0, 1, 1})
		alone := c.Figures().Elapsed
		var pairs []step
		for i := range n {
			pairs = append(pairs, step{2*i + i%2, 2*i + 1 - i%2, 1 + c.Rand.IntN(50)})
		}
		v.move(pairs...)
		if took := c.Figures().Elapsed; took > alone {
			c.Fail(check.Elapsed, "%d helpers, each in two cellars of their own, took %s of virtual time, and one alone takes %s: none of them has to wait",
				n, took, alone)
		}
		v.has()
	})
	all.Run("a cellar that is waited for", func(c *check.Case) {
		v := newVineyard(c, 4)
		v.move(step{0, 1, 1})
		alone := c.Figures().Elapsed
		var other time.Duration
		c.Do(func() {
			v.cellars[0].Lock() // an inspector, who is in no hurry
			var wg sync.WaitGroup
			wg.Go(func() { v.step(step{0, 1, 1}) })
			wg.Go(func() {
				time.Sleep(time.Millisecond)
				began := c.Now()
				v.step(step{3, 2, 1})
				other = c.Now() - began
			})
			time.Sleep(10 * alone)
			v.cellars[0].Unlock()
			wg.Wait()
		})
		if other > alone {
			c.Fail(check.Elapsed, "a helper waited for the key of cellar %d, and another one in cellars %d and %d took %s instead of %s: nobody else has to wait",
				v.cellars[0].number, v.cellars[2].number, v.cellars[3].number, other, alone)
		}
		v.has()
	})
	all.Run("bottles that stay", func(c *check.Case) {
		v := newVineyard(c, 2)
		v.move(step{1, 1, 1 + c.Rand.IntN(50)})
		v.has()
	})
	all.Done()
}

// vineyard is some cellars, and what has to be in them.
type vineyard struct {
	c       *check.Case
	cellars []*cellar

	failing sync.Mutex

	mu   sync.Mutex // guards want
	want []int
}

// step is a move between two cellars of a vineyard.
type step struct{ from, to, n int }

func newVineyard(c *check.Case, n int) *vineyard {
	v := &vineyard{c: c}
	walk := c.Between(20*time.Millisecond, 60*time.Millisecond, 10*time.Millisecond)
	numbers := []int{1 + c.Rand.IntN(9)}
	for len(numbers) < n {
		numbers = append(numbers, numbers[len(numbers)-1]+1+c.Rand.IntN(9))
	}
	for _, i := range c.Rand.Perm(n) {
		bottles := 500 + c.Rand.IntN(500)
		v.cellars = append(v.cellars, &cellar{v: v, number: numbers[i], walk: walk, key: make(chan struct{}, 1), bottles: bottles})
		v.want = append(v.want, bottles)
	}
	return v
}

// move makes some moves at once.
func (v *vineyard) move(steps ...step) {
	v.c.Do(func() {
		var wg sync.WaitGroup
		for _, s := range steps {
			wg.Go(func() { v.step(s) })
		}
		wg.Wait()
	})
}

func (v *vineyard) step(s step) {
	v.mu.Lock()
	v.want[s.from] -= s.n
	v.want[s.to] += s.n
	v.mu.Unlock()
	if err := Move(v.cellars[s.from], v.cellars[s.to], s.n); err != nil {
		v.fail(check.Value, "Move should return no error where there are enough bottles, and returned %q", err)
	}
}

// fail is Fail for where several may fall short at once. The first one keeps the lock: the
// report is that one's alone.
func (v *vineyard) fail(reason check.Reason, format string, args ...any) {
	v.failing.Lock()
	v.c.Fail(reason, format, args...)
}

// has fails if other bottles are in the cellars than should be, or somebody has kept a key.
func (v *vineyard) has() {
	for i, cellar := range v.cellars {
		switch bottles, held := cellar.look(); {
		case held:
			v.c.Fail(check.Deadlock, "Move returned and kept the key of cellar %d: whoever needs it next waits for ever", cellar.number)
		case bottles != v.want[i]:
			v.c.Fail(check.Value, "cellar %d should have %d bottles, and has %d", cellar.number, v.want[i], bottles)
		}
	}
}

// cellar is a Cellar that ends the check when it is used without its key.
type cellar struct {
	v      *vineyard
	number int
	walk   time.Duration
	key    chan struct{} // holds something while the key is taken

	mu      sync.Mutex // guards all below
	held    bool
	at      bool // somebody is at the bottles
	bottles int
}

func (r *cellar) look() (bottles int, held bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bottles, r.held
}

func (r *cellar) Number() int { return r.number }

func (r *cellar) Lock() {
	r.key <- struct{}{}
	r.mu.Lock()
	r.held = true
	r.mu.Unlock()
	_ = r.v.c.Call(context.Background(), fmt.Sprintf("walk to %d", r.number), r.walk)
}

func (r *cellar) Unlock() {
	r.mu.Lock()
	if !r.held {
		r.v.fail(check.Misuse, "the key of cellar %d was given back, and nobody had taken it", r.number)
	}
	r.held = false
	r.mu.Unlock()
	r.v.inspect()
	<-r.key
}

// inspect fails if no key is taken, and yet bottles are on their way.
func (v *vineyard) inspect() {
	have, want := 0, 0
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, cellar := range v.cellars {
		bottles, held := cellar.look()
		if held {
			return
		}
		have += bottles
		want += v.want[i]
	}
	if have != want {
		v.fail(check.Value, "for a moment no key was taken, and there were %d bottles in the cellars instead of %d: an inspector would miss some",
			have, want)
	}
}

func (r *cellar) Bottles() int {
	r.use("counted", 0)
	bottles, _ := r.look()
	return bottles
}

func (r *cellar) Add(n int) { r.use("moved", n) }

// use takes as long as it does to count or move bottles.
func (r *cellar) use(doing string, n int) {
	r.mu.Lock()
	if !r.held || r.at {
		r.v.fail(check.Misuse, "the bottles of cellar %d were %s by somebody without its key", r.number, doing)
	}
	r.at = true
	r.mu.Unlock()
	_ = r.v.c.Call(context.Background(), fmt.Sprintf("bottles of %d", r.number), r.walk/2)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.held {
		r.v.fail(check.Misuse, "the key of cellar %d was given back while its bottles were still being %s", r.number, doing)
	}
	r.at = false
	r.bottles += n
}
