package gauges

import "context"

// Read asks a gauge for the height of the water, in centimetres. It returns
// early, with the context's error, when ctx ends.
type Read func(ctx context.Context, gauge string) (int, error)

// Draw puts the height at a gauge on the map. It returns early, with the
// context's error, when ctx ends.
type Draw func(ctx context.Context, gauge string, height int) error
