package lighthouse_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	. "practice/08-publish"
	"practice/internal/check"
)

func TestOpen(t *testing.T) {
	all := check.Begin(t)
	slow := func(c *check.Case) time.Duration {
		return c.Between(1500*time.Millisecond, 3*time.Second, 100*time.Millisecond)
	}
	odd := func(c *check.Case) time.Duration { // a moment that nobody hits who looks every so often
		return slow(c) + time.Duration(1+c.Rand.IntN(499))*time.Microsecond
	}
	fast := func(c *check.Case) time.Duration {
		return c.Between(200*time.Millisecond, time.Second, 100*time.Millisecond)
	}
	for _, order := range []struct {
		name         string
		ignite, wind func(c *check.Case) time.Duration
	}{
		{"a lamp faster than the clockwork", fast, slow},
		{"a clockwork faster than the lamp", slow, fast},
		{"a clockwork that gets ready at an odd moment", fast, odd},
	} {
		all.Run(order.name, func(c *check.Case) {
			tower := newTower(c, order.ignite(c), order.wind(c))
			var light *Light
			var err error
			c.Do(func() { light, err = Open(c.Context(), tower, radio{tower}) })
			if err != nil || light == nil {
				c.Fail(check.Value, "both parts got ready, and Open should return the light; it returned %v and the error %v", light, err)
			}
			c.Called("Announce", 1, "ships hear of a light once")
			if light != tower.announced {
				c.Fail(check.Value, "the light that Open returned is another one than the one that was announced")
			}
			c.Same("the signal of the light that is returned", light.Signal(), tower.signal())
			c.Took(max(tower.ignition.takes, tower.winding.takes)+announcing,
				"the parts get ready at the same time, and then the light is announced")
		})
		all.Run(order.name+", and what fails", func(c *check.Case) {
			for _, which := range []string{"lamp", "clockwork", "both"} {
				tower := newTower(c, order.ignite(c), order.wind(c))
				lost := errors.New(c.Word() + " broke")
				failing := map[string][]*part{
					"lamp":      {&tower.ignition},
					"clockwork": {&tower.winding},
					"both":      {&tower.ignition, &tower.winding},
				}[which]
				for _, p := range failing {
					p.fails = lost
				}
				var err error
				c.Do(func() { _, err = Open(c.Context(), tower, radio{tower}) })
				c.Is("the error", err, lost)
				c.Called("Announce", 0, "a light whose "+failing[0].name+" failed is none")
			}
		})
	}
	all.Done()
}

var _ Tower = (*tower)(nil)

// tower is a Tower that knows what is ready.
type tower struct {
	c                 *check.Case
	began             time.Duration
	ignition, winding part
	colour            string
	flashes           int
	announced         *Light
}

// part is one that gets ready.
type part struct {
	name  string
	takes time.Duration
	fails error
	ready chan struct{} // closed when it is
}

func newTower(c *check.Case, ignite, wind time.Duration) *tower {
	return &tower{
		c:        c,
		began:    c.Now(),
		ignition: part{name: "lamp", takes: ignite, ready: make(chan struct{})},
		winding:  part{name: "clockwork", takes: wind, ready: make(chan struct{})},
		colour:   c.Word(),
		flashes:  10 + c.Rand.IntN(50),
	}
}

// signal is what a ship sees when both parts are ready.
func (t *tower) signal() string { return fmt.Sprintf("%s, %d a minute", t.colour, t.flashes) }

func (t *tower) Ignite(ctx context.Context) (string, error) {
	if err := t.prepare(ctx, "Ignite", t.ignition); err != nil {
		return "", err
	}
	return t.colour, nil
}

func (t *tower) Wind(ctx context.Context) (int, error) {
	if err := t.prepare(ctx, "Wind", t.winding); err != nil {
		return 0, err
	}
	return t.flashes, nil
}

func (t *tower) prepare(ctx context.Context, call string, p part) error {
	select {
	case <-p.ready:
		t.c.Fail(check.Calls, "%s was called again when the %s was ready: once is enough", call, p.name)
	default:
	}
	if err := t.c.Call(ctx, call, p.takes); err != nil {
		return err
	}
	if p.fails == nil {
		close(p.ready)
	}
	return p.fails
}

// radio is a Radio that has a ship look at every light it announces.
type radio struct{ tower *tower }

func (r radio) Announce(light *Light) {
	c := r.tower.c
	for _, p := range []part{r.tower.ignition, r.tower.winding} {
		select {
		case <-p.ready:
			continue
		default:
		}
		if p.fails != nil && c.Now()-r.tower.began >= p.takes {
			c.Fail(check.Misuse, "the light was announced though its %s had failed: ships must not hear of it", p.name)
		}
		c.Fail(check.Misuse, "the light was announced before its %s was ready: a ship that looks then finds no such light", p.name)
	}
	if light == nil {
		c.Fail(check.Misuse, "a light was announced that is nil: ships look at it at once")
	}
	r.tower.announced = light
	if got, want := light.Signal(), r.tower.signal(); got != want {
		c.Fail(check.Misuse, "a ship looked as soon as the light was announced and saw %q; it should see %q, so something was written too late",
			got, want)
	}
	_ = c.Call(context.Background(), "Announce", announcing)
}

// announcing is how long it takes until all ships have heard of a light.
const announcing = 100 * time.Millisecond
