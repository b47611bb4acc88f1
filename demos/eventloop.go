package demos

import (
	"container/heap"
	"context"
	"iter"
	"time"
)

// Coroutine is a function that can pause unfinished: each time, it
// yields how long it wants to wait.
type Coroutine = iter.Seq[time.Duration]

// EventLoop runs coroutines in this one goroutine: it resumes each
// of them where it stopped, when its wait is over.
func EventLoop(ctx context.Context, coroutines []Coroutine) error {
	var asleep sleepers
	for i, coroutine := range coroutines {
		resume, cancel := iter.Pull(coroutine)
		defer cancel()
		asleep = append(asleep, sleeper{time.Now(), i, resume})
	}
	for len(asleep) > 0 && ctx.Err() == nil {
		next := &asleep[0]
		if pause := time.Until(next.wake); pause > 0 {
			if err := Sleep(pause).Run(ctx); err != nil {
				return err
			}
		}
		if wait, more := next.resume(); more {
			next.wake = time.Now().Add(wait)
			heap.Fix(&asleep, 0)
		} else {
			heap.Pop(&asleep)
		}
	}
	return ctx.Err()
}

// sleeper is a coroutine that waits for its time.
type sleeper struct {
	wake   time.Time
	turn   int // among those with the same time to wake
	resume func() (wait time.Duration, more bool)
}

// sleepers is a heap: the one to wake first stands first.
type sleepers []sleeper

func (s sleepers) Len() int      { return len(s) }
func (s sleepers) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *sleepers) Push(x any)   { *s = append(*s, x.(sleeper)) }

func (s sleepers) Less(i, j int) bool {
	first := s[i].wake.Compare(s[j].wake)
	return first < 0 || first == 0 && s[i].turn < s[j].turn
}

func (s *sleepers) Pop() any {
	last := len(*s) - 1
	popped := (*s)[last]
	*s = (*s)[:last]
	return popped
}
