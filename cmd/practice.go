package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

func newPractice(streams *term.Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "practice",
		Short: "Solve exercises whose checks prove that a solution is concurrent",
		Long: `Practice is exercises in Go, in a folder of yours. A check runs your code in virtual
time, beside collaborators that count: five waits of a second take exactly one second at
once, and exactly five one after the other. So a solution that only looks concurrent
does not pass, and one that is right by luck would need it some hundred times. It needs
Go 1.25 or later, and no network. On a terminal, 'meanwhile practice' checks what you
save, as you save it.`,
		Example: `  meanwhile practice doctor              what your machine has, and what it lacks
  meanwhile practice init                write the exercises into ./practice
  meanwhile practice                     check what you save, one exercise after the other
  meanwhile practice check fetch-three   check the first one
  meanwhile practice hint fetch-three    a hint, a step further each time
  meanwhile practice list                how far you are`,
		Args: func(cmd *cobra.Command, args []string) error {
			if exercises, err := workshop.Exercises(); err == nil && len(args) == 1 && workshop.Find(exercises, args[0]) != nil {
				return usagef("'%s' checks that exercise", report.Command([]string{"practice", "check", args[0]}))
			}
			return knownCommand(cmd, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if streams.InTerminal && streams.OutTerminal && streams.Animate {
				return watchExercises(cmd.Context(), streams)
			}
			if streams.InTerminal && streams.OutTerminal {
				fmt.Fprintln(streams.Err, "without a screen to draw on, 'meanwhile practice check NAME' checks what you have saved; here is the list:")
			}
			return listExercises(cmd.Context(), streams, report.FormatText)
		},
	}
	cmd.AddCommand(newPracticeInit(streams), newPracticeList(streams), newPracticeCheck(streams), newPracticeHint(streams),
		newPracticeSolution(streams), newPracticeDiff(streams), newPracticeReset(streams), newPracticeDoctor(streams))
	return cmd
}

// oneExercise asks for the name of an exercise.
func oneExercise(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef("name one exercise, as in 'meanwhile practice %s fetch-three'; 'meanwhile practice list' lists them", cmd.Name())
	}
	return nil
}

// practitioner is who works on the exercises.
type practitioner struct {
	keeper
	mu        sync.Mutex // guards the record's exercises, which a watch's checks change while they are shown
	streams   *term.Streams
	exercises []*workshop.Exercise
}

func newPractitioner(ctx context.Context, streams *term.Streams) (*practitioner, error) {
	exercises, err := workshop.Exercises()
	if err != nil {
		return nil, err
	}
	p := &practitioner{keeper: newKeeper(ctx), streams: streams, exercises: exercises}
	if p.record.Exercises == nil {
		p.record.Exercises = map[string]progress.Exercise{}
	}
	p.warn(streams)
	return p, nil
}

// practiseOn is newPractitioner with the exercise that is named.
func practiseOn(ctx context.Context, streams *term.Streams, named string) (*practitioner, *workshop.Exercise, error) {
	p, err := newPractitioner(ctx, streams)
	if err != nil {
		return nil, nil, err
	}
	e, err := p.find(named)
	return p, e, err
}

// kept is what is known of an exercise.
func (p *practitioner) kept(e *workshop.Exercise) progress.Exercise {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.record.Exercises[e.Name]
}

// passed tells whether an exercise has passed, now or before.
func (p *practitioner) passed(e *workshop.Exercise) bool { return !p.kept(e).Passed.IsZero() }

func (p *practitioner) layout() report.Layout {
	return report.Layout{Style: p.streams.Style, Width: p.streams.Width}
}

// folder opens the folder of exercises: that in which the learner is, or the one of the last init.
func (p *practitioner) folder() (*workshop.Folder, error) {
	return workshop.OpenFolder(".", p.record.Workshop)
}

// find returns the exercise that is named, or to which a path leads.
func (p *practitioner) find(named string) (*workshop.Exercise, error) {
	if e := workshop.Find(p.exercises, named); e != nil {
		return e, nil
	}
	if e := p.at(named); e != nil {
		return e, nil
	}
	return nil, usagef("there is no exercise %q%s; 'meanwhile practice list' lists what there is", named, didYouMean(named, exerciseNames(p.exercises)))
}

// at returns the exercise to which a path leads: its folder, or a file in it; nil where it leads elsewhere, or nowhere.
func (p *practitioner) at(path string) *workshop.Exercise {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	for _, name := range []string{filepath.Base(path), filepath.Base(filepath.Dir(path))} {
		if e := workshop.Find(p.exercises, name); e != nil && e.Name == name {
			return e
		}
	}
	return nil
}

func exerciseNames(exercises []*workshop.Exercise) []string {
	var names []string
	for _, e := range exercises {
		names = append(names, e.Short())
	}
	return names
}

// completeExercises offers the names of exercises.
func completeExercises(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	exercises, err := workshop.Exercises()
	for _, e := range exercises {
		if err == nil && len(given) == 0 {
			names = append(names, cobra.CompletionWithDesc(e.Short(), e.Title))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// note changes what is known of an exercise, and keeps it. An error says why it cannot be kept, unless that was said before.
func (p *practitioner) note(ctx context.Context, e *workshop.Exercise, change func(*progress.Exercise)) error {
	to := func(exercises map[string]progress.Exercise) {
		kept := exercises[e.Name]
		change(&kept)
		exercises[e.Name] = kept
	}
	p.mu.Lock()
	to(p.record.Exercises)
	p.mu.Unlock()
	err := p.update(ctx, func(record *progress.Record) { to(record.Exercises) })
	if err != nil && err.Error() == p.keeper.note {
		return nil
	}
	return err
}

// warnOf says what could not be kept.
func (p *practitioner) warnOf(err error) {
	if err != nil {
		warnOf(p.streams, oneLine(err))
	}
}

func newPracticeInit(streams *term.Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "init [dir]",
		Short: "Write the exercises into a folder",
		Long: `Init writes the exercises into a folder, ./practice where none is named: a Go module
that needs the standard library only. Within a folder of exercises it writes what is
missing there. A file that is there already stays as it is. The
other commands find the folder from within it, or from the last init.`,
		Example: "  meanwhile practice init\n  meanwhile practice init ~/concurrency",
		Args:    usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "practice"
			if here, err := os.Getwd(); err == nil {
				dir = cmp.Or(workshop.Enclosing(here), dir)
			}
			if len(args) > 0 {
				dir = args[0]
			}
			return initExercises(cmd.Context(), streams, dir)
		},
	}
}

func initExercises(ctx context.Context, streams *term.Streams, dir string) (err error) {
	p, err := newPractitioner(ctx, streams)
	if err != nil {
		return err
	}
	folder, written, err := workshop.Init(dir, p.exercises)
	if folder != nil {
		defer func() { err = errors.Join(err, folder.Close()) }()
	}
	if err != nil {
		return err
	}
	before := p.record.Workshop
	if err := p.update(ctx, func(record *progress.Record) { record.Workshop = folder.Dir }); err != nil && err.Error() != p.keeper.note {
		return err
	}
	first, where := p.exercises[0], term.Printable(folder.Dir, 400)
	words := fmt.Sprintf("%s of %s written into %s", report.Count(len(written), "file"), report.Count(len(p.exercises), "exercise"), where)
	if len(written) == 0 {
		words = fmt.Sprintf("the files of %s are there already, in %s", report.Count(len(p.exercises), "exercise"), where)
	}
	if _, err := os.Stat(before); err == nil && before != folder.Dir {
		words += "\nfrom elsewhere, the other commands find these now, and no longer those in " + term.Printable(before, 400)
	}
	_, err = fmt.Fprintf(streams.Out, "%s\nread %s, change %s beside it, and check it by '%s'\n", words,
		term.Printable(filepath.Join(dir, first.Name, "README.md"), 400), first.File, report.Command([]string{"practice", "check", first.Short()}))
	return err
}

func newPracticeList(streams *term.Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the exercises, and how far you are",
		Example: "  meanwhile practice list\n  meanwhile practice list --format json",
		Args:    usageArgs(cobra.NoArgs),
	}
	runFormatted(cmd, func(ctx context.Context, _ []string, format report.Format) error {
		return listExercises(ctx, streams, format)
	})
	return cmd
}

// exerciseState is a line of the list.
type exerciseState struct {
	Number   int    `json:"number"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Category string `json:"category"`
	Lesson   string `json:"lesson"`
	Coming   bool   `json:"lesson_is_coming"`
	Minutes  int    `json:"minutes"`
	State    string `json:"state"` // "", "begun", "shown" or "passed"
	Checks   int    `json:"checks"`
}

// writtenLessons are the titles of the lessons that there are; the others are to come.
func writtenLessons() (map[string]bool, error) {
	lessons, err := course.Lessons()
	written := map[string]bool{}
	for _, lesson := range lessons {
		written[lesson.Title] = true
	}
	return written, err
}

func (p *practitioner) states() ([]exerciseState, error) {
	written, err := writtenLessons()
	if err != nil {
		return nil, err
	}
	folder, none := p.folder()
	if none == nil {
		defer folder.Close()
	}
	var states []exerciseState
	for _, e := range p.exercises {
		kept := p.kept(e)
		state := exerciseState{
			Number: e.Number, Name: e.Name, Title: e.Title, Category: e.Category, Lesson: e.Lesson, Coming: !written[e.Lesson],
			Minutes: e.Minutes, Checks: kept.Checks,
		}
		switch {
		case !kept.Passed.IsZero():
			state.State = "passed"
		case !kept.Shown.IsZero():
			state.State = "shown"
		case none == nil && folder.Begun(e):
			state.State = "begun"
		}
		states = append(states, state)
	}
	return states, nil
}

func listExercises(ctx context.Context, streams *term.Streams, format report.Format) error {
	p, err := newPractitioner(ctx, streams)
	if err != nil {
		return err
	}
	states, err := p.states()
	if err != nil {
		return err
	}
	if format == report.FormatJSON {
		return report.JSON(streams.Out, states)
	}
	var page strings.Builder
	l := p.layout()
	signs := map[string]string{"passed": "✓", "shown": "·", "begun": "›"}
	passed := 0
	page.WriteString(l.Line(term.Faint, "  "+term.Pad("exercise", 26)+"  time  lesson").Painted + "\n")
	for _, s := range states {
		if s.State == "passed" {
			passed++
		}
		lesson := fmt.Sprintf("%2d min  %s", s.Minutes, s.Lesson)
		if s.Coming {
			lesson += " (coming)"
		}
		page.WriteString(l.Line(term.Good, term.Pad(l.Style.Text(signs[s.State]), 2)).Painted +
			l.Line(term.Strong, term.Pad(s.Name, 26)).Painted + l.Line(term.Faint, lesson).Painted + "\n")
	}
	legend := fmt.Sprintf("%s passed, %s begun, %s solution shown", signs["passed"], signs["begun"], signs["shown"])
	fmt.Fprintf(&page, "\n%s\n", l.Line(term.Faint, fmt.Sprintf("%d of %d passed; %s", passed, len(states), legend)).Painted)
	if folder, err := p.folder(); err != nil {
		page.WriteString(err.Error() + "\n")
	} else if err := folder.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprint(streams.Out, page.String())
	return err
}

func newPracticeHint(streams *term.Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hint name",
		Short: "Give a hint: where to look, then the idea, then a skeleton",
		Long: `Hint gives a hint, a step further each time it is asked: where to look, the idea, and
a skeleton of the code.`,
		Example:           "  meanwhile practice hint fetch-three",
		Args:              oneExercise,
		ValidArgsFunction: completeExercises,
	}
	runFormatted(cmd, func(ctx context.Context, args []string, format report.Format) error {
		return hintAt(ctx, streams, args[0], format)
	})
	return cmd
}

func hintAt(ctx context.Context, streams *term.Streams, named string, format report.Format) error {
	p, e, err := practiseOn(ctx, streams, named)
	if err != nil {
		return err
	}
	n := min(p.kept(e).Hints, len(e.Hints)-1)
	p.warnOf(p.hinted(ctx, e, n+1))
	if format == report.FormatJSON {
		return report.JSON(streams.Out, struct {
			Exercise string `json:"exercise"`
			Hint     int    `json:"hint"`
			Of       int    `json:"of"`
			Text     string `json:"text"`
		}{e.Name, n + 1, len(e.Hints), e.Hints[n]})
	}
	l := p.layout()
	head := fmt.Sprintf("hint %d of %d", n+1, len(e.Hints))
	if n+1 == len(e.Hints) {
		head += ", the last one"
	}
	lines := []report.Line{l.Line(term.Faint, head)}
	_, err = fmt.Fprint(streams.Out, report.Stack(append(lines, l.Hint(e.Hints[n])...)))
	return err
}

// hinted notes that so many hints were looked at.
func (p *practitioner) hinted(ctx context.Context, e *workshop.Exercise, n int) error {
	return p.note(ctx, e, func(kept *progress.Exercise) { kept.Hints = max(kept.Hints, n) })
}

func newPracticeReset(streams *term.Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reset name",
		Short: "Begin an exercise anew; your file is set aside",
		Long: `Reset puts the file that an exercise begins with in place of yours, which stays beside
it under another name, and puts given.go back as it was.`,
		Example:           "  meanwhile practice reset fetch-three",
		Args:              oneExercise,
		ValidArgsFunction: completeExercises,
	}
	runFormatted(cmd, func(ctx context.Context, args []string, format report.Format) error {
		return resetExercise(ctx, streams, args[0], format)
	})
	return cmd
}

func resetExercise(ctx context.Context, streams *term.Streams, named string, format report.Format) (err error) {
	p, e, err := practiseOn(ctx, streams, named)
	if err != nil {
		return err
	}
	folder, err := p.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	aside, err := folder.Reset(e)
	if err != nil {
		return err
	}
	if format == report.FormatJSON {
		return report.JSON(streams.Out, struct {
			Exercise string `json:"exercise"`
			Aside    string `json:"set_aside"` // where the learner's file is now; "" where there was none, or none that was changed
		}{e.Name, aside})
	}
	words := e.Name + " begins anew"
	if aside != "" {
		words += "; your file is now " + aside
	}
	fmt.Fprintln(streams.Err, words)
	return nil
}

// again is after how long an exercise comes back whose solution was shown before it was solved.
const again = 3 * 24 * time.Hour
