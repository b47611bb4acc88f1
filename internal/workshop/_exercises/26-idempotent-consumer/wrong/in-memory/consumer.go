package consumer

import (
	"context"
	"sync"
)

// WRONG: what was seen is known in memory, while the credit is in the database: one of the
// two is ahead when a call fails, or the consumer crashes.

var (
	mu   sync.Mutex // guards seen
	seen = map[string]bool{}
)

// Handle credits a farm with the litres on a note, once, however often the note comes. If
// it returns nil, the note is acknowledged and, as a rule, does not come again. If it
// returns an error, or the consumer crashes, the note comes again.
func Handle(ctx context.Context, db Database, note Note) error {
	mu.Lock()
	defer mu.Unlock()
	if seen[note.ID] {
		return nil
	}
	if err := db.Credit(ctx, note.Farm, note.Litres); err != nil {
		return err
	}
	seen[note.ID] = true
	return nil
}
