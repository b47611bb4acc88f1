package consumer

import "context"

// WRONG: the credit goes to db and not to tx, so it takes effect though the transaction
// fails.

// Handle credits a farm with the litres on a note, once, however often the note comes. If
// it returns nil, the note is acknowledged and, as a rule, does not come again. If it
// returns an error, or the consumer crashes, the note comes again.
func Handle(ctx context.Context, db Database, note Note) error {
	return db.Transaction(ctx, func(tx Books) error {
		seen, err := tx.Seen(ctx, note.ID)
		if err != nil {
			return err
		}
		if seen {
			return nil
		}
		if err := db.Credit(ctx, note.Farm, note.Litres); err != nil {
			return err
		}
		return tx.MarkSeen(ctx, note.ID)
	})
}
