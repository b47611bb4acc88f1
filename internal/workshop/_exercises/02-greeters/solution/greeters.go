package greeters

import "sync"

// Welcome greets all guests at once, and returns when each of them has been
// greeted.
//
// A go statement returns at once, and nobody waits for a goroutine unasked.
// The WaitGroup counts each greeting before it starts and when it has ended.
// Wait returns as soon as none is left, however long they take: there is no
// time to guess.
func Welcome(greet Greet, guests []string) {
	var wg sync.WaitGroup
	for _, guest := range guests {
		wg.Go(func() { greet(guest) })
	}
	wg.Wait()
}
