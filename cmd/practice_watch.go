package cmd

import (
	"context"
	"errors"

	"meanwhile/internal/term"
	"meanwhile/internal/tui"
	"meanwhile/internal/workshop"
)

// watchExercises checks what the learner saves, one exercise after the other.
func watchExercises(ctx context.Context, streams *term.Streams) (err error) {
	p, err := newPractitioner(ctx, streams)
	if err != nil {
		return err
	}
	folder, err := p.folder()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	tools, err := workshop.FindToolchain(ctx)
	if err != nil {
		return err
	}
	written, err := writtenLessons()
	if err != nil {
		return err
	}
	return tui.Watch(ctx, streams, tui.Practice{
		Exercises: p.exercises, Folder: folder, Passed: p.passed, Note: p.keeper.note,
		Coming: func(e *workshop.Exercise) bool { return !written[e.Lesson] },
		Check: func(ctx context.Context, e *workshop.Exercise, o workshop.Options) (*workshop.Outcome, error) {
			attempt, outcome, err := folder.Attempt(e)
			if outcome != nil || err != nil {
				return outcome, err
			}
			return tools.Check(ctx, e, attempt, o)
		},
		Checked: func(e *workshop.Exercise, outcome *workshop.Outcome) error { return p.checked(ctx, e, outcome) },
		Hinted:  func(e *workshop.Exercise, n int) error { return p.hinted(ctx, e, n) },
		Shown:   func(e *workshop.Exercise) error { return p.shown(ctx, e) },
	})
}
