package timeline_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// spec is what the workloads are opened with.
func spec(t *testing.T, tasks int) lab.Spec {
	t.Helper()
	return lab.Spec{
		Tasks: tasks, Delays: []time.Duration{30 * ms}, Jitter: 3 * ms, Seed: 1,
		Size: 4 << 20, Sync: true, Dir: t.TempDir(), Pool: 3,
	}
}

func open(t *testing.T, workload string, spec lab.Spec) *lab.Lab {
	t.Helper()
	w, _ := lab.Find(workload)
	opened, err := w.Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return opened
}

// What each workload is known to do, whatever the machine does: the stop that each of its tasks makes, and those that it may
// make besides. The places are lines of the task that ran.
func TestEveryWorkloadByEveryStrategyStopsWhereItsSourceSays(t *testing.T) {
	const n, limit = 5, 2
	begin := inDemo(t, "tasks.go", "db.BeginTx(ctx, nil)")
	for _, w := range []struct {
		name string
		must []stop
		may  []string // reasons
	}{
		{"sleep", []stop{{timeline.Waiting, sleeping, inDemo(t, "tasks.go", "select {")}}, nil},
		{
			"network",
			[]stop{{timeline.Waiting, forAnswer, inDemo(t, "tasks.go", "client.Do(request)")}},
			[]string{forAnswer, dialling, forLock, inSystemCall},
		},
		{
			"database",
			[]stop{{timeline.Waiting, roundTrip, begin}},
			[]string{forConnection, forWriter, inSystemCall, forLock},
		},
		{
			"file",
			[]stop{{timeline.Waiting, inSystemCall, inDemo(t, "tasks.go", "file.Sync()")}},
			[]string{inSystemCall, forLock},
		},
		{"cpu", nil, nil},
	} {
		opened := open(t, w.name, spec(t, n))
		if w.name == "file" && opened.MemoryDisk {
			w.must = nil // there is no disk to wait for
		}
		for _, s := range demos.Strategies(limit) {
			t.Run(w.name+"/"+s.Name, func(t *testing.T) {
				line := traced(t, s, opened.Tasks)
				keepsItsSlots(t, line, s)
				for i, lane := range line.Lanes {
					found := stops(t, line, lane)
					for _, want := range w.must {
						if !slices.Contains(found, want) {
							t.Errorf("task %d stopped %v, and not %v", i, found, want)
						}
					}
					for _, got := range found {
						if got.Reason != forSlot && !slices.Contains(w.must, got) && !slices.Contains(w.may, got.Reason) {
							t.Errorf("task %d stopped %v, which no %s task does", i, got, w.name)
						}
						if got.Reason != forSlot && !strings.HasPrefix(got.Place, "tasks.go:") {
							t.Errorf("task %d stopped at %q, which is no line of the task", i, got.Place)
						}
						if got.Reason == forConnection && got.Place != begin {
							t.Errorf("task %d waited for a connection at %q, want %q", i, got.Place, begin)
						}
					}
				}
			})
		}
	}
}

// keepsItsSlots asserts what follows from the strategy alone: how a lane begins, and how many are in flight.
func keepsItsSlots(t *testing.T, line *timeline.Timeline, s demos.NamedStrategy) {
	t.Helper()
	if most := line.MostInFlight(); s.Slots > 0 && most > s.Slots || most < 1 || most > len(line.Lanes) {
		t.Errorf("%d were in flight at once, of %d slots", most, s.Slots)
	}
	end := time.Duration(0)
	for i, lane := range line.Lanes {
		first := lane[0]
		got := stop{first.State, line.Reason(first), ""}
		want := stop{timeline.Queued, forSlot, ""}
		switch s.Name {
		case "sequential":
			want = stop{timeline.Running, "", ""}
			if first.Start < end {
				t.Errorf("task %d began at %v, and the one before ended at %v", i, first.Start, end)
			}
			end = lane.End()
		case "goroutines":
			want.Reason = forCore
		default:
			if first.Start != 0 {
				t.Errorf("task %d began to queue at %v, want from the beginning", i, first.Start)
			}
		}
		if got != want {
			t.Errorf("task %d began %v, want %v", i, got, want)
		}
		if _, ok := lane.Start(); !ok {
			t.Errorf("task %d never started", i)
		}
	}
}

// The pool's one connection is held until all tasks queue for it. Then each has its turn.
func TestTasksQueueForTheOneConnectionOfAPool(t *testing.T) {
	const n = 4
	db, err := sql.Open("sqlite", filepath.ToSlash(filepath.Join(t.TempDir(), "pool.sqlite")))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE counters (id INTEGER PRIMARY KEY, visits INTEGER NOT NULL); INSERT INTO counters VALUES (1, 0)"); err != nil {
		t.Fatal(err)
	}
	held, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var sibling sync.WaitGroup
	sibling.Go(func() {
		for parked("database/sql.(*DB).conn", "select") < n {
			time.Sleep(ms)
		}
		if err := held.Close(); err != nil { // back to the pool
			t.Error(err)
		}
	})
	line := traced(t, strategy(t, "goroutines", 0), slices.Repeat([]demos.Task{demos.Visit(db, 1)}, n))
	sibling.Wait()
	pool := stop{timeline.Queued, forConnection, inDemo(t, "tasks.go", "db.BeginTx(ctx, nil)")}
	for i, lane := range line.Lanes {
		found := slices.DeleteFunc(stops(t, line, lane), func(s stop) bool { return s.Reason == forLock }) // the pool's own
		if len(found) == 0 || found[0] != pool {
			t.Errorf("task %d stopped %v, want first %v", i, found, pool)
		}
	}
	if most := line.MostInFlight(); most != n {
		t.Errorf("%d were in flight at once, want %d", most, n)
	}
}

// The workload's own pool of one: while one task has the connection for its round trip, the others queue.
func TestTheWorkloadsPoolOfOneIsQueuedFor(t *testing.T) {
	one := spec(t, 4)
	one.Pool, one.Delays = 1, []time.Duration{100 * ms}
	line := traced(t, strategy(t, "goroutines", 0), open(t, "database", one).Tasks)
	begin := inDemo(t, "tasks.go", "db.BeginTx(ctx, nil)")
	queued := 0
	for i, lane := range line.Lanes {
		found := stops(t, line, lane)
		trip := slices.Index(found, stop{timeline.Waiting, roundTrip, begin})
		pool := slices.Index(found, stop{timeline.Queued, forConnection, begin})
		switch {
		case trip < 0:
			t.Errorf("task %d stopped %v, and has no round trip", i, found)
		case pool >= 0 && pool < trip:
			queued++
		}
	}
	if queued == 0 {
		t.Error("no task queued for the connection")
	}
	// Round trips are waited out on the connection, so no two of them overlap.
	trips := make(timeline.Lane, 0, len(line.Lanes))
	for _, lane := range line.Lanes {
		for _, span := range lane {
			if line.Reason(span) == roundTrip {
				trips = append(trips, span)
			}
		}
	}
	slices.SortFunc(trips, func(a, b timeline.Span) int { return int(a.Start - b.Start) })
	for i := 1; i < len(trips); i++ {
		if trips[i].Start < trips[i-1].End {
			t.Errorf("two round trips at once on one connection: %v and %v", trips[i-1], trips[i])
		}
	}
}

// Somebody else writes to SQLite until the task is seen to wait for the lock.
func TestASecondWriterQueuesForSQLitesLock(t *testing.T) {
	at := spec(t, 1)
	opened := open(t, "database", at)
	found, err := filepath.Glob(filepath.Join(at.Dir, "*", "meanwhile.sqlite"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the database is at %v (%v)", found, err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(found[0])+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	writer, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var sibling sync.WaitGroup
	sibling.Go(func() {
		untilParked(t, "_sqliteDefaultBusyCallback", "") // on Unix it is a system call, and no sleep of a goroutine
		if err := writer.Rollback(); err != nil {
			t.Error(err)
		}
	})
	line := traced(t, strategy(t, "sequential", 1), opened.Tasks)
	sibling.Wait()
	begin := inDemo(t, "tasks.go", "db.BeginTx(ctx, nil)")
	got := slices.DeleteFunc(stops(t, line, line.Lanes[0]), func(s stop) bool {
		return s.Reason == inSystemCall || s.Reason == forLock // of the library's own
	})
	want := []stop{{timeline.Waiting, roundTrip, begin}, {timeline.Queued, forWriter, begin}}
	if !slices.Equal(got, want) {
		t.Errorf("it stopped %v, want %v", got, want)
	}
}

// What a server answers late is waited for where the task asks.
func TestAnAnswerIsWaitedForWhereTheTaskAsks(t *testing.T) {
	opened := open(t, "network", spec(t, 3))
	if err := demos.Sequential(t.Context(), opened.Tasks); err != nil { // opens a connection
		t.Fatal(err)
	}
	line := traced(t, strategy(t, "sequential", 1), opened.Tasks)
	ask := stop{timeline.Waiting, forAnswer, inDemo(t, "tasks.go", "client.Do(request)")}
	for i, lane := range line.Lanes {
		if found := stops(t, line, lane); !slices.Contains(found, ask) {
			t.Errorf("task %d stopped %v, and not %v", i, found, ask)
		}
	}
}

// Two measures of the same: what the trace says that tasks did not run, and what the process did not use of the CPU. Where
// other programs take the cores a goroutine runs and gets no CPU, so only a quiet moment tells.
func TestSharesAgreeWithTheCPUTimeOfTheProcess(t *testing.T) {
	const tries, enough, apart = 20, 5, 0.10
	for _, workload := range []string{"sleep", "cpu"} {
		for _, s := range demos.Strategies(2) {
			t.Run(workload+"/"+s.Name, func(t *testing.T) {
				many := spec(t, 6)
				many.Delays = []time.Duration{20 * ms}
				opened := open(t, workload, many)
				differed := 0
				for range tries {
					before := isQuiet(t)
					byTrace, byCPU := notRunning(t, s, opened.Tasks)
					if abs(byTrace-byCPU) <= apart {
						return
					}
					if before && isQuiet(t) {
						differed++
						t.Logf("not running by the trace: %.3f, by CPU time: %.3f", byTrace, byCPU)
					}
				}
				if differed < enough {
					t.Skip("other programs used the cores all the time")
				}
				t.Errorf("the shares never agreed, and the machine was quiet before and after %d of %d tries", differed, tries)
			})
		}
	}
}

// isQuiet tells whether this process gets all the CPU time that it can use.
func isQuiet(t *testing.T) bool {
	t.Helper()
	procs := runtime.GOMAXPROCS(0)
	runtime.GC()
	took, err := measure.Watch(func() error {
		return demos.Goroutines(t.Context(), slices.Repeat([]demos.Task{demos.Hash(50_000)}, procs))
	})
	if err != nil {
		t.Fatal(err)
	}
	return float64(took.CPU) >= 0.93*float64(took.Elapsed)*float64(procs)
}

// notRunning is the share of the tasks' time in which they did not run: by the trace, and by the CPU time.
func notRunning(t *testing.T, s demos.NamedStrategy, tasks []demos.Task) (byTrace, byCPU float64) {
	t.Helper()
	var took measure.Usage
	times := make([]time.Duration, len(tasks))
	timed := make([]demos.Task, len(tasks))
	for i, task := range tasks {
		timed[i].Run = func(ctx context.Context) error {
			start := time.Now()
			defer func() { times[i] = time.Since(start) }()
			return task.Run(ctx)
		}
	}
	watched := s
	watched.Run = func(ctx context.Context, tasks []demos.Task) (err error) {
		took, err = measure.Watch(func() error { return s.Run(ctx, tasks) })
		return err
	}
	line := traced(t, watched, timed)
	var inTasks time.Duration
	for _, time := range times {
		inTasks += time
	}
	shares := line.Shares()
	return shares.Waiting + shares.Queued, 1 - float64(took.CPU)/float64(inTasks)
}
