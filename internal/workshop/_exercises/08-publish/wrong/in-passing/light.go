package lighthouse

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// WRONG: nobody waits for the announcement, so Open returns before the ships have heard.

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
	var unlit, unwound error
	var wg sync.WaitGroup
	wg.Go(func() { light.colour, unlit = tower.Ignite(ctx) })
	wg.Go(func() { light.flashes, unwound = tower.Wind(ctx) })
	wg.Wait()
	if err := errors.Join(unlit, unwound); err != nil {
		return nil, err
	}
	go radio.Announce(light)
	return light, nil
}
