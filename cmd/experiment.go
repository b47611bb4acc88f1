package cmd

import (
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"meanwhile/internal/experiment"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

// experimentOptions are the flags that every experiment has, beside its own.
type experimentOptions struct {
	// settled is the experiment as its flags have it.
	settled  func() experiment.Experiment
	format   string
	output   string
	timeline string
	streams  *term.Streams
}

// experimentCommand is an experiment's command, and what its flags are bound to.
type experimentCommand struct {
	*cobra.Command
	options *experimentOptions
}

// experiments are the commands under demo that run a single idea.
func experiments(streams *term.Streams) []experimentCommand {
	return []experimentCommand{
		newOrder(streams), newOneSlow(streams), newPool(streams), newDeadline(streams), newErrors(streams),
	}
}

func newOrder(streams *term.Streams) experimentCommand {
	order := experiment.DefaultOrder()
	cmd := &cobra.Command{
		Use:   "order",
		Short: "Start equal tasks at once, and see which is first",
		Long: `Order starts equal tasks at once, again and again, and counts which of them was
first. Collected as they arrive, the answers stand in no order that was promised;
collected by slot, each stands where its task wants it.`,
		Example: `  meanwhile demo order
  meanwhile demo order -n 8 --runs 100
  meanwhile demo order --collect slot`,
	}
	flags := cmd.Flags()
	flags.IntVarP(&order.Tasks, "tasks", "n", order.Tasks, "how many tasks")
	flags.Var((*delay)(&order.Delay), "delay", "how long a task waits, or none")
	flags.IntVar(&order.Runs, "runs", order.Runs, "how often they are started")
	flags.StringVar(&order.Collect, "collect", order.Collect, "how answers are collected: arrival or slot")
	completeWords(cmd, "collect", "arrival", "slot")
	return newExperiment(streams, cmd, func() experiment.Experiment { return order })
}

func newOneSlow(streams *term.Streams) experimentCommand {
	slow := experiment.DefaultOneSlow()
	cmd := &cobra.Command{
		Use:   "one-slow",
		Short: "Ask a server many quick things while it is at a slow one",
		Long: `One-slow starts a web server on this machine, asks it something that takes long and
then, meanwhile, many things that do not. With a limit on how many requests the
server handles at once, the others queue.`,
		Example: `  meanwhile demo one-slow
  meanwhile demo one-slow --limit 1
  meanwhile demo one-slow --delay 1s -n 50`,
	}
	flags := cmd.Flags()
	flags.IntVarP(&slow.Tasks, "tasks", "n", slow.Tasks, "how many quick requests")
	flags.Var((*duration)(&slow.Delay), "delay", "how long the slow one waits")
	flags.IntVar(&slow.Limit, "limit", slow.Limit, "how many requests the server handles at once; 0 is no limit")
	return newExperiment(streams, cmd, func() experiment.Experiment { return slow })
}

func newPool(streams *term.Streams) experimentCommand {
	pool := experiment.DefaultPool()
	cmd := &cobra.Command{
		Use:   "pool",
		Short: "Find how many connections a database needs",
		Long: `Pool sends requests at a steady rate to a database, through pools of several sizes,
and measures how many connections are busy and how long a request takes. Little's
law says how many are busy on average: the rate times the time that each is held.`,
		Example: `  meanwhile demo pool
  meanwhile demo pool --rate 500 --delay 10ms --pool 4,5,6,10
  meanwhile demo pool --write`,
	}
	flags := cmd.Flags()
	flags.IntVarP(&pool.Tasks, "tasks", "n", pool.Tasks, "how many requests")
	flags.Float64Var(&pool.Rate, "rate", pool.Rate, "how many requests come in a second")
	flags.Var((*duration)(&pool.Delay), "delay", "how long the round trip to the database takes")
	flags.Var((*counts)(&pool.Pools), "pool", "how many connections there are, a list")
	flags.BoolVar(&pool.Write, "write", pool.Write, "write a row, where the database takes one writer at a time")
	return newExperiment(streams, cmd, func() experiment.Experiment { return pool })
}

func newDeadline(streams *term.Streams) experimentCommand {
	deadline := experiment.DefaultDeadline()
	cmd := &cobra.Command{
		Use:   "deadline",
		Short: "Give work a deadline, and see who heeds it",
		Long: `Deadline calls two functions that take longer than they may: one looks at its
context, the other does not. Cancelling is a message, and nobody is stopped by it
who does not listen.`,
		Example: `  meanwhile demo deadline
  meanwhile demo deadline --deadline 200ms --work 1s`,
	}
	flags := cmd.Flags()
	flags.Var((*duration)(&deadline.Deadline), "deadline", "how long the work may take")
	flags.Var((*duration)(&deadline.Work), "work", "how long it takes if nothing stops it")
	return newExperiment(streams, cmd, func() experiment.Experiment { return deadline })
}

func newErrors(streams *term.Streams) experimentCommand {
	errs := experiment.DefaultErrors()
	cmd := &cobra.Command{
		Use:   "errors",
		Short: "Let one task fail, and see what becomes of the others",
		Long: `Errors starts tasks of which one fails, and runs them twice: by a WaitGroup, which
waits for all, and by an errgroup, which cancels the others at the first error.`,
		Example: `  meanwhile demo errors
  meanwhile demo errors --fail-after 100ms -n 10
  meanwhile demo errors --deaf`,
	}
	flags := cmd.Flags()
	flags.IntVarP(&errs.Tasks, "tasks", "n", errs.Tasks, "how many tasks")
	flags.Var((*duration)(&errs.Delay), "delay", "how long a task takes that does not fail")
	flags.Var((*duration)(&errs.FailAfter), "fail-after", "how soon the second task fails")
	flags.BoolVar(&errs.Deaf, "deaf", errs.Deaf, "have the others ignore that they are cancelled")
	return newExperiment(streams, cmd, func() experiment.Experiment { return errs })
}

// newExperiment completes an experiment's command.
func newExperiment(streams *term.Streams, cmd *cobra.Command, settled func() experiment.Experiment) experimentCommand {
	o := &experimentOptions{settled: settled, streams: streams}
	cmd.Args = usageArgs(cobra.NoArgs)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) }
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.timeline, "timeline", string(timelineAuto), "draw each task over time: auto (on a terminal), always or never")
	flags.StringVar(&o.format, "format", "text", "text or json")
	flags.StringVarP(&o.output, "output", "o", "", "write to this file instead of to stdout")
	completeWords(cmd, "timeline", string(timelineAuto), string(timelineAlways), string(timelineNever))
	completeWords(cmd, "format", "text", "json")
	return experimentCommand{cmd, o}
}

func (o *experimentOptions) run(ctx context.Context) error {
	format, err := oneOf("format", o.format, report.FormatText, report.FormatJSON)
	if err != nil {
		return err
	}
	timeline, err := oneOf("timeline", o.timeline, timelineAuto, timelineAlways, timelineNever)
	if err != nil {
		return err
	}
	if err := checkOutputs(output{"-o", o.output}); err != nil {
		return err
	}
	this := o.settled()
	if err := this.Check(); err != nil {
		return err
	}
	screen := newScreen(o.streams, format, o.output)
	screen.layout.Timelines = timeline == timelineAlways || timeline == timelineAuto && o.streams.OutTerminal
	result, err := this.Run(ctx, screen.progress)
	screen.erase()
	if err != nil {
		return err
	}
	result.Program = "meanwhile " + programVersion()
	if timeline == timelineNever {
		for i := range result.Runs {
			result.Runs[i].Timeline = nil
		}
	}
	var page bytes.Buffer
	if err := report.WriteExperiment(&page, format, result, screen.layout); err != nil {
		return err
	}
	return o.write(page.Bytes())
}

func (o *experimentOptions) write(page []byte) error {
	if o.output == "" || o.output == "-" {
		_, err := o.streams.Out.Write(page)
		return err
	}
	if err := writeFile("-o", o.output, page); err != nil {
		return err
	}
	return wrote(o.streams, o.output)
}
