package experiment

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
)

// Order runs equal tasks at once, again and again, and looks at whose answer comes first.
type Order struct {
	// Tasks is how many there are, Delay how long each waits before it answers, and Runs how often they run.
	Tasks int
	Delay time.Duration
	Runs  int

	// Collect is how answers are put together: by ByArrival or by BySlot.
	Collect string
}

// How answers are put together.
const (
	ByArrival = "arrival" // each is appended as it comes
	BySlot    = "slot"    // each has a place of its own
)

// DefaultOrder is five tasks that do not wait: where all wait for the same time, it is the timers that decide who is first.
func DefaultOrder() Order { return Order{Tasks: 5, Runs: 20, Collect: ByArrival} }

// Name is its word in 'meanwhile demo'.
func (Order) Name() string { return "order" }

// Bounds of the experiments that are short.
const (
	maxTasks   = 100
	maxRuns    = 1000
	maxElapsed = 5 * time.Minute // of all runs together
)

// Check tells what is wrong with the settings, as a lab.SpecError.
func (o Order) Check() error {
	switch {
	case o.Tasks < 2 || o.Tasks > maxTasks:
		return tasksError(o.Tasks)
	case o.Runs < 1 || o.Runs > maxRuns:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d runs cannot be run", o.Runs), Next: fmt.Sprintf("ask for 1 to %d with --runs", maxRuns),
		}
	case o.Delay < 0 || o.Delay > maxElapsed:
		return lab.SpecError{Problem: "the delay is out of range", Next: "give --delay a duration from 0s to " + maxElapsed.String()}
	case o.Delay*time.Duration(o.Runs) > maxElapsed:
		return lab.SpecError{
			Problem: fmt.Sprintf("%d runs of %s take too long", o.Runs, o.Delay),
			Next:    fmt.Sprintf("give --runs and --delay less: together they may take %s", maxElapsed),
		}
	case o.Collect != ByArrival && o.Collect != BySlot:
		return lab.SpecError{
			Problem: fmt.Sprintf("nothing collects answers by %q", o.Collect),
			Next:    fmt.Sprintf("give --collect %s or %s", ByArrival, BySlot),
		}
	}
	return nil
}

// tasksError refuses a number of tasks.
func tasksError(tasks int) error {
	return lab.SpecError{
		Problem: fmt.Sprintf("%d tasks cannot be run", tasks), Next: fmt.Sprintf("ask for 2 to %d with --tasks", maxTasks),
	}
}

// Args is the command line that runs it again.
func (o Order) Args() []string {
	usual, args := DefaultOrder(), arguments{"demo", o.Name()}
	args.add(o.Tasks != usual.Tasks, "tasks", strconv.Itoa(o.Tasks))
	args.add(o.Runs != usual.Runs, "runs", strconv.Itoa(o.Runs))
	args.add(o.Delay != usual.Delay, "delay", measure.FormatDelay(o.Delay))
	args.add(o.Collect != usual.Collect, "collect", o.Collect)
	return args
}

// arguments is a command line that grows.
type arguments []string

// add appends a flag where it is not as usual.
func (a *arguments) add(changed bool, name, value string) {
	if changed {
		*a = append(*a, "--"+name, value)
	}
}

// pictured is how many of the runs, the last ones, have a timeline.
const pictured = 3

// Run runs the tasks and counts who answered first.
func (o Order) Run(ctx context.Context, tell func(measure.Progress)) (*Result, error) {
	result := New(o.Name(), o.Args())
	result.Setting = o.setting()
	result.Real = "the goroutines of this process, on " + lab.Cores(result.Machine.Procs)
	if o.Delay > 0 {
		result.Real += ", and timers of the Go runtime"
	}
	b := &bench{name: o.Name(), rounds: o.Runs, tell: tell}
	defer b.stop()
	found := orders{first: make([]int, o.Tasks), different: map[string]bool{}}
	for i := range o.Runs {
		if i == max(0, o.Runs-pictured) {
			if err := b.trace(); err != nil {
				return nil, err
			}
		}
		answers, ends, err := o.once(ctx, b)
		if err != nil {
			return nil, err
		}
		found.note(answers, ends)
	}
	runs, err := b.timelines()
	if err != nil {
		return nil, err
	}
	result.Runs = runs[max(0, o.Runs-pictured):]
	o.sumUp(result, found)
	return result, nil
}

func (o Order) setting() string {
	how := "their answers appended as they come"
	if o.Collect == BySlot {
		how = "their answers in a slot each"
	}
	wait := "do not wait"
	if o.Delay > 0 {
		wait = "wait for " + o.Delay.String()
	}
	return fmt.Sprintf("%d tasks that %s, started from 1 to %d, %d times; %s", o.Tasks, wait, o.Tasks, o.Runs, how)
}

// once runs the tasks once. The answers are the tasks' numbers, as they were collected; ends, as the tasks came to their end.
func (o Order) once(ctx context.Context, b *bench) (answers, ends []int, err error) {
	var ended atomic.Int64
	ends = make([]int, o.Tasks)
	number := map[string]int{}
	tasks := make([]demos.Task, o.Tasks)
	for i := range tasks {
		name := fmt.Sprint("task ", i+1)
		number[name] = i + 1
		tasks[i] = demos.Task{Name: name, Run: func(ctx context.Context) error {
			err := demos.Sleep(o.Delay).Run(ctx)
			ends[ended.Add(1)-1] = i + 1
			return err
		}}
	}
	collect, example := demos.ByArrival, "order"
	if o.Collect == BySlot {
		collect, example = demos.BySlot, "order-slot"
	}
	var names []string
	_, err = b.run(ctx, way{
		name: fmt.Sprint("run ", len(b.runs)+1), examples: []string{example, "sleep"}, tasks: tasks,
		strategy: func(ctx context.Context, tasks []demos.Task) (err error) {
			names, err = collect(ctx, tasks)
			return err
		},
	})
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		answers = append(answers, number[name])
	}
	b.runs[len(b.runs)-1].Words = "answers in the order " + written(answers)
	return answers, ends, nil
}

// written is an order in words; of a long one, the beginning.
func written(order []int) string {
	const most = 15
	words := strings.Trim(fmt.Sprint(order[:min(len(order), most)]), "[]")
	if len(order) > most {
		words += " …"
	}
	return words
}

// orders is what was seen in all runs.
type orders struct {
	first       []int           // by task: in how many runs its answer was first
	inOrder     int             // runs whose answers stood in start order
	endsInOrder int             // runs whose tasks came to their end in start order
	different   map[string]bool // the orders of the answers that occurred
}

// note takes in a run.
func (o *orders) note(answers, ends []int) {
	o.first[answers[0]-1]++
	if slices.IsSorted(answers) {
		o.inOrder++
	}
	if slices.IsSorted(ends) {
		o.endsInOrder++
	}
	o.different[fmt.Sprint(answers)] = true
}

// usual is the number of the task that was first most often, and in how many runs it was.
func (o *orders) usual() (task, runs int) {
	runs = slices.Max(o.first)
	return 1 + slices.Index(o.first, runs), runs
}

// sumUp makes facts, a chart and a sentence of what was seen.
func (o Order) sumUp(r *Result, found orders) {
	usual, _ := found.usual()
	r.Add("tasks", "the tasks started at once are", Count, float64(o.Tasks))
	r.Add("runs", "the runs were", Count, float64(o.Runs))
	r.Add("delay", "each task waits for", Duration, float64(o.Delay))
	r.Add("in-order", "the runs whose answers stood in start order were", Count, float64(found.inOrder))
	r.Add("ends-in-order", "the runs whose tasks came to their end in start order were", Count, float64(found.endsInOrder))
	r.Add("orders", "the different orders of the answers were", Count, float64(len(found.different)))
	r.Add("usual-first", "the task whose answer was first most often was number", Count, float64(usual))
	chart := Chart{Title: fmt.Sprintf("whose answer was first, in how many of %d runs", o.Runs), Unit: Count}
	for i, runs := range found.first {
		r.Add(fmt.Sprint("first-", i+1), fmt.Sprintf("the runs in which the answer of task %d was first were", i+1), Count, float64(runs))
		chart.Bars = append(chart.Bars, Bar{fmt.Sprint("task ", i+1), float64(runs)})
	}
	r.Charts = []Chart{chart}
	r.Learned = o.learned(found)
}

// learned says what the numbers say.
func (o Order) learned(found orders) string {
	task, runs := found.usual()
	switch {
	case o.Collect == BySlot:
		return fmt.Sprintf("The tasks came to their end in start order in %s of %d runs, and the answers stood in start order in %d: "+
			"a slot each makes the order, whoever is first.", orNone(found.endsInOrder), o.Runs, found.inOrder)
	case found.inOrder == o.Runs:
		return fmt.Sprintf("The answers stood in start order in %d of %d runs, and nothing promises it of the next.", o.Runs, o.Runs)
	}
	return fmt.Sprintf("Task 1 was always started first, and task %d was the first to answer in %d of %d runs; "+
		"the answers stood in start order in %s: who starts first need not run first.", task, runs, o.Runs, orNone(found.inOrder))
}

// orNone is a number, or the word for none.
func orNone(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}
