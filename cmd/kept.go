package cmd

import (
	"context"
	"errors"
	"fmt"

	"meanwhile/internal/progress"
	"meanwhile/internal/term"
)

// keeper is what was kept of what a learner has done, and where more is kept.
type keeper struct {
	store  *progress.Store // nil where nothing can be kept
	record progress.Record

	// note says in a line what is the matter with what is kept; empty where nothing is.
	note string
}

func newKeeper(ctx context.Context) keeper {
	var k keeper
	dir, err := progress.Dir()
	if err != nil {
		k.note = oneLine(err)
		return k
	}
	k.store = progress.Open(dir)
	k.record, err = k.store.Read(ctx)
	if err != nil {
		k.note = oneLine(err)
	}
	if _, aside := errors.AsType[*progress.Damaged](err); err != nil && !aside {
		k.store = nil // as was said
	}
	return k
}

// warn says what is the matter with what is kept.
func (k *keeper) warn(streams *term.Streams) {
	if k.note != "" {
		warnOf(streams, k.note)
	}
}

func warnOf(streams *term.Streams, words string) {
	fmt.Fprintln(streams.Err, streams.ErrStyle.Paint(term.Warn, streams.ErrStyle.Text(term.Printable(words, 1000))))
}

// update changes what is kept.
func (k *keeper) update(ctx context.Context, change func(*progress.Record)) error {
	if k.store == nil {
		return errors.New(k.note)
	}
	// What was done is kept, though the program is about to end.
	return k.store.Update(context.WithoutCancel(ctx), change)
}
