package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

// checkOptions are the flags of practice check.
type checkOptions struct {
	all     bool
	race    bool
	verbose bool
	format  string
	seed    uint64
	streams *term.Streams
}

func newPracticeCheck(streams *term.Streams) *cobra.Command {
	o := &checkOptions{race: true, format: "text", streams: streams}
	cmd := &cobra.Command{
		Use:   "check [name]",
		Short: "Check a solution: does it overlap what can overlap, and is it right?",
		Long: `Check builds your code beside a hidden test, in a folder that is thrown away, and runs
it in virtual time: first as it is, and where it passes, with the race detector. It
says in a sentence what was expected and what happened. Your files are not touched. A
check on your own machine is not proof against cheating.`,
		Example: `  meanwhile practice check fetch-three
  meanwhile practice check                         the one in whose folder you are
  meanwhile practice check --all
  meanwhile practice check crawler --verbose       what the tools have printed, too
  meanwhile practice check crawler --seed 7        with the same numbers again
  meanwhile practice check --all --format json     for other programs`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && o.all {
				return usagef("name one exercise to check, or give --all instead")
			}
			return nil
		},
		ValidArgsFunction: completeExercises,
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.all, "all", false, "check all that are begun")
	flags.BoolVar(&o.race, "race", true, "run with the race detector, too, where there is one")
	flags.Uint64Var(&o.seed, "seed", 0, "repeat the numbers of an earlier check")
	flags.BoolVar(&o.verbose, "verbose", false, "show what the tools have printed")
	flags.StringVar(&o.format, "format", o.format, "text or json")
	completeWords(cmd, "format", "text", "json")
	return cmd
}

// shortError tells that checks fell short, which were told.
type shortError struct{ short, of int }

func (e shortError) Error() string {
	if e.of == 1 {
		return "the solution falls short"
	}
	return fmt.Sprintf("%d of %s fall short", e.short, report.Count(e.of, "solution"))
}

func (o *checkOptions) run(ctx context.Context, args []string) (err error) {
	format, err := oneOf("format", o.format, report.FormatText, report.FormatJSON)
	if err != nil {
		return err
	}
	p, err := newPractitioner(ctx, o.streams)
	if err != nil {
		return err
	}
	if len(args) == 0 && !o.all && p.at(".") != nil {
		args = []string{"."}
	}
	if len(args) == 0 && !o.all {
		return usagef("name an exercise to check, or give --all")
	}
	folder, err := p.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	chosen, err := o.chosen(p, folder, args)
	if err != nil {
		return err
	}
	tools, err := workshop.FindToolchain(ctx)
	if err != nil {
		return err
	}
	outcomes := []*workshop.Outcome{}
	err = o.checkEach(ctx, tools, folder, chosen, func(e *workshop.Exercise, outcome *workshop.Outcome) error {
		p.warnOf(p.checked(ctx, e, outcome))
		outcomes = append(outcomes, outcome)
		if format == report.FormatJSON {
			return nil
		}
		return o.tell(p, folder, e, outcome, len(outcomes) > 1)
	})
	switch {
	case format != report.FormatJSON:
	case o.all:
		err = errors.Join(err, report.JSON(o.streams.Out, outcomes))
	case len(outcomes) == 1:
		err = errors.Join(err, report.JSON(o.streams.Out, outcomes[0]))
	}
	if err != nil {
		return err
	}
	short := slices.DeleteFunc(slices.Clone(outcomes), func(outcome *workshop.Outcome) bool { return outcome.Passed })
	if len(short) > 0 {
		return shortError{len(short), len(outcomes)}
	}
	return nil
}

// chosen are the exercises to check.
func (o *checkOptions) chosen(p *practitioner, folder *workshop.Folder, args []string) ([]*workshop.Exercise, error) {
	if !o.all {
		e, err := p.find(args[0])
		return []*workshop.Exercise{e}, err
	}
	var chosen []*workshop.Exercise
	for _, e := range p.exercises {
		if folder.Begun(e) {
			chosen = append(chosen, e)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no exercise is begun; change %s, and check again", folder.Place(p.exercises[0].Name))
	}
	return chosen, nil
}

// checkEach checks exercises, as many at once as there are cores, and tells what came of each in their order, as soon as it can.
// Those that were checked when ctx ends are told.
func (o *checkOptions) checkEach(ctx context.Context, tools *workshop.Toolchain, folder *workshop.Folder, chosen []*workshop.Exercise,
	tell func(e *workshop.Exercise, outcome *workshop.Outcome) error,
) error {
	type result struct {
		outcome *workshop.Outcome
		err     error
	}
	results := make([]chan result, len(chosen))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, e := range chosen {
		results[i] = make(chan result, 1)
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			outcome, err := o.check(ctx, tools, folder, e)
			results[i] <- result{outcome, err}
		})
	}
	var failed error
	for i, e := range chosen {
		r := <-results[i]
		if r.err == nil {
			r.err = tell(e, r.outcome)
		}
		failed = cmp.Or(failed, r.err) // one is enough: the others have the same cause
	}
	return failed
}

// check checks one: without the race detector first, whose answer is quick.
func (o *checkOptions) check(ctx context.Context, tools *workshop.Toolchain, folder *workshop.Folder, e *workshop.Exercise) (*workshop.Outcome, error) {
	attempt, outcome, err := folder.Attempt(e)
	if err != nil || outcome != nil {
		return outcome, err
	}
	outcome, err = tools.Check(ctx, e, attempt, workshop.Options{Seed: o.seed})
	if err != nil || !o.race || !outcome.Provisional() {
		return outcome, err
	}
	return tools.Check(ctx, e, attempt, workshop.Options{Race: true, Seed: outcome.Seed})
}

// checked keeps what came of a check.
func (p *practitioner) checked(ctx context.Context, e *workshop.Exercise, outcome *workshop.Outcome) error {
	now := time.Now()
	return p.note(ctx, e, func(kept *progress.Exercise) {
		if kept.Passed.IsZero() {
			kept.Checks++
		}
		if outcome.Passed && !outcome.Provisional() {
			kept.Due = time.Time{}
			if kept.Passed.IsZero() {
				kept.Passed = now
			}
		}
	})
}

// tell says what came of a check.
func (o *checkOptions) tell(p *practitioner, folder *workshop.Folder, e *workshop.Exercise, outcome *workshop.Outcome, another bool) error {
	var lines []report.Line
	if another {
		lines = append(lines, report.Line{})
	}
	next := p.next(e, outcome)
	if o.all && outcome.Passed { // which is no news
		outcome.Timeline, next = nil, ""
	}
	place := ""
	if outcome.Place != "" {
		place = folder.Place(outcome.Place)
	}
	lines = append(lines, p.layout().Checked(outcome, place, next)...)
	if o.verbose && outcome.Log != "" {
		lines = append(lines, p.layout().Log(outcome.Log)...)
	}
	_, err := fmt.Fprint(o.streams.Out, report.Stack(lines))
	return err
}

// next is the one thing to do next.
func (p *practitioner) next(e *workshop.Exercise, outcome *workshop.Outcome) string {
	switch {
	case outcome.Next != "":
		return outcome.Next
	case !outcome.Passed:
		return fmt.Sprintf("'%s', or change your file and check again", report.Command([]string{"practice", "hint", e.Short()}))
	case outcome.Provisional():
		return fmt.Sprintf("'%s' has the race detector look on, too; it counts from then on", report.Command([]string{"practice", "check", e.Short()}))
	}
	for _, other := range p.exercises[e.Number:] {
		if !p.passed(other) {
			return fmt.Sprintf("%s, or '%s' to set yours beside the reference", other.Name, report.Command([]string{"practice", "diff", e.Short()}))
		}
	}
	return fmt.Sprintf("'%s' sets yours beside the reference", report.Command([]string{"practice", "diff", e.Short()}))
}

func newPracticeSolution(streams *term.Streams) *cobra.Command {
	showMe := false
	cmd := &cobra.Command{
		Use:   "solution name",
		Short: "Show a solution, once yours has passed",
		Long: `Solution shows how the exercise can be solved, and why so. Before yours has passed it
asks for --show-me: an exercise that was shown and not solved comes back after three
days, in 'meanwhile learn review'.`,
		Example:           "  meanwhile practice solution fetch-three\n  meanwhile practice solution fetch-three --show-me",
		Args:              oneExercise,
		ValidArgsFunction: completeExercises,
	}
	cmd.Flags().BoolVar(&showMe, "show-me", false, "show it before yours has passed")
	runFormatted(cmd, func(ctx context.Context, args []string, format report.Format) error {
		return showSolution(ctx, streams, args[0], showMe, format)
	})
	return cmd
}

// solutionText is a file that solves an exercise, or is meant to.
type solutionText struct {
	Exercise string `json:"exercise"`
	File     string `json:"file"`
	Text     string `json:"text"`

	// Outcome is what a check of it came to, where it was checked.
	Outcome *workshop.Outcome `json:"outcome,omitempty"`
}

func showSolution(ctx context.Context, streams *term.Streams, named string, showMe bool, format report.Format) error {
	p, e, err := practiseOn(ctx, streams, named)
	if err != nil {
		return err
	}
	if err := p.mayShow(ctx, e, showMe); err != nil {
		return err
	}
	if format == report.FormatJSON {
		return report.JSON(streams.Out, solutionText{Exercise: e.Name, File: e.File, Text: string(e.Solution)})
	}
	lines := p.layout().GoText(string(e.Solution))
	if streams.OutTerminal {
		lines = p.layout().Folded(p.layout().GoText(report.ExpandTabs(string(e.Solution))))
	}
	_, err = fmt.Fprint(streams.Out, report.Stack(lines))
	return err
}

// mayShow tells whether a solution may be shown, and notes that it was.
func (p *practitioner) mayShow(ctx context.Context, e *workshop.Exercise, showMe bool) error {
	if p.passed(e) {
		return nil
	}
	if !showMe {
		return fmt.Errorf("%s has not passed yet; '%s' helps, and --show-me shows it all the same", e.Name,
			report.Command([]string{"practice", "hint", e.Short()}))
	}
	p.warnOf(p.shown(ctx, e))
	return nil
}

// shown notes that a solution is shown that has not passed: from now on, it takes that long until it comes back.
func (p *practitioner) shown(ctx context.Context, e *workshop.Exercise) error {
	now := time.Now()
	return p.note(ctx, e, func(kept *progress.Exercise) {
		if kept.Shown.IsZero() {
			kept.Shown = now
		}
		kept.Due = now.Add(again)
	})
}

func newPracticeDiff(streams *term.Streams) *cobra.Command {
	showMe := false
	cmd := &cobra.Command{
		Use:   "diff name",
		Short: "Set your solution beside the reference, with what each did",
		Long: `Diff sets your file beside the reference solution, and marks where they differ. Above each
is what a check counted: virtual time, the most calls at once, all calls. Before yours
has passed it asks for --show-me, as 'practice solution' does.`,
		Example:           "  meanwhile practice diff fetch-three",
		Args:              oneExercise,
		ValidArgsFunction: completeExercises,
	}
	cmd.Flags().BoolVar(&showMe, "show-me", false, "show the reference before yours has passed")
	runFormatted(cmd, func(ctx context.Context, args []string, format report.Format) error {
		return diffExercise(ctx, streams, args[0], showMe, format)
	})
	return cmd
}

func diffExercise(ctx context.Context, streams *term.Streams, named string, showMe bool, format report.Format) (err error) {
	p, e, err := practiseOn(ctx, streams, named)
	if err != nil {
		return err
	}
	if err := p.mayShow(ctx, e, showMe); err != nil {
		return err
	}
	folder, err := p.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	attempt, broken, err := folder.Attempt(e)
	if err != nil {
		return err
	}
	if broken != nil {
		return errors.New(broken.Said + "; " + broken.Next)
	}
	tools, err := workshop.FindToolchain(ctx)
	if err != nil {
		return err
	}
	yours, err := tools.Check(ctx, e, attempt, workshop.Options{})
	if err != nil {
		return err
	}
	best, err := tools.Check(ctx, e, workshop.Attempt{e.File: e.Solution}, workshop.Options{Seed: yours.Seed})
	if err != nil {
		return err
	}
	if format == report.FormatJSON {
		return report.JSON(streams.Out, map[string]solutionText{
			"yours":    {e.Name, e.File, string(attempt[e.File]), yours},
			"solution": {e.Name, e.File, string(e.Solution), best},
		})
	}
	_, err = fmt.Fprint(streams.Out, report.Stack(p.layout().Attempts(e, attempt[e.File], yours, best)))
	return err
}
