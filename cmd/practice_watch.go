package cmd

import (
	"context"
	"errors"
	"sync"

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
	kept := &watched{practitioner: p, passed: map[string]bool{}}
	for _, e := range p.exercises {
		kept.passed[e.Name] = !p.record.Exercises[e.Name].Passed.IsZero()
	}
	return tui.Watch(ctx, streams, tui.Practice{
		Exercises: p.exercises, Folder: folder, Passed: kept.has, Note: p.keeper.note,
		Check: func(ctx context.Context, e *workshop.Exercise, race bool) (*workshop.Outcome, error) {
			return kept.check(ctx, tools, folder, e, race)
		},
		Hinted: func(e *workshop.Exercise, n int) { p.hinted(ctx, e, n) },
		Shown: func(e *workshop.Exercise) {
			if !kept.has(e) {
				p.shown(ctx, e)
			}
		},
	})
}

// watched is what has passed, as the window and its checks see it.
type watched struct {
	*practitioner
	mu     sync.Mutex // guards passed
	passed map[string]bool
}

func (w *watched) has(e *workshop.Exercise) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.passed[e.Name]
}

// check checks the learner's code. It has passed when it has done so under the race detector, too, where there is one.
func (w *watched) check(ctx context.Context, tools *workshop.Toolchain, folder *workshop.Folder, e *workshop.Exercise, race bool) (*workshop.Outcome, error) {
	attempt, outcome, err := folder.Attempt(e)
	if outcome == nil && err == nil {
		outcome, err = tools.Check(ctx, e, attempt, workshop.Options{Race: race})
	}
	if err != nil {
		return nil, err
	}
	if !outcome.Provisional() {
		w.checked(ctx, e, outcome)
		w.mu.Lock()
		w.passed[e.Name] = w.passed[e.Name] || outcome.Passed
		w.mu.Unlock()
	}
	return outcome, nil
}
