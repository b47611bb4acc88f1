package measure_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"runtime/trace"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// tracedPlan is a short plan that asks for timelines.
func tracedPlan(workload string, tasks int, delay time.Duration) measure.Plan {
	p := plan(workload)
	p.Traced, p.Rounds, p.Limit = true, measure.MinRounds, 2
	p.Spec.Tasks, p.Spec.Delays, p.Spec.Jitter = tasks, []time.Duration{delay}, 0
	return p
}

func run(t *testing.T, p measure.Plan) *measure.Result {
	t.Helper()
	if p.Spec.Dir == "" {
		p.Spec.Dir = t.TempDir()
	}
	results, err := measure.Run(t.Context(), p, p.Workloads[0], quiet)
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 1 {
		t.Fatalf("%d results, want one", len(results))
	}
	return &results[0]
}

// The traced round is one more of each strategy, behind the others, and no number of theirs is made from it.
func TestTheTracedRoundIsExtra(t *testing.T) {
	p := tracedPlan("sleep", 4, 2*ms)
	var order []string
	results, err := measure.Run(t.Context(), p, "sleep", func(now measure.Progress) {
		word := now.Strategy
		if now.Traced {
			word += " traced"
		}
		order = append(order, word)
	})
	if err != nil {
		t.Fatal(err)
	}
	measured := (p.Warmup + p.Rounds) * len(p.Strategies)
	for i, word := range order {
		if traced := strings.HasSuffix(word, " traced"); traced != (i >= measured) {
			t.Errorf("round %d of %d is of %s", i+1, len(order), word)
		}
	}
	var want []string
	for _, name := range p.Strategies {
		want = append(want, name+" traced")
	}
	if got := order[measured:]; !slices.Equal(got, want) {
		t.Errorf("the traced rounds are %q, want %q", got, want)
	}
	byName := rows(t, results)
	base := byName["sequential"]
	for name, row := range byName {
		if len(row.Rounds) != p.Rounds {
			t.Errorf("%s has %d rounds, want %d", name, len(row.Rounds), p.Rounds)
		}
		var elapsed, ratios []float64
		for i, round := range row.Rounds {
			elapsed = append(elapsed, float64(round.Elapsed))
			ratios = append(ratios, float64(base.Rounds[i].Elapsed)/float64(round.Elapsed))
		}
		isOf(t, name+" took", row.Elapsed, elapsed)
		if name != "sequential" {
			isOf(t, name+"'s speed-up is", *row.Speedup, ratios)
		}
		if row.Timeline == nil || len(row.Timeline.Lanes) != p.Spec.Tasks || row.WaitingFrom != measure.FromTrace {
			t.Fatalf("%s has the timeline %v, and its waiting from %s", name, row.Timeline, row.WaitingFrom)
		}
		if got, want := row.Waiting, row.Timeline.Shares().Waiting; got != want {
			t.Errorf("%s waited for %v, and its timeline says %v", name, got, want)
		}
		if most := row.Timeline.MostInFlight(); row.Slots > 0 && most > row.Slots {
			t.Errorf("%s had %d in flight, of %d slots", name, most, row.Slots)
		}
	}
}

// isOf asserts that an estimate is made of these values, and of no other.
func isOf(t *testing.T, what string, got measure.Estimate, values []float64) {
	t.Helper()
	sorted := slices.Sorted(slices.Values(values))
	median := (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
	if got.Min != sorted[0] || got.Max != sorted[len(sorted)-1] || got.Median != median {
		t.Errorf("%s %v, from %v", what, got, sorted)
	}
}

func TestWithoutATraceWaitingIsMadeFromCPUTime(t *testing.T) {
	p := tracedPlan("sleep", 4, 2*ms)
	p.Traced = false
	r := run(t, p)
	for _, row := range r.Rows {
		if row.Timeline != nil || row.WaitingFrom != measure.FromCPUTime {
			t.Errorf("%s has a timeline (%v), or its waiting from %s", row.Strategy, row.Timeline != nil, row.WaitingFrom)
		}
	}
	if len(r.Sources) != 0 || r.Trace != nil || warned(*r, measure.NoTimeline) {
		t.Errorf("%d sources, %d bytes of trace, warnings %v; nothing was traced", len(r.Sources), len(r.Trace), r.Warnings)
	}
}

// Every workload has timelines, and what was only guessed from CPU time needs no warning any more.
func TestTheTraceIsBetterEvidence(t *testing.T) {
	for workload, guess := range map[string]measure.Kind{
		"sleep": "", "network": measure.OwnServer, "cpu": measure.WaitsForCores, "database": "", "file": "",
	} {
		t.Run(workload, func(t *testing.T) {
			p := tracedPlan(workload, 2+runtime.GOMAXPROCS(0), 2*ms)
			p.Rounds = 1
			r := run(t, p)
			p.Traced = false
			if guessed := run(t, p); guess != "" && (!warned(*guessed, guess) || warned(*r, guess)) {
				t.Errorf("the warning %s: %v with a trace, %v without", guess, warned(*r, guess), warned(*guessed, guess))
			}
			for _, row := range r.Rows {
				if row.WaitingFrom != measure.FromTrace || row.Timeline == nil {
					t.Fatalf("%s has its waiting from %s", row.Strategy, row.WaitingFrom)
				}
				if err := row.Timeline.Check(); err != nil {
					t.Errorf("%s: %v", row.Strategy, err)
				}
			}
			if len(r.Trace) == 0 {
				t.Error("the raw trace is not there")
			}
			hasSources(t, r)
		})
	}
}

// hasSources asserts that the code is that of the files that were built, where it says.
func hasSources(t *testing.T, r *measure.Result) {
	t.Helper()
	var names []string
	for _, source := range r.Sources {
		names = append(names, source.Name)
		text, err := demos.Files.ReadFile(source.File)
		if err != nil {
			t.Fatal(err)
		}
		lines := slices.Collect(strings.Lines(string(text)))
		code := slices.Collect(strings.Lines(string(source.Text)))
		if source.Line < 1 || source.Line-1+len(code) > len(lines) {
			t.Fatalf("%s is at %s:%d, with %d lines", source.Name, source.File, source.Line, len(code))
		}
		if there := lines[source.Line-1:][:len(code)]; strings.Join(there, "") != string(source.Text) {
			t.Errorf("at %s:%d stands\n%s\nand the source of %s is\n%s", source.File, source.Line, strings.Join(there, ""), source.Name, source.Text)
		}
	}
	want := []string{r.Workload}
	for _, row := range r.Rows {
		want = append(want, row.Strategy)
	}
	if !slices.Equal(names, want) {
		t.Errorf("the sources are of %q, want %q", names, want)
	}
}

func TestThereIsNoTimelineOfTooManyTasks(t *testing.T) {
	p := tracedPlan("sleep", timeline.MaxTasks+1, ms)
	p.Strategies, p.Rounds = []string{"goroutines"}, 1
	r := run(t, p)
	if !warned(*r, measure.NoTimeline) {
		t.Errorf("it does not warn of it: %v", r.Warnings)
	}
	if r.Rows[0].Timeline != nil || r.Rows[0].WaitingFrom != measure.FromCPUTime || len(r.Sources) != 0 || r.Trace != nil {
		t.Errorf("it has a timeline, sources or a trace: %v", r.Rows[0].WaitingFrom)
	}
	p.Spec.Tasks = timeline.MaxTasks
	if r := run(t, p); warned(*r, measure.NoTimeline) || r.Rows[0].Timeline == nil {
		t.Errorf("of %d tasks there is none either: %v", p.Spec.Tasks, r.Warnings)
	}
}

// One trace a process: whoever was first goes on, and nobody waits for rounds that would come to nothing.
func TestASecondTraceIsRefusedBeforeAnythingRuns(t *testing.T) {
	var first strings.Builder
	if err := trace.Start(&first); err != nil {
		t.Fatal(err)
	}
	ran := 0
	results, err := measure.Run(t.Context(), tracedPlan("sleep", 2, ms), "sleep", func(measure.Progress) { ran++ })
	if !trace.IsEnabled() {
		t.Error("the first trace was ended")
	}
	trace.Stop()
	if !errors.Is(err, timeline.ErrBusy) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want ErrBusy", err)
	}
	if ran > 0 || len(results) > 0 {
		t.Errorf("%d rounds ran, and there are %d results", ran, len(results))
	}
	if first.Len() == 0 {
		t.Error("the first trace is empty")
	}
}

// Somebody else may begin a trace meanwhile. What was measured is kept.
func TestATraceThatBeginsMeanwhileCostsTheTimelineAlone(t *testing.T) {
	p := tracedPlan("sleep", 2, ms)
	defer trace.Stop()
	results, err := measure.Run(t.Context(), p, "sleep", func(now measure.Progress) {
		if now.Round == 2 && !trace.IsEnabled() {
			if err := trace.Start(io.Discard); err != nil {
				t.Error(err)
			}
		}
	})
	if !errors.Is(err, timeline.ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	for name, row := range rows(t, results) {
		if len(row.Rounds) != p.Rounds || row.Timeline != nil {
			t.Errorf("%s kept %d rounds, and has a timeline: %v", name, len(row.Rounds), row.Timeline != nil)
		}
	}
}

func TestAnInterruptedTraceKeepsWhatWasMeasured(t *testing.T) {
	p := tracedPlan("sleep", 2, ms)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("somebody pressed a key")
	results, err := measure.Run(ctx, p, "sleep", func(now measure.Progress) {
		if now.Traced && now.Strategy == "limited" {
			cancel(why)
		}
	})
	if !errors.Is(err, why) {
		t.Errorf("it ended with %v, want %v", err, why)
	}
	for name, row := range rows(t, results) {
		if len(row.Rounds) != p.Rounds || row.Timeline != nil || row.WaitingFrom != measure.FromCPUTime {
			t.Errorf("%s kept %d rounds, and its waiting is from %s", name, len(row.Rounds), row.WaitingFrom)
		}
	}
	if trace.IsEnabled() {
		t.Error("the trace goes on")
	}
}

// A round can be watched while it goes on, by whoever draws it.
func TestARoundIsSeenWhileItGoesOn(t *testing.T) {
	const n = 8
	p := tracedPlan("sleep", n, 2*ms)
	p.Strategies, p.Rounds = []string{"sequential", "goroutines"}, 3
	var now atomic.Pointer[measure.Progress]
	done := make(chan struct{})
	var under, ended int
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				if progress := now.Load(); progress != nil {
					u, e := look(t, progress.Flight, n)
					under, ended = under+u, ended+e
				}
				runtime.Gosched()
			}
		}
	})
	_, err := measure.Run(t.Context(), p, "sleep", func(progress measure.Progress) { now.Store(&progress) })
	close(done)
	watcher.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if under == 0 || ended == 0 {
		t.Errorf("tasks were seen under way %d times, and ended %d times", under, ended)
	}
	last := now.Load().Flight
	if u, e := look(t, last, n); u != 0 || e != n {
		t.Errorf("after the last round %d tasks are under way and %d have ended", u, e)
	}
}

// look reads a flight once, as a picture is drawn from it.
func look(t *testing.T, flight measure.Flight, n int) (under, ended int) {
	if flight.Tasks() != n {
		t.Errorf("a round has %d tasks, want %d", flight.Tasks(), n)
	}
	if flight.Elapsed() < 0 {
		t.Errorf("a round has gone on for %v", flight.Elapsed())
	}
	for i := range n {
		start, end, ok := flight.Task(i)
		switch {
		case start < 0 || end < 0 || end != 0 && end < start || !ok && (start != 0 || end != 0):
			t.Errorf("task %d is from %v to %v (%v)", i, start, end, ok)
		case ok && end == 0:
			under++
		case ok:
			ended++
		}
	}
	return under, ended
}
