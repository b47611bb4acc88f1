package orchard

import (
	"testing"
	"time"

	"practice/internal/check"
)

// line is a belt with its machine.
type line struct {
	c      *check.Case
	apples []string
	belt   chan string
	stop   chan struct{}
	packed []string
	takes  time.Duration
}

// newLine has so many apples on its belt, which nobody closes.
func newLine(c *check.Case, apples int) *line {
	l := &line{c: c, belt: make(chan string, apples+1), stop: make(chan struct{})}
	l.takes = c.Between(100*time.Millisecond, 400*time.Millisecond, 50*time.Millisecond)
	for range apples {
		apple := c.Word()
		l.apples = append(l.apples, apple)
		l.belt <- apple
	}
	return l
}

// pack packs an apple.
func (l *line) pack(apple string) {
	select {
	case <-l.stop:
		l.c.Fail(check.Late, "the button had been pressed, and Pack began one more apple; it has to look at stop first, each time")
	default:
	}
	if err := l.c.Call(l.c.Context(), "pack "+apple, l.takes); err != nil {
		return
	}
	l.packed = append(l.packed, apple)
}

// judge fails unless just the first apples are packed and the others lie on the belt.
func (l *line) judge(packed int) {
	if lost := len(l.apples) - len(l.packed) - len(l.belt); lost > 0 {
		l.c.Fail(check.Value, "of %d apples, %d were packed and %d are on the belt; what is not packed has to stay on the belt",
			len(l.apples), len(l.packed), len(l.belt))
	}
	l.c.Same("the apples that were packed", l.packed, l.apples[:packed])
	l.c.AtOnce(1, "the machine packs one apple at a time")
}

func TestPack(t *testing.T) {
	all := check.Begin(t)
	const rounds = 200 // a select that leaves it to chance passes one in two

	all.Run("a day without the button", func(c *check.Case) {
		l := newLine(c, 3+c.Rand.IntN(5))
		close(l.belt)
		c.Do(func() { Pack(l.stop, l.belt, l.pack) })
		l.judge(len(l.apples))
		c.Took(time.Duration(len(l.apples))*l.takes, "apples are packed one by one, and then the belt is closed")
	})
	all.Run("the button during an apple", func(c *check.Case) {
		for range rounds {
			l := newLine(c, 3+c.Rand.IntN(4))
			pressed := 1 + c.Rand.IntN(2) // during this apple
			began := c.Now()
			c.Do(func() {
				time.AfterFunc(time.Duration(pressed)*l.takes-l.takes/2, func() { close(l.stop) })
				Pack(l.stop, l.belt, l.pack)
			})
			l.judge(pressed)
			if took, want := c.Now()-began, time.Duration(pressed)*l.takes; took != want {
				c.Fail(check.Elapsed, "Pack returned after %s of virtual time, and should return after %s, when the apple in its hand "+
					"is packed", took, want)
			}
		}
	})
	all.Run("the button before the first apple", func(c *check.Case) {
		for range rounds {
			l := newLine(c, 1+c.Rand.IntN(4))
			close(l.stop)
			c.Do(func() { Pack(l.stop, l.belt, l.pack) })
			if lost := len(l.apples) - len(l.belt); lost > 0 {
				c.Fail(check.Value, "an apple was taken from the belt and not packed, after the button had been pressed; it has to stay "+
					"on the belt")
			}
			c.Took(0, "it is stopped already")
		}
	})
	all.Run("the button at an empty belt", func(c *check.Case) {
		l := newLine(c, 2)
		waits := time.Duration(len(l.apples))*l.takes + time.Second + time.Duration(c.Rand.Int64N(int64(time.Second)))
		c.Do(func() {
			time.AfterFunc(waits, func() { close(l.stop) })
			Pack(l.stop, l.belt, l.pack)
		})
		c.Took(waits, "that is when the button was pressed")
		c.Same("the apples that were packed", l.packed, l.apples)
	})
	all.Done()
}
