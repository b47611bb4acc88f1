package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/experiment"
	"meanwhile/internal/measure"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

func newLearnCheck(streams *term.Streams) *cobra.Command {
	run := false
	cmd := &cobra.Command{
		Use:   "check [dir]",
		Short: "Find what is wrong with lessons",
		Long: `Check reads the lessons in a folder, or the one that it is, and names every fault by
file and line, with what to do about it. Without a folder it checks the program's own.
With --run it runs every command, at small scale, and finds what the lesson asks of a
run that the run does not tell. docs/authoring.md says how lessons are written.`,
		Example: `  meanwhile learn check my-lessons
  meanwhile learn check my-lessons/01-hello --run`,
		Args: usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error { return checkLessons(cmd.Context(), streams, args, run) },
	}
	cmd.Flags().BoolVar(&run, "run", false, "run every command, at small scale")
	return cmd
}

// faultyError tells that lessons have faults, all of which were told.
type faultyError int

func (n faultyError) Error() string {
	return fmt.Sprintf("%s; mend what is above, and check again", report.Count(int(n), "fault"))
}

func checkLessons(ctx context.Context, streams *term.Streams, args []string, run bool) error {
	files, shown := course.Files(), course.Folder
	if len(args) > 0 {
		opened, _, err := openLessons(args[0])
		if err != nil {
			return err
		}
		files, shown = opened, path.Clean(filepath.ToSlash(args[0]))
	}
	glossary, err := course.Glossary()
	if err != nil {
		return err
	}
	lessons, faults := course.Load(files, shown)
	for _, lesson := range lessons {
		faults = append(append(faults, lesson.CheckTerms(glossary)...), commandFaults(lesson)...)
		whole := !slices.ContainsFunc(faults, func(f course.Fault) bool { return f.File == lesson.File })
		if run && whole {
			fmt.Fprintf(streams.Err, "running %s\n", lesson.Name)
			found, err := tryLesson(ctx, lesson)
			if err != nil {
				return err
			}
			faults = append(faults, found...)
		}
	}
	slices.SortStableFunc(faults, func(a, b course.Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	for _, fault := range faults {
		if _, err := fmt.Fprintln(streams.Out, term.Printable(fault.Error(), 1000)); err != nil {
			return err
		}
	}
	if len(faults) > 0 {
		return faultyError(len(faults))
	}
	_, err = fmt.Fprintf(streams.Out, "%s, no fault\n", report.Count(len(lessons), "lesson"))
	return err
}

// commandFaults finds the commands of a lesson that cannot be run.
func commandFaults(lesson *course.Lesson) (faults []course.Fault) {
	for _, step := range lesson.Steps {
		if step.Kind != course.Run || step.Command == nil {
			continue
		}
		for _, command := range [][]string{step.Command, small(step)} {
			if _, err := prepare(command); err != nil {
				faults = append(faults, course.Fault{
					File: lesson.File, Line: step.Line, Problem: fmt.Sprintf("the command cannot be run: %v", err), Next: "'meanwhile --help' shows how",
				})
				break
			}
		}
	}
	return faults
}

// small is a step's command at small scale.
func small(step course.Step) []string { return slices.Concat(step.Command, step.Quick) }

// tryLesson runs every command of a lesson at small scale, and finds what a run does not tell that the lesson asks of it.
func tryLesson(ctx context.Context, lesson *course.Lesson) (faults []course.Fault, err error) {
	var results course.Results
	n := 0
	for _, step := range lesson.Steps {
		if step.Kind != course.Run {
			continue
		}
		n++
		result, err := runSmall(ctx, step)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			faults = append(faults, course.Fault{
				File: lesson.File, Line: step.Line, Problem: fmt.Sprintf("the command failed: %v", err), Next: "mend it, or its quick form",
			})
			continue
		}
		results = course.Results{Last: result, Before: results.Last}
		faults = append(faults, lesson.CheckResult(n, results)...)
	}
	return faults, nil
}

func runSmall(ctx context.Context, step course.Step) (*experiment.Result, error) {
	runner, err := prepare(small(step))
	if err != nil {
		return nil, err
	}
	return runner(ctx, io.Discard, func(measure.Progress) {})
}
