package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// What takes its time here takes it in a bubble, where the clock is exact and nothing is waited for.

// diary notes when each line was written.
type diary struct {
	start time.Time
	mu    sync.Mutex // guards lines
	lines []string
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, fmt.Sprintf("%s %s", time.Since(d.start), strings.TrimSuffix(string(p), "\n")))
	return len(p), nil
}

func TestHelloWritesEachWordWhenItsTimeHasCome(t *testing.T) {
	for _, c := range []struct {
		tasks    int
		strategy string
		want     []string
	}{
		{1, "", []string{"0s Hello", "1s World"}},
		{1, "goroutines", []string{"0s Hello", "1s World"}},
		{2, "sequential", []string{"0s Hello 1", "1s World 1", "1s Hello 2", "2s World 2"}},
		{3, "coroutine", []string{"0s Hello 1", "0s Hello 2", "0s Hello 3", "1s World 1", "1s World 2", "1s World 3"}},
		{2, "all", []string{
			"0s Hello 1", "1s World 1", "1s Hello 2", "2s World 2", // one after the other
			"2s Hello", "2s Hello", "3s World", "3s World", // at once, in any order
			"3s Hello 1", "3s Hello 2", "4s World 1", "4s World 2",
		}},
	} {
		t.Run(fmt.Sprintf("%d %s", c.tasks, c.strategy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := &diary{start: time.Now()}
				o := helloOptions{
					timeline: string(timelineNever),
					delay:    time.Second, tasks: c.tasks, strategy: c.strategy,
					streams: &term.Streams{Out: out, Err: io.Discard, Width: 80},
				}
				if err := o.run(t.Context()); err != nil {
					t.Fatal(err)
				}
				same := func(got, want string) bool { return got == want || strings.HasPrefix(got, want+" ") }
				if !slices.EqualFunc(out.lines, c.want, same) {
					t.Errorf("got  %q\nwant %q", out.lines, c.want)
				}
			})
		})
	}
}

func TestHelloSetsTheStrategiesBesideTheirIdeal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var table bytes.Buffer
		o := helloOptions{
			timeline: string(timelineNever),
			delay:    time.Second, tasks: 30, strategy: everyHello, streams: &term.Streams{Out: &diary{start: time.Now()}, Err: &table, Width: 80},
		}
		if err := o.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"sequential 30.0 s 30.0 s 1.00×", "goroutines 1.00 s 1.00 s 1.00×", "coroutine 1.00 s 1.00 s 1.00×",
		} {
			if !strings.Contains(plain(table.String()), want) {
				t.Errorf("no %q in\n%s", want, &table)
			}
		}
	})
}

// plain is text with one space between words.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// sleeping returns the options of a comparison of sleeps.
func sleeping(delay time.Duration, tasks int, strategies ...string) compareOptions {
	o := compareOptions{timeline: string(timelineNever), plan: measure.DefaultPlan(), streams: &term.Streams{Width: 100}}
	o.plan.Workloads, o.plan.Strategies = []string{"sleep"}, strategies
	o.plan.Spec.Tasks, o.plan.Spec.Delays = tasks, []time.Duration{delay}
	return o
}

// given are the flags that sleeping stands for.
var given = []string{"tasks", "delay", "strategy"}

func TestCompareShowsWhatTheStrategiesTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, progress bytes.Buffer
		o := sleeping(30*time.Millisecond, 10, "sequential", "goroutines", "limited")
		o.streams.Out, o.streams.Err = &out, &progress
		if err := o.run(t.Context(), given); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`(?m)^  sequential  █+ +300 ms ±0 % `,
			`(?m)^  goroutines  █+.? +30\.0 ms ±0 % +10\.0× `, // a tenth as long a bar, in eighths of a column
			`(?m)^  limited     █+.? +90\.0 ms ±0 % +3\.33× `,
		} {
			if !regexp.MustCompile(want).MatchString(out.String()) {
				t.Errorf("no %s in\n%s", want, &out)
			}
		}
	})
}

func TestAGuessIsSetBesideTheMeasurement(t *testing.T) {
	for _, c := range []struct {
		name, concurrent, answers, want string
	}{
		{"right", "goroutines", "30ms\n90\n", "your guess: 30.0 ms for goroutines, 90 % sure: near enough"},
		{"a quarter too long", "goroutines", "37.5\n90\n", "your guess: 37.5 ms for goroutines, 90 % sure: near enough"},
		{"more", "goroutines", "38\n1%\n", "your guess: 38.0 ms for goroutines, 1 % sure: not near"},
		{"a fifth too short", "goroutines", "24ms\n90\n", "your guess: 24.0 ms for goroutines, 90 % sure: near enough"},
		{"less", "goroutines", "23ms\n90\n", "your guess: 23.0 ms for goroutines, 90 % sure: not near"},
		{"the sum", "goroutines", "0.3s\n100 %\n", "not near Many think that a task that waits blocks everything. But"},
		{"with a limit", "limited", "90ms\n0\n", "your guess: 90.0 ms for limited, 0 % sure: near enough"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				o := sleeping(30*time.Millisecond, 10, "sequential", c.concurrent)
				o.ask, o.streams.In, o.streams.Out, o.streams.Err = true, strings.NewReader(c.answers), &out, io.Discard
				if err := o.run(t.Context(), given); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(plain(out.String()), c.want) {
					t.Errorf("no %q in\n%s", c.want, &out)
				}
				if strings.Contains(out.String(), "Many think") != strings.Contains(c.want, "Many think") {
					t.Errorf("a belief is named, or is not, in\n%s", &out)
				}
			})
		})
	}
}

func TestATimeoutKeepsTheRoundsThatWereWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		o := sleeping(100*time.Millisecond, 1, "sequential")
		o.plan.Rounds, o.plan.Warmup, o.plan.Timeout = 100, 0, 1050*time.Millisecond
		o.format, o.streams.Out, o.streams.Err = string(report.FormatCSV), &out, io.Discard
		start := time.Now()
		err := o.run(t.Context(), given)
		if _, ok := errors.AsType[timeoutError](err); !ok || errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v, want a timeout", err)
		}
		if took := time.Since(start); took != o.plan.Timeout {
			t.Errorf("it took %s, want %s", took, o.plan.Timeout)
		}
		if !strings.Contains(out.String(), "sequential,1,10,100000000,") || !strings.HasSuffix(out.String(), ",true,cpu-time\n") {
			t.Errorf("no ten rounds, or not partial, in\n%s", &out)
		}
	})
}

// gone is a stdout that nobody reads any more.
type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestCompareStopsWhenItsReaderHasGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := sleeping(time.Second, 1, "sequential")
		o.plan.Workloads = []string{"sleep", "cpu"} // the second would never end here: the clock stands still while it computes
		o.plan.Rounds, o.plan.Warmup = 2, 0
		o.streams.Out, o.streams.Err = gone{}, io.Discard
		start := time.Now()
		if err := o.run(t.Context(), given); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("it ended with %v, want %v", err, syscall.EPIPE)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("it took %s, want 2 s for the two rounds of the first workload", took)
		}
	})
}
