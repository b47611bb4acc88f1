package drain_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "practice/24-drain"
	"practice/internal/check"
)

// darkroom develops films, and notes what comes of each.
type darkroom struct {
	c    *check.Case
	take map[string]time.Duration // by the film

	mu       sync.Mutex // guards the rest; held for no longer than a note takes
	begun    map[string]int
	finished []string
}

// newDarkroom is one in which each of these films takes from low to high.
func newDarkroom(c *check.Case, films []string, low, high time.Duration) *darkroom {
	d := &darkroom{c: c, take: map[string]time.Duration{}, begun: map[string]int{}}
	for _, film := range films {
		d.take[film] = c.Between(low, high, time.Second)
	}
	return d
}

func (d *darkroom) develop(ctx context.Context, film string) {
	d.mu.Lock()
	d.begun[film]++
	d.mu.Unlock()
	err := d.c.Call(ctx, film, d.take[film])
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.finished = append(d.finished, film)
	}
}

// ready fails if a film that was accepted is not developed, once.
func (d *darkroom) ready(accepted []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	done, cut, twice := 0, 0, 0
	for _, film := range accepted {
		switch {
		case d.begun[film] > 1:
			twice++
		case slices.Contains(d.finished, film):
			done++
		case d.begun[film] > 0:
			cut++
		}
	}
	switch {
	case twice > 0:
		d.c.Fail(check.Value, "%d of %d films were developed more than once", twice, len(accepted))
	case cut > 0:
		d.c.Fail(check.Value, "%d of the %d films accepted were stopped halfway, though there was time to develop all of them", cut, len(accepted))
	case done < len(accepted):
		d.c.Fail(check.Value, "%d films were accepted, and %d of them developed when Close returned; the others are lost", len(accepted), done)
	}
}

// accept brings films that there is room for.
func accept(c *check.Case, lab *Lab, films []string) {
	for i, film := range films {
		before := c.Now()
		if err := lab.Accept(film); err != nil {
			c.Fail(check.Value, "film %d of %d should be accepted, since there is room for it, and Accept returned %q", i+1, len(films), err)
		}
		atOnce(c, before)
	}
}

// refused brings a film when the lab closes, or is closed.
func refused(c *check.Case, lab *Lab, film, when string) {
	before := c.Now()
	if err := lab.Accept(film); !errors.Is(err, ErrClosed) {
		c.Fail(check.Value, "a film came %s: Accept should return %q, and returned %q", when, ErrClosed, fmt.Sprint(err))
	}
	atOnce(c, before)
}

func atOnce(c *check.Case, before time.Duration) {
	if waited := c.Now() - before; waited > 0 {
		c.Fail(check.Elapsed, "Accept took %s of virtual time, and should not wait at all", waited)
	}
}

// rolls are so many films, each with a name of its own.
func rolls(c *check.Case, n int) []string {
	films := make([]string, n)
	for i := range films {
		films[i] = fmt.Sprintf("film %d, %s", i+1, c.Word())
	}
	return films
}

func TestLab(t *testing.T) {
	all := check.Begin(t)
	all.Run("closing time", func(c *check.Case) {
		workers := 2 + c.Rand.IntN(3)
		films := rolls(c, 2*workers+1+c.Rand.IntN(3))
		d := newDarkroom(c, films, time.Minute, 90*time.Second)
		pause := c.Between(10*time.Second, 50*time.Second, time.Second)
		lab := Open(d.develop, workers, len(films))
		accept(c, lab, films)
		time.Sleep(pause) // the first ones are under way
		var err error
		began := c.Now()
		c.Do(func() { err = lab.Close(c.Context()) })
		d.ready(films)
		if err != nil {
			c.Fail(check.Value, "all films are developed, and Close returned the error %q", err)
		}
		if ends := lastEnd(c) - began; ends != c.Figures().Elapsed {
			c.Fail(check.Elapsed, "Close took %s of virtual time, and should take %s: that is when the last film is ready", c.Figures().Elapsed, ends)
		}
		c.AtOnce(workers, "as many as there are workers")
		refused(c, lab, c.Word(), "after Close had returned")
		time.Sleep(10 * time.Minute)
		if n := c.Figures().Calls; n != len(films) {
			c.Fail(check.Calls, "%d films were accepted, and %d were begun", len(films), n)
		}
	})

	// So many that no worker takes all of them by luck.
	all.Run("a full shelf", func(c *check.Case) {
		films := rolls(c, 80)
		d := newDarkroom(c, films, 5*time.Second, 9*time.Second)
		lab := Open(d.develop, 2, len(films))
		accept(c, lab, films)
		c.Do(func() { _ = lab.Close(c.Context()) })
		d.ready(films)
	})

	all.Run("more films than there is room for", func(c *check.Case) {
		workers, room := 2+c.Rand.IntN(2), 3+c.Rand.IntN(4)
		films := rolls(c, workers+room+1+c.Rand.IntN(3))
		d := newDarkroom(c, films, 5*time.Minute, 9*time.Minute)
		lab := Open(d.develop, workers, room)
		accept(c, lab, films[:room])
		synctest.Wait() // some are in the workers' hands
		accepted := slices.Clone(films[:room])
		for _, film := range films[room:] {
			before := c.Now()
			switch err := lab.Accept(film); {
			case err == nil:
				accepted = append(accepted, film)
			case !errors.Is(err, ErrFull):
				c.Fail(check.Value, "Accept returned %q, and should return nil or %q", err, ErrFull)
			}
			atOnce(c, before)
		}
		if most := workers + room; len(accepted) > most {
			c.Fail(check.Value, "%d films were accepted, and %d workers and a shelf for %d have room for %d", len(accepted), workers, room, most)
		}
		c.Do(func() { _ = lab.Close(c.Context()) })
		d.ready(accepted)
	})

	all.Run("a film comes late", func(c *check.Case) {
		films, late := rolls(c, 4), c.Word()
		d := newDarkroom(c, films, 5*time.Minute, 9*time.Minute)
		lab := Open(d.develop, 2, 10)
		accept(c, lab, films)
		closed := make(chan error, 1)
		c.Do(func() {
			go func() { closed <- lab.Close(c.Context()) }()
			synctest.Wait()
			refused(c, lab, late, "when the lab had begun to close")
			time.Sleep(time.Minute)
			refused(c, lab, late, "one minute after the lab had begun to close")
			if err := <-closed; err != nil {
				c.Fail(check.Value, "all films are developed, and Close returned the error %q", err)
			}
		})
		d.ready(films)
		if n := c.Figures().Calls; n != len(films) {
			c.Fail(check.Calls, "%d films were accepted, and %d were begun", len(films), n)
		}
	})

	all.Run("the deadline passes", func(c *check.Case) {
		workers := 2 + c.Rand.IntN(2)
		films := rolls(c, 4*workers)
		d := newDarkroom(c, films, 5*time.Minute, 9*time.Minute)
		patience := c.Between(20*time.Second, 40*time.Second, time.Second)
		lab := Open(d.develop, workers, len(films))
		accept(c, lab, films)
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(c.Context(), patience)
		defer cancel()
		var err error
		c.Do(func() { err = lab.Close(ctx) })
		c.Took(patience, "that is when its deadline passes")
		c.NoneLate("once the deadline has passed, no film is begun any more")
		c.Is("the error", err, context.DeadlineExceeded)
		time.Sleep(30 * time.Minute)
		if n := c.Figures().Calls; n != workers {
			c.Fail(check.Late, "%d films were under way when the deadline passed, and %d more were begun after that", workers, n-workers)
		}
		refused(c, lab, c.Word(), "after Close had returned")
	})

	all.Run("everybody comes at closing time", func(c *check.Case) {
		films := rolls(c, 30)
		d := newDarkroom(c, films, time.Minute, 150*time.Second)
		closes := time.Duration(3+c.Rand.IntN(4)) * time.Minute
		lab := Open(d.develop, 2, 5)
		var mu sync.Mutex // guards accepted
		var accepted []string
		var customers sync.WaitGroup
		for i, film := range films {
			customers.Go(func() {
				time.Sleep(time.Duration(i/4) * time.Minute) // four at a time, the shelf is full now and then
				err := lab.Accept(film)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					accepted = append(accepted, film)
				case !errors.Is(err, ErrFull) && !errors.Is(err, ErrClosed):
					c.Fail(check.Value, "Accept returned %q, and should return nil, %q or %q", err, ErrFull, ErrClosed)
				}
			})
		}
		time.Sleep(closes) // together with the next four
		c.Do(func() {
			if err := lab.Close(c.Context()); err != nil {
				c.Fail(check.Value, "all films are developed, and Close returned the error %q", err)
			}
		})
		customers.Wait()
		d.ready(accepted)
		if n := c.Figures().Calls; n != len(accepted) {
			c.Fail(check.Calls, "%d films were accepted, and %d were begun", len(accepted), n)
		}
	})
	// A film comes between any two steps of Close.
	all.Run("a film as the lab closes", func(c *check.Case) {
		check.Jostle(func() {
			for range 300 {
				c.Do(func() { closing(c) })
			}
		})
	})
	all.Done()
}

// closing closes a lab while customers come, and fails if a film that was accepted is not developed.
func closing(c *check.Case) {
	var mu sync.Mutex // guards developed and accepted
	developed, accepted := map[int]bool{}, map[int]bool{}
	lab := Open(func(_ context.Context, film string) {
		mu.Lock()
		defer mu.Unlock()
		developed[int(film[0])] = true
	}, 2, 8)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			if lab.Accept(string(rune(i))) == nil {
				mu.Lock()
				defer mu.Unlock()
				accepted[i] = true
			}
		})
	}
	all.Go(func() { _ = lab.Close(c.Context()) })
	all.Wait()
	mu.Lock()
	defer mu.Unlock()
	for film := range accepted {
		if !developed[film] {
			c.Fail(check.Value, "a film came at the moment when the lab closed: Accept took it, and nobody developed it")
		}
	}
}

// lastEnd is when the last film was ready.
func lastEnd(c *check.Case) time.Duration {
	var last time.Duration
	for _, span := range c.Figures().Spans {
		last = max(last, span.End)
	}
	return last
}
