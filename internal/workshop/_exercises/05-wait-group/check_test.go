package theatre_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	. "practice/05-wait-group"
	"practice/internal/check"
)

func TestPrepare(t *testing.T) {
	all := check.Begin(t)
	// On one processor a goroutine does not begin before the one that starts it waits: an Add inside always comes too late,
	// where on several it would now and then be in time.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))

	all.Run("some rooms", func(c *check.Case) { between(c, 3+c.Rand.IntN(4)) })
	all.Run("one room", func(c *check.Case) { between(c, 1) })
	all.Run("no room", func(c *check.Case) { between(c, 0) })
	all.Run("many rooms", func(c *check.Case) { between(c, 120+c.Rand.IntN(30)) })
	// Whoever sleeps until the goroutines have called Add, or looks every so often, is late here.
	all.Run("rooms that are ready at once", func(c *check.Case) {
		h := &house{c: c, takes: map[string][3]time.Duration{}, done: map[string]int{}}
		var rooms []string
		for i := range 3 + c.Rand.IntN(4) {
			rooms = append(rooms, fmt.Sprintf("room %d, %s", i+1, c.Word()))
			h.takes[rooms[i]] = [3]time.Duration{}
		}
		c.Do(func() { Prepare(h, rooms) })
		c.Took(0, "all rooms were ready at once, and there was nothing else to wait for")
	})
	// Whoever yields until the goroutines have called Add has luck, nearly always: now and then the scheduler lets the one that
	// yields go first.
	all.Run("the same room again and again", func(c *check.Case) {
		room := "the room of " + c.Word()
		for i := range 600 {
			h := &house{c: c, takes: map[string][3]time.Duration{room: {1, 1, 1}}, done: map[string]int{}}
			for range i % 7 { // so that the turns of the scheduler are not always the same
				runtime.Gosched()
			}
			c.Do(func() { Prepare(h, []string{room}) })
		}
	})
	all.Done()
}

// between has so many rooms prepared.
func between(c *check.Case, n int) {
	h := &house{c: c, takes: map[string][3]time.Duration{}, done: map[string]int{}}
	rooms, waits := make([]string, n), make([]time.Duration, n)
	for i := range rooms {
		takes := [3]time.Duration{}
		for step := range takes {
			takes[step] = c.Between(200*time.Millisecond, 2*time.Second, 100*time.Millisecond)
			if step == i {
				takes[step] = 4 * time.Second // another room for each step, so that rooms that wait for each other are late
			}
			waits[i] += takes[step]
		}
		rooms[i] = fmt.Sprintf("room %d, %s", i+1, c.Word())
		h.takes[rooms[i]] = takes
	}
	c.Do(func() { Prepare(h, append([]string(nil), rooms...)) })
	for _, name := range steps {
		c.Called(name, n, "once for each room")
	}
	if n == 0 {
		c.Took(0, "there is nothing to wait for")
		return
	}
	c.Overlapped(waits...)
}

// steps are what happens to a room, in order.
var steps = [...]string{"Unlock", "Sweep", "Lock"}

var _ House = (*house)(nil)

// house is the House of the check.
type house struct {
	c     *check.Case
	takes map[string][3]time.Duration

	mu   sync.Mutex     // guards done
	done map[string]int // how many steps a room has behind it
}

func (h *house) Unlock(room string) { h.step(0, room) }
func (h *house) Sweep(room string)  { h.step(1, room) }
func (h *house) Lock(room string)   { h.step(2, room) }

// step does one of the steps.
func (h *house) step(step int, room string) {
	takes, there := h.takes[room]
	if !there {
		h.c.Fail(check.Misuse, "there is no room %q", room)
	}
	h.mu.Lock()
	done := h.done[room]
	h.mu.Unlock()
	switch {
	case done > step:
		h.c.Fail(check.Misuse, "%s was called for %q, where that was done already", steps[step], room)
	case done < step:
		h.c.Fail(check.Misuse, "%s was called for %q before %s had returned", steps[step], room, steps[step-1])
	}
	number, _, _ := strings.Cut(room, ",")
	_ = h.c.Call(h.c.Context(), steps[step]+" "+number, takes[step]) // the case outlives it
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done[room]++
}
