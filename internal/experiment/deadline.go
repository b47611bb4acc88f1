package experiment

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

// Deadline calls two that work for the same time, one that looks at its context and one that does not.
type Deadline struct {
	// Deadline is what the caller allows, and Work what the callee takes.
	Deadline, Work time.Duration
}

// DefaultDeadline allows a third of the work's time.
func DefaultDeadline() Deadline { return Deadline{Deadline: time.Second, Work: 3 * time.Second} }

// Name is its word in 'meanwhile demo'.
func (Deadline) Name() string { return "deadline" }

// Check tells what is wrong with the settings, as a lab.SpecError.
func (d Deadline) Check() error {
	switch {
	case outside(d.Deadline):
		return rangeError("deadline")
	case outside(d.Work):
		return rangeError("work")
	case min(d.Deadline, d.Work)+d.Work > maxElapsed:
		return lab.SpecError{
			Problem: "both runs take too long", Next: fmt.Sprintf("give --work less: they may take %s together", maxElapsed),
		}
	}
	return nil
}

// outside tells of a duration that is none, or longer than all runs may take.
func outside(d time.Duration) bool { return d < time.Millisecond || d > maxElapsed }

// rangeError refuses the duration of a flag.
func rangeError(flag string) error {
	return lab.SpecError{
		Problem: fmt.Sprintf("the duration of --%s is out of range", flag),
		Next:    fmt.Sprintf("give --%s %s to %s", flag, time.Millisecond, maxElapsed),
	}
}

// Args is the command line that runs it again.
func (d Deadline) Args() []string {
	usual, args := DefaultDeadline(), arguments{"demo", d.Name()}
	args.add(d.Deadline != usual.Deadline, "deadline", d.Deadline.String())
	args.add(d.Work != usual.Work, "work", d.Work.String())
	return args
}

// steps is how many a piece of work has.
const steps = 10

// callee is what a way of Deadline calls.
type callee struct {
	name, words, example string
	make                 func(n int, step demos.Task) demos.Task
}

// outcome is what came of calling it.
type outcome struct {
	steps  int64 // that it did
	failed error // what the caller got
}

// Run calls the one that looks at its context, and then the one that does not.
func (d Deadline) Run(ctx context.Context, tell func(measure.Progress)) (*Result, error) {
	result := New(d.Name(), d.Args())
	result.Setting = fmt.Sprintf("work for %s in %d steps, with a deadline of %s", d.Work, steps, d.Deadline)
	result.Real = "the context and its deadline, and timers of the Go runtime"
	result.Simulated = "the work, which sleeps in each step"
	callees := []callee{
		{"good", "hands its context on to each step", "steps", demos.Steps},
		{"bad", "hands on one that never ends", "deaf-steps", demos.DeafSteps},
	}
	b, err := newBench(d.Name(), len(callees), tell)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	var outcomes []outcome
	for _, c := range callees {
		outcome, err := d.call(ctx, b, c)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, outcome)
	}
	if result.Runs, err = b.timelines(); err != nil {
		return nil, err
	}
	d.sumUp(result, outcomes)
	return result, nil
}

// call runs one of the callees. That its deadline passes is no error here.
func (d Deadline) call(ctx context.Context, b *bench, c callee) (outcome, error) {
	var done atomic.Int64
	step := counting(until(ctx, demos.Sleep(d.Work/steps)), &done)
	_, err := b.run(ctx, way{
		name: c.name, words: c.words, examples: []string{"deadline", c.example, "sleep"},
		tasks: []demos.Task{c.make(steps, step)},
		strategy: func(ctx context.Context, tasks []demos.Task) error {
			return demos.Within(ctx, d.Deadline, tasks[0])
		},
	})
	if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
		return outcome{}, err
	}
	return outcome{done.Load(), err}, nil
}

// sumUp makes facts and a sentence of both runs.
func (d Deadline) sumUp(r *Result, outcomes []outcome) {
	r.Add("deadline", "the caller allowed", Duration, float64(d.Deadline))
	r.Add("work", "the work takes", Duration, float64(d.Work))
	for i := range r.Runs {
		run, outcome := &r.Runs[i], outcomes[i]
		run.Words += "; " + d.told(run.Elapsed, outcome)
		r.Add(run.Name+".elapsed", "the "+run.Name+" one took", Duration, float64(run.Elapsed))
		r.Add(run.Name+".over", "counted in deadlines, the "+run.Name+" one took", Ratio, float64(run.Elapsed)/float64(d.Deadline))
		r.Add(run.Name+".steps", "the steps that the "+run.Name+" one did were", Count, float64(outcome.steps))
	}
	good, bad := r.Runs[0].Elapsed, r.Runs[1].Elapsed
	switch {
	case outcomes[0].failed == nil:
		r.Learned = fmt.Sprintf("The work was done after %s, and the deadline of %s never came: nobody was told to stop.",
			measure.Human(good), measure.Human(d.Deadline))
	default:
		r.Learned = fmt.Sprintf("The deadline came after %s: the callee that looks at its context was back after %s, "+
			"and the one that does not after %s, since a context asks and cannot force.",
			measure.Human(d.Deadline), measure.Human(good), measure.Human(bad))
	}
}

// told says what the caller got, and when.
func (d Deadline) told(elapsed time.Duration, o outcome) string {
	got := "a result"
	if o.failed != nil {
		got = fmt.Sprintf("the error %q", o.failed)
	}
	if late := elapsed - d.Deadline; o.failed == nil && late > 0 {
		return fmt.Sprintf("the caller got %s, %s late", got, measure.Human(late))
	}
	return fmt.Sprintf("the caller got %s after %s", got, measure.Human(elapsed))
}

// until has a task end with ctx too, whatever context its caller hands on: who is deaf to a deadline has to hear ^C.
func until(ctx context.Context, task demos.Task) demos.Task {
	return demos.Task{Name: task.Name, Run: func(own context.Context) error {
		own, cancel := context.WithCancel(own)
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		return task.Run(own)
	}}
}

// counting has a task add one to n each time it comes to its end.
func counting(task demos.Task, n *atomic.Int64) demos.Task {
	return demos.Task{Name: task.Name, Run: func(ctx context.Context) error {
		err := task.Run(ctx)
		if err == nil {
			n.Add(1)
		}
		return err
	}}
}
