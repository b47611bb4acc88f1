package timeline_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"runtime/trace"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"meanwhile/demos"
	"meanwhile/internal/timeline"
)

// A sibling holds what the task waits for until it is seen to wait: what the timeline must show is certain, however busy the
// machine is.
func TestATaskShowsWhatItWaitedForWhereAndInWhichOrder(t *testing.T) {
	var mu sync.Mutex
	answer := make(chan int)
	mu.Lock()
	asleep, wake := context.WithCancel(t.Context())
	var sibling sync.WaitGroup
	sibling.Go(func() {
		untilParked(t, "computesThenWaits", "select")
		wake()
		untilParked(t, "computesThenWaits", "sync.Mutex.Lock")
		mu.Unlock()
		untilParked(t, "computesThenWaits", "chan receive")
		answer <- 1
	})
	line := traced(t, strategy(t, "sequential", 1), repeated(1, func(ctx context.Context) error {
		return computesThenWaits(ctx, asleep, &mu, answer) // here: the task
	}))
	sibling.Wait()
	task := here(t, "the task")
	stopped(t, line, 0,
		stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")},
		stop{timeline.Queued, forLock, task}, stop{timeline.Waiting, forChannel, task})
	lane := line.Lanes[0]
	if lane[0].State != timeline.Running || lane[len(lane)-1].State != timeline.Running {
		t.Error("it did not run at its beginning and at its end")
	}
	computed := time.Duration(0)
	for _, span := range lane[:slices.IndexFunc(lane, func(s timeline.Span) bool { return line.Reason(s) == sleeping })] {
		if span.State == timeline.Running {
			computed += span.End - span.Start
		}
	}
	if computed < ms {
		t.Errorf("it computed for %v before it slept, and its hashes take more", computed)
	}
}

func computesThenWaits(ctx, asleep context.Context, mu *sync.Mutex, answer chan int) error {
	if err := demos.Hash(200_000).Run(ctx); err != nil {
		return err
	}
	if err := demos.Sleep(time.Hour).Run(asleep); !errors.Is(err, context.Canceled) {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	<-answer
	return nil
}

// Who allocates faster than the garbage collector frees is held up by it, behind locks of the runtime that are none of the
// task's.
func TestTheCollectorIsNoLockOfTheTasks(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	memory := make([][]byte, 8)
	tasks := make([]demos.Task, len(memory))
	for i := range tasks {
		tasks[i].Run = func(context.Context) error {
			for range 500 {
				memory[i] = make([]byte, 16<<10)
			}
			return nil
		}
	}
	for range 20 {
		line := traced(t, strategy(t, "goroutines", 0), tasks)
		for i := range line.Lanes {
			stopped(t, line, i)
		}
		if slices.Contains(line.Reasons, forCollector) {
			return
		}
	}
	t.Skip("the garbage collector kept up")
}

// Each way to wait that the runtime knows, on a line of its own.
func TestEveryWayToWaitHasItsReason(t *testing.T) {
	var mu sync.Mutex
	var rw sync.RWMutex
	var children sync.WaitGroup
	signal := sync.NewCond(&mu)
	in, out, other := make(chan int), make(chan int), make(chan int)
	release := make(chan struct{})
	rw.Lock()
	children.Go(func() { <-release })
	waits := func(context.Context) error {
		time.Sleep(ms) // here: time.Sleep
		<-in           // here: receive
		out <- 1       // here: send
		select {       // here: select
		case <-other:
		case <-in:
		}
		children.Wait() // here: WaitGroup
		rw.RLock()      // here: RWMutex
		mu.Lock()
		signal.Wait() // here: Cond
		mu.Unlock()
		return nil
	}
	var sibling sync.WaitGroup
	sibling.Go(func() {
		const task = "TestEveryWayToWaitHasItsReason.func2"
		for _, next := range []struct {
			state string
			end   func()
		}{
			{"chan receive", func() { in <- 1 }},
			{"chan send", func() { <-out }},
			{"select", func() { other <- 1 }},
			{"sync.WaitGroup.Wait", func() { close(release) }},
			{"sync.RWMutex.RLock", rw.Unlock},
			{"sync.Cond.Wait", signal.Signal},
		} {
			untilParked(t, task, next.state)
			next.end()
		}
	})
	line := traced(t, strategy(t, "sequential", 1), repeated(1, waits))
	sibling.Wait()
	stopped(t, line, 0,
		stop{timeline.Waiting, sleeping, here(t, "time.Sleep")},
		stop{timeline.Waiting, forChannel, here(t, "receive")},
		stop{timeline.Waiting, forChannel, here(t, "send")},
		stop{timeline.Waiting, forSelect, here(t, "select")},
		stop{timeline.Waiting, forOthers, here(t, "WaitGroup")},
		stop{timeline.Queued, forLock, here(t, "RWMutex")},
		stop{timeline.Waiting, forSignal, here(t, "Cond")})
}

// Every task comes to a barrier that opens when all are there: all are in flight at once, or the run would never end.
func TestGoroutinesAreAllInFlightAtOnce(t *testing.T) {
	const n = 7
	b := &barrier{n: n}
	line := traced(t, strategy(t, "goroutines", n), repeated(n, func(context.Context) error { b.wait(); return nil }))
	if most := line.MostInFlight(); most != n {
		t.Errorf("%d were in flight at most, want all %d", most, n)
	}
	for i, lane := range line.Lanes {
		if first := lane[0]; first.State != timeline.Queued || line.Reason(first) != forCore {
			t.Errorf("task %d began %s %s, want queued for a core", i, first.State, line.Reason(first))
		}
		// Each started before the first one ended.
		if start, _ := lane.Start(); start >= line.Lanes[0].End() {
			t.Errorf("task %d started at %v, and task 0 had ended at %v", i, start, line.Lanes[0].End())
		}
	}
}

// Tasks come to a barrier in threes: three are in flight, by the barrier, and no more, by the limit.
func TestALimitIsReachedAndNeverExceeded(t *testing.T) {
	const n, limit = 12, 3
	for _, name := range []string{"limited", "workers", "errgroup"} {
		t.Run(name, func(t *testing.T) {
			b := &barrier{n: limit}
			line := traced(t, strategy(t, name, limit), repeated(n, func(context.Context) error { b.wait(); return nil }))
			if most := line.MostInFlight(); most != limit {
				t.Errorf("%d were in flight at most, want %d", most, limit)
			}
			for i, lane := range line.Lanes {
				if first := lane[0]; first.Start != 0 || first.State != timeline.Queued || line.Reason(first) != forSlot {
					t.Errorf("task %d began at %v, %s %s, want at 0 in the queue for a slot", i, first.Start, first.State, line.Reason(first))
				}
			}
		})
	}
}

// With one slot, each waits for it until the one before has ended.
func TestATaskQueuesForItsSlotUntilAnotherLeavesIt(t *testing.T) {
	for _, name := range []string{"limited", "workers", "errgroup"} {
		t.Run(name, func(t *testing.T) {
			line := traced(t, strategy(t, name, 1), sleepers(t, 3))
			for i, lane := range line.Lanes {
				stopped(t, line, i, stop{timeline.Queued, forSlot, ""},
					stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")})
				if i == 0 {
					continue
				}
				before := line.Lanes[i-1].End()
				if got := lane[0].End; got < before {
					t.Errorf("task %d queued until %v, and the one before held the slot until %v", i, got, before)
				}
				if start, ok := lane.Start(); !ok || start < before {
					t.Errorf("task %d started at %v, and the one before ended at %v", i, start, before)
				}
			}
		})
	}
}

// A lane is blank before its turn: in sequence nobody queues, and no two overlap.
func TestInSequenceLanesAreBlankBeforeTheirTurn(t *testing.T) {
	line := traced(t, strategy(t, "sequential", 1), sleepers(t, 5))
	end := time.Duration(0)
	for i, lane := range line.Lanes {
		stopped(t, line, i, stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")})
		if first := lane[0]; first.State != timeline.Running || first.Start < end {
			t.Errorf("task %d began %s at %v; want running, after %v", i, first.State, first.Start, end)
		}
		if at, ok := lane.At(end - 1); ok {
			t.Errorf("task %d was %s while the one before was at work", i, at.State)
		}
		end = lane.End()
	}
	if most := line.MostInFlight(); most != 1 {
		t.Errorf("%d were in flight at once, want 1", most)
	}
}

// A worker's goroutine carries many tasks. Each lane has its own task's wait, and no other's.
func TestAWorkersGoroutineIsCutByTask(t *testing.T) {
	line := traced(t, strategy(t, "workers", 2), sleepers(t, 6))
	for i := range line.Lanes {
		stopped(t, line, i, stop{timeline.Queued, forSlot, ""}, stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")})
	}
	if most := line.MostInFlight(); most < 1 || most > 2 {
		t.Errorf("two workers had %d tasks in flight", most)
	}
}

// Goroutines that were there before the trace began carry tasks like any other.
func TestGoroutinesFromBeforeTheTraceCarryTasks(t *testing.T) {
	queue, ended := make(chan demos.Task), make(chan error)
	var pool sync.WaitGroup
	ctx := t.Context()
	for range 3 {
		pool.Go(func() {
			for task := range queue {
				ended <- task.Run(ctx)
			}
		})
	}
	for parked("TestGoroutinesFromBeforeTheTraceCarryTasks", "chan receive") < 3 {
		runtime.Gosched()
	}
	tasks := sleepers(t, 6)
	line, err := recordRun(t, timeline.Run{Name: "pool", Tasks: len(tasks), Slots: true}, func(run context.Context) error {
		ctx = run // the pool reads it once it has been sent a task
		for i, task := range timeline.Mark("test", tasks) {
			if i >= 3 {
				if err := <-ended; err != nil {
					return err
				}
			}
			queue <- task
		}
		return errors.Join(<-ended, <-ended, <-ended)
	})
	close(queue)
	pool.Wait()
	if err != nil {
		t.Fatal(err)
	}
	for i := range line.Lanes {
		stopped(t, line, i, stop{timeline.Queued, forSlot, ""}, stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")})
	}
}

// A goroutine that was at work before the run began to be traced, and never stopped, starts its task when it takes it.
func TestAGoroutineThatWasAtWorkStartsItsTaskWhenItTakesIt(t *testing.T) {
	var next atomic.Pointer[demos.Task]
	var pool sync.WaitGroup
	var ctx context.Context
	pool.Go(func() {
		for next.Load() == nil {
		}
		if err := next.Load().Run(ctx); err != nil {
			t.Error(err)
		}
	})
	tasks := []demos.Task{{Run: func(context.Context) error { time.Sleep(2 * ms); return nil }}, demos.Hash(1000)}
	line, err := recordRun(t, timeline.Run{Name: "at work", Tasks: 2}, func(run context.Context) error {
		marked := timeline.Mark("test", tasks)
		ctx = run
		err := marked[0].Run(run)
		next.Store(&marked[1])
		pool.Wait()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	handed, lane := line.Lanes[0].End(), line.Lanes[1]
	const short = 50 * time.Microsecond // what is as short counts as the way to the task
	if start, ok := lane.Start(); !ok || start < handed-short {
		t.Errorf("its lane is %v, and it was handed over at %v", lane, handed)
	}
}

// A coroutine stands at its yield until the event loop resumes it, and never queues: who resumes it hands it its core.
func TestCoroutinesPauseAtTheirYield(t *testing.T) {
	const n = 5
	errs := make([]error, n)
	coroutines := make([]demos.Coroutine, n)
	for i := range coroutines {
		coroutines[i] = demos.HelloCoroutine(io.Discard, "", ms, &errs[i])
	}
	line, err := recordRun(t, timeline.Run{Name: "coroutines", Tasks: n}, func(ctx context.Context) error {
		return demos.EventLoop(ctx, timeline.MarkCoroutines(ctx, "hello", coroutines))
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		t.Fatal(err)
	}
	pause := stop{timeline.Waiting, paused, inDemo(t, "hello.go", "if !yield(delay)")}
	for i, lane := range line.Lanes {
		stopped(t, line, i, pause)
		k := slices.IndexFunc(lane, func(s timeline.Span) bool { return line.Reason(s) == paused })
		if before := lane[k-1]; before.State != timeline.Running || line.Place(before) != pause.Place {
			t.Errorf("coroutine %d was %s until %q, want running until %q", i, before.State, line.Place(before), pause.Place)
		}
		if after := lane[k+1]; after.State != timeline.Running {
			t.Errorf("coroutine %d was resumed, and then %s", i, after.State)
		}
	}
	if most := line.MostInFlight(); most < 1 || most > n {
		t.Errorf("%d were in flight at once", most)
	}
}

// A task that pulls values out of an iterator runs it as a coroutine, and goes on running.
func TestATaskRunsItsOwnCoroutines(t *testing.T) {
	line := traced(t, strategy(t, "goroutines", 0), repeated(3, func(context.Context) error {
		next, stop := iter.Pull(slices.Values([]int{1, 2, 3}))
		defer stop()
		for want := 1; want <= 3; want++ {
			if got, ok := next(); !ok || got != want {
				return errTest
			}
		}
		return nil
	}))
	for i := range line.Lanes {
		stopped(t, line, i)
	}
}

func TestCoroutinesThatAreCancelledEndTheirLane(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	coroutines := []demos.Coroutine{
		func(yield func(time.Duration) bool) { yield(time.Hour) },
		func(yield func(time.Duration) bool) { cancel(); yield(time.Hour) },
		func(yield func(time.Duration) bool) { t.Error("it was to be cancelled before its turn") },
	}
	line, err := recordRun(t, timeline.Run{Name: "coroutines", Tasks: 3}, func(run context.Context) error {
		return demos.EventLoop(ctx, timeline.MarkCoroutines(run, "hello", coroutines))
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if most := line.MostInFlight(); most != 2 || len(line.Lanes[2]) != 0 {
		t.Errorf("%d were in flight, and the last has %d spans; want 2 and none", most, len(line.Lanes[2]))
	}
}

// What never starts has queued to the end where there is a queue, and has no lane where there is none.
func TestTasksThatNeverStart(t *testing.T) {
	for _, s := range demos.Strategies(1) {
		t.Run(s.Name, func(t *testing.T) {
			about := timeline.Run{Name: s.Name, Tasks: 3, Slots: s.Slots > 0}
			line, err := recordRun(t, about, func(ctx context.Context) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				if s.Name == "goroutines" {
					cancel() // before it begins: afterwards all may have started
				}
				return s.Run(ctx, timeline.Mark("test", repeated(3, func(context.Context) error { cancel(); return nil })))
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("it ended with %v", err)
			}
			queues := s.Name != "sequential" && s.Name != "goroutines"
			for i, lane := range line.Lanes {
				start, ok := lane.Start()
				switch {
				case i == 0 && s.Name != "goroutines":
					if !ok {
						t.Error("the first task did not start")
					}
				case ok:
					t.Errorf("task %d started at %v", i, start)
				case queues && s.Slots > 0:
					stopped(t, line, i, stop{timeline.Queued, forSlot, ""})
					if lane[0].Start != 0 || lane.End() != line.Elapsed {
						t.Errorf("task %d queued from %v to %v, want from 0 to %v", i, lane[0].Start, lane.End(), line.Elapsed)
					}
				case len(lane) != 0:
					t.Errorf("task %d never had a turn, and has the lane %v", i, lane)
				}
			}
		})
	}
}

// A task that fails, or panics, ends its lane like any other.
func TestTasksThatFailEndTheirLane(t *testing.T) {
	tasks := []demos.Task{
		{Run: func(context.Context) error { untilParked(t, "isCancelled", "select"); return errTest }},
		{Run: isCancelled},
	}
	line, err := record(t, strategy(t, "errgroup", 2), tasks)
	if !errors.Is(err, errTest) {
		t.Fatalf("it ended with %v", err)
	}
	stopped(t, line, 1, stop{timeline.Queued, forSlot, ""}, stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")})
	if first, second := line.Lanes[0].End(), line.Lanes[1].End(); second < first || second > line.Elapsed {
		t.Errorf("the one that failed ended at %v and the one that was cancelled at %v, of %v", first, second, line.Elapsed)
	}
}

func isCancelled(ctx context.Context) error { return errors.Join(demos.Sleep(time.Hour).Run(ctx)) }

func TestATaskThatPanicsEndsItsLane(t *testing.T) {
	panics := demos.NamedStrategy{Name: "recovers", Slots: 1, Run: func(ctx context.Context, tasks []demos.Task) error {
		for _, task := range tasks {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("it did not panic")
					}
				}()
				_ = task.Run(ctx)
			}()
			time.Sleep(ms) // not the task's
		}
		return nil
	}}
	line := traced(t, panics, repeated(2, func(context.Context) error { panic(errTest) }))
	for i := range line.Lanes {
		if got := stops(t, line, line.Lanes[i]); len(got) > 0 {
			t.Errorf("task %d stopped %v, and panicked at once", i, got)
		}
	}
}

// What a task does with the tracer itself, and the goroutines that it starts, leave its lane whole.
func TestATasksOwnRegionsTasksAndGoroutinesLeaveItsLaneWhole(t *testing.T) {
	own := func(ctx context.Context) error {
		for range 2 {
			trace.WithRegion(ctx, "test", func() { trace.Log(ctx, "task", "1") })
		}
		inner, task := trace.NewTask(ctx, "sequential")
		trace.WithRegion(inner, "own", func() {})
		task.End()
		var children errgroup.Group
		for range 3 {
			children.Go(func() error {
				defer trace.StartRegion(ctx, "child").End()
				trace.Log(ctx, "child", "0")
				untilParked(t, "LeaveItsLaneWhole", "sync.WaitGroup.Wait")
				return nil
			})
		}
		err := children.Wait() // here: children
		time.Sleep(ms)         // here: own sleep
		return err
	}
	recording, err := timeline.Record()
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Stop()
	for range 2 {
		err := recording.Run(t.Context(), timeline.Run{Name: "sequential", Tasks: 3}, func(ctx context.Context) error {
			return demos.Sequential(ctx, timeline.Mark("test", repeated(3, own)))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	recording.Stop()
	lines, err := recording.Timelines()
	if err != nil || len(lines) != 2 {
		t.Fatalf("%d timelines (%v), want 2", len(lines), err)
	}
	for _, line := range lines {
		isSound(t, line)
		for i := range line.Lanes {
			stopped(t, line, i, stop{timeline.Waiting, forOthers, here(t, "children")},
				stop{timeline.Waiting, sleeping, here(t, "own sleep")})
		}
		if line.MostInFlight() != 1 {
			t.Errorf("%d were in flight at once, want 1", line.MostInFlight())
		}
		if t.Failed() {
			show(t, line)
		}
	}
}

// A strategy that does not wait for its goroutines leaves tasks at work: their lanes end with the run.
func TestATaskThatOutlivesItsRunIsCutAtItsEnd(t *testing.T) {
	release, ended := make(chan struct{}), make(chan struct{})
	var started sync.WaitGroup
	started.Add(1)
	leaves := demos.NamedStrategy{Name: "leaves", Run: func(ctx context.Context, tasks []demos.Task) error {
		go func() { defer close(ended); _ = tasks[0].Run(ctx) }()
		started.Wait()
		untilParked(t, "TestATaskThatOutlivesItsRunIsCutAtItsEnd", "chan receive")
		return nil
	}}
	defer func() { close(release); <-ended }()
	line := traced(t, leaves, repeated(1, func(context.Context) error { started.Done(); <-release; return nil }))
	lane := line.Lanes[0]
	if len(lane) == 0 || lane.End() != line.Elapsed || lane[len(lane)-1].State != timeline.Waiting {
		t.Errorf("its lane is %v, of a run of %v; want it waiting until then", lane, line.Elapsed)
	}
}

// The runtime begins a trace anew every second, and tells again what every goroutine does. Nothing of that shows.
func TestATraceOfSeveralSecondsHasNoSeams(t *testing.T) {
	if testing.Short() {
		t.Skip("takes two and a half seconds")
	}
	const long = 2500 * ms
	gate := make(chan int)
	var stopping atomic.Bool
	time.AfterFunc(long, func() { close(gate); stopping.Store(true) })
	tasks := []demos.Task{
		demos.Sleep(long),
		{Run: func(context.Context) error { <-gate; return nil }}, // here: gate
		{Run: func(context.Context) error {
			for !stopping.Load() {
			}
			return nil
		}},
		{Run: func(ctx context.Context) error {
			err := demos.Sleep(long / 2).Run(ctx)
			return errors.Join(err, demos.Sleep(long/2).Run(ctx))
		}},
	}
	line := traced(t, strategy(t, "goroutines", 0), tasks)
	asleep := stop{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")}
	stopped(t, line, 0, asleep)
	stopped(t, line, 1, stop{timeline.Waiting, forChannel, here(t, "gate")})
	stopped(t, line, 2)
	stopped(t, line, 3, asleep, asleep)
}

// One trace has a timeline for each run, in their order.
func TestRunsOfOneTraceAreToldApart(t *testing.T) {
	recording, err := timeline.Record()
	if err != nil {
		t.Fatal(err)
	}
	defer recording.Stop()
	all := demos.Strategies(2)
	for _, s := range all {
		about := timeline.Run{Name: s.Name, Tasks: 4, Slots: s.Slots > 0}
		err := recording.Run(t.Context(), about, func(ctx context.Context) error {
			return s.Run(ctx, timeline.Mark("test", sleepers(t, 4)))
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(ms)
	}
	recording.Stop()
	lines, err := recording.Timelines()
	if err != nil || len(lines) != len(all) {
		t.Fatalf("%d timelines (%v), want %d", len(lines), err, len(all))
	}
	for i, s := range all {
		isSound(t, lines[i])
		for _, lane := range lines[i].Lanes {
			if _, ok := lane.Start(); !ok {
				t.Errorf("%s: a task did not start", s.Name)
			}
		}
		if most := lines[i].MostInFlight(); s.Slots > 0 && most > s.Slots {
			t.Errorf("%s: %d in flight, of %d slots", s.Name, most, s.Slots)
		}
	}
}

func TestASecondTraceIsRefused(t *testing.T) {
	first, err := timeline.Record()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := timeline.Record(); !errors.Is(err, timeline.ErrBusy) {
		t.Errorf("a second trace: %v, want ErrBusy", err)
	}
	first.Stop()
	first.Stop() // again
	if err := trace.Start(io.Discard); err != nil {
		t.Fatal(err)
	}
	if _, err := timeline.Record(); !errors.Is(err, timeline.ErrBusy) {
		t.Errorf("while somebody else traces: %v, want ErrBusy", err)
	}
	trace.Stop()
	again, err := timeline.Record()
	if err != nil {
		t.Fatal(err)
	}
	again.Stop()
}
