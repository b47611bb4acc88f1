package consumer

import "context"

// WRONG: it asks before the transaction begins, so two copies can both find the note
// unseen.

// Handle credits a farm with the litres on a note, once, however often the note comes. If
// it returns nil, the note is acknowledged and, as a rule, does not come again. If it
// returns an error, or the consumer crashes, the note comes again.
func Handle(ctx context.Context, db Database, note Note) error {
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
