package timeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"meanwhile/demos"
	"meanwhile/internal/timeline"
)

const ms = time.Millisecond

// record runs tasks by a strategy under the tracer, and returns the timeline and what the strategy returned. What every timeline
// keeps is looked after here.
func record(t *testing.T, strategy demos.NamedStrategy, tasks []demos.Task) (*timeline.Timeline, error) {
	t.Helper()
	about := timeline.Run{Name: strategy.Name, Tasks: len(tasks), Slots: strategy.Slots > 0}
	return recordRun(t, about, func(ctx context.Context) error { return strategy.Run(ctx, timeline.Mark("test", tasks)) })
}

// recordRun is record for what is no strategy.
func recordRun(t *testing.T, about timeline.Run, run func(context.Context) error) (*timeline.Timeline, error) {
	t.Helper()
	if err := demos.Sleep(0).Run(t.Context()); err != nil { // what the first timer of a process sets up, it locks
		t.Fatal(err)
	}
	recording, err := timeline.Record()
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Stop()
	failed := recording.Run(t.Context(), about, run)
	recording.Stop()
	lines, err := recording.Timelines()
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1 || len(lines[0].Lanes) != about.Tasks {
		t.Fatalf("%d timelines, want one of %d lanes", len(lines), about.Tasks)
	}
	t.Cleanup(func() {
		if t.Failed() {
			show(t, lines[0])
		}
	})
	isSound(t, lines[0])
	return lines[0], failed
}

// traced is record for a run that has no business to fail.
func traced(t *testing.T, strategy demos.NamedStrategy, tasks []demos.Task) *timeline.Timeline {
	t.Helper()
	line, err := record(t, strategy, tasks)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// isSound asserts what holds of every timeline: it passes its own Check, spans touch and lie in the run, each has a reason and a
// place where it should have one, who was parked queues for a core, and JSON gives it back.
func isSound(t *testing.T, line *timeline.Timeline) {
	t.Helper()
	if err := line.Check(); err != nil {
		t.Error(err)
	}
	if line.Elapsed <= 0 || line.Reasons[0] != "" || line.Places[0] != "" {
		t.Errorf("a run of %v, whose first reason is %q and whose first place is %q", line.Elapsed, line.Reasons[0], line.Places[0])
	}
	for i, lane := range line.Lanes {
		for k, span := range lane {
			if k > 0 && span.Start != lane[k-1].End {
				t.Errorf("task %d: a span ends at %v, and the next begins at %v", i, lane[k-1].End, span.Start)
			}
			if k+1 < len(lane) && isParked(line, span) && line.Reason(lane[k+1]) != forCore {
				t.Errorf("task %d was woken from %s %s, and did not queue for a core but was %s", i, span.State, line.Reason(span), lane[k+1].State)
			}
			if (line.Reason(span) == "") != (span.State == timeline.Running) {
				t.Errorf("task %d was %s for the reason %q", i, span.State, line.Reason(span))
			}
			if at := line.Place(span); at == "" && span.State == timeline.Waiting {
				t.Errorf("task %d waited (%s) nowhere", i, line.Reason(span))
			}
		}
	}
	if shares := line.Shares(); line.MostInFlight() > 0 && abs(shares.Running+shares.Waiting+shares.Queued-1) > 1e-9 {
		t.Errorf("the shares %v do not make one", shares)
	}
	written, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	var back timeline.Timeline
	if err := json.Unmarshal(written, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(line.Lanes, back.Lanes, sameEmpty); diff != "" || back.Elapsed != line.Elapsed {
		t.Errorf("JSON gives another timeline back: %s", diff)
	}
}

// isParked tells whether a span is one of which the goroutine has to be woken: then it queues for a core, however shortly.
func isParked(line *timeline.Timeline, span timeline.Span) bool {
	return span.State != timeline.Running && !slices.Contains([]string{forCore, forSlot, inSystemCall, forWriter, paused}, line.Reason(span))
}

// sameEmpty takes a lane without spans for the same, however it was written.
var sameEmpty = cmp.Transformer("sameEmpty", func(lane timeline.Lane) []timeline.Span { return slices.Clip(append([]timeline.Span{}, lane...)) })

func abs(x float64) float64 { return max(x, -x) }

// show logs a timeline, for a test that failed.
func show(t *testing.T, line *timeline.Timeline) {
	t.Helper()
	for i, lane := range line.Lanes[:min(len(line.Lanes), 20)] {
		for _, span := range lane[:min(len(lane), 40)] {
			t.Logf("task %d: %12v %12v %-7s %s %s", i, span.Start, span.End, span.State, line.Reason(span), line.Place(span))
		}
	}
}

// stop is why and where a task did not go on.
type stop struct {
	State  timeline.State
	Reason string
	Place  string
}

// stops are those of a lane in their order. What any task may run into on any machine is left out: the wait for a core, for the
// garbage collector, and for the lock of a context that its siblings ask for its channel for the first time too.
func stops(t *testing.T, line *timeline.Timeline, lane timeline.Lane) []stop {
	t.Helper()
	contexts := stop{timeline.Queued, forLock, inDemo(t, "tasks.go", "case <-ctx.Done():")}
	var found []stop
	for _, span := range lane {
		s := stop{span.State, line.Reason(span), line.Place(span)}
		ours := span.State != timeline.Running && s.Reason != forCore && s.Reason != forCollector && s != contexts
		again := s.State == timeline.Queued && len(found) > 0 && found[len(found)-1] == s // it was woken, and another was first
		if ours && !again {
			found = append(found, s)
		}
	}
	return found
}

// The reasons, as a timeline puts them.
const (
	forCore       = "for a core"
	forCollector  = "for the garbage collector"
	forSlot       = "for a slot of the limit"
	forConnection = "for a connection of the pool"
	forLock       = "for a lock"
	forWriter     = "for SQLite's write lock"
	sleeping      = "sleeping"
	roundTrip     = "for the simulated round trip"
	dialling      = "for a connection to the server"
	forAnswer     = "for the network: the answer"
	forNetwork    = "for the network"
	forOthers     = "for other goroutines to end"
	forSignal     = "for a signal of another goroutine"
	forChannel    = "for a channel"
	forSelect     = "for the first of several channels"
	inSystemCall  = "in a system call"
	paused        = "paused: the event loop resumes it"
)

// stopped asserts where and why a lane stopped, in order.
func stopped(t *testing.T, line *timeline.Timeline, task int, want ...stop) {
	t.Helper()
	if diff := cmp.Diff(want, stops(t, line, line.Lanes[task])); diff != "" {
		t.Errorf("task %d stopped elsewhere (-want +got):\n%s", task, diff)
	}
}

// inDemo is the place of the one line of a demo that contains text.
func inDemo(t *testing.T, file, text string) string {
	t.Helper()
	source, err := demos.Files.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return lineWith(t, file, string(source), text)
}

// here is the place of the one line of the calling test's file that contains a mark.
func here(t *testing.T, mark string) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(1)
	source, err := os.ReadFile(path.Base(file)) // tests run in their package's folder
	if err != nil {
		t.Fatal(err)
	}
	return lineWith(t, path.Base(file), string(source), "// here: "+mark+"\n")
}

func lineWith(t *testing.T, file, source, text string) string {
	t.Helper()
	before, after, found := strings.Cut(source, text)
	if !found || strings.Contains(after, text) {
		t.Fatalf("%s has not one line with %q", file, text)
	}
	return file + ":" + strconv.Itoa(1+strings.Count(before, "\n"))
}

// untilParked returns once a goroutine that a function is part of is parked, in the state that a stack dump names. So a test
// knows that a task waits, and need not hope that it was long enough.
func untilParked(t *testing.T, function, state string) {
	for parked(function, state) == 0 && t.Context().Err() == nil {
		time.Sleep(ms)
	}
}

// parked is how many goroutines are.
func parked(function, state string) int {
	n, stacks := 0, make([]byte, 1<<20)
	for stack := range bytes.SplitSeq(stacks[:runtime.Stack(stacks, true)], []byte("\n\n")) {
		head, _, _ := bytes.Cut(stack, []byte("\n"))
		if bytes.Contains(head, []byte(" ["+state)) && bytes.Contains(stack, []byte(function)) {
			n++
		}
	}
	return n
}

// sleepers are tasks that sleep until they have been seen to: that their lanes show it is certain, however busy the machine is.
func sleepers(t *testing.T, n int) []demos.Task {
	t.Helper()
	tasks, begun, cancel := make([]demos.Task, n), make([]atomic.Bool, n), make([]func(), n)
	for i := range tasks {
		var ctx context.Context
		ctx, cancel[i] = context.WithCancel(context.Background())
		tasks[i].Run = func(context.Context) error {
			begun[i].Store(true)
			return untilSeen(ctx)
		}
	}
	var watch sync.WaitGroup
	watch.Go(func() {
		for woken := 0; woken < n && t.Context().Err() == nil; time.Sleep(ms) {
			var asleep []int
			for i := range tasks {
				if begun[i].Load() {
					asleep = append(asleep, i)
				}
			}
			if parked("untilSeen", "select") < len(asleep) {
				continue // some are on their way
			}
			for _, i := range asleep {
				begun[i].Store(false)
				cancel[i]()
				woken++
			}
		}
	})
	t.Cleanup(watch.Wait)
	return tasks
}

func untilSeen(ctx context.Context) error {
	if err := demos.Sleep(time.Hour).Run(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// barrier lets tasks go on once n of them have come to it, then the next n, and so on.
type barrier struct {
	n    int
	mu   sync.Mutex // guards what follows
	came int
	open chan struct{}
}

func (b *barrier) wait() {
	b.mu.Lock()
	if b.came == 0 {
		b.open = make(chan struct{})
	}
	open := b.open
	if b.came++; b.came == b.n {
		b.came = 0
		close(open)
	}
	b.mu.Unlock()
	<-open
}

// repeated is n tasks that do the same.
func repeated(n int, run func(context.Context) error) []demos.Task {
	return slices.Repeat([]demos.Task{{Name: "same", Run: run}}, n)
}

// strategies by name, of a limit.
func strategy(t *testing.T, name string, limit int) demos.NamedStrategy {
	t.Helper()
	for _, s := range demos.Strategies(limit) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no strategy %q", name)
	return demos.NamedStrategy{}
}

var errTest = errors.New("failed on purpose")
