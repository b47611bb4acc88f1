package greeters

// WRONG: it waits for each greeting before the next one begins.

// Welcome greets all guests at once, and returns when each of them has been greeted.
func Welcome(greet Greet, guests []string) {
	for _, guest := range guests {
		greet(guest)
	}
}
