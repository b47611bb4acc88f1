package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/tui"
)

// exploreOptions are what the dials of explore say at first.
type exploreOptions struct {
	plan     measure.Plan
	strategy string
	streams  *term.Streams
}

func newExplore(streams *term.Streams) *cobra.Command {
	o := &exploreOptions{plan: measure.DefaultPlan(), streams: streams}
	cmd := &cobra.Command{
		Use:   "explore [workload]",
		Short: "Turn dials, see what should happen, and run it",
		Long: `Explore is a bench for questions such as "what if the limit were 5?". Workload,
strategy, tasks, delay and the rest are dials under the arrow keys. At every turn
it draws what should happen; Enter runs it for real, and lays what happened over
it. Leaving prints the compare command that does the same.

` + describe(workloadWords()),
		Example: `  meanwhile explore
  meanwhile explore network --strategy limited --limit 3
  meanwhile explore database -n 30`,
		Args:              usageArgs(oneWorkload),
		ValidArgsFunction: cobra.FixedCompletions(workloadNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.plan.Workloads = args
			return o.run(cmd.Context())
		},
	}
	flags, spec := cmd.Flags(), &o.plan.Spec
	flags.SortFlags = false
	flags.IntVarP(&spec.Tasks, "tasks", "n", spec.Tasks, "how many tasks, at first")
	flags.Var((*delays)(&spec.Delays), "delay", "how long a task waits, at first (default 30ms)")
	flags.StringVar(&o.strategy, "strategy", "goroutines", "how they are run, at first")
	flags.IntVar(&o.plan.Limit, "limit", o.plan.Limit, "how many at once, at most, at first")
	completeWords(cmd, "strategy", strategyNames()...)
	return cmd
}

// oneWorkload checks the arguments.
func oneWorkload(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return fmt.Errorf("%d workloads are named, and one is explored; name one", len(args))
	}
	return nil
}

func (o *exploreOptions) run(ctx context.Context) error {
	if err := o.check(); err != nil {
		return err
	}
	plan, err := tui.Explore(ctx, o.streams, o.plan, "meanwhile "+programVersion(), saveRecording)
	if err != nil && (ctx.Err() != nil || !errors.Is(err, context.Canceled)) {
		return err
	}
	_, printed := fmt.Fprintln(o.streams.Out, report.Command(plan.Args()))
	return errors.Join(printed, err)
}

// check completes the plan and finds what is wrong with the options.
func (o *exploreOptions) check() error {
	if len(o.plan.Workloads) == 0 {
		o.plan.Workloads = []string{"sleep"}
	}
	name := o.plan.Workloads[0]
	if _, ok := lab.Find(name); !ok {
		return usagef("there is no workload %q%s; there are %s", name, didYouMean(name, workloadNames()), strings.Join(workloadNames(), ", "))
	}
	strategy, err := oneOf("strategy", o.strategy, strategyNames()...)
	if err != nil {
		return err
	}
	o.plan.Strategies = []string{strategy}
	if len(o.plan.Spec.Delays) > 1 {
		return usagef("explore has one delay for all tasks; 'meanwhile compare %s' takes a list", name)
	}
	if o.plan.Spec.Tasks > tui.MostExplored {
		return usagef("explore runs at most %d tasks; 'meanwhile compare %s' takes more", tui.MostExplored, name)
	}
	if err := o.plan.Check(); err != nil {
		return err
	}
	if !o.streams.InTerminal || !o.streams.OutTerminal || !o.streams.Animate {
		return usagef("explore needs a terminal that it can redraw; 'meanwhile compare %s --timeline always' shows the same without one", name)
	}
	return nil
}

// saveRecording writes a comparison into the current directory, under a name that is free.
func saveRecording(c *measure.Comparison) (path string, err error) {
	page, err := recording(c)
	if err != nil {
		return "", err
	}
	file, err := createNew("meanwhile-" + c.Plan.Workloads[0])
	if err != nil {
		return "", fmt.Errorf("cannot write a recording here: %w; explore from a directory of yours", pathless(err))
	}
	_, err = file.Write(page)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("cannot write %s: %w", file.Name(), errors.Join(pathless(err), os.Remove(file.Name())))
	}
	return file.Name(), nil
}

// createNew makes a file NAME.json or, where there is one already, NAME-2.json, and so on.
func createNew(name string) (*os.File, error) {
	path := name + ".json"
	for n := 2; ; n++ {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
		path = fmt.Sprintf("%s-%d.json", name, n)
	}
}
