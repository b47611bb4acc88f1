package demos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/demos"
)

// transcript is a writer that puts the time in front of each line. It has no lock: what writes to it must take turns.
type transcript struct {
	began time.Time
	lines []string
}

func newTranscript() *transcript { return &transcript{began: time.Now()} }

func (t *transcript) Write(line []byte) (int, error) {
	t.lines = append(t.lines, fmt.Sprint(time.Since(t.began), " ", strings.TrimSuffix(string(line), "\n")))
	return len(line), nil
}

func (t *transcript) check(test *testing.T, want ...string) {
	test.Helper()
	if !slices.Equal(t.lines, want) {
		test.Errorf("said\n%s\nwant\n%s", strings.Join(t.lines, "\n"), strings.Join(want, "\n"))
	}
}

// locked lets goroutines share a writer.
type locked struct {
	mu sync.Mutex // guards w
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// brokenAfter is a writer that fails after n lines.
type brokenAfter struct{ n int }

var errBroken = errors.New("the writer is broken")

func (b *brokenAfter) Write(p []byte) (int, error) {
	if b.n == 0 {
		return 0, errBroken
	}
	b.n--
	return len(p), nil
}

// numbered returns word 1 to word n, each said at the given time.
func numbered(at time.Duration, word string, n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprint(at, " ", word, " ", i+1)
	}
	return lines
}

func TestHelloPausesBetweenItsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := newTranscript()
		if err := demos.Hello(said, "", time.Second).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		said.check(t, "0s Hello", "1s World")
	})
}

func TestManyHellosTakeOneDelayInGoroutines(t *testing.T) {
	const n = 1000
	synctest.Test(t, func(t *testing.T) {
		said := newTranscript()
		w := &locked{w: said}
		var tasks []demos.Task
		for i := range n {
			tasks = append(tasks, demos.Hello(w, " "+strconv.Itoa(i+1), time.Second))
		}
		if err := demos.Goroutines(t.Context(), tasks); err != nil {
			t.Fatal(err)
		}
		// Which goroutine is first is not promised; that each Hello comes before each World is.
		slices.Sort(said.lines)
		want := slices.Concat(numbered(0, "Hello", n), numbered(time.Second, "World", n))
		slices.Sort(want)
		said.check(t, want...)
	})
}

func TestManyHellosTakeOneDelayInTheEventLoop(t *testing.T) {
	const n = 1000
	synctest.Test(t, func(t *testing.T) {
		said := newTranscript() // without a lock: in one goroutine, they take turns
		errs := make([]error, n)
		var coroutines []demos.Coroutine
		for i := range n {
			coroutines = append(coroutines, demos.HelloCoroutine(said, " "+strconv.Itoa(i+1), time.Second, &errs[i]))
		}
		if err := errors.Join(append(errs, demos.EventLoop(t.Context(), coroutines))...); err != nil {
			t.Fatal(err)
		}
		// One goroutine is exact in order too: those that wake together go on in the order in which they were given.
		said.check(t, slices.Concat(numbered(0, "Hello", n), numbered(time.Second, "World", n))...)
	})
}

func TestTheEventLoopResumesTheFirstToWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := newTranscript()
		errs := make([]error, 3)
		err := demos.EventLoop(t.Context(), []demos.Coroutine{
			demos.HelloCoroutine(said, " 1", 300*ms, &errs[0]),
			demos.HelloCoroutine(said, " 2", 100*ms, &errs[1]),
			demos.HelloCoroutine(said, " 3", 200*ms, &errs[2]),
		})
		if err := errors.Join(append(errs, err)...); err != nil {
			t.Fatal(err)
		}
		said.check(t, "0s Hello 1", "0s Hello 2", "0s Hello 3", "100ms World 2", "200ms World 3", "300ms World 1")
	})
}

// waits is a coroutine that waits several times and says which wait is over.
func waits(w io.Writer, name string, delays ...time.Duration) demos.Coroutine {
	return func(yield func(time.Duration) bool) {
		for i, delay := range delays {
			if !yield(delay) {
				fmt.Fprintln(w, name, "cancelled")
				return
			}
			fmt.Fprintln(w, name, i+1)
		}
	}
}

func TestCoroutinesWaitSeveralTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := newTranscript()
		err := demos.EventLoop(t.Context(), []demos.Coroutine{
			waits(said, "a", 10*ms, 30*ms, 0, 20*ms),
			waits(said, "b", 25*ms, 25*ms),
			waits(said, "c"),
			waits(said, "d", -time.Second, 40*ms), // a wait in the past is over at once
		})
		if err != nil {
			t.Fatal(err)
		}
		said.check(t, "0s d 1", "10ms a 1", "25ms b 1", "40ms a 2", "40ms a 3", "40ms d 2", "50ms b 2", "60ms a 4")
	})
}

func TestTheEventLoopEndsWithoutCoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := demos.EventLoop(t.Context(), nil); err != nil || time.Since(began) != 0 {
			t.Errorf("ended with %v after %v, want at once", err, time.Since(began))
		}
	})
}

func TestCancellingEndsEveryGreeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*ms)
		defer cancel()
		said := newTranscript()
		err := demos.Hello(said, "", time.Second).Run(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(said.began) != 500*ms {
			t.Errorf("ended with %v after %v", err, time.Since(said.began))
		}
		said.check(t, "0s Hello")
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*ms)
		defer cancel()
		said := newTranscript()
		var late error
		err := demos.EventLoop(ctx, []demos.Coroutine{
			waits(said, "a", 100*ms, time.Hour),
			demos.HelloCoroutine(said, "", time.Second, &late),
			waits(said, "b", time.Minute),
		})
		if !errors.Is(err, context.DeadlineExceeded) || late != nil {
			t.Errorf("ended with %v, and the greeting with %v", err, late)
		}
		// Each is resumed once more to learn of it, the last one first, and Hello says nothing then.
		said.check(t, "0s Hello", "100ms a 1", "500ms b cancelled", "500ms a cancelled")
	})
}

func TestTheEventLoopStartsNothingAfterTheContextHasEnded(t *testing.T) {
	// Often: where a timer and a context are both ready, select picks either.
	for range 100 {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			said := newTranscript()
			var late error
			err := demos.EventLoop(ctx, []demos.Coroutine{demos.HelloCoroutine(said, "", time.Second, &late)})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
			said.check(t)
		})
	}
}

func TestGreetingsReturnTheErrorOfTheirWriter(t *testing.T) {
	for lines := range 2 {
		t.Run(fmt.Sprint("after line ", lines), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				if err := demos.Hello(&brokenAfter{lines}, "", time.Second).Run(t.Context()); err != errBroken {
					t.Errorf("Hello ended with %v, want %v", err, errBroken)
				}
				if took, want := time.Since(began), time.Duration(lines)*time.Second; took != want {
					t.Errorf("Hello took %v, want %v", took, want)
				}
				said := newTranscript()
				var broken, sound error
				err := demos.EventLoop(t.Context(), []demos.Coroutine{
					demos.HelloCoroutine(&brokenAfter{lines}, "", time.Second, &broken),
					demos.HelloCoroutine(said, "", time.Second, &sound),
				})
				if broken != errBroken || sound != nil || err != nil {
					t.Errorf("the coroutines ended with %v and %v, the loop with %v", broken, sound, err)
				}
				said.check(t, "0s Hello", "1s World")
			})
		})
	}
}
