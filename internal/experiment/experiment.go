// Package experiment runs a single idea for real and tells what came out of it: what each run took, its lanes, and the facts
// that a prediction of it can be held against.
package experiment

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"meanwhile/demos"
	"meanwhile/internal/measure"
	"meanwhile/internal/timeline"
)

// Experiment is an idea that can be run.
type Experiment interface {
	// Name is the word for it in 'meanwhile demo NAME'.
	Name() string

	// Check tells what is wrong with its settings, as a lab.SpecError.
	Check() error

	// Args is the command line that runs it again: what differs from the defaults.
	Args() []string

	// Run runs it. It tells each run before it begins.
	Run(ctx context.Context, tell func(measure.Progress)) (*Result, error)
}

// Runner is what runs a command, as a value: what it prints meanwhile goes to out, and each run is told before it begins.
type Runner func(ctx context.Context, out io.Writer, tell func(measure.Progress)) (*Result, error)

// Schema names the format of a Result in JSON; a change that a reader must know of gets another one.
const Schema = "meanwhile/experiment/v1"

// Result is all that came out of an experiment.
type Result struct {
	Schema  string          `json:"schema"`
	Program string          `json:"program"`
	Started time.Time       `json:"started"`
	Machine measure.Machine `json:"machine"`

	// Name is the experiment's, and Args the command line that runs it again.
	Name string   `json:"name"`
	Args []string `json:"args"`

	// Setting says what ran, in a sentence without an end. Real and Simulated say what of it really happens.
	Setting   string `json:"setting"`
	Real      string `json:"real"`
	Simulated string `json:"simulated,omitempty"`

	Runs   []Run   `json:"runs"`
	Facts  []Fact  `json:"facts"`
	Charts []Chart `json:"charts,omitempty"`

	// Learned is what the numbers say, in one sentence.
	Learned string `json:"learned"`
}

// Run is one of the ways in which the experiment ran.
type Run struct {
	// Name is a word for it, and Words what is different about it, where the name does not say so.
	Name  string `json:"name"`
	Words string `json:"words,omitempty"`

	// Examples names the code that ran, as 'meanwhile source' knows it.
	Examples []string `json:"examples"`

	measure.Usage

	// Timeline is of this very run, or of one more where the run was measured untraced; absent where there is none.
	Timeline *timeline.Timeline `json:"timeline,omitempty"`
}

// Fact is a number that came out. Lessons know it by its name, such as goroutines.elapsed; its words are a sentence that the
// number ends.
type Fact struct {
	Name  string  `json:"name"`
	Words string  `json:"words"`
	Unit  Unit    `json:"unit"`
	Value float64 `json:"value"`
}

// Unit is what the number of a Fact counts.
type Unit string

// The units.
const (
	Duration Unit = "ns"    // nanoseconds
	Count    Unit = "count" // a whole number, or the mean of some
	Ratio    Unit = "ratio" // 2 is twice as much
	Share    Unit = "share" // from 0 to 1
)

// Format writes a number in its unit.
func (u Unit) Format(value float64) string {
	switch u {
	case Duration:
		return measure.Human(time.Duration(value))
	case Ratio:
		return measure.Times(value)
	case Share:
		return measure.Percent(value)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", value), ".0")
}

func (f Fact) String() string { return f.Unit.Format(f.Value) }

// Chart is a row of bars.
type Chart struct {
	Title string `json:"title"`
	Unit  Unit   `json:"unit"`
	Bars  []Bar  `json:"bars"`
}

// Bar is one number of a chart.
type Bar struct {
	Label string  `json:"label"`
	Value float64 `json:"value"`
}

// New begins a result: what is known before anything has run.
func New(name string, args []string) *Result {
	return &Result{
		Schema: Schema, Started: time.Now().UTC().Truncate(time.Second), Machine: measure.ThisMachine(), Name: name, Args: args,
	}
}

// Fact returns the fact of that name.
func (r *Result) Fact(name string) (Fact, bool) {
	for _, fact := range r.Facts {
		if fact.Name == name {
			return fact, true
		}
	}
	return Fact{}, false
}

// Run returns the run of that name, or nil.
func (r *Result) Run(name string) *Run {
	for i := range r.Runs {
		if r.Runs[i].Name == name {
			return &r.Runs[i]
		}
	}
	return nil
}

// Add notes a fact.
func (r *Result) Add(name, words string, unit Unit, value float64) {
	r.Facts = append(r.Facts, Fact{name, words, unit, value})
}

// bench runs the ways of one experiment, all under one trace.
type bench struct {
	name      string
	rounds    int // how many runs there will be
	tell      func(measure.Progress)
	recording *timeline.Recording // nil before the trace
	untraced  int                 // how many runs went before it
	runs      []Run
}

// newBench starts the trace. The caller calls timelines, or else stop.
func newBench(name string, rounds int, tell func(measure.Progress)) (*bench, error) {
	b := &bench{name: name, rounds: rounds, tell: tell}
	return b, b.trace()
}

// trace starts the trace: the runs before it get no timeline.
func (b *bench) trace() (err error) {
	b.recording, err = timeline.Record()
	b.untraced = len(b.runs)
	return err
}

// way is one of the ways in which an experiment runs its tasks.
type way struct {
	name, words string
	examples    []string
	tasks       []demos.Task
	strategy    demos.Strategy
}

// run runs one way and returns how long each of its tasks took. An error of the tasks is for the caller to judge: some are
// meant to fail. Where ctx has ended it is the cause.
func (b *bench) run(ctx context.Context, w way) (times []time.Duration, err error) {
	tasks, flight, begin := measure.Observe(timeline.Mark(b.name, w.tasks))
	b.tell(measure.Progress{
		Workload: b.name, Strategy: w.name, Round: len(b.runs) + 1, Rounds: b.rounds, Flight: flight,
	})
	begin()
	usage, err := measure.Watch(func() error {
		if b.recording == nil {
			return w.strategy(ctx, tasks)
		}
		about := timeline.Run{Name: w.name, Tasks: len(tasks)}
		return b.recording.Run(ctx, about, func(ctx context.Context) error { return w.strategy(ctx, tasks) })
	})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	b.runs = append(b.runs, Run{Name: w.name, Words: w.words, Examples: w.examples, Usage: usage})
	return flight.Times(), err
}

// stop ends the trace. It may be called again.
func (b *bench) stop() {
	if b.recording != nil {
		b.recording.Stop()
	}
}

// timelines ends the trace and returns the runs with what it says of each.
func (b *bench) timelines() ([]Run, error) {
	b.recording.Stop()
	timelines, err := b.recording.Timelines()
	if err != nil {
		return nil, err
	}
	for i, line := range timelines {
		b.runs[b.untraced+i].Timeline = line
	}
	return b.runs, nil
}
