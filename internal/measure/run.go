package measure

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/timeline"
)

// Progress tells how far the measuring of a workload has come.
type Progress struct {
	Workload string
	Procs    int
	Strategy string

	// Round counts from 1 to Rounds, the warm-up rounds first. Traced tells that this is the round behind them, for the
	// timeline.
	Round, Rounds, Warmup int
	Traced                bool

	// Slots is how many tasks the strategy has in flight at once; 0 is all.
	Slots int

	// Flight shows the round while it goes on.
	Flight Flight

	// Left is about how long the workload still takes; 0 where nothing is known yet.
	Left time.Duration
}

// TaskError tells which tasks failed, and where.
type TaskError struct {
	Workload, Strategy string
	Round              int
	Failed, Tasks      int

	// First is one of the errors, in the tasks' order. Next is what to try.
	First error
	Next  string
}

func (e *TaskError) Error() string {
	text := fmt.Sprintf("%s: %d of %d tasks failed in round %d of %s: %v",
		e.Workload, e.Failed, e.Tasks, e.Round, e.Strategy, e.First)
	if e.Next != "" {
		text += "; " + e.Next
	}
	return text
}

func (e *TaskError) Unwrap() error { return e.First }

// Run measures one workload of the plan and returns a result for each value of GOMAXPROCS that the plan names. It tells
// progress before every round. Where it ends early, by ctx or by a task that fails, it returns what was measured until
// then beside the error.
func Run(ctx context.Context, plan Plan, name string, progress func(Progress)) ([]Result, error) {
	workload, ok := lab.Find(name)
	if !ok {
		return nil, fmt.Errorf("there is no workload %q", name)
	}
	if name != "cpu" || len(plan.Procs) == 0 {
		result, err := runLab(ctx, plan, workload, progress)
		return compact(result), err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var results []Result
	for _, procs := range plan.Procs {
		runtime.GOMAXPROCS(procs)
		result, err := runLab(ctx, plan, workload, progress)
		results = append(results, compact(result)...)
		if err != nil {
			return results, err
		}
		plan.Spec.Work = result.Work // calibrated once, so that all values do the same work
	}
	return results, nil
}

// compact drops a result in which nothing was measured.
func compact(result *Result) []Result {
	if result == nil || len(result.Rows) == 0 {
		return nil
	}
	return []Result{*result}
}

// runLab opens the workload, measures it and closes it again.
func runLab(
	ctx context.Context, plan Plan, workload lab.Workload, progress func(Progress),
) (result *Result, err error) {
	opened, err := workload.Open(ctx, plan.Spec)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	b := newBench(plan, opened, progress)
	if b.traceable() && timeline.Busy() {
		return nil, timeline.ErrBusy
	}
	err = b.warmUp(ctx)
	if err == nil {
		err = b.measure(ctx)
	}
	if err == nil && b.traceable() {
		err = b.trace(ctx)
	}
	return b.result(), err
}

// bench runs the strategies of a plan on the tasks of an open lab.
type bench struct {
	plan       Plan
	lab        *lab.Lab
	strategies []demos.NamedStrategy
	tasks      []demos.Task
	seen       *observation
	progress   func(Progress)

	alone  []time.Duration    // how long the first tasks took, one after the other
	rounds map[string][]Round // by strategy, without the warm-up
	last   map[string]time.Duration
	done   int // rounds, the warm-up's included

	timelines map[string]*timeline.Timeline // by strategy
	raw       []byte                        // the trace that they were read from
	untraced  error                         // why there are none, though they were asked for
}

func newBench(plan Plan, opened *lab.Lab, progress func(Progress)) *bench {
	b := &bench{
		plan: plan, lab: opened, strategies: plan.strategies(), progress: progress,
		rounds: map[string][]Round{}, last: map[string]time.Duration{},
	}
	b.tasks, b.seen = observe(opened.Tasks)
	return b
}

// How many tasks are timed alone for the prediction: all that run one after the other anyway, or a few where the plan
// runs none so.
const (
	maxAlone   = 1000
	probeAlone = 10
)

// warmUp runs every strategy without counting it, and finds out how long a task takes alone.
func (b *bench) warmUp(ctx context.Context) error {
	for range b.plan.Warmup {
		if !slices.Contains(b.plan.Strategies, Baseline) {
			probe := demos.NamedStrategy{Name: "warm-up", Run: demos.Sequential}
			if _, err := b.round(ctx, probe, b.tasks[:min(probeAlone, len(b.tasks))]); err != nil {
				return err
			}
			b.alone = b.seen.times()[:min(probeAlone, len(b.tasks))]
		}
		for _, strategy := range b.strategies {
			if _, err := b.round(ctx, strategy, b.tasks); err != nil {
				return err
			}
			if strategy.Name == Baseline {
				b.alone = b.seen.times()[:min(maxAlone, len(b.tasks))]
			}
		}
		b.done++
	}
	return nil
}

// measure runs the rounds. Each runs every strategy once, in an order that rotates, so that the machine's drift falls on
// all of them alike.
func (b *bench) measure(ctx context.Context) error {
	for k := range b.plan.Rounds {
		first := k % len(b.strategies)
		for _, strategy := range slices.Concat(b.strategies[first:], b.strategies[:first]) {
			round, err := b.round(ctx, strategy, b.tasks)
			if err != nil {
				return err
			}
			b.rounds[strategy.Name] = append(b.rounds[strategy.Name], round)
		}
		b.done++
	}
	return nil
}

// round runs the tasks by one strategy, once.
func (b *bench) round(ctx context.Context, strategy demos.NamedStrategy, tasks []demos.Task) (Round, error) {
	b.announce(Progress{Strategy: strategy.Name, Slots: strategy.Slots, Flight: Flight{b.seen}, Left: b.left()})
	b.seen.forget() // not before it was announced: until then it may be looked at
	runtime.GC()    // a round pays for its own garbage, not for that of the one before
	b.seen.begin()
	usage, err := Watch(func() error { return strategy.Run(ctx, tasks) })
	if ctx.Err() != nil {
		return Round{}, context.Cause(ctx)
	}
	if err != nil {
		return Round{}, b.failed(strategy.Name, err)
	}
	b.last[strategy.Name] = usage.Elapsed
	return b.seen.round(usage), nil
}

// announce completes what there is to tell of the round that comes, and tells it.
func (b *bench) announce(p Progress) {
	p.Workload, p.Procs = b.lab.Workload.Name, runtime.GOMAXPROCS(0)
	p.Round, p.Rounds, p.Warmup = b.done+1, b.plan.Warmup+b.plan.Rounds, b.plan.Warmup
	b.progress(p)
}

// left is what the rounds to come take if they are like the last ones.
func (b *bench) left() time.Duration {
	var all time.Duration
	for _, strategy := range b.strategies {
		if b.last[strategy.Name] == 0 {
			return 0
		}
		all += b.last[strategy.Name]
	}
	rounds := b.plan.Warmup + b.plan.Rounds - b.done
	if b.traceable() {
		rounds++
	}
	return all * time.Duration(rounds)
}

// failed makes one error of those that the tasks returned.
func (b *bench) failed(strategy string, err error) error {
	first, failed := err, 1
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		first, failed = joined.Unwrap()[0], len(joined.Unwrap())
	}
	return &TaskError{
		Workload: b.lab.Workload.Name, Strategy: strategy, Round: b.done + 1,
		Failed: failed, Tasks: len(b.tasks), First: first, Next: lab.NextStep(first),
	}
}

// result sums up what was measured so far.
func (b *bench) result() *Result {
	workload := b.lab.Workload
	r := &Result{
		Workload: workload.Name, Task: workload.Task, Real: b.lab.Real, Simulated: b.lab.Simulated,
		Procs: runtime.GOMAXPROCS(0), Tasks: len(b.tasks), Delays: shorten(b.lab.Delays), Work: b.lab.Work,
		OwnServer: b.lab.OwnServer, Alone: b.alone, Warnings: []Warning{}, Trace: b.raw,
	}
	for _, strategy := range b.strategies {
		if rounds := b.rounds[strategy.Name]; len(rounds) > 0 {
			r.Rows = append(r.Rows, b.row(strategy, rounds))
		}
	}
	for i := range r.Rows {
		r.Rows[i].Verdict = judge(r, &r.Rows[i], workload)
	}
	r.Warnings = b.warnings(r)
	r.Learned = learn(r)
	if b.timelines != nil {
		r.Sources = sources(workload.Name, r.Rows)
	}
	return r
}

func (b *bench) row(strategy demos.NamedStrategy, rounds []Round) Row {
	row := Row{Strategy: strategy.Name, Slots: strategy.Slots, Rounds: rounds}
	row.Elapsed = estimate(nanoseconds(rounds))
	row.Waiting, row.WaitingFrom = waiting(rounds), FromCPUTime
	if row.Timeline = b.timelines[strategy.Name]; row.Timeline != nil {
		row.Waiting, row.WaitingFrom = row.Timeline.Shares().Waiting, FromTrace
	}
	if base := b.rounds[Baseline]; strategy.Name != Baseline && len(base) > 0 {
		speedup := estimate(ratios(base, rounds))
		row.Speedup = &speedup
	}
	if len(b.alone) > 0 {
		model := b.model(row.Slots)
		interval := model.Interval(b.alone)
		row.Predicted, row.Why = &interval, model.Why(b.alone, Human)
	}
	return row
}

// shorten returns one value where all are equal.
func shorten(delays []time.Duration) []time.Duration {
	for _, delay := range delays {
		if delay != delays[0] {
			return delays[:min(len(delays), maxAlone)]
		}
	}
	return delays[:1]
}
