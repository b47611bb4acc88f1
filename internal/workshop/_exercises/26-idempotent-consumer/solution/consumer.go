package consumer

import "context"

// Handle credits a farm with the litres on a note, once, however often the
// note comes. If it returns nil, the note is acknowledged and, as a rule,
// does not come again. If it returns an error, or the consumer crashes, the
// note comes again.
//
// Between two steps there is always room for a crash, so the credit and the
// mark are one step: a transaction, which takes effect as a whole or not at
// all. To ask whether the note was seen belongs in it, too: of two copies
// that come at the same time, the second one asks when the first one's mark
// is there. An error is returned, so that the note comes again, which does no
// harm now.
func Handle(ctx context.Context, db Database, note Note) error {
	return db.Transaction(ctx, func(tx Books) error {
		seen, err := tx.Seen(ctx, note.ID)
		if err != nil {
			return err
		}
		if seen {
			return nil
		}
		if err := tx.Credit(ctx, note.Farm, note.Litres); err != nil {
			return err
		}
		return tx.MarkSeen(ctx, note.ID)
	})
}
