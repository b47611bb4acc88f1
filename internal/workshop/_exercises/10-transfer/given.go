package cellars

import "errors"

// ErrTooFew is the error for a cellar that has not as many bottles as are
// wanted.
var ErrTooFew = errors.New("there are too few bottles")

// Cellar is one of many in which bottles lie. It has a single key.
type Cellar interface {
	// Number is the cellar's own: no other one has the same, and it never
	// changes.
	Number() int

	// Lock waits until the key is there, takes it, and walks to the cellar.
	Lock()

	// Unlock gives the key back.
	Unlock()

	// Bottles counts the bottles. Whoever calls it has the key.
	Bottles() int

	// Add puts so many bottles in or, where n is negative, takes them out.
	// Whoever calls it has the key.
	Add(n int)
}
