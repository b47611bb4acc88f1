package experiment

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

// Errors has one of several tasks fail, and looks at what becomes of its siblings.
type Errors struct {
	// Tasks is how many there are. Each works for Delay, but the second, which fails after FailAfter.
	Tasks            int
	Delay, FailAfter time.Duration

	// Deaf has the siblings not look at their context.
	Deaf bool
}

// DefaultErrors has a task fail while the others still have work to do.
func DefaultErrors() Errors {
	return Errors{Tasks: 5, Delay: time.Second, FailAfter: 400 * time.Millisecond}
}

// Name is its word in 'meanwhile demo'.
func (Errors) Name() string { return "errors" }

// Check tells what is wrong with the settings, as a lab.SpecError.
func (e Errors) Check() error {
	switch {
	case e.Tasks < 2 || e.Tasks > maxTasks:
		return tasksError(e.Tasks)
	case outside(e.Delay):
		return rangeError("delay")
	case outside(e.FailAfter):
		return rangeError("fail-after")
	case 2*max(e.Delay, e.FailAfter) > maxElapsed:
		return lab.SpecError{
			Problem: "both runs take too long",
			Next:    fmt.Sprintf("give --delay and --fail-after up to %s", maxElapsed/2),
		}
	}
	return nil
}

// Args is the command line that runs it again.
func (e Errors) Args() []string {
	usual, args := DefaultErrors(), arguments{"demo", e.Name()}
	args.add(e.Tasks != usual.Tasks, "tasks", strconv.Itoa(e.Tasks))
	args.add(e.Delay != usual.Delay, "delay", e.Delay.String())
	args.add(e.FailAfter != usual.FailAfter, "fail-after", e.FailAfter.String())
	if e.Deaf {
		args = append(args, "--deaf")
	}
	return args
}

// Run runs the tasks by goroutines that wait for all, and then by an errgroup.
func (e Errors) Run(ctx context.Context, tell func(measure.Progress)) (*Result, error) {
	result := New(e.Name(), e.Args())
	result.Setting = e.setting()
	result.Real = "the goroutines, their errors and their context, and timers of the Go runtime"
	result.Simulated = "the work, which sleeps, and the failure"
	ways := []way{
		{name: "goroutines", words: "wait for all and join their errors", strategy: demos.Goroutines},
		{name: "errgroup", words: "cancels the context at the first error, and waits for all", strategy: demos.ErrGroup(e.Tasks)},
	}
	b, err := newBench(e.Name(), len(ways), tell)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	finished := make([]atomic.Int64, len(ways))
	got := make([]error, len(ways))
	for i, w := range ways {
		w.tasks, w.examples = e.tasks(ctx, &finished[i]), []string{w.name, "errors", e.sibling()}
		if _, got[i] = b.run(ctx, w); ctx.Err() != nil {
			return nil, got[i]
		}
	}
	if result.Runs, err = b.timelines(); err != nil {
		return nil, err
	}
	for i := range result.Runs {
		run := &result.Runs[i]
		run.Words += fmt.Sprintf("; the caller got %q after %s", got[i], measure.Human(run.Elapsed))
		result.Add(run.Name+".elapsed", run.Name+" took", Duration, float64(run.Elapsed))
		result.Add(run.Name+".finished", "the siblings that came to their end in "+run.Name+" were", Count, float64(finished[i].Load()))
	}
	e.sumUp(result)
	return result, nil
}

func (e Errors) setting() string {
	deaf := ""
	if e.Deaf {
		deaf = " and do not look at their context"
	}
	return fmt.Sprintf("%d tasks at once: the second fails after %s, the others work for %s%s",
		e.Tasks, e.FailAfter, e.Delay, deaf)
}

// sibling is the example that the tasks which do not fail are.
func (e Errors) sibling() string {
	if e.Deaf {
		return "deaf-steps"
	}
	return "steps"
}

// tasks are those of one run; finished counts the siblings that come to their end. ctx ends them, deaf or not.
func (e Errors) tasks(ctx context.Context, finished *atomic.Int64) []demos.Task {
	work := demos.Steps
	if e.Deaf {
		work = demos.DeafSteps
	}
	tasks := make([]demos.Task, e.Tasks)
	for i := range tasks {
		tasks[i] = counting(work(steps, until(ctx, demos.Sleep(e.Delay/steps))), finished)
	}
	tasks[1] = demos.Fail(e.FailAfter)
	return tasks
}

// sumUp adds what was set, and a sentence.
func (e Errors) sumUp(r *Result) {
	r.Add("tasks", "the tasks, with the one that fails, are", Count, float64(e.Tasks))
	r.Add("delay", "a sibling takes", Duration, float64(e.Delay))
	r.Add("fail-after", "the second task fails after", Duration, float64(e.FailAfter))
	r.Learned = e.learned(r)
}

// learned says what the numbers say.
func (e Errors) learned(r *Result) string {
	siblings := e.Tasks - 1
	finished, _ := r.Fact("errgroup.finished")
	took := fmt.Sprintf("goroutines took %s and the errgroup %s",
		measure.Human(r.Run("goroutines").Elapsed), measure.Human(r.Run("errgroup").Elapsed))
	switch {
	case int(finished.Value) < siblings:
		return fmt.Sprintf("The second task failed after %s; %s: an error stops no sibling, but a cancelled context does, "+
			"where they look at it.", measure.Human(e.FailAfter), took)
	case e.Deaf && e.FailAfter < e.Delay:
		return fmt.Sprintf("The second task failed after %s, and yet %s: cancelling stops nobody who does not look.",
			measure.Human(e.FailAfter), took)
	default:
		return fmt.Sprintf("The siblings were done before the second task failed; %s: there was nobody left to stop.", took)
	}
}
