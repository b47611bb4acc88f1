package cmd

import (
	"context"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/tui"
)

// learnOptions are the flags of learn.
type learnOptions struct {
	plain   bool
	present bool
	theme   string
	folder  string // of lessons that are not the program's
	streams *term.Streams
}

func newLearn(streams *term.Streams) *cobra.Command {
	o := &learnOptions{streams: streams}
	cmd := &cobra.Command{
		Use:   "learn [lesson]",
		Short: "Take the course: predict, run, see, understand",
		Long: `Learn goes through the course, a lesson at a time: you predict what a run will do,
run it for real, look at what happened, and read why. Every number was measured on
your machine. Without a lesson it goes on where you were. You can leave at any step,
and come back to it.

On a terminal it takes the whole screen; with --plain, or elsewhere, it is lines and
questions, which a screen reader reads and a script can answer: an empty line skips a
question, and the end of the input leaves and keeps the place.`,
		Example: `  meanwhile learn                   go on where you were
  meanwhile learn 2                 lesson 2; a name works too: two-at-once
  meanwhile learn list              all lessons, and how far you are
  meanwhile learn review            the questions that are due again
  meanwhile learn recap -o recap.md a record of what you predicted and measured, to keep
  meanwhile learn 2 --present       for a projector
  meanwhile learn 2 --plain         as lines`,
		Args: usageArgs(cobra.MaximumNArgs(1)),
		ValidArgsFunction: func(_ *cobra.Command, given []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			lessons, err := course.Lessons()
			for _, lesson := range lessons {
				if len(given) == 0 && err == nil {
					names = append(names, cobra.CompletionWithDesc(lesson.Name, lesson.Title))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		},
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.plain, "plain", false, "lines and questions instead of the whole screen")
	flags.BoolVar(&o.present, "present", false, "for a projector: large, one thing after the other, notes under a key")
	flags.StringVar(&o.theme, "theme", string(dark), "the background that --present has: dark or light")
	lessonsFlag(cmd, &o.folder)
	completeWords(cmd, "theme", string(dark), string(light))
	cmd.AddCommand(newLearnList(streams), newLearnReview(streams), newLearnRecap(streams), newLearnGlossary(streams),
		newLearnReset(streams), newLearnCheck(streams))
	return cmd
}

// lessonsFlag adds --lessons.
func lessonsFlag(cmd *cobra.Command, folder *string) {
	cmd.Flags().StringVar(folder, "lessons", "", "take the lessons of this folder instead of the program's")
	if err := cmd.MarkFlagDirname("lessons"); err != nil {
		panic(err) // the flag does not exist: a mistake in this function
	}
}

// theme is the value of --theme.
type theme string

// The values of --theme.
const (
	dark  theme = "dark"
	light theme = "light"
)

func (o *learnOptions) run(ctx context.Context, args []string) error {
	theme, err := oneOf("theme", o.theme, dark, light)
	if err != nil {
		return err
	}
	lines := o.plain || !o.streams.InTerminal || !o.streams.OutTerminal || !o.streams.Animate
	if o.present && lines {
		return usagef("--present needs a terminal that it can redraw, and no --plain")
	}
	l, err := newLearner(ctx, o.streams, o.folder)
	if err != nil {
		return err
	}
	lesson, err := l.choose(args)
	if err != nil {
		return err
	}
	if lesson == nil {
		return l.allDone()
	}
	session := course.Begin(lesson, l.record.Lessons[lesson.Key], time.Now())
	desk := l.desk(ctx)
	if lines {
		return newLineLesson(o.streams, desk, session, l.note).run(ctx)
	}
	return tui.Lesson(ctx, o.streams, session, desk, tui.Look{Present: o.present, Light: theme == light, Note: l.note})
}

// learner is who takes the course: the lessons, and what was done of them.
type learner struct {
	keeper
	streams  *term.Streams
	lessons  []*course.Lesson
	glossary []course.Entry
	folder   string // of the lessons; empty where they are the program's
}

// newLearner reads the lessons, those of folder where it is not empty, and what was done of them.
func newLearner(ctx context.Context, streams *term.Streams, folder string) (*learner, error) {
	l := &learner{streams: streams, folder: folder}
	var err error
	if folder == "" {
		l.lessons, err = course.Lessons()
	} else {
		l.lessons, err = folderLessons(folder)
	}
	if err != nil {
		return nil, err
	}
	if l.glossary, err = course.Glossary(); err != nil {
		return nil, err
	}
	l.keeper = newKeeper(ctx)
	return l, nil
}

// folderLessons reads lessons that are not the program's. All of their faults are told by learn check.
func folderLessons(folder string) ([]*course.Lesson, error) {
	files, shown, err := openLessons(folder)
	if err != nil {
		return nil, err
	}
	lessons, faults := course.Load(files, shown)
	if len(faults) > 0 {
		return nil, fmt.Errorf("%w; 'meanwhile learn check %s' tells all faults", faults[0], folder)
	}
	for _, lesson := range lessons {
		// The program has lessons of such names, too, and so may another folder.
		lesson.Key = fmt.Sprintf("%s-%08x/%s", path.Base(shown), crc32.ChecksumIEEE([]byte(shown)), lesson.Name)
	}
	return lessons, nil
}

// openLessons opens a folder of lessons; nothing outside of it is read.
func openLessons(folder string) (files fs.FS, shown string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, "", usagef("cannot read lessons in %s: %w; name a folder of lessons", folder, pathless(err))
	}
	full, err := filepath.Abs(folder)
	return root.FS(), filepath.ToSlash(full), err
}

// choose returns the lesson that is named or, where none is, the one to go on with; nil where all are done.
func (l *learner) choose(args []string) (*course.Lesson, error) {
	if len(args) == 0 {
		return l.next(), nil
	}
	if lesson := course.Find(l.lessons, args[0]); lesson != nil {
		return lesson, nil
	}
	if title, ok := l.coming(args[0]); ok {
		return nil, usagef("lesson %s, %s, is still to come; 'meanwhile learn list' lists what there is", args[0], title)
	}
	var names []string
	for _, lesson := range l.lessons {
		names = append(names, lesson.Name)
	}
	return nil, usagef("there is no lesson %q%s; 'meanwhile learn list' lists what there is", args[0], didYouMean(args[0], names))
}

// coming is the title of a lesson that is still to come, by its number.
func (l *learner) coming(number string) (title string, ok bool) {
	n, err := strconv.Atoi(number)
	titles := l.titlesComing()
	if i := n - len(l.lessons) - 1; err == nil && i >= 0 && i < len(titles) {
		return titles[i], true
	}
	return "", false
}

// titlesComing are those of the lessons of the course that are still to come.
func (l *learner) titlesComing() []string {
	if l.folder != "" {
		return nil
	}
	return course.Coming(len(l.lessons))
}

// next is the lesson that was gone on with last and is not over, else the first that was never finished; nil where all are.
func (l *learner) next() *course.Lesson {
	var open, fresh *course.Lesson
	for _, lesson := range l.lessons {
		saved, begun := l.record.Lessons[lesson.Key]
		if begun && !course.Over(saved) && (open == nil || saved.Changed.After(l.record.Lessons[open.Key].Changed)) {
			open = lesson
		}
		if saved.Finished.IsZero() && fresh == nil {
			fresh = lesson
		}
	}
	if open != nil {
		return open
	}
	return fresh
}

// desk is what a session needs.
func (l *learner) desk(ctx context.Context) course.Desk {
	command := func(args ...string) string {
		args = append([]string{"learn"}, args...)
		if l.folder != "" {
			args = append(args, "--lessons", l.folder)
		}
		return report.Command(args)
	}
	return course.Desk{
		Glossary: l.glossary, Prepare: prepare, Keep: func(s *course.Session) error { return l.keep(ctx, s) },
		Learn: command(), Review: command("review"),
	}
}

// keep writes down what the session has come to.
func (l *learner) keep(ctx context.Context, s *course.Session) error {
	now := time.Now()
	err := l.update(ctx, func(record *progress.Record) {
		record.Lessons[s.Lesson.Key] = course.Merge(record.Lessons[s.Lesson.Key], s.Saved())
		for key, right := range s.Quizzed() {
			record.Reviews[key] = course.Schedule(record.Reviews[key], right, now)
		}
	})
	if err == nil {
		s.Scheduled()
	}
	return err
}

// allDone says what to do when there is nothing to go on with.
func (l *learner) allDone() error {
	_, err := fmt.Fprintln(l.streams.Out, "You have been through all lessons. 'meanwhile learn review' asks what is due, "+
		"'meanwhile learn 1' begins a lesson again.")
	return err
}
