package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// helloOptions are the flags of hello.
type helloOptions struct {
	delay    time.Duration
	tasks    int
	strategy string
	timeline string
	streams  *term.Streams
}

// The strategies of hello: the ones that need no limit, and the article's coroutine.
const (
	coroutine  = "coroutine"
	everyHello = "all"
)

var helloStrategies = []string{"sequential", "goroutines", coroutine}

func newHello(streams *term.Streams) *cobra.Command {
	cmd, _ := newHelloOf(streams)
	return cmd
}

// newHelloOf is the command, and what its flags are bound to.
func newHelloOf(streams *term.Streams) (*cobra.Command, *helloOptions) {
	o := &helloOptions{delay: time.Second, streams: streams}
	cmd := &cobra.Command{
		Use:   "hello",
		Short: "Print Hello, pause, print World",
		Long: `Hello prints Hello, pauses, and prints World. A pause does not hold the program:
with several greetings, watch what each strategy makes of the waiting.

Strategies:
  sequential  one greeting after the other
  goroutines  all at once, a goroutine each
  coroutine   all in one goroutine, resumed by an event loop: what asyncio does
  all         each of them in turn, and a table of what they took`,
		Example: `  meanwhile hello
  meanwhile hello -n 3
  meanwhile hello -n 3 --strategy coroutine --delay 300ms
  meanwhile hello -n 100000 --strategy goroutines > /dev/null`,
		Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.IntVarP(&o.tasks, "tasks", "n", 1, "how many greetings")
	flags.Var((*duration)(&o.delay), "delay", "how long one pauses")
	flags.StringVar(&o.strategy, "strategy", "", "sequential, goroutines, coroutine or all (default coroutine for one greeting, all for several)")
	flags.StringVar(&o.timeline, "timeline", string(timelineAuto), "draw each greeting over time: auto (several, on a terminal), always or never")
	completeWords(cmd, "timeline", string(timelineAuto), string(timelineAlways), string(timelineNever))
	completeWords(cmd, "strategy", append(slices.Clone(helloStrategies), everyHello)...)
	return cmd, o
}

// patience is how long a run may take that nobody asked for by name.
const patience = 5 * time.Minute

// forever is longer than a run can be meant to take, and still a duration.
const forever = 100 * 365 * 24 * time.Hour

// greetingRun is what one strategy made of the greetings.
type greetingRun struct {
	strategy string
	ideal    time.Duration
	usage    measure.Usage
	timeline *timeline.Timeline // nil where none is drawn
}

func (o *helloOptions) run(ctx context.Context) error {
	strategies, err := o.check()
	if err != nil {
		return err
	}
	runs, err := o.runs(ctx, strategies)
	if err != nil {
		return err
	}
	if len(runs) > 1 {
		o.table(runs)
	} else if o.streams.ErrTerminal {
		o.evidence(runs[0])
	}
	o.timelines(runs)
	return nil
}

// runs greets by one strategy after the other, traced where timelines are to be drawn.
func (o *helloOptions) runs(ctx context.Context, strategies []string) ([]greetingRun, error) {
	var recording *timeline.Recording
	if o.drawn() && o.tasks <= timeline.MaxTasks {
		var err error
		if recording, err = timeline.Record(); err != nil {
			return nil, err
		}
		defer recording.Stop()
	}
	var runs []greetingRun
	for _, strategy := range strategies {
		if len(strategies) > 1 {
			o.tell(term.Title, strategy)
		}
		run := greetingRun{strategy: strategy, ideal: o.ideal(strategy)}
		var err error
		if run.usage, err = measure.Watch(func() error { return o.greet(ctx, strategy, recording) }); err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	if recording == nil {
		return runs, nil
	}
	recording.Stop()
	timelines, err := recording.Timelines()
	for i := range timelines {
		runs[i].timeline = timelines[i]
	}
	return runs, err
}

// drawn tells whether a timeline is to be drawn: evidence goes to stderr.
func (o *helloOptions) drawn() bool {
	switch timelineChoice(o.timeline) {
	case timelineAlways:
		return true
	case timelineNever:
		return false
	}
	return o.tasks > 1 && o.streams.ErrTerminal
}

// check finds what is wrong with the options, and the strategies to run.
func (o *helloOptions) check() ([]string, error) {
	spec := measure.DefaultPlan().Spec
	spec.Tasks, spec.Delays = o.tasks, []time.Duration{o.delay}
	if o.delay == 0 {
		return nil, usagef("--delay 0s leaves nothing to wait for; try --delay 10ms")
	}
	if err := spec.Check(); err != nil {
		return nil, err
	}
	sleep, _ := lab.Find("sleep")
	if err := sleep.Admit(spec, o.tasks); err != nil {
		return nil, err
	}
	if _, err := oneOf("timeline", o.timeline, timelineAuto, timelineAlways, timelineNever); err != nil {
		return nil, err
	}
	switch {
	case o.strategy == "" && o.tasks == 1:
		return []string{coroutine}, nil
	case o.delay > forever/time.Duration(o.tasks):
		return nil, usagef("%d greetings of %s take longer than a century, one after the other; ask for fewer", o.tasks, o.delay)
	case o.strategy == "" && o.ideal(measure.Baseline) > patience:
		return nil, usagef("%d greetings one after the other take %s; choose --strategy goroutines or coroutine, or all to wait for it",
			o.tasks, o.ideal(measure.Baseline))
	case o.strategy == "" || o.strategy == everyHello:
		return helloStrategies, nil
	}
	strategy, err := oneOf("strategy", o.strategy, append(slices.Clone(helloStrategies), everyHello)...)
	return []string{strategy}, err
}

// greet says all greetings by one strategy, as a run of the recording if there is one.
func (o *helloOptions) greet(ctx context.Context, strategy string, recording *timeline.Recording) error {
	say := o.greetByTasks
	if strategy == coroutine {
		say = o.greetByEventLoop
	}
	if recording == nil {
		return say(ctx, strategy, false)
	}
	return recording.Run(ctx, timeline.Run{Name: strategy, Tasks: o.tasks}, func(ctx context.Context) error {
		return say(ctx, strategy, true)
	})
}

// kind is what greetings are called in a trace.
const kind = "hello"

func (o *helloOptions) greetByTasks(ctx context.Context, strategy string, marked bool) error {
	tasks := make([]demos.Task, o.tasks)
	for i := range tasks {
		tasks[i] = demos.Hello(o.streams.Out, o.tag(i), o.delay)
	}
	if marked {
		tasks = timeline.Mark(kind, tasks)
	}
	run := demos.Goroutines
	if strategy == measure.Baseline {
		run = demos.Sequential
	}
	return run(ctx, tasks)
}

func (o *helloOptions) greetByEventLoop(ctx context.Context, _ string, marked bool) error {
	coroutines, errs := make([]demos.Coroutine, o.tasks), make([]error, o.tasks)
	for i := range coroutines {
		coroutines[i] = demos.HelloCoroutine(o.streams.Out, o.tag(i), o.delay, &errs[i])
	}
	if marked {
		coroutines = timeline.MarkCoroutines(ctx, kind, coroutines)
	}
	err := demos.EventLoop(ctx, coroutines)
	return errors.Join(append(errs, err)...)
}

// tag tells one greeting from the others.
func (o *helloOptions) tag(i int) string {
	if o.tasks == 1 {
		return ""
	}
	return fmt.Sprintf(" %d", i+1)
}

// ideal is what a strategy takes where nothing but the waiting takes time.
func (o *helloOptions) ideal(strategy string) time.Duration {
	if strategy == measure.Baseline {
		return time.Duration(o.tasks) * o.delay
	}
	return o.delay
}

// evidence tells, in one line, that the pause was a wait.
func (o *helloOptions) evidence(run greetingRun) {
	usage := run.usage
	if run.timeline != nil {
		o.remark(fmt.Sprintf("%s in all; the greetings waited for %s of their time, by the runtime's trace; the CPU worked for %s",
			measure.Human(usage.Elapsed), measure.Percent(run.timeline.Shares().Waiting), measure.Human(usage.CPU)))
		return
	}
	waited := max(0, usage.Elapsed-usage.CPU)
	o.remark(fmt.Sprintf("%s in all, %s of it waiting (%s); the CPU worked for %s",
		measure.Human(usage.Elapsed), measure.Human(waited),
		measure.Percent(float64(waited)/float64(max(1, usage.Elapsed))), measure.Human(usage.CPU)))
}

// table sets the strategies beside what they took at best.
func (o *helloOptions) table(runs []greetingRun) {
	o.tell(term.Plain, "")
	o.tell(term.Faint, fmt.Sprintf("%-10s  %9s  %9s  %7s  %9s", "strategy", "elapsed", "ideal", "ratio", "CPU"))
	for _, run := range runs {
		o.tell(term.Plain, fmt.Sprintf("%-10s  %9s  %9s  %7s  %9s", run.strategy, measure.Human(run.usage.Elapsed),
			measure.Human(run.ideal), measure.Times(float64(run.usage.Elapsed)/float64(run.ideal)), measure.Human(run.usage.CPU)))
	}
	o.remark(fmt.Sprintf("ideal: %s one after the other, %s where the waits overlap; ratio: elapsed by ideal",
		measure.Human(o.ideal(measure.Baseline)), measure.Human(o.delay)))
}

// timelines draws what was traced.
func (o *helloOptions) timelines(runs []greetingRun) {
	if !o.drawn() {
		return
	}
	if o.tasks > timeline.MaxTasks {
		o.remark(fmt.Sprintf("no timeline: it is drawn for up to %d greetings", timeline.MaxTasks))
		return
	}
	var rows []measure.Row
	for _, run := range runs {
		rows = append(rows, measure.Row{Strategy: run.strategy, Timeline: run.timeline})
	}
	layout := report.Layout{Style: o.streams.ErrStyle, Width: o.streams.Width}
	fmt.Fprint(o.streams.Err, "\n", layout.Picture(rows, "These runs, traced."))
}

// remark tells a sentence, on more than one line where the terminal is narrow.
func (o *helloOptions) remark(text string) {
	for _, line := range term.Wrap(text, o.streams.Width) {
		o.tell(term.Faint, line)
	}
}

func (o *helloOptions) tell(role term.Role, text string) {
	style := o.streams.ErrStyle
	fmt.Fprintln(o.streams.Err, style.Paint(role, style.Text(text)))
}
