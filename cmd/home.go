package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/tui"
)

// home shows the home screen, and runs what is chosen there as if it had been typed.
func home(ctx context.Context, streams *term.Streams, root *cobra.Command) error {
	l, err := newLearner(ctx, streams, "")
	if err != nil {
		return err
	}
	args, err := tui.Home(ctx, streams, l.choices(), l.note)
	if err != nil || args == nil {
		return err
	}
	fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Faint, "$ "+report.Command(args)))
	chosen, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	chosen.SetContext(ctx)
	if err := chosen.ParseFlags(rest); err != nil {
		return err
	}
	return chosen.RunE(chosen, chosen.Flags().Args())
}

// choices are what there is to do, the most likely first.
func (l *learner) choices() []tui.Choice {
	choices := []tui.Choice{
		l.onward(),
		{Name: "Lessons", About: l.progressWords(), Choices: l.lessonChoices()},
		l.reviewChoice(),
		{Name: "Demos", About: "one idea each, run for real", Choices: demoChoices(l.streams)},
		{Name: "Compare", About: "one after the other, or all at once: five kinds of work", Args: []string{"compare"}},
		{Name: "Explore", About: "turn dials, see what should happen, and run it", Args: []string{"explore"}},
		{Name: "Serve", About: "the hello API, and a page that shows its requests overlap", Args: []string{"serve"}},
		l.practiceChoice(),
	}
	return choices
}

// practiceChoice leads to the exercises.
func (l *learner) practiceChoice() tui.Choice {
	choice := tui.Choice{Name: "Practice", About: "exercises: a check proves that a solution is concurrent", Args: []string{"practice"}}
	passed := 0
	for _, e := range l.record.Exercises {
		if !e.Passed.IsZero() {
			passed++
		}
	}
	if passed > 0 {
		choice.About = report.Count(passed, "exercise") + " passed"
	}
	return choice
}

// onward is where the course goes on.
func (l *learner) onward() tui.Choice {
	lesson := l.next()
	if lesson == nil {
		return tui.Choice{Name: "Continue", About: "you have been through all lessons"}
	}
	state := l.state(lesson)
	about := fmt.Sprintf("lesson %d, %s: %s", lesson.Number, lesson.Title, state.words())
	name := "Continue"
	if len(l.record.Lessons) == 0 {
		name = "Begin"
	}
	return tui.Choice{Name: name, About: about, Args: []string{"learn"}}
}

func (l *learner) progressWords() string {
	done := 0
	for _, lesson := range l.lessons {
		if !l.record.Lessons[lesson.Key].Finished.IsZero() {
			done++
		}
	}
	return fmt.Sprintf("%d of %d done", done, len(l.lessons))
}

func (l *learner) lessonChoices() []tui.Choice {
	var choices []tui.Choice
	for _, lesson := range l.lessons {
		state := l.state(lesson)
		choices = append(choices, tui.Choice{
			Name: fmt.Sprintf("%2d %s", lesson.Number, lesson.Title), About: state.words(), Done: state.Finished,
			Args: []string{"learn", fmt.Sprint(lesson.Number)},
		})
	}
	for i, title := range l.titlesComing() {
		choices = append(choices, tui.Choice{Name: fmt.Sprintf("%2d %s", len(l.lessons)+1+i, title), About: "coming"})
	}
	return choices
}

func (l *learner) reviewChoice() tui.Choice {
	now := time.Now()
	choice := tui.Choice{Name: "Review", Args: []string{"learn", "review"}}
	due, coming := course.Due(l.lessons, l.record.Reviews, now), course.Reviews(l.lessons, l.record.Reviews)
	switch {
	case len(due) > 0:
		choice.About = report.Count(len(due), "question") + " due"
	case len(coming) > 0:
		choice.About = "nothing due; the next question comes " + report.When(coming[0].Due, now)
	default:
		choice.About, choice.Args = "questions of a lesson come again here, days later", nil
	}
	return choice
}

func demoChoices(streams *term.Streams) []tui.Choice {
	var choices []tui.Choice
	for _, pair := range demoWords(streams) {
		choices = append(choices, tui.Choice{Name: pair[0], About: strings.ToLower(pair[1][:1]) + pair[1][1:], Args: []string{"demo", pair[0]}})
	}
	return choices
}
