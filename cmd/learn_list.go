package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
)

func newLearnList(streams *term.Streams) *cobra.Command {
	folder := ""
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the lessons, and how far you are",
		Example: "  meanwhile learn list\n  meanwhile learn list --format json",
		Args:    usageArgs(cobra.NoArgs),
	}
	runFormatted(cmd, func(ctx context.Context, _ []string, format report.Format) error {
		return listLessons(ctx, streams, folder, format)
	})
	lessonsFlag(cmd, &folder)
	return cmd
}

// lessonState is a line of the list.
type lessonState struct {
	Number   int    `json:"number"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Idea     string `json:"idea"`
	Minutes  int    `json:"minutes"`
	Step     int    `json:"step"`
	Steps    int    `json:"steps"`
	Finished bool   `json:"finished"`
	Under    bool   `json:"under_way"`

	PredictedRight int `json:"predicted_right"`
	Predicted      int `json:"predicted"`
	QuizRight      int `json:"quiz_right"`
	Quiz           int `json:"quiz"`
}

// state is how far the learner is in a lesson.
func (l *learner) state(lesson *course.Lesson) lessonState {
	saved, begun := l.record.Lessons[lesson.Key]
	s := lessonState{
		Number: lesson.Number, Name: lesson.Name, Title: lesson.Title, Idea: lesson.Idea, Minutes: lesson.Minutes,
		Step: min(saved.Step, len(lesson.Steps)), Steps: len(lesson.Steps), Finished: !saved.Finished.IsZero(),
		Under: begun && !course.Over(saved),
	}
	s.PredictedRight, s.Predicted = course.Score(lesson, saved, false)
	s.QuizRight, s.Quiz = course.Score(lesson, saved, true)
	return s
}

// words say how far it is.
func (s lessonState) words() string {
	switch {
	case s.Under:
		return fmt.Sprintf("at step %d of %d", s.Step+1, s.Steps)
	case s.Finished && s.Quiz > 0:
		return fmt.Sprintf("done, quiz %d of %d", s.QuizRight, s.Quiz)
	case s.Finished:
		return "done"
	}
	return fmt.Sprintf("about %d minutes", s.Minutes)
}

func listLessons(ctx context.Context, streams *term.Streams, folder string, format report.Format) error {
	l, err := newLearner(ctx, streams, folder)
	if err != nil {
		return err
	}
	l.warn(l.streams)
	if format == report.FormatJSON {
		states := []lessonState{}
		for _, lesson := range l.lessons {
			states = append(states, l.state(lesson))
		}
		return report.JSON(streams.Out, states)
	}
	var page strings.Builder
	layout := report.Layout{Style: streams.Style, Width: streams.Width}
	for _, lesson := range l.lessons {
		state := l.state(lesson)
		sign, role := " ", term.Plain
		switch {
		case state.Finished:
			sign, role = "✓", term.Good
		case state.Under:
			sign, role = "›", term.Waiting
		}
		page.WriteString(layout.Line(role, fmt.Sprintf("%s %2d  ", sign, state.Number)).Painted +
			layout.Line(term.Strong, state.Title).Painted + layout.Line(term.Faint, "  "+state.words()).Painted + "\n")
		page.WriteString(report.Stack(layout.Text(term.Faint, state.Idea, 6)))
	}
	for i, title := range l.titlesComing() {
		page.WriteString(layout.Line(term.Faint, fmt.Sprintf("  %2d  %s  coming", len(l.lessons)+1+i, title)).Painted + "\n")
	}
	_, err = fmt.Fprint(streams.Out, page.String())
	return err
}

func newLearnGlossary(streams *term.Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "glossary [term]",
		Short:   "Say what the terms of the course mean",
		Example: "  meanwhile learn glossary\n  meanwhile learn glossary goroutine",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var terms []cobra.Completion
			entries, err := course.Glossary()
			for _, entry := range entries {
				if err == nil {
					terms = append(terms, entry.Term)
				}
			}
			return terms, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return defineTerms(streams, strings.Join(args, " ")) },
	}
}

// defineTerms prints one entry of the glossary, or all of them.
func defineTerms(streams *term.Streams, named string) error {
	entries, err := course.Glossary()
	if err != nil {
		return err
	}
	if named != "" {
		entry, ok := course.Define(entries, named)
		if !ok {
			var terms []string
			for _, entry := range entries {
				terms = append(terms, entry.Term)
			}
			return usagef("the glossary has no %q%s; 'meanwhile learn glossary' lists all terms", named, didYouMean(named, terms))
		}
		entries = []course.Entry{entry}
	}
	layout := report.Layout{Style: streams.Style, Width: streams.Width}
	var page strings.Builder
	for i, entry := range entries {
		if i > 0 {
			page.WriteByte('\n')
		}
		page.WriteString(layout.Line(term.Title, entry.Term).Painted + "\n" + report.Stack(layout.Prose(entry.Prose, course.Results{})))
	}
	_, err = fmt.Fprint(streams.Out, page.String())
	return err
}

func newLearnReset(streams *term.Streams) *cobra.Command {
	all, folder := false, ""
	cmd := &cobra.Command{
		Use:   "reset [lesson...]",
		Short: "Forget what you did in a lesson, or in all of them",
		Example: `  meanwhile learn reset 2
  meanwhile learn reset --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return resetLessons(cmd.Context(), streams, folder, args, all)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "forget all lessons and reviews")
	lessonsFlag(cmd, &folder)
	return cmd
}

func resetLessons(ctx context.Context, streams *term.Streams, folder string, args []string, all bool) error {
	if all == (len(args) > 0) {
		return usagef("name the lessons to forget, or give --all")
	}
	l, err := newLearner(ctx, streams, folder)
	if err != nil {
		return err
	}
	var chosen []*course.Lesson
	for _, arg := range args {
		lesson, err := l.choose([]string{arg})
		if err != nil {
			return err
		}
		chosen = append(chosen, lesson)
	}
	err = l.update(ctx, func(record *progress.Record) {
		if all {
			clear(record.Lessons)
			clear(record.Reviews)
		}
		for _, lesson := range chosen {
			delete(record.Lessons, lesson.Key)
			for key := range record.Reviews {
				if strings.HasPrefix(key, lesson.Key+"/") {
					delete(record.Reviews, key)
				}
			}
		}
	})
	if err != nil {
		return err
	}
	what := "all lessons"
	if !all {
		var names []string
		for _, lesson := range chosen {
			names = append(names, lesson.Name)
		}
		what = strings.Join(names, ", ")
	}
	_, err = fmt.Fprintf(streams.Err, "forgotten: %s\n", what)
	return err
}
