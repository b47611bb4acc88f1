package consumer

import (
	"context"
	"log"
)

// WRONG: it acknowledges the note though the transaction has failed, so nobody brings it
// again.

// Handle credits a farm with the litres on a note, once, however often the note comes. If
// it returns nil, the note is acknowledged and, as a rule, does not come again. If it
// returns an error, or the consumer crashes, the note comes again.
func Handle(ctx context.Context, db Database, note Note) error {
	err := db.Transaction(ctx, func(tx Books) error {
		seen, err := tx.Seen(ctx, note.ID)
		if err != nil || seen {
			return err
		}
		if err := tx.Credit(ctx, note.Farm, note.Litres); err != nil {
			return err
		}
		return tx.MarkSeen(ctx, note.ID)
	})
	if err != nil {
		log.Printf("note %s: %v", note.ID, err)
	}
	return nil
}
