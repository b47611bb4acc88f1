package post

import "context"

// Office is a post office. Its methods can be called for several parcels at
// once.
type Office interface {
	// Open opens the office for the day. It comes first.
	Open(ctx context.Context) error

	// Deliver takes a parcel to its door. An error tells why it could not be
	// left there.
	Deliver(ctx context.Context, parcel string) error

	// EndRound comes after Deliver, whether or not that went well.
	EndRound(ctx context.Context, parcel string)
}
