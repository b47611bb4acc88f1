package lighthouse

import (
	"context"
	"errors"
	"fmt"
)

// WRONG: only the lamp is waited for, as if the clockwork were always faster.

// Light is a light that ships steer by.
type Light struct {
	colour  string
	flashes int // a minute
}

// Signal is what a ship sees of the light.
func (l *Light) Signal() string {
	return fmt.Sprintf("%s, %d a minute", l.colour, l.flashes)
}

// Open makes a light ready, announces it, and returns it. A light that is announced burns
// and flashes: if either part fails, Open returns the error, and no ship hears of it.
func Open(ctx context.Context, tower Tower, radio Radio) (*Light, error) {
	light := &Light{}
	wound := make(chan error, 1)
	go func() {
		flashes, err := tower.Wind(ctx)
		light.flashes = flashes
		wound <- err
	}()
	colour, err := tower.Ignite(ctx)
	if err != nil {
		return nil, errors.Join(err, <-wound)
	}
	light.colour = colour
	radio.Announce(light)
	return light, <-wound
}
