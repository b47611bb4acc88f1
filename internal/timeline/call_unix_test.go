//go:build unix

package timeline_test

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"time"

	"meanwhile/internal/timeline"
)

// A read that blocks in the kernel waits.
func TestALongSystemCallWaits(t *testing.T) {
	var pipe [2]int
	if err := syscall.Pipe(pipe[:]); err != nil {
		t.Fatal(err)
	}
	var sibling sync.WaitGroup
	sibling.Go(func() {
		untilParked(t, "readsBlocking", "syscall")
		time.Sleep(ms) // far above what counts as long
		if _, err := syscall.Write(pipe[1], []byte("Hello")); err != nil {
			t.Error(err)
		}
	})
	line := traced(t, strategy(t, "sequential", 1), repeated(1, func(context.Context) error {
		return readsBlocking(pipe[0]) // here: read
	}))
	sibling.Wait()
	for _, end := range pipe {
		if err := syscall.Close(end); err != nil {
			t.Error(err)
		}
	}
	stopped(t, line, 0, stop{timeline.Waiting, inSystemCall, here(t, "read")})
}

func readsBlocking(from int) error {
	_, err := syscall.Read(from, make([]byte, 5))
	return err
}

// A call that returns at once is work. One of many may be held up, by other programs.
func TestAShortSystemCallIsWork(t *testing.T) {
	const calls = 200
	line := traced(t, strategy(t, "sequential", 1), repeated(1, func(context.Context) error {
		for range calls {
			if err := syscall.Access("/", 0); err != nil {
				return err
			}
		}
		return nil
	}))
	if held := len(stops(t, line, line.Lanes[0])); held > calls/2 {
		t.Errorf("of %d short calls %d were waits", calls, held)
	}
}
