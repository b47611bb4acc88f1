package greeters

// Welcome greets all guests at once, and returns when each of them has been
// greeted.
func Welcome(greet Greet, guests []string) {
	for _, guest := range guests {
		go greet(guest)
	}
}
