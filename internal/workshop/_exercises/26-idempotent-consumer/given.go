package consumer

import "context"

// Note says how much milk a farm has brought. A note may be delivered more
// than once, also twice at the same time. Two notes never have the same ID.
type Note struct {
	ID     string
	Farm   string
	Litres int
}

// Books are what the dairy keeps. Each call can fail, and then it may have
// taken effect or not: the reply can be what got lost.
type Books interface {
	// Seen tells whether MarkSeen was called for a note's ID.
	Seen(ctx context.Context, id string) (bool, error)
	MarkSeen(ctx context.Context, id string) error

	// Credit adds litres to what a farm will be paid for.
	Credit(ctx context.Context, farm string, litres int) error
}

// Database holds the books. Its own Seen, MarkSeen and Credit take effect one
// by one.
type Database interface {
	Books

	// Transaction calls change, which works on the books that it is given. If
	// change returns nil, all that it did there takes effect at once; if it
	// returns an error, or the consumer crashes, nothing does. Transactions
	// run one after the other.
	Transaction(ctx context.Context, change func(tx Books) error) error
}
