package greeters

// WRONG: it receives once, so it waits for the shortest greeting alone.

// Welcome greets all guests at once, and returns when each of them has been greeted.
func Welcome(greet Greet, guests []string) {
	if len(guests) == 0 {
		return
	}
	done := make(chan struct{}, len(guests))
	for _, guest := range guests {
		go func() {
			greet(guest)
			done <- struct{}{}
		}()
	}
	<-done
}
