package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"meanwhile/internal/course"
	"meanwhile/internal/progress"
	"meanwhile/internal/report"
	"meanwhile/internal/term"
	"meanwhile/internal/workshop"
)

func newLearnReview(streams *term.Streams) *cobra.Command {
	all, folder := false, ""
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Answer the questions that are due again",
		Long: `Review asks the questions of the quizzes again: a day after a right answer, then three
days, a week and three weeks later. A wrong answer comes back within the hour. What is
recalled now and then is kept; what is only read is not.`,
		Example: "  meanwhile learn review\n  meanwhile learn review --all",
		Args:    usageArgs(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return review(cmd.Context(), streams, folder, all) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "ask what is not due yet, too")
	lessonsFlag(cmd, &folder)
	return cmd
}

// review asks what is due, a question after the other.
func review(ctx context.Context, streams *term.Streams, folder string, all bool) error {
	l, err := newLearner(ctx, streams, folder)
	if err != nil {
		return err
	}
	l.warn(l.streams)
	now := time.Now()
	again := l.solveAgain(now)
	due, coming := course.Due(l.lessons, l.record.Reviews, now), course.Reviews(l.lessons, l.record.Reviews)
	if all {
		due = coming
	}
	p := newLineLesson(streams, l.desk(ctx), nil, l.note)
	switch {
	case len(coming) == 0 && len(l.record.Reviews) > 0:
		p.print(term.Plain, "Nothing comes again: each question was answered right, each time it came.")
	case len(coming) == 0 && len(again) > 0: // which is told below
	case len(coming) == 0:
		p.print(term.Plain, fmt.Sprintf("Nothing to review yet: the questions of a lesson's quiz come here. '%s' begins one.", p.desk.Learn))
	case len(due) == 0:
		p.print(term.Plain, fmt.Sprintf("Nothing is due. The next question comes %s; --all asks now.", report.When(coming[0].Due, now)))
	default:
		p.print(term.Title, fmt.Sprintf("%s to review", report.Count(len(due), "question")))
	}
	known, answered, err := l.recallAll(ctx, p, due)
	if answered > 0 {
		p.blank()
		p.print(term.Faint, fmt.Sprintf("%d of %d right.", known, answered))
	}
	for _, words := range again {
		p.print(term.Plain, words)
	}
	return errors.Join(err, p.failed)
}

// solveAgain names the exercises that were shown rather than solved, and come back.
func (l *learner) solveAgain(now time.Time) []string {
	exercises, err := workshop.Exercises()
	if err != nil {
		return nil // 'meanwhile practice' tells
	}
	var again []string
	for _, e := range exercises {
		if kept := l.record.Exercises[e.Name]; !kept.Due.IsZero() && !kept.Due.After(now) {
			again = append(again, fmt.Sprintf("To solve again, without a look at the solution: %s. '%s' begins it anew.", e.Title,
				report.Command([]string{"practice", "reset", e.Short()})))
		}
	}
	return again
}

// recallAll asks questions until the learner leaves, and tells how many were answered, and how many of these right.
func (l *learner) recallAll(ctx context.Context, p *lineLesson, due []course.DueQuestion) (known, answered int, err error) {
	for _, question := range due {
		right, err := p.recall(ctx, question)
		switch {
		case errors.Is(err, errLeft):
			return known, answered, nil
		case errors.Is(err, errSkipped):
			continue
		case err != nil:
			return known, answered, err
		}
		answered++
		if right {
			known++
		}
		err = l.update(ctx, func(record *progress.Record) {
			record.Reviews[question.Key] = course.Schedule(record.Reviews[question.Key], right, time.Now())
		})
		p.keeps(err)
	}
	return known, answered, nil
}

// errSkipped tells that a question was not answered.
var errSkipped = errors.New("skipped")

// recall asks a question that is due, and tells whether it was answered right.
func (p *lineLesson) recall(ctx context.Context, due course.DueQuestion) (right bool, err error) {
	p.blank()
	p.print(term.Faint, fmt.Sprintf("Lesson %d: %s", due.Lesson.Number, due.Lesson.Title))
	p.options(due.Question)
	for {
		text, err := p.ask(ctx, fmt.Sprintf("Your answer (%s; empty skips): ", due.Question.How()))
		switch {
		case err != nil:
			return false, err
		case text == "q":
			return false, errLeft
		case text == "":
			return false, errSkipped
		}
		answer, err := due.Question.Read(text)
		if err == nil {
			verdict, _ := due.Question.Judge(answer, course.Results{})
			p.lines(p.layout.Verdict(verdict))
			return verdict.Right, nil
		}
		if err := p.mistake(err); err != nil {
			return false, err
		}
	}
}
