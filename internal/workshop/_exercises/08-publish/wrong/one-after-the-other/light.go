package lighthouse

import (
	"context"
	"fmt"
)

// WRONG: the order is right, and the clockwork waits for the lamp without need.

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
	colour, err := tower.Ignite(ctx)
	if err != nil {
		return nil, err
	}
	flashes, err := tower.Wind(ctx)
	if err != nil {
		return nil, err
	}
	light := &Light{colour: colour, flashes: flashes}
	radio.Announce(light)
	return light, nil
}
