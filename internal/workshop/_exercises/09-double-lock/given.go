package canoes

import "errors"

// Limit is how many canoes a group can have at once.
const Limit = 3

// ErrLimit is the error for a group that has as many canoes as it can.
var ErrLimit = errors.New("the group has all the canoes that it can have")

// Book says who has how many canoes. One at a time can read or write in it.
// It takes a while, and fails when the pen is dry or a page is wet.
type Book interface {
	// Read returns how many canoes a group has.
	Read(group string) (canoes int, err error)

	// Write writes down how many canoes a group has. When it fails, nothing
	// has changed.
	Write(group string, canoes int) error
}
