package hedge

import "context"

// Replica is one of the two servers that know the departures. Both give the
// same answer.
type Replica string

// The replicas: the one to ask first, and the other one.
const (
	First  Replica = "first"
	Second Replica = "second"
)

// Ask asks a replica what leaves next. It takes as long as the replica does,
// and ends early when ctx does.
type Ask func(ctx context.Context, replica Replica) (string, error)
