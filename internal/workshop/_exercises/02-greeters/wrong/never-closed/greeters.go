package greeters

// WRONG: the range ends when done is closed, and nobody closes it.

// Welcome greets all guests at once, and returns when each of them has been greeted.
func Welcome(greet Greet, guests []string) {
	done := make(chan string)
	for _, guest := range guests {
		go func() {
			greet(guest)
			done <- guest
		}()
	}
	greeted := 0
	for range done {
		greeted++
	}
}
