package consumer

import (
	"context"
	"sync"
)

var mu sync.Mutex // one note at a time

// WRONG: it asks before the transaction begins, and the lock keeps out the copies of this
// consumer alone, and not those of the others.

// Handle credits a farm with the litres on a note, once, however often the note comes. If
// it returns nil, the note is acknowledged and, as a rule, does not come again. If it
// returns an error, or the consumer crashes, the note comes again.
func Handle(ctx context.Context, db Database, note Note) error {
	mu.Lock()
	defer mu.Unlock()
	seen, err := db.Seen(ctx, note.ID)
	if err != nil {
		return err
	}
	if seen {
		return nil
	}
	return db.Transaction(ctx, func(tx Books) error {
		if err := tx.Credit(ctx, note.Farm, note.Litres); err != nil {
			return err
		}
		return tx.MarkSeen(ctx, note.ID)
	})
}
