package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"meanwhile/demos"
	"meanwhile/internal/lab"
	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/timeline"
)

// compareOptions are the flags of compare.
type compareOptions struct {
	plan     measure.Plan
	timeline string
	shown    bool // whether timelines are drawn, and not only kept
	format   string
	output   string
	record   string // a file for the comparison with its timelines
	trace    string // a file for the runtime's raw trace
	ask      bool
	streams  *term.Streams
}

func newCompare(streams *term.Streams) *cobra.Command {
	return newCompareOf(&compareOptions{plan: measure.DefaultPlan(), streams: streams})
}

// newCompareOf is the command whose flags are bound to o.
func newCompareOf(o *compareOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compare [workload...]",
		Short: "Time the same work one after the other and all at once",
		Long: `Compare runs the same tasks by several strategies, in turn, and shows what each
took beside what it should have taken. Without a workload it runs all of them.

` + describe(workloadWords()) + `
Strategies:
  sequential  one task after the other
  goroutines  all at once, a goroutine each
  limited     a goroutine each, at most --limit at once
  workers     --limit goroutines take the tasks from a channel
  errgroup    like limited, and the first error ends the rest`,
		Example: `  meanwhile compare
  meanwhile compare network --tasks 100
  meanwhile compare sleep --delay 300ms,100ms,200ms
  meanwhile compare cpu --procs 1,all
  meanwhile compare file --strategy sequential,limited,workers --limit 8
  meanwhile compare network --url http://127.0.0.1:8000/slow
  meanwhile compare database --dsn postgres://me@127.0.0.1/test
  meanwhile compare --ask
  meanwhile compare sleep --record sleep.json
  meanwhile compare network -o network.html`,
		ValidArgsFunction: cobra.FixedCompletions(workloadNames(), cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.plan.Workloads = args
			return o.run(cmd.Context(), changed(cmd.Flags()))
		},
	}
	o.bind(cmd)
	return cmd
}

func (o *compareOptions) bind(cmd *cobra.Command) {
	flags, plan, spec := cmd.Flags(), &o.plan, &o.plan.Spec
	flags.SortFlags = false
	flags.IntVarP(&spec.Tasks, "tasks", "n", spec.Tasks, "how many tasks")
	flags.StringSliceVar(&plan.Strategies, "strategy", nil, "how they are run, a list (default sequential,goroutines, and limited for one workload)")
	flags.IntVar(&plan.Limit, "limit", plan.Limit, "how many at once, at most, by limited, workers and errgroup")
	flags.IntVar(&plan.Rounds, "rounds", plan.Rounds, "how often each strategy is measured")
	flags.IntVar(&plan.Warmup, "warmup", plan.Warmup, "how many rounds go before, unmeasured")
	flags.Var((*duration)(&plan.Timeout), "timeout", "the most time that everything may take (default no bound)")
	flags.Var((*delays)(&spec.Delays), "delay", "how long a task waits: one for all, a list like 30ms,50ms with one a task, or none (default 30ms)")
	flags.Var((*duration)(&spec.Jitter), "jitter", "network: how much a delay varies, either way")
	flags.Uint64Var(&spec.Seed, "seed", spec.Seed, "network: what the jitter is drawn from")
	flags.Var((*urls)(&spec.URLs), "url", "network: an address to GET, instead of a server of our own; may be given often")
	flags.Var((*size)(&spec.Size), "size", "file: how large a file is")
	flags.BoolVar(&spec.Sync, "sync", spec.Sync, "file: wait until the disk has it")
	flags.StringVar(&spec.Dir, "dir", "", "file, database: where files are made (default your cache directory)")
	flags.StringVar((*string)(&spec.DSN), "dsn", "", "database: a PostgreSQL to use, instead of SQLite in a temporary file")
	flags.IntVar(&spec.Pool, "pool", spec.Pool, "database: how many connections, at most")
	flags.Var((*procs)(&plan.Procs), "procs", "cpu: values of GOMAXPROCS to run with, as 1,2,all")
	flags.IntVar(&spec.Work, "work", 0, "cpu: how many hashes a task computes (default as many as take the delay)")
	flags.StringVar(&o.timeline, "timeline", string(timelineAuto), "draw each task over time, from one more round: auto (one workload, on a terminal), always or never")
	flags.BoolVar(&o.ask, "ask", false, "guess before each workload runs")
	flags.StringVar(&o.format, "format", "", "text, json, csv, markdown, html or perfetto (default text, or what the ending of -o says)")
	flags.StringVarP(&o.output, "output", "o", "", "write to this file instead of to stdout")
	flags.StringVar(&o.record, "record", "", "write everything to this file, timelines included, for 'meanwhile replay'")
	flags.StringVar(&o.trace, "trace", "", "write the runtime's trace to this file, for 'go tool trace'")
	completeWords(cmd, "timeline", string(timelineAuto), string(timelineAlways), string(timelineNever))
	completeWords(cmd, "strategy", strategyNames()...)
	completeWords(cmd, "format", formatNames()...)
}

// run compares what the options ask for; given tells which flags were on the command line.
func (o *compareOptions) run(ctx context.Context, given []string) error {
	format, err := o.check(given)
	if err != nil {
		return err
	}
	if o.plan.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, o.plan.Timeout, timeoutError{o.plan.Timeout})
		defer cancel()
	}
	comparison := measure.New(o.plan, "meanwhile "+programVersion())
	screen := newScreen(o.streams, format, o.output)
	screen.layout.Timelines = o.shown
	screen.foretell(o.plan.Estimate())
	runErr := o.measure(ctx, comparison, screen)
	if runErr != nil {
		comparison.Partial, comparison.Reason = true, reason(runErr)
	}
	comparison.Learned = measure.Learn(comparison.Results)
	if runErr != nil && len(comparison.Results) == 0 && !errors.Is(runErr, context.Canceled) {
		return runErr // nothing to show but the error
	}
	return errors.Join(screen.finish(comparison), o.keep(comparison), runErr)
}

// keep writes the files that were asked for beside the report.
func (o *compareOptions) keep(c *measure.Comparison) error {
	var errs []error
	if o.record != "" && len(c.Results) > 0 {
		page, err := recording(c)
		errs = append(errs, err, o.write("--record", o.record, page))
	}
	if o.trace != "" && len(c.Results) > 0 {
		errs = append(errs, o.write("--trace", o.trace, c.Results[0].Trace))
	}
	return errors.Join(errs...)
}

// write writes a file, if there is something to write, and tells so.
func (o *compareOptions) write(flag, path string, data []byte) error {
	if data == nil {
		return nil
	}
	if err := writeFile(flag, path, data); err != nil {
		return err
	}
	return wrote(o.streams, path)
}

// measure runs the plan's workloads one after the other and shows each result as soon as it is there.
func (o *compareOptions) measure(ctx context.Context, comparison *measure.Comparison, screen *screen) error {
	answers := newAnswers(o.streams)
	for _, workload := range o.plan.Workloads {
		var guess *measure.Guess
		if o.ask {
			var err error
			if guess, err = answers.guess(ctx, o.plan, workload); err != nil {
				return err
			}
		}
		results, err := measure.Run(ctx, o.plan, workload, screen.progress)
		screen.erase()
		if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(err, cause) {
			err = cause // it ended the setting up, and a library put that into words of its own
		}
		for i := range results {
			if o.trace == "" {
				results[i].Trace = nil // it is large
			}
			if guess != nil {
				results[i].Guess = results[i].Judge(*guess)
			}
			comparison.Results = append(comparison.Results, results[i])
			err = errors.Join(err, screen.show(comparison, &results[i]))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// check completes the plan and finds what is wrong with the options.
func (o *compareOptions) check(given []string) (report.Format, error) {
	format, err := chooseFormat(o.format, o.output)
	if err != nil {
		return "", err
	}
	if err := o.chooseWorkloads(given); err != nil {
		return "", err
	}
	if err := o.chooseStrategies(given); err != nil {
		return "", err
	}
	if len(o.plan.Spec.Delays) > 1 && !slices.Contains(given, "tasks") {
		o.plan.Spec.Tasks = len(o.plan.Spec.Delays)
	}
	if len(o.plan.Spec.URLs) > 0 && len(o.plan.Workloads) == 1 {
		for _, flag := range []string{"delay", "jitter", "seed"} {
			if slices.Contains(given, flag) {
				return "", usagef("--%s is for a server of our own; leave it out with --url, whose server takes the time it takes", flag)
			}
		}
	}
	if o.ask && len(o.plan.Procs) > 1 {
		return "", usagef("--ask is about one number of cores; give --procs one")
	}
	if o.ask && !o.plan.Concurrent() {
		return "", usagef("--ask is about a strategy beside sequential; add one to --strategy")
	}
	if err := o.chooseTimeline(format); err != nil {
		return "", err
	}
	if err := checkOutputs(output{"-o", o.output}, output{"--record", o.record}, output{"--trace", o.trace}); err != nil {
		return "", err
	}
	return format, o.plan.Check()
}

// timelineChoice is the value of --timeline.
type timelineChoice string

// The values of --timeline.
const (
	timelineAuto   timelineChoice = "auto"
	timelineAlways timelineChoice = "always"
	timelineNever  timelineChoice = "never"
)

// chooseTimeline decides whether a round is traced: where it is shown, or kept. Several workloads would take several traces,
// and more room than a screen has.
func (o *compareOptions) chooseTimeline(format report.Format) error {
	choice, err := oneOf("timeline", o.timeline, timelineAuto, timelineAlways, timelineNever)
	if err != nil {
		return err
	}
	needed := choice == timelineAlways || o.record != "" || o.trace != "" || format == report.FormatPerfetto
	switch {
	case format == report.FormatPerfetto && choice == timelineNever:
		return usagef("--format perfetto is nothing but timelines; leave out --timeline never")
	case needed && len(o.plan.Workloads) > 1:
		return usagef("a timeline is of one workload; name one, such as 'meanwhile compare %s'", o.plan.Workloads[0])
	case needed && o.plan.Spec.Tasks > timeline.MaxTasks:
		return usagef("there is no timeline of %d tasks, only of up to %d; ask for fewer --tasks", o.plan.Spec.Tasks, timeline.MaxTasks)
	}
	onTerminal := format == report.FormatText && o.output == "" && o.streams.OutTerminal
	o.shown = choice == timelineAlways || choice == timelineAuto &&
		(onTerminal || format == report.FormatHTML || format == report.FormatPerfetto)
	o.plan.Traced = len(o.plan.Workloads) == 1 && (o.shown || needed)
	if o.trace != "" && len(o.plan.Procs) > 1 {
		return usagef("--trace is of one run; give --procs one value")
	}
	return nil
}

// chooseWorkloads takes all where none is named, and refuses flags that no chosen workload takes.
func (o *compareOptions) chooseWorkloads(given []string) error {
	names := workloadNames()
	if len(o.plan.Workloads) == 0 {
		o.plan.Workloads = names
	}
	var taken, all []string
	for i, name := range o.plan.Workloads {
		workload, ok := lab.Find(name)
		if strings.Contains(name, "://") { // not repeated: it may hold a password
			return usagef("an address is no workload; give it with --url or --dsn")
		}
		if !ok {
			return usagef("there is no workload %q%s; there are %s", name, didYouMean(name, names), strings.Join(names, ", "))
		}
		if slices.Contains(o.plan.Workloads[:i], name) {
			return usagef("%s is named twice; name each workload once", name)
		}
		taken = append(taken, workload.Flags...)
	}
	for _, workload := range lab.Workloads() {
		all = append(all, workload.Flags...)
	}
	for _, flag := range given {
		if slices.Contains(all, flag) && !slices.Contains(taken, flag) {
			return usagef("--%s means nothing to %s; leave it out, or name the workload that takes it",
				flag, strings.Join(o.plan.Workloads, ", "))
		}
	}
	return nil
}

func (o *compareOptions) chooseStrategies(given []string) error {
	names := strategyNames()
	if !slices.Contains(given, "strategy") {
		o.plan.Strategies = measure.UsualStrategies(len(o.plan.Workloads))
	}
	for i, name := range o.plan.Strategies {
		if !slices.Contains(names, name) {
			return usagef("there is no strategy %q%s; there are %s", name, didYouMean(name, names), strings.Join(names, ", "))
		}
		if slices.Contains(o.plan.Strategies[:i], name) {
			return usagef("%s is named twice; name each strategy once", name)
		}
	}
	if len(o.plan.Strategies) == 0 {
		return usagef("--strategy is empty; name some of %s", strings.Join(names, ", "))
	}
	return nil
}

// timeoutError ends a comparison that took longer than it may.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("timed out after %s; allow more with --timeout, or ask for fewer --tasks or --rounds", e.after)
}

// reason says in a few words why a comparison ended early.
func reason(err error) string {
	if errors.Is(err, context.Canceled) {
		return "interrupted"
	}
	return oneLine(err)
}

// changed lists the flags that were on the command line.
func changed(flags *pflag.FlagSet) []string {
	var names []string
	flags.Visit(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

func workloadNames() []string {
	var names []string
	for _, workload := range lab.Workloads() {
		names = append(names, workload.Name)
	}
	return names
}

func workloadWords() (title string, words [][2]string) {
	for _, workload := range lab.Workloads() {
		words = append(words, [2]string{workload.Name, workload.Task})
	}
	return "Workloads, and what one task does:", words
}

// describe writes a title and lines of two columns, for help.
func describe(title string, words [][2]string) string {
	var b strings.Builder
	fmt.Fprintln(&b, title)
	for _, pair := range words {
		fmt.Fprintf(&b, "  %-11s %s\n", pair[0], pair[1])
	}
	return b.String()
}

func strategyNames() []string {
	var names []string
	for _, strategy := range demos.Strategies(1) {
		names = append(names, strategy.Name)
	}
	return names
}

func formatNames() []string {
	var names []string
	for _, format := range report.Formats() {
		names = append(names, string(format))
	}
	return names
}

// chooseFormat takes --format, or else what the file's ending says, or else text.
func chooseFormat(format, output string) (report.Format, error) {
	if format != "" {
		return oneOf("format", format, report.Formats()...)
	}
	for ending, format := range map[string]report.Format{
		".json": report.FormatJSON, ".csv": report.FormatCSV, ".md": report.FormatMarkdown, ".html": report.FormatHTML,
	} {
		if strings.HasSuffix(output, ending) {
			return format, nil
		}
	}
	return report.FormatText, nil
}
