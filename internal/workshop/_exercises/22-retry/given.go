package tram

import "context"

// Send reports the sales once. It fails where the exchange refuses them.
type Send func(ctx context.Context) error

// Budget is how many retries all machines together may still make.
type Budget interface {
	// Take takes a token, and tells whether there was one left. It does not
	// wait. Any number of goroutines may call it at once.
	Take() bool
}
