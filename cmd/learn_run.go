package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/term"
)

// notInLessons are the flags that no lesson may give: those that write files, reach another machine, or change what is shown.
var notInLessons = []string{"url", "dsn", "dir", "output", "record", "trace", "format", "timeline", "ask", "timeout"}

// prepare makes a command of a lesson ready to run. It reads the command line as the commands themselves do, and so finds the same
// mistakes; what it returns is the outcome as a value, where they print it.
func prepare(command []string) (experiment.Runner, error) {
	if len(command) == 0 {
		return nil, errors.New("there is no command; a lesson runs hello, compare or a demo")
	}
	runner, err := prepared(command[0], command[1:])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, out io.Writer, tell func(measure.Progress)) (*experiment.Result, error) {
		result, err := runner(ctx, out, tell)
		if result != nil {
			result.Program, result.Args = "meanwhile "+programVersion(), command // as it was typed
		}
		return result, err
	}, nil
}

func prepared(name string, args []string) (experiment.Runner, error) {
	quiet := &term.Streams{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Width: term.DefaultWidth}
	switch {
	case name == "hello":
		return prepareHello(quiet, args)
	case name == "compare":
		return prepareCompare(quiet, args)
	case name == "demo" && len(args) > 0:
		for _, demo := range experiments(quiet) {
			if demo.Name() == args[0] {
				return prepareExperiment(demo, args[1:])
			}
		}
		return nil, fmt.Errorf("a lesson cannot run the demo %q; 'meanwhile demo' lists what there is", args[0])
	}
	return nil, fmt.Errorf("a lesson cannot run %q; it runs hello, compare or a demo", name)
}

// parseFlags reads the flags of a command, and returns the arguments and which flags were given.
func parseFlags(cmd *cobra.Command, args []string) (positional, given []string, err error) {
	err = cmd.ParseFlags(args)
	if errors.Is(err, pflag.ErrHelp) {
		return nil, nil, fmt.Errorf("a lesson's command has no --help; '%s --help' in a shell tells its flags", cmd.CommandPath())
	}
	if err != nil {
		return nil, nil, nearestFlag(cmd, plainly(err))
	}
	given = changed(cmd.Flags())
	for _, flag := range given {
		if slices.Contains(notInLessons, flag) {
			return nil, nil, fmt.Errorf("a lesson's command has no --%s; leave it out", flag)
		}
	}
	return cmd.Flags().Args(), given, nil
}

func prepareExperiment(demo experimentCommand, args []string) (experiment.Runner, error) {
	positional, _, err := parseFlags(demo.Command, args)
	if err != nil {
		return nil, err
	}
	if len(positional) > 0 {
		return nil, fmt.Errorf("%s takes flags only, and no %q", demo.Name(), positional[0])
	}
	settled := demo.options.settled()
	if err := settled.Check(); err != nil {
		return nil, err
	}
	return func(ctx context.Context, _ io.Writer, tell func(measure.Progress)) (*experiment.Result, error) {
		return settled.Run(ctx, tell)
	}, nil
}

func prepareCompare(quiet *term.Streams, args []string) (experiment.Runner, error) {
	o := &compareOptions{plan: measure.DefaultPlan(), streams: quiet}
	positional, given, err := parseFlags(newCompareOf(o), args)
	if err != nil {
		return nil, err
	}
	o.plan.Workloads = positional
	if _, err := o.check(given); err != nil {
		return nil, err
	}
	o.plan.Traced = true
	return o.experiment, nil
}

// experiment runs what the options ask for, each workload traced.
func (o *compareOptions) experiment(ctx context.Context, _ io.Writer, tell func(measure.Progress)) (*experiment.Result, error) {
	c := measure.New(o.plan, "meanwhile "+programVersion())
	for _, workload := range o.plan.Workloads {
		results, err := measure.Run(ctx, o.plan, workload, tell)
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
		if err != nil {
			return nil, err
		}
		for i := range results {
			results[i].Trace = nil // it is large
		}
		c.Results = append(c.Results, results...)
	}
	c.Learned = measure.Learn(c.Results)
	return experiment.Of(c), nil
}

func prepareHello(quiet *term.Streams, args []string) (experiment.Runner, error) {
	cmd, o := newHelloOf(quiet)
	positional, _, err := parseFlags(cmd, args)
	if err != nil {
		return nil, err
	}
	if len(positional) > 0 {
		return nil, fmt.Errorf("hello takes flags only, and no %q", positional[0])
	}
	o.timeline = string(timelineAlways)
	strategies, err := o.check()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, out io.Writer, _ func(measure.Progress)) (*experiment.Result, error) {
		run, streams := *o, *quiet
		streams.Out, run.streams = term.Shared(out), &streams
		runs, err := run.runs(ctx, strategies)
		if err != nil {
			return nil, err
		}
		return run.experiment(runs), nil
	}, nil
}

// experiment is what the greetings came to, as an experiment.
func (o *helloOptions) experiment(runs []greetingRun) *experiment.Result {
	result := experiment.New("hello", nil)
	result.Setting = fmt.Sprintf("%s, each with a pause of %s", greetings(o.tasks), o.delay)
	result.Real = "the pause, by a timer of the Go runtime"
	for _, run := range runs {
		prefix, name := run.strategy+".", run.strategy
		if len(runs) == 1 {
			prefix, name = "", "it"
		}
		examples := []string{"hello", run.strategy}
		if run.strategy == coroutine {
			examples = []string{coroutine, "eventloop"}
		}
		result.Runs = append(result.Runs, experiment.Run{Name: run.strategy, Examples: examples, Usage: run.usage, Timeline: run.timeline})
		result.Add(prefix+"elapsed", name+" took", experiment.Duration, float64(run.usage.Elapsed))
		result.Add(prefix+"cpu", name+" used CPU time of", experiment.Duration, float64(run.usage.CPU))
		if run.timeline != nil {
			result.Add(prefix+"waiting", "the share of waiting was", experiment.Share, run.timeline.Shares().Waiting)
		}
	}
	result.Add("tasks", "greetings", experiment.Count, float64(o.tasks))
	result.Add("cores", "cores in use", experiment.Count, float64(runtime.GOMAXPROCS(0)))
	first := runs[0]
	result.Learned = fmt.Sprintf("It took %s, and the CPU worked for %s of that: a pause costs time, and no work.",
		measure.Human(first.usage.Elapsed), measure.Human(first.usage.CPU))
	if len(runs) > 1 {
		result.Learned = "One after the other, pauses add up; at once they overlap, by goroutines and by an event loop alike."
	}
	return result
}

func greetings(n int) string {
	if n == 1 {
		return "one greeting"
	}
	return fmt.Sprintf("%d greetings", n)
}
