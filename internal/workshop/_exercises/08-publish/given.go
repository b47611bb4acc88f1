package lighthouse

import "context"

// Tower makes ready what a light needs. Each takes its time, and may fail.
type Tower interface {
	// Ignite lights the lamp, and returns the colour in which it burns.
	Ignite(ctx context.Context) (colour string, err error)

	// Wind winds the clockwork, and returns how often a minute the light
	// flashes.
	Wind(ctx context.Context) (flashes int, err error)
}

// Radio tells the ships of a light. Each ship that hears of it looks at once.
type Radio interface {
	// Announce returns when all ships have heard of the light.
	Announce(light *Light)
}
