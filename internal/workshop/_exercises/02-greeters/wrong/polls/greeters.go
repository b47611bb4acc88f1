package greeters

import (
	"sync/atomic"
	"time"
)

// WRONG: it looks every millisecond whether all are greeted, and so returns too late.

// Welcome greets all guests at once, and returns when each of them has been greeted.
func Welcome(greet Greet, guests []string) {
	var greeted atomic.Int64
	for _, guest := range guests {
		go func() {
			greet(guest)
			greeted.Add(1)
		}()
	}
	for int(greeted.Load()) < len(guests) {
		time.Sleep(time.Millisecond)
	}
}
