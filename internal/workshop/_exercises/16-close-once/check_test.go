package tunnel_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "practice/16-close-once"
	"practice/internal/check"
)

// tube is a gate that takes some time, with those who look at it.
type tube struct {
	c     *check.Case
	gate  *Gate
	takes time.Duration

	mu       sync.Mutex // guards returned
	returned []time.Duration
}

func newTube(c *check.Case) *tube {
	u := &tube{c: c, takes: c.Between(2*time.Second, 5*time.Second, 200*time.Millisecond)}
	u.gate = New(func() { _ = c.Call(c.Context(), "motor", u.takes) }) // the context of the case lasts longer
	return u
}

// drop presses a button.
func (u *tube) drop() {
	u.gate.Drop()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.returned = append(u.returned, u.c.Now())
}

// isDown tells whether the channel is closed.
func (u *tube) isDown() bool {
	select {
	case <-u.gate.Down():
		return true
	default:
		return false
	}
}

// alarm presses buttons after these times, and waits for all. Meanwhile it looks at the channel.
func (u *tube) alarm(after ...time.Duration) {
	var all sync.WaitGroup
	for _, wait := range after {
		all.Go(func() {
			time.Sleep(wait)
			u.drop()
		})
	}
	var early bool
	var known time.Duration
	all.Go(func() {
		time.Sleep(u.takes - time.Millisecond)
		synctest.Wait()
		early = u.isDown()
	})
	all.Go(func() {
		<-u.gate.Down()
		known = u.c.Now()
	})
	all.Wait()
	if early {
		u.c.Fail(check.Value, "Down was closed after %s, while the gate needs %s: it has to be closed when the gate is down, "+
			"and not before", known, u.takes)
	}
}

// judge says what is wrong with the calls of Drop that began before the gate was down.
func (u *tube) judge() {
	u.c.Called("motor", 1, "it must start once, however many buttons are pressed")
	for _, returned := range u.returned {
		if returned < u.takes {
			u.c.Fail(check.Elapsed, "a Drop returned %s before the gate was down; every call has to wait for it", u.takes-returned)
		}
		if returned > u.takes {
			u.c.Fail(check.Elapsed, "a Drop returned %s after the gate was down, and should return when it is", returned-u.takes)
		}
	}
}

func TestGate(t *testing.T) {
	all := check.Begin(t)
	all.Run("two buttons at once", func(c *check.Case) {
		u := newTube(c)
		c.Do(func() { u.alarm(0, 0) })
		u.judge()
	})
	all.Run("one button after the other", func(c *check.Case) {
		u := newTube(c)
		after := []time.Duration{0}
		for range 2 + c.Rand.IntN(8) {
			after = append(after, c.Between(0, u.takes-100*time.Millisecond, 100*time.Millisecond))
		}
		c.Do(func() { u.alarm(after...) })
		u.judge()
	})
	all.Run("a gate that is down at an odd moment", func(c *check.Case) {
		u := newTube(c)
		u.takes += time.Duration(1+c.Rand.IntN(499)) * time.Microsecond // nobody hits it who looks every so often
		c.Do(func() { u.alarm(0, 0, u.takes/2) })
		u.judge()
	})
	all.Run("a button when the gate is down", func(c *check.Case) {
		u := newTube(c)
		c.Do(func() { u.alarm(0) })
		u.judge()
		for range 1 + c.Rand.IntN(3) {
			began := c.Now()
			u.drop()
			if took := c.Now() - began; took > 0 {
				c.Fail(check.Elapsed, "the gate was down, and Drop took %s more; it should return at once", took)
			}
		}
		c.Called("motor", 1, "the gate is down already")
		c.Same("whether Down is closed", u.isDown(), true)
	})
	all.Run("two tunnels", func(c *check.Case) {
		u, other := newTube(c), newTube(c)
		c.Do(func() { u.alarm(0, 0) })
		u.judge()
		c.Same("whether the gate of the other tunnel is down", other.isDown(), false)
	})
	// One comes between any two steps of the other's.
	all.Run("two buttons, again and again", func(c *check.Case) {
		check.Jostle(func() {
			for range 200 {
				var started atomic.Int32
				gate := New(func() {
					if n := started.Add(1); n > 1 {
						c.Fail(check.Calls, "two buttons were pressed at the same moment, and each of them has started the motor")
					}
					time.Sleep(time.Second)
				})
				c.Do(func() {
					var both sync.WaitGroup
					both.Go(gate.Drop)
					both.Go(gate.Drop)
					both.Wait()
				})
				c.Took(time.Second, "that is how long the gate needs")
			}
		})
	})
	all.Done()
}
