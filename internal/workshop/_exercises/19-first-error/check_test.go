package gauges_test

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"sync"
	"testing"
	"time"

	. "practice/19-first-error"
	"practice/internal/check"
)

// gauge is how one of them behaves.
type gauge struct {
	height       int
	read, draw   time.Duration
	unread, lost error // those of read and of draw
}

// river is what there is to read, and the map.
type river struct {
	c      *check.Case
	names  []string // in the order that they are given in
	gauges map[string]*gauge

	mu    sync.Mutex // guards drawn
	drawn map[string]int
}

func newRiver(c *check.Case, gauges ...*gauge) *river {
	r := &river{c: c, gauges: map[string]*gauge{}, drawn: map[string]int{}}
	c.Rand.Shuffle(len(gauges), func(i, j int) { gauges[i], gauges[j] = gauges[j], gauges[i] })
	for _, g := range gauges {
		name := c.Word()
		for r.gauges[name] != nil {
			name = c.Word()
		}
		g.height = 50 + c.Rand.IntN(800)
		r.names, r.gauges[name] = append(r.names, name), g
	}
	return r
}

func (r *river) read(ctx context.Context, name string) (int, error) {
	g := r.gauges[name]
	if g == nil {
		r.c.Fail(check.Misuse, "read was called for %q, and there is no such gauge", name)
	}
	if err := r.c.Call(ctx, "read "+name, g.read); err != nil {
		return 0, err
	}
	if g.unread != nil {
		return 0, g.unread
	}
	return g.height, nil
}

func (r *river) draw(ctx context.Context, name string, height int) error {
	g := r.gauges[name]
	if g == nil {
		r.c.Fail(check.Misuse, "draw was called for %q, and there is no such gauge", name)
	}
	if err := r.c.Call(ctx, "draw "+name, g.draw); err != nil {
		return err
	}
	if g.lost != nil {
		return g.lost
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drawn[name] = height
	return nil
}

// failing runs a case in which one gauge fails at a time, as the first.
func failing(c *check.Case, at time.Duration, first error, broken *gauge) {
	later := errors.New(c.Word() + " is broken, too")
	r := newRiver(c,
		broken,
		&gauge{read: at / 4, draw: at / 2},                // is done before
		&gauge{read: at / 2, draw: 2 * at},                // is being drawn
		&gauge{read: at / 4, draw: 3 * at, lost: later},   // is being drawn, and would fail
		&gauge{read: 2 * at, draw: at},                    // is being read
		&gauge{read: 3 * at / 2, draw: at, unread: later}, // is being read, and would fail
	)
	var err error
	c.Do(func() { err = Update(c.Context(), Read(r.read), Draw(r.draw), r.names) })
	c.Is("the error", err, first)
	c.Took(at, "that is when the first one failed")
	if errors.Is(err, context.Canceled) {
		c.Fail(check.Value, "the error should be %q alone, and also has the cancellations that followed: %q", first, err)
	}
	c.NoneLate("nothing begins any more when one has failed")
	c.Awaited("no goroutine of its own is to be at work then")
}

func TestUpdate(t *testing.T) {
	all := check.Begin(t)
	// On one processor nobody goes on between the end of Update and a look at who is still at work.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	at := func(c *check.Case) time.Duration { return c.Between(time.Second, 3*time.Second, 400*time.Millisecond) }
	all.Run("a gauge that cannot be read", func(c *check.Case) {
		at, broken := at(c), errors.New(c.Word()+" is broken")
		failing(c, at, broken, &gauge{read: at, draw: at, unread: broken})
	})
	all.Run("a height that cannot be drawn", func(c *check.Case) {
		// At an odd moment, which nobody hits who looks every so often.
		at, broken := at(c)+time.Duration(1+c.Rand.IntN(499))*time.Microsecond, errors.New(c.Word()+" is not on the map")
		failing(c, at, broken, &gauge{read: at / 4, draw: at - at/4, lost: broken})
	})
	all.Run("a caller that calls it off", func(c *check.Case) {
		after := at(c)
		r := newRiver(c, &gauge{read: after / 2, draw: 2 * after}, &gauge{read: 2 * after}, &gauge{read: after / 2, draw: after / 4})
		ctx, cancel := context.WithCancel(c.Context())
		time.AfterFunc(after, cancel)
		var err error
		c.Do(func() { err = Update(ctx, r.read, r.draw, r.names) })
		c.Is("the error", err, context.Canceled)
		c.Took(after, "the caller's context ended then")
	})
	// Nothing takes any time here, and others come between any two steps: those that are cancelled, too.
	all.Run("one gauge fails, again and again", func(c *check.Case) {
		broken := errors.New(c.Word() + " is broken")
		read := func(ctx context.Context, name string) (int, error) {
			if name == "broken" {
				return 0, broken
			}
			<-ctx.Done()
			return 0, ctx.Err()
		}
		draw := func(context.Context, string, int) error { return nil }
		check.Jostle(func() {
			for range 200 {
				var err error
				c.Do(func() { err = Update(c.Context(), read, draw, []string{"one", "broken", "two", "three"}) })
				c.Is("the error", err, broken)
			}
		})
	})
	all.Run("a caller that gives up", func(c *check.Case) {
		after := at(c)
		r := newRiver(c, &gauge{read: after / 2, draw: 2 * after}, &gauge{read: 2 * after}, &gauge{read: 3 * after})
		ctx, cancel := context.WithTimeout(c.Context(), after)
		defer cancel()
		var err error
		c.Do(func() { err = Update(ctx, r.read, r.draw, r.names) })
		c.Is("the error", err, context.DeadlineExceeded)
		c.Took(after, "the caller's context ended then")
		c.NoneLate("nothing begins any more when the caller has given up")
	})
	all.Run("all is well", func(c *check.Case) {
		var gauges []*gauge
		longest := time.Duration(0)
		for range 4 + c.Rand.IntN(4) {
			g := &gauge{read: at(c), draw: at(c)}
			gauges, longest = append(gauges, g), max(longest, g.read+g.draw)
		}
		r := newRiver(c, gauges...)
		want := map[string]int{}
		for name, g := range r.gauges {
			want[name] = g.height
		}
		var err error
		c.Do(func() { err = Update(c.Context(), r.read, r.draw, r.names) })
		if err != nil {
			c.Fail(check.Value, "nothing failed, and still it returned the error %q", err)
		}
		c.Same("the map", maps.Clone(r.drawn), want)
		c.Took(longest, "the gauges are read and drawn at the same time")
		for _, name := range r.names {
			c.Called("read "+name, 1, "each gauge is read once")
			c.Called("draw "+name, 1, "each height is drawn once")
		}
	})
	all.Done()
}
